"""The checkout as variables of the job; other repositories are cloned by a script.

https://docs.gitlab.com/ci/runners/configure_runners/#git-strategy
"""

from collections.abc import Callable

from ciconv.converters.checkouts import is_own_ref, is_own_repository
from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.ir.expression import Ref, Template, constant, text
from ciconv.ir.node import replace, shared
from ciconv.ir.step import Argument, Checkout, EnvVar, Run, Step
from ciconv.ir.walk import comments_of
from ciconv.profile import Feature, Outcome
from ciconv.source import Comment

# https://docs.gitlab.com/ci/runners/configure_runners/#job-stages-attempts
_TRIES, MAX_TRIES = "GET_SOURCES_ATTEMPTS", 10
_TOOL = "checkout"  # whose place the scripts take
_COSMETIC = ("persist-credentials", "set-safe-directory", "show-progress", "clean")


def without_checkouts(steps: tuple[Step, ...], writer: Writer) -> tuple[Step, ...]:
    """Return the steps without checkouts, which become variables of the job, or scripts."""
    found = [one for one in steps if isinstance(one, Checkout)]
    own = [one for one in found if not _is_elsewhere(one)]
    if not own:
        writer.variables["GIT_STRATEGY"] = "empty"
    kept: list[Step] = []
    pending: tuple[Comment, ...] = ()
    is_empty = not own
    for step in steps:
        if not isinstance(step, Checkout):
            if pending:
                step = replace(step, comments=(*pending, *step.comments))
                pending = ()
            kept.append(step)
            continue
        if not any(step is one for one in own):
            kept.append(_clone(step, writer, is_empty=is_empty))
            is_empty = False
            continue
        is_first = step is own[0]
        again = _switch(step, writer, is_first=is_first)
        if is_first:
            _set_variables(step, writer)
        if again is not None:
            kept.append(again)
        else:
            pending = (*pending, *comments_of(_bare(step)))
    return tuple(kept)


def _bare(step: Checkout) -> Checkout:
    return replace(step, ref=None)


def _is_elsewhere(step: Checkout) -> bool:
    given = {one.name: constant(one.value) for one in step.arguments}
    own_path = given.get("path", "") in _HERE
    repository = next((one.value for one in step.arguments if one.name == "repository"), None)
    return not own_path or not is_own_repository(repository)


def _set_variables(step: Checkout, writer: Writer) -> None:
    for one in step.arguments:
        tell = _TELL.get(one.name)
        if tell is not None:
            tell(one, writer)
        elif one.name not in _COSMETIC and one.name not in ("repository", "path", "ref"):
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


_TELL: dict[str, Callable[[Argument, Writer], None]] = {
    "depth": _depth,
    "submodules": _submodules,
    "lfs": _lfs,
    "tags": _tags,
}

_HERE = ("", ".", "./")
_SWITCH = """\
git fetch -q{} origin "${{INPUT_REF:-$CI_COMMIT_SHA}}"
git checkout -q --force FETCH_HEAD
"""
_AGAIN = 'git checkout -q --force "$CI_COMMIT_SHA"\n'


def _switch(step: Checkout, writer: Writer, *, is_first: bool) -> Run | None:
    """A script for what the runner has not checked out: another ref, or the same one again."""
    ref = next((one for one in step.arguments if one.name == "ref"), None)
    if ref is not None and (constant(ref.value) == "" or is_own_ref(ref.value)):
        ref = None
    if ref is None and is_first:
        return None
    said = "a script checks out the commit, in the repository that is there already"
    writer.lose(Feature.CHECKOUT, Outcome.LOWERED, said, ref or step)
    fields = shared(step, Step) | {"tool": _TOOL}
    if ref is None:
        return Run(script=text(_AGAIN), **fields)
    env = (EnvVar(name="INPUT_REF", value=ref.value),)
    script = _SWITCH.format(_depth_of(step))
    return Run(script=text(script), **(fields | {"env": env}))


def _depth_of(step: Checkout) -> str:
    """How much history a script gets: less than there is already would cut that off."""
    given = {one.name: constant(one.value) for one in step.arguments}
    depth = given.get("depth", "1") or ""
    return f" --depth {depth}" if depth.strip("0").isdigit() else ""


_CLONE = """\
url="$CI_SERVER_PROTOCOL://gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_HOST/$INPUT_REPOSITORY.git"
git clone -q "$url" "${INPUT_PATH:-.}"
cd "${INPUT_PATH:-.}"
if [ -n "${INPUT_REF:-}" ]; then git checkout -q "${INPUT_REF#refs/heads/}"; fi
"""

# git clones into no folder that has files
_INSTEAD = """\
url="$CI_SERVER_PROTOCOL://gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_HOST/$INPUT_REPOSITORY.git"
git remote set-url origin "$url"
git fetch -q --tags origin "${INPUT_REF:-HEAD}"
git checkout -q --force FETCH_HEAD
"""


def _clone(step: Checkout, writer: Writer, *, is_empty: bool) -> Run:
    """A script that clones another repository, or this one into a folder.

    In place of what is there, it is checked out in the same repository.
    """
    given = {one.name: one for one in step.arguments}
    is_here = constant(given["path"].value) in _HERE if "path" in given else True
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
    fields = shared(step, Step) | {"env": tuple(env), "tool": _TOOL}
    script = _INSTEAD if is_here and not is_empty else _CLONE
    return Run(script=text(script), **fields)
