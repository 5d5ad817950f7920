"""What the operators of each system mean."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct

from ciconv.ir.evaluate.value import (
    Array,
    Known,
    Object,
    as_number,
    as_text,
    loose_equal,
    loose_less,
    truth,
)
from ciconv.ir.expression import Op, Semantics
from ciconv.ir.filter import Pattern, PatternSyntax

Compare: TypeAlias = Callable[[Known, Known], bool | None]  # None: nobody can tell


class Rules(Struct, frozen=True):
    """What the operators of a system mean."""

    truth: Callable[[Known], bool]
    compare: Mapping[Op, Compare]


def _orders(equal: Compare, less: Compare) -> dict[Op, Compare]:
    """The six comparisons that follow from two of them."""
    return {
        Op.EQ: equal,
        Op.NE: lambda left, right: not equal(left, right),
        Op.LT: less,
        Op.GT: lambda left, right: less(right, left),
        Op.LE: lambda left, right: equal(left, right) or less(left, right),
        Op.GE: lambda left, right: equal(left, right) or less(right, left),
    }


def _same_variable(left: Known, right: Known) -> bool:
    """GitLab's `==`: variables are texts, and one that is not defined equals null alone."""
    if left is None or right is None:
        return left is right
    return as_text(left) == as_text(right)


def _same_value(left: Known, right: Known) -> bool:
    """Equality of values of one type, with case."""
    if isinstance(left, Array | Object) or isinstance(right, Array | Object):
        return left is right
    return type(left) is type(right) and left == right


def _same_pipeline_value(left: Known, right: Known) -> bool:
    """CircleCI's `==`: a pipeline value that an event does not have is an empty text."""
    nothing = (None, "")
    return _same_value(left, right) or (left in nothing and right in nothing)


def _less(left: Known, right: Known) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    return as_number(left) < as_number(right)


def _searches(syntax: PatternSyntax, *, whole: bool) -> dict[Op, Compare]:
    """`=~` and its opposite: whether the text on the left matches the pattern on the right."""

    def found(left: Known, right: Known) -> bool | None:
        from ciconv.ir.pattern import matches  # GitHub has no such operator

        if left is None or right is None:
            return False
        text = as_text(right)
        if not whole and syntax is PatternSyntax.JAVA:
            text = f"[\\s\\S]*(?:{text})[\\s\\S]*"
        return matches(Pattern(text=text, syntax=syntax), as_text(left))

    def missed(left: Known, right: Known) -> bool | None:
        answer = found(left, right)
        return None if answer is None else not answer

    return {Op.MATCH: found, Op.NOT_MATCH: missed}


def _is_not_empty(value: Known) -> bool:
    """Groovy's truth: also a list without items is false."""
    if isinstance(value, Array):
        return bool(value.items)
    return bool(value.entries) if isinstance(value, Object) else truth(value)


RULES = {
    Semantics.GITHUB: Rules(truth, _orders(loose_equal, loose_less)),
    # https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions
    Semantics.GITLAB: Rules(
        truth, _orders(_same_variable, _less) | _searches(PatternSyntax.RE2, whole=False)
    ),
    # https://circleci.com/docs/guides/orchestrate/pipeline-variables/
    Semantics.CIRCLECI: Rules(
        truth, _orders(_same_pipeline_value, _less) | _searches(PatternSyntax.JAVA, whole=True)
    ),
    # https://groovy-lang.org/operators.html
    Semantics.GROOVY: Rules(
        _is_not_empty, _orders(_same_value, _less) | _searches(PatternSyntax.JAVA, whole=False)
    ),
}
