"""Expressions in texts, `${{ … }}`, in a form that is equal for those with the same value."""

import re
from functools import lru_cache

from ciconv.catalog.catalog import Catalog
from ciconv.converters.github.expressions.read import read_expression
from ciconv.diagnostics import Diagnostics
from ciconv.ir.evaluate import EvaluationError, simplified
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Index,
    Literal,
    Op,
    Ref,
    Unary,
    opposite,
    written,
)
from ciconv.ir.node import replace
from ciconv.simulation.compare.meaning import Meaning, as_text
from ciconv.simulation.compare.texts import HOLES
from ciconv.simulation.wording import expression_text
from ciconv.source import Source
from ciconv.syntax.node import Scalar, Style

_NUMBER = re.compile(r"'(\d+(?:\.\d+)?)'")
_NOTHING = re.compile(r"(?<=[!=]= )(?:null|false)(?![\w.])")  # as equal as 0 is
_OUTPUT = re.compile(r"\b(?:steps|needs)\.[\w-]+\.(?:outputs\.)?[\w.-]+")
# the address of the run, as GitHub has it put together
_RUN_URL = re.compile(
    r"\$\{\{ github\.server_url \}\}/\$\{\{ github\.repository \}\}/actions/runs/"
    r"\$\{\{ github\.run_id \}\}"
)
_SETTING = re.compile(r"(?<=\bsecrets\.)\w+|(?<=\bvars\.)\w+")  # in any letters
_TRUE_OR_FALSE = frozenset(
    {"contains", "startsWith", "endsWith", "success", "failure", "always", "cancelled"}
)


def same_text(one: str, other: str) -> bool:
    """Whether two texts are equal, where expressions in them may be written in several ways."""
    if one == other:
        return True
    if "${{" not in one and "${{" not in other:
        return False
    return plain_holes(one) == plain_holes(other)


def plain_holes(text: str) -> str:
    """Return a text in which all expressions of one value are written in one way.

    Names of outputs are folded as shells have to, the token has two names, numbers may be texts,
    and null is compared as 0. What is true or false whatever the run knows, is no expression.
    """
    return _RUN_URL.sub("${{ run.url }}", HOLES.sub(lambda match: _plain_hole(match[0]), text))


@lru_cache(maxsize=10_000)
def _plain_hole(hole: str) -> str:
    expr = _parsed(hole[3:-2])
    if expr is not None:
        value = _canonical(expr)
        if isinstance(value, Literal):
            return written(value.value)
        hole = f"${{{{ {expression_text(value, Catalog.builtin())} }}}}"
    found = _NUMBER.sub(r"\1", hole.replace("secrets.GITHUB_TOKEN", "github.token"))
    found = _NOTHING.sub("0", found.replace(" || '' }}", " }}"))
    found = _SETTING.sub(lambda name: name[0].upper(), found)
    return _OUTPUT.sub(lambda name: name[0].lower().replace("-", "_").replace(".", "_"), found)


class _Names:
    """Names as plans have them."""

    def canonical_name(self, format: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """No name is another one."""
        return None

    def native_name(self, format: str, canonical: tuple[str, ...]) -> str | None:
        """All names are written as they are."""
        return None


def _parsed(text: str) -> Expr | None:
    """The expression of a text, None where it is none of GitHub's."""
    span = Source("", text).span(0, len(text))
    scalar = Scalar(text=text, value=text, style=Style.PLAIN, span=span, offsets=((0, 0),))
    diagnostics = Diagnostics()
    expr = read_expression(scalar, 0, len(text), _Names(), diagnostics)
    wrong = any(not one.code.startswith("unknown-") for one in diagnostics)
    return None if wrong else expr


def _canonical(expr: Expr) -> Expr:
    """An expression of the same value, equal for many that have it."""
    if _is_true_or_false(expr):
        return _truth(expr)
    match expr:
        case Call(function="case", arguments=(asked, _, otherwise)) if _is_never(asked):
            return _canonical(otherwise)
        case Binary(op=Op.OR, left=left, right=right) if _is_never(left):
            return _canonical(right)
        case Call():
            return replace(
                expr, arguments=tuple(as_text(_canonical(one)) for one in expr.arguments)
            )
        case Binary():
            return replace(expr, left=_operand(expr.left), right=_operand(expr.right))
        case Index():
            return replace(expr, base=_canonical(expr.base), key=_canonical(expr.key))
        case Ref():
            return Meaning({}, {}).tree(expr) or expr
    return expr


def _is_never(expr: Expr) -> bool:
    """Whether a value is never true: `condition && ''` is not, whatever is asked."""
    if isinstance(expr, Literal):
        return not expr.value
    return isinstance(expr, Binary) and expr.op is Op.AND and _is_never(expr.right)


def _operand(expr: Expr) -> Expr:
    """What `&&` and `||` may give: in a text, nothing is the empty one."""
    return Literal(value="") if expr == Literal(value=None) else _canonical(expr)


def _truth(expr: Expr) -> Expr:
    try:
        found = simplified(Meaning({}, {}).tree(expr) or expr)
    except EvaluationError:
        return expr
    if isinstance(found, bool):
        return Literal(value=found)
    return found if _is_true_or_false(found) else opposite(opposite(found))


def _is_true_or_false(expr: Expr) -> bool:
    """Whether a value is true or false, and nothing else."""
    if isinstance(expr, Binary) and expr.op in (Op.AND, Op.OR):
        return _is_true_or_false(expr.left) and _is_true_or_false(expr.right)
    if isinstance(expr, Literal):
        return isinstance(expr.value, bool)
    if isinstance(expr, Call):
        return expr.function in _TRUE_OR_FALSE
    return isinstance(expr, Unary | Binary)
