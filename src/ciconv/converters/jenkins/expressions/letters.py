"""The case of letters, which GitHub ignores in comparisons of texts and Groovy does not."""

from ciconv.ir.expression import Binary, Call, Literal, Op, Ref, constant
from ciconv.syntax.groovy import tree as t

_NAMED = frozenset({"repo", "actor"})  # people write these as they like
_FREE = frozenset(("ref", "pr", "commit", "inputs", "vars", "env", "actor", "github"))


def has_cases(expr: Binary) -> bool:
    """Return whether it is a text that may be written in other letters."""
    if expr.op not in (Op.EQ, Op.NE) or not isinstance(expr.right, Literal):
        return False
    wanted, ref = expr.right.value, expr.left
    if not isinstance(wanted, str) or not isinstance(ref, Ref):
        return False
    return wanted != wanted.lower() or (ref.path[0] in _NAMED and wanted.upper() != wanted)


def is_found_anyhow(expr: Call) -> bool:
    """Return whether a text is looked for that may be written in other letters.

    Names begin and end as they are written where that is with small letters alone.
    """
    subject, wanted = expr.arguments[0], constant(expr.arguments[1]) or ""
    root = subject.path[0] if isinstance(subject, Ref) else ""
    if wanted.lower() == wanted.upper() or root not in _FREE:
        return False
    return wanted != wanted.lower() or expr.function == "contains" or root != "ref"


def ignoring_case(op: Op, left: t.Expr, right: t.Expr) -> t.Expr:
    """Return whether two texts are equal, or are not, whatever the case of their letters."""
    method = t.Property(base=left, name="equalsIgnoreCase", op="?.")
    same = t.Call(function=method, arguments=(t.Argument(value=right),))
    return same if op is Op.EQ else t.Unary(op="!", operand=same)
