"""`post`: what runs after a stage or the pipeline, and when.

https://www.jenkins.io/doc/book/pipeline/syntax/#post
"""

from msgspec import Struct

from ciconv.converters.jenkins.sections import Directive, Section
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.read import read_steps
from ciconv.ir.expression import Binary, Call, Expr, Op, Semantics
from ciconv.ir.node import replace
from ciconv.ir.step import ActionRef, Step, Use
from ciconv.source import Span

# in the order in which Jenkins looks at them, whatever the order they are written in; a status
# that only Jenkins has is asked for by the nearest one, and the steps fail there
ORDER = (
    "always",
    "changed",
    "fixed",
    "regression",
    "aborted",
    "success",
    "unsuccessful",
    "unstable",
    "failure",
    "notBuilt",
    "cleanup",
)
_STATUS = {
    "always": "always",
    "cleanup": "always",
    "success": "success",
    "failure": "failure",
    "aborted": "cancelled",
    "changed": "always",
    "fixed": "success",
    "regression": "failure",
    "unstable": "failure",
    "notBuilt": "cancelled",
}
_ONLY_HERE = frozenset(("changed", "fixed", "regression", "unstable", "notBuilt"))


class Ending(Struct, frozen=True, kw_only=True):
    """One block of `post`: when its steps run."""

    name: str
    condition: Expr
    steps: tuple[Step, ...]
    span: Span


def read_post(post: Directive, place: Place) -> tuple[Ending, ...]:
    """Return the blocks of `post` in Jenkins' order."""
    section = Section(post.body)
    found = {one.name: one for one in section.rest()}
    place.notes.is_ending = True
    endings = tuple(_ending(found[name], place) for name in ORDER if name in found)
    place.notes.is_ending = False
    return endings


def _ending(one: Directive, place: Place) -> Ending:
    if one.name in _ONLY_HERE:
        ref = ActionRef(
            format="jenkins", name=f"post {one.name}", written=one.span.text, span=one.span
        )
        steps: tuple[Step, ...] = (Use(ref=ref, span=one.span, comments=one.comments),)
    else:
        steps = read_steps(one.body, place.scoped(place.scope.inner()))
        if one.statement.comments and steps:
            comments = (*one.statement.comments, *steps[0].comments)
            steps = (replace(steps[0], comments=comments), *steps[1:])
        else:
            place.notes.comments.extend(one.statement.comments)
    return Ending(name=one.name, condition=_condition(one), steps=steps, span=one.title)


def _condition(one: Directive) -> Expr:
    if one.name != "unsuccessful":
        return Call(function=_STATUS[one.name], span=one.title)
    failure, cancelled = (Call(function=name, span=one.title) for name in ("failure", "cancelled"))
    return Binary(
        op=Op.OR, left=failure, right=cancelled, semantics=Semantics.GITHUB, span=one.title
    )


def steps_of(ending: Ending, ran: Expr | None) -> tuple[Step, ...]:
    """Return the steps with the status they ask for; `ran`: whether the stage itself began."""
    condition = ending.condition
    if ran is not None:
        condition = _both(condition, ran)
    if condition is ending.condition and condition == Call(function="success"):
        return ending.steps
    return tuple(
        replace(
            one,
            condition=condition if one.condition is None else _both(condition, one.condition),
        )
        for one in ending.steps
    )


def _both(left: Expr, right: Expr) -> Expr:
    return Binary(op=Op.AND, left=left, right=right, semantics=Semantics.GITHUB, span=left.span)
