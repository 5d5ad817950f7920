"""When a job of a workflow runs: what it requires, its filters, and what only the run can tell."""

from msgspec import Struct

from ciconv.converters.circleci.expressions.write import all_of, any_of, said
from ciconv.converters.script_steps.names import Names
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    Unary,
    conjuncts,
    disjuncts,
    has_status_function,
    written,
)
from ciconv.ir.job import JobBase, Status
from ciconv.ir.walk import nodes

_ALL = frozenset(Status)
_WORDS = {
    Status.SUCCESS: "success",
    Status.FAILURE: "failed",
    Status.CANCELLED: "canceled",
    Status.SKIPPED: "not_run",
}


class Ready(Struct, frozen=True, kw_only=True):
    """The parts of a job's condition by who can decide on them."""

    accept: dict[str, frozenset[Status]]  # of the jobs it waits for
    known: tuple[Expr, ...] = ()  # in pipeline values
    later: tuple[Expr, ...] = ()  # that only the run can tell
    unsayable: tuple[CannotSay, ...] = ()


def ready_of(job: JobBase, names: Names | None = None) -> Ready:
    """Return what a job waits for and asks for; `names`: what its scripts can ask."""
    condition = job.choices[0].condition if job.choices else Literal(value=False)
    accept = {need.job: frozenset(need.accept) for need in job.needs or ()}
    known: list[Expr] = []
    later: list[Expr] = []
    failed: list[CannotSay] = []
    if condition is not None and has_status_function(condition):
        accept = dict.fromkeys(accept, _ALL - {Status.CANCELLED})
    for part in conjuncts(condition):
        if _never_holds(part, accept):
            known.append(Literal(value=False, span=part.span))
            continue
        if _is_status(part, accept):
            continue
        try:
            known.append(said(part))
        except CannotSay as error:
            if _is_of_run(part) or (names is not None and _can_ask(part, names)):
                later.append(part)
            else:
                failed.append(error)
                known += _at_least(part)
    return Ready(accept=accept, known=tuple(known), later=tuple(later), unsayable=tuple(failed))


def _never_holds(part: Expr, accept: dict[str, frozenset[Status]]) -> bool:
    """Whether it asks for what there is not: a failure before, or a job after a cancellation."""
    function = part.function if isinstance(part, Call) else ""
    return function == "cancelled" or (function == "failure" and not accept)


def _at_least(expr: Expr) -> tuple[Expr, ...]:
    """What holds wherever a condition does, as far as it can be said; nothing otherwise."""
    if isinstance(expr, Binary) and expr.op is Op.AND:
        return tuple(one for part in conjuncts(expr) for one in _at_least(part))
    if isinstance(expr, Binary) and expr.op is Op.OR:
        found = [all_of(list(_at_least(part))) for part in disjuncts(expr)]
        kept = [one for one in found if one is not None]
        return (any_of(kept),) if len(kept) == len(found) else ()
    try:
        return (said(expr),)
    except CannotSay:
        return ()


def _is_status(part: Expr, accept: dict[str, frozenset[Status]]) -> bool:
    """Take the parts that speak of how other jobs ended; they are said by `requires`."""
    match part:
        case Call(function="always"):
            for name in accept:
                accept[name] = _ALL
            return True
        case Call(function="success"):
            return True
        case Call(function="failure"):
            for name in accept:
                accept[name] = frozenset({Status.FAILURE})
            return True
        case Unary(op=Op.NOT, operand=Call(function="cancelled")):
            for name in accept:
                accept[name] &= _ALL - {Status.CANCELLED}
            return True
        case Unary(op=Op.NOT, operand=Call(function="failure")):
            for name in accept:
                accept[name] &= _ALL - {Status.FAILURE}
            return True
    return _is_result(part, accept)


def _is_result(part: Expr, accept: dict[str, frozenset[Status]]) -> bool:
    """Whether a part says how one job has to have ended: one way, or one of several."""
    names: set[str] = set()
    wanted: set[Status] = set()
    for one in disjuncts(part):
        if not isinstance(one, Binary) or one.op not in (Op.EQ, Op.NE):
            return False
        left, right = one.left, one.right
        if not isinstance(left, Ref) or not isinstance(right, Literal):
            return False
        if left.path[0] != "needs" or left.path[2:] != ("result",):
            return False
        word = written(right.value)
        if word not in set(Status):
            return False
        names.add(left.path[1])
        status = Status(word)
        wanted |= {status} if one.op is Op.EQ else _ALL - {status}
    if len(names) != 1 or not names <= accept.keys():
        return False
    (name,) = names
    accept[name] &= frozenset(wanted)
    return True


def _is_of_run(part: Expr) -> bool:
    return any(isinstance(one, Ref) and one.path[0] in ("needs", "env") for one in nodes(part))


def _can_ask(part: Expr, names: Names) -> bool:
    """Whether a script knows all that a condition speaks of."""
    found = [one for one in nodes(part) if isinstance(one, Expr)]
    if has_status_function(part) or not all(isinstance(one, _ASKABLE) for one in found):
        return False
    try:
        for one in found:
            if isinstance(one, Ref):
                names.variable(one)
    except CannotSay:
        return False
    return True


_ASKABLE = (Binary, Unary, Literal, Ref, Call, Matches)


def words(accept: frozenset[Status]) -> list[str]:
    """Return the words of CircleCI for ways to end; [] for success alone."""
    if accept == {Status.SUCCESS} or accept == {Status.SUCCESS, Status.SKIPPED}:
        return []
    if accept == _ALL:
        return ["terminal"]
    return [_WORDS[one] for one in Status if one in accept]
