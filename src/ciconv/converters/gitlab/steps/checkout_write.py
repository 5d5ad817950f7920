"""The checkout as variables of the job; other repositories are cloned by a script.

https://docs.gitlab.com/ci/runners/configure_runners/#git-strategy
"""

from collections.abc import Callable

from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.ir.expression import Ref, Template, constant, text, walk
from ciconv.ir.node import replace, shared
from ciconv.ir.step import Argument, Checkout, EnvVar, Run, Step
from ciconv.ir.walk import comments_of
from ciconv.profile import Feature, Outcome
from ciconv.source import Comment

# what is checked out anyway: the commit the pipeline is for
_USUAL_REFS = (
    ("commit", "sha"),
    ("ref", "full"),
    ("ref", "name"),
    ("pr", "head"),
    ("pr", "head_sha"),
    ("pr", "head_name"),
)
# https://docs.gitlab.com/ci/runners/configure_runners/#job-stages-attempts
_TRIES, MAX_TRIES = "GET_SOURCES_ATTEMPTS", 10
_COSMETIC = ("persist-credentials", "set-safe-directory", "show-progress", "clean")


def without_checkouts(steps: tuple[Step, ...], writer: Writer) -> tuple[Step, ...]:
    """Return the steps without checkouts, which become variables of the job, or scripts."""
    found = [one for one in steps if isinstance(one, Checkout)]
    own = [one for one in found if not _is_elsewhere(one)]
    if not own:
        writer.variables["GIT_STRATEGY"] = "empty"
    kept: list[Step] = []
    pending: tuple[Comment, ...] = ()
    for step in steps:
        if not isinstance(step, Checkout):
            if pending:
                step = replace(step, comments=(*pending, *step.comments))
                pending = ()
            kept.append(step)
            continue
        if own and step is own[0]:
            _set_variables(step, writer)
            pending = (*pending, *comments_of(_bare(step)))
        else:
            kept.append(_clone(step, writer))
    return tuple(kept)


def _bare(step: Checkout) -> Checkout:
    return replace(step, ref=None)


def _is_elsewhere(step: Checkout) -> bool:
    given = {one.name: constant(one.value) for one in step.arguments}
    own_path = given.get("path", "") in ("", ".", "./")
    repository = next((one.value for one in step.arguments if one.name == "repository"), None)
    return not own_path or not _is_own(repository)


def _is_own(repository: Template | None) -> bool:
    """Whether a checkout is of the repository that the pipeline belongs to."""
    if repository is None or not repository.parts:
        return True
    return _refs(repository) in ((("repo", "path"),), (("pr", "head_repo"),))


def _refs(template: Template) -> tuple[tuple[str, ...], ...]:
    return tuple(one.path for one in template.parts if isinstance(one, Ref))


def _set_variables(step: Checkout, writer: Writer) -> None:
    for one in step.arguments:
        tell = _TELL.get(one.name)
        if tell is not None:
            tell(one, writer)
        elif one.name not in _COSMETIC and one.name not in ("repository", "path"):
            _left_out(one, writer)
        elif one.name in _COSMETIC:
            _left_out(one, writer, "the runner has ways of its own")
    if step.retry is not None:
        writer.variables[_TRIES] = str(min(step.retry.attempts, MAX_TRIES))
        said = f"the runner tries to get the repository: {_TRIES!r} says how often"
        writer.lose(Feature.RETRY, Outcome.LOWERED, said, step.retry)
        writer.lose(Feature.VARIABLE, Outcome.LOWERED, said, step.retry)
    if step.condition is not None:
        said = "the repository is checked out whatever the condition says"
        writer.lose(Feature.CHECKOUT, Outcome.APPROXIMATED, said, step.condition)


def _left_out(one: Argument, writer: Writer, reason: str = "the runner does not do so") -> None:
    said = f"the input {one.name!r} of the checkout is left out: {reason}"
    writer.lose(Feature.TOOL_INPUT, Outcome.APPROXIMATED, said, one)


def _depth(one: Argument, writer: Writer) -> None:
    value = constant(one.value)
    if value is not None and value.isdigit():
        writer.variables["GIT_DEPTH"] = value
    else:
        _left_out(one, writer, "how many commits there are has to be known before")


def _submodules(one: Argument, writer: Writer) -> None:
    value = constant(one.value)
    known = {"true": "normal", "recursive": "recursive"}.get(value or "")
    if known is not None:
        writer.variables["GIT_SUBMODULE_STRATEGY"] = known
    elif value not in ("false", ""):
        _left_out(one, writer, "it has to be known before")


def _lfs(one: Argument, writer: Writer) -> None:
    value = constant(one.value)
    if value == "false":
        writer.variables["GIT_LFS_SKIP_SMUDGE"] = "1"
    elif value != "true":
        _left_out(one, writer, "it has to be known before")


def _tags(one: Argument, writer: Writer) -> None:
    if constant(one.value) == "true":
        writer.variables["GIT_FETCH_EXTRA_FLAGS"] = "--prune --quiet --tags"
    elif constant(one.value) not in ("false", ""):
        _left_out(one, writer, "it has to be known before")


def _ref(one: Argument, writer: Writer) -> None:
    """Another ref than that of the pipeline; the usual ones are there anyway."""
    if constant(one.value) == "" or _is_usual(one.value):
        return
    said = "the commit of the pipeline is checked out, not the one that 'ref' names"
    writer.lose(
        Feature.CHECKOUT, Outcome.MANUAL, said, one, "begin the script with: git checkout REF"
    )


def _is_usual(value: Template) -> bool:
    refs = [one.path for one in walk(value) if isinstance(one, Ref)]
    return bool(refs) and all(path in _USUAL_REFS for path in refs)


_TELL: dict[str, Callable[[Argument, Writer], None]] = {
    "depth": _depth,
    "submodules": _submodules,
    "lfs": _lfs,
    "tags": _tags,
    "ref": _ref,
}

_CLONE = """\
url="$CI_SERVER_PROTOCOL://gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_HOST/$INPUT_REPOSITORY.git"
git clone -q "$url" "${INPUT_PATH:-.}"
cd "${INPUT_PATH:-.}"
if [ -n "${INPUT_REF:-}" ]; then git checkout -q "${INPUT_REF#refs/heads/}"; fi
"""


def _clone(step: Checkout, writer: Writer) -> Run:
    """A script that clones another repository, or this one into a folder."""
    given = {one.name: one for one in step.arguments}
    here = Template(parts=(Ref(path=("repo", "path")),), span=step.span)
    named = given.get("repository")
    env = [EnvVar(name="INPUT_REPOSITORY", value=here if named is None else named.value)]
    for name in ("path", "ref"):
        if name in given:
            env.append(EnvVar(name=f"INPUT_{name.upper()}", value=given[name].value))
    said = "a script clones the repository: allow the job token of this project there"
    writer.lose(Feature.CHECKOUT, Outcome.MANUAL, said, step)
    for one in step.arguments:
        if one.name not in ("repository", "path", "ref"):
            _left_out(one, writer, "the repository is cloned by a script")
    fields = shared(step, Step)
    title = step.name or text("Clone a repository")
    return Run(script=text(_CLONE), **(fields | {"env": tuple(env), "name": title}))
