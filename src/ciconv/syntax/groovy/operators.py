"""How much operators bind, weakest first, as in Groovy 2.4.

https://docs.groovy-lang.org/2.4.21/html/documentation/#_operator_precedence
"""

from ciconv.syntax.groovy.tree import Assignment, Binary, Call, Closure, Expr, Ternary, Unary

_LEVELS = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("=~", "==~"),
    ("==", "!=", "<=>", "===", "!=="),
    ("<", "<=", ">", ">=", "in"),
    ("<<", ">>", ">>>", "..", "..<"),
    ("+", "-"),
    ("*", "/", "%"),
)
_BINARY = {op: level for level, ops in enumerate(_LEVELS, 3) for op in ops}

LOWEST = 0
COMMAND = 1  # a call without parentheses is none inside another expression
TERNARY = 2
UNARY = len(_LEVELS) + 3
ATOM = UNARY + 2


def strength(expr: Expr) -> int:
    """Return how much an expression holds together; ATOM for one that nothing can part."""
    match expr:
        case Assignment():
            return LOWEST
        case Call() if expr.arguments and not expr.parentheses:
            return COMMAND
        case Ternary():
            return TERNARY
        case Binary():
            return UNARY + 1 if expr.op == "**" else _BINARY[expr.op]
        case Unary() | Closure():
            return UNARY
    return ATOM
