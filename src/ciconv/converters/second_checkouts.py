"""A repository that a job checks out more than once.

What is there already is put back to how it was committed; files that a script made stay, which a
checkout of GitHub would remove.
"""

from collections.abc import Iterable, Iterator

from ciconv.ir.expression import constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import Argument, Checkout, Group, Run, Step

EMPTY = "find . -mindepth 1 -delete"  # the script that leaves nothing in a folder
_AGAIN = "git reset --quiet --hard"
_OF_ANOTHER = ("repository", "ref")  # arguments that name something else than the commit
_HERE = Argument(name="path", value=text("."))


def checked_out_once(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield the steps; where the repository is there already, it only is as it was again."""
    yield from _once(steps, set(), is_certain=True)


def _once(steps: Iterable[Step], there: set[Argument], *, is_certain: bool) -> Iterator[Step]:
    """The steps; `there`: the folders that have the repository by then, whatever happens."""
    for step in steps:
        certain = is_certain and step.condition is None
        if isinstance(step, Group):
            yield replace(step, steps=tuple(_once(step.steps, there, is_certain=certain)))
        elif isinstance(step, Checkout):
            path, is_own = _path(step), not any(one.name in _OF_ANOTHER for one in step.arguments)
            yield _again(step) if is_own and path in there else step
            if not is_own:
                there.discard(path)
            elif certain:
                there.add(path)
        else:
            yield step
            if isinstance(step, Run) and (constant(step.script) or "").strip() == EMPTY:
                there.clear()


def _path(step: Checkout) -> Argument:
    return next((one for one in step.arguments if one.name == "path"), _HERE)


def _again(step: Checkout) -> Run:
    path = _path(step)
    return Run(
        id=step.id,
        name=text("Checkout"),
        script=text(_AGAIN),
        directory=None if path is _HERE else path.value,
        condition=step.condition,
        span=step.span,
        comments=step.comments,
    )
