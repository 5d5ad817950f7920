"""Which choice of a job counts, and what it means for whether the job may fail."""

from ciconv.ir.choices import without_status
from ciconv.ir.expression import Expr, Literal, as_boolean, conjuncts
from ciconv.ir.job import Choice
from ciconv.ir.node import replace
from ciconv.passes.joining import all_of, any_of, listed, negated


def effective(choices: tuple[Choice, ...], number: int) -> Expr | None:
    """Return when a choice counts: its condition holds, and that of no choice before it."""
    earlier = [one.condition for one in choices[:number]]
    parts = [negated(one) if one is not None else Literal(value=False) for one in earlier]
    own = choices[number].condition
    return all_of([*parts, *([] if own is None else [own])])


def may_fail_of(choices: tuple[Choice, ...]) -> Expr | None:
    """Return whether a job may fail, by the choice that counts.

    What may fail with some exit codes only, may not fail: a failure must not be hidden.
    """
    said = [None if one.exit_codes or _is_false(one.may_fail) else one.may_fail for one in choices]
    if len(set(said)) <= 1:
        return said[0] if said else None
    plain = _apart(choices)
    cases = [
        all_of([*listed(effective(plain, number)), tolerated])
        for number, tolerated in enumerate(said)
        if tolerated is not None
    ]
    whole = any_of([one for one in cases if one is not None])
    return None if whole is None else as_boolean(whole)


def _apart(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The choices of a job that runs with what tells them apart.

    What all of them ask for holds then, and the last one counts if it is none of the others.
    """
    asked = [conjuncts(without_status(one.condition)) for one in choices]
    shared = set(asked[0]).intersection(*asked)
    own = [all_of([part for part in parts if part not in shared]) for parts in asked]
    pairs = zip(choices, [*own[:-1], None], strict=True)
    return tuple(replace(one, condition=condition) for one, condition in pairs)


def _is_false(expr: Expr | None) -> bool:
    return isinstance(expr, Literal) and not expr.value
