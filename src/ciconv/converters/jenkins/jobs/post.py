"""What runs although something failed ↔ `post`.

Jenkins runs its conditions in an order of its own: always, then success and failure, then cleanup.
"""

from collections.abc import Callable, Iterable

from ciconv.ir.expression import Call, Expr, Op, Unary, conjuncts, has_status_function
from ciconv.ir.step import Step
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

Statements = tuple[t.Statement, ...]

_ORDER = ("always", "aborted", "success", "unsuccessful", "failure", "cleanup")


def kind_of(condition: Expr | None) -> str:
    """Return the condition of `post` that a step's own condition asks for."""
    found = [_kind(one) for one in conjuncts(condition)]
    return next((one for one in found if one), "always")


def _kind(expr: Expr) -> str:
    match expr:
        case Call(function="failure"):
            return "failure"
        case Call(function="success"):
            return "success"
        case Call(function="cancelled"):
            return "aborted"
        case Call(function="always") | Unary(op=Op.NOT, operand=Call(function="cancelled")):
            return "always"
    return ""


def rest_of(condition: Expr | None) -> tuple[Expr, ...]:
    """Return what a step asks for besides failures before it."""
    return tuple(one for one in conjuncts(condition) if not has_status_function(one))


def is_inexact(condition: Expr | None) -> bool:
    """Return whether a step asks for failures in a way that `post` has no word for."""
    parts = [one for one in conjuncts(condition) if has_status_function(one)]
    return len(parts) != 1 or not _kind(parts[0])


def write_post(
    steps: Iterable[Step], write: Callable[[Step], Statements]
) -> tuple[t.Statement, ...]:
    """Return `post { … }` with the steps, or nothing; `write` gives the statements of one."""
    groups: dict[str, list[t.Statement]] = {}
    for step in steps:
        kind = kind_of(step.condition)
        if kind == "always" and (groups.keys() - {"always"}):
            kind = "cleanup"  # comes behind the others
        groups.setdefault(kind, []).extend(write(step))
    return post_of({kind: tuple(found) for kind, found in groups.items()})


def post_of(groups: dict[str, Statements]) -> tuple[t.Statement, ...]:
    """Return `post { … }` with statements by condition, in the order in which they run."""
    blocks = tuple(
        groovy.statement(groovy.block(kind, groups[kind])) for kind in _ORDER if groups.get(kind)
    )
    return (groovy.statement(groovy.block("post", blocks)),) if blocks else ()
