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
    return post_of(_groups(steps, write))


def _groups(steps: Iterable[Step], write: Callable[[Step], Statements]) -> dict[str, Statements]:
    groups: dict[str, Statements] = {}
    for step in steps:
        kind = kind_of(step.condition)
        if kind == "always" and (groups.keys() - {"always"}):
            kind = "cleanup"  # comes behind the others
        groups[kind] = (*groups.get(kind, ()), *write(step))
    return {kind: found for kind, found in groups.items() if found}


def attempt(
    statements: Statements, last: Iterable[Step], write: Callable[[Step], Statements]
) -> Statements:
    """Return statements of a script with steps behind them that run after failures, too."""
    groups = _groups(last, write)
    found = (*statements, *groups.get("success", ()))
    if "always" in groups:
        found = (t.Try(body=t.Block(statements=found), finally_=_block(groups["always"])),)
    if "failure" in groups:
        again = t.Jump(word="throw", value=t.Name(name="error"))
        catch = t.Catch(name="error", types=(), body=_block((*groups["failure"], again)))
        found = (t.Try(body=t.Block(statements=found), catches=(catch,)),)
    if "cleanup" in groups:
        found = (t.Try(body=t.Block(statements=found), finally_=_block(groups["cleanup"])),)
    return found


def _block(statements: Statements) -> t.Block:
    return t.Block(statements=statements)


def post_of(groups: dict[str, Statements]) -> tuple[t.Statement, ...]:
    """Return `post { … }` with statements by condition, in the order in which they run."""
    blocks = tuple(
        groovy.statement(groovy.block(kind, groups[kind])) for kind in _ORDER if groups.get(kind)
    )
    return (groovy.statement(groovy.block("post", blocks)),) if blocks else ()
