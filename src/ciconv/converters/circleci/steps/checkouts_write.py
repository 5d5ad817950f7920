"""Checkouts: CircleCI's brings this repository's commit; scripts bring what others ask for.

https://circleci.com/docs/reference/configuration-reference/#checkout
"""

from collections.abc import Iterator

from ciconv.converters.checkouts import is_own_ref, is_own_repository, is_own_token
from ciconv.converters.circleci.jobs.writer import Writer
from ciconv.ir.expression import Expr, Literal, Template, constant, text
from ciconv.ir.node import shared
from ciconv.ir.step import Argument, Checkout, Run, Step
from ciconv.ir.walk import steps_of
from ciconv.profile import Feature, Outcome

_HOST = "https://github.com/"
_HERE = ("", ".", "./")
# what CircleCI does in any case, and what changes no file
_UNTOLD = ("depth", "tags", "clean", "persist-credentials", "set-safe-directory", "show-progress")
_REASONS = dict.fromkeys(("sparse", "filter"), "all files are there")
_SAID = ("repository", "ref", "path", "token", "submodules", "lfs")


def checkout(step: Checkout, writer: Writer) -> Iterator[Step]:
    """Yield the steps that bring the files of a checkout."""
    given = {one.name: one for one in step.arguments if constant(one.value) != ""}
    for one in given.values():
        if one.name not in _UNTOLD + _SAID:
            reason = _REASONS.get(one.name, "CircleCI has a key of its own")
            said = f"the input {one.name!r} of the checkout is left out: {reason}"
            writer.lose(Feature.TOOL_INPUT, Outcome.APPROXIMATED, said, one)
    repository, ref = given.get("repository"), given.get("ref")
    if repository is not None and not is_own_repository(repository.value):
        yield _clone(step, given, repository.value, writer)
    else:
        _report_token(given.get("token"), writer)
        yield step
    if ref is not None and not is_own_ref(ref.value):
        yield _switched(step, ref, given, writer)
    yield from _completed(step, given)


def _report_token(token: Argument | None, writer: Writer) -> None:
    if token is not None and not is_own_token(token.value):
        said = "the token of the checkout is left out: the key of the project fetches and pushes"
        help = "give that key the right to push, where a later step does so"
        writer.lose(Feature.TOOL_INPUT, Outcome.APPROXIMATED, said, token, help)


def _clone(step: Checkout, given: dict[str, Argument], repository: Template, writer: Writer) -> Run:
    """A script that clones another repository."""
    said = "a script clones the repository: give it a key or a token that may read it"
    if constant(repository) is not None and "token" not in given:
        said = "a script clones the repository, which everybody has to be able to read"
    writer.lose(Feature.CHECKOUT, Outcome.MANUAL, said, step)
    token = given["token"].value.parts if "token" in given else ()
    before = _HOST if not token else f"{_HOST[:8]}x-access-token:"
    behind = (*token, Literal(value=f"@{_HOST[8:]}")) if token else ()
    address = (Literal(value=before), *behind, *repository.parts, Literal(value=".git"))
    quoted, path = _quoted(address), given.get("path")
    if path is None and _is_there(step, writer):
        words: tuple[Expr, ...] = (Literal(value="git remote set-url origin "), *quoted, _INSTEAD)
    else:
        folder = (Literal(value="."),) if path is None else _quoted(path.value.parts)
        words = (Literal(value="git clone --quiet "), *quoted, Literal(value=" "), *folder)
    fields = shared(step, Step) | {"name": step.name or _title("Clone", repository)}
    return Run(script=Template(parts=words, span=step.span), tool="checkout", **fields)


# git clones into no folder that has files
_INSTEAD = Literal(
    value="\ngit fetch --quiet --tags origin HEAD\ngit checkout --quiet --force FETCH_HEAD\n"
)


def _is_there(step: Checkout, writer: Writer) -> bool:
    """Whether a repository is where the job works before a step, as far as anybody can tell."""
    for one in steps_of(writer.job.steps):
        if one.span == step.span:
            return False
        if isinstance(one, Checkout) and not any(each.name == "path" for each in one.arguments):
            return True
    return False


def _switched(step: Checkout, ref: Argument, given: dict[str, Argument], writer: Writer) -> Run:
    """A script that checks out another commit of a repository that is there."""
    said = "a script checks out the commit, in the repository that is there"
    writer.lose(Feature.CHECKOUT, Outcome.LOWERED, said, ref)
    words = (
        Literal(value="git fetch --quiet origin "),
        *_quoted(ref.value.parts),
        Literal(value="\ngit checkout --quiet --force FETCH_HEAD\n"),
    )
    return Run(
        name=_title("Check out", ref.value),
        script=Template(parts=words, span=ref.span),
        tool="checkout",
        directory=_folder(given),
        condition=step.condition,
        span=step.span,
    )


def _completed(step: Checkout, given: dict[str, Argument]) -> Iterator[Run]:
    """The scripts that bring submodules and large files."""
    for name, title in (("submodules", "Submodules"), ("lfs", "Files of Git LFS")):
        word = constant(given[name].value) if name in given else None
        script = _SCRIPTS.get((name, word or ""))
        if script is not None:
            yield Run(
                name=text(title),
                script=text(script),
                directory=_folder(given),
                condition=step.condition,
                span=step.span,
            )


_SCRIPTS = {
    ("submodules", "true"): "git submodule update --init",
    ("submodules", "recursive"): "git submodule update --init --recursive",
    ("lfs", "true"): "git lfs pull",
}


def _folder(given: dict[str, Argument]) -> Template | None:
    path = given.get("path")
    return None if path is None or constant(path.value) in _HERE else path.value


def _title(verb: str, what: Template) -> Template:
    said = constant(what)
    return text(f"{verb} {said or 'another commit'}")


def _quoted(parts: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """A word of a shell, with quotes where it needs them."""
    if all(isinstance(one, Literal) for one in parts):
        said = "".join(str(one.value) for one in parts if isinstance(one, Literal))
        if not set(said) & set(" \"'`$\\;&|<>()*?"):
            return (Literal(value=said),)
    return (Literal(value='"'), *parts, Literal(value='"'))
