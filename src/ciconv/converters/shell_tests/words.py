"""The value of an expression as text inside double quotes of bash."""

import re
from collections.abc import Iterator

from ciconv.converters.shell_tests.scope import CannotSay, Scope
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Index,
    Literal,
    Matches,
    Op,
    Ref,
    Star,
    Template,
    Unary,
    constant,
    written,
)
from ciconv.ir.node import replace


def word(expr: Expr, scope: Scope) -> str:
    """Return what to write between double quotes; raise CannotSay."""
    match expr:
        case Literal():
            return escaped(written(expr.value))
        case Template():
            return joined([word(part, scope) for part in expr.parts])
        case Ref():
            return _reference(expr, scope)
        case Binary(op=Op.AND) | Binary(op=Op.OR):
            return _choice(expr, scope)
        case Binary() | Unary() | Matches():
            return _boolean(expr, scope)
        case Call():
            return _call(expr, scope)
        case Index(base=Ref(), key=Literal()) if _is_port(expr):
            return word(_as_name(expr), scope)
        case Index():
            raise CannotSay(expr, "it looks into a value that only the run knows")
    raise CannotSay(expr, "ciconv does not understand it")


def _reference(ref: Ref, scope: Scope) -> str:
    if ref.path[0] == "matrix":
        return scope.matrix(ref, pasted=False)
    if ref.path == ("job", "status"):
        return scope.dialect.job_status
    if ref.path[0] == "steps" and ref.path[-1] in ("outcome", "conclusion"):
        return f"${{{scope.variable(ref)}:-skipped}}"
    return f"${scope.variable(ref)}"


def joined(pieces: list[str]) -> str:
    """Return pieces behind each other, with braces where a name would swallow what follows."""
    text = ""
    for piece in reversed(pieces):
        name = re.fullmatch(r"\$([A-Za-z_][A-Za-z0-9_]*)", piece)
        if name and re.match(r"[A-Za-z0-9_\[\ue000]", text):
            piece = f"${{{name[1]}}}"
        text = piece + text
    return text


def _is_port(expr: Index) -> bool:
    return isinstance(expr.base, Ref) and expr.base.path[:2] == ("job", "services")


def _as_name(expr: Index) -> Ref:
    """`ports[6379]` as the name it means."""
    base = expr.base.path if isinstance(expr.base, Ref) else ()
    key = written(expr.key.value) if isinstance(expr.key, Literal) else ""
    return Ref(path=(*base, key), span=expr.span)


def is_needs_results(expr: Expr) -> bool:
    """Whether it is `needs.*.result`."""
    inner = expr.base if isinstance(expr, Index) else None
    return (
        isinstance(expr, Index)
        and expr.key == Literal(value="result")
        and inner == Index(base=Ref(path=("needs",)), key=Star())
    )


def needs_results(scope: Scope) -> tuple[Ref, ...]:
    """Return the results of all jobs this one needs."""
    return tuple(Ref(path=("needs", name, "result")) for name in scope.needs)


def escaped(text: str) -> str:
    """Return a text as it stands between double quotes of bash."""
    return re.sub(r'([\\"$`])', r"\\\1", text)


def _boolean(expr: Expr, scope: Scope) -> str:
    from ciconv.converters.shell_tests.tests import test

    return f"$(if {test(expr, scope)}; then echo true; else echo false; fi)"


def _choice(expr: Binary, scope: Scope) -> str:
    """`a && b` gives b when a holds, else a; `a || b` gives a when it holds, else b."""
    from ciconv.converters.shell_tests.tests import kind, test

    if kind(expr, scope) == "boolean":
        return _boolean(expr, scope)
    left, right = expr.left, expr.right
    if isinstance(left, Binary) and left.op is expr.op:  # whose text would be there twice
        inner = replace(expr, left=left.right, right=right)
        return _choice(replace(expr, left=left.left, right=inner), scope)
    if expr.op is Op.AND:
        return _if(test(left, scope), word(right, scope), _falsy(left, scope))
    if isinstance(left, Ref) and kind(left, scope) == "text" and left.path[0] != "matrix":
        name = scope.variable(left)
        otherwise = word(right, scope)
        if constant(right) is not None:
            otherwise = otherwise.replace("}", "\\}")  # else it ends the expansion
        return f"${{{name}:-{otherwise}}}"
    found: list[Expr] = []  # by the idiom `condition && 'a' || 'b'`
    while isinstance(left, Binary) and left.op is Op.AND and _is_true_text(left.right):
        found += (left.left, left.right)
        if not isinstance(right, Binary) or right.op is not Op.OR:
            return _first_of((*found, right), scope)
        left, right = right.left, right.right
    if found:
        return _first_of((*found, replace(expr, left=left, right=right)), scope)
    holding = left  # where all of `a && b` holds, it is b
    while isinstance(holding, Binary) and holding.op is Op.AND:
        holding = holding.right
    return _if(test(left, scope), word(holding, scope), word(right, scope))


def _is_true_text(expr: Expr) -> bool:
    return isinstance(expr, Literal) and bool(expr.value)


def _falsy(expr: Expr, scope: Scope) -> str:
    from ciconv.converters.shell_tests.tests import kind

    return "false" if kind(expr, scope) == "boolean" else word(expr, scope)


def _if(condition: str, yes: str, no: str) -> str:
    otherwise = f'; else printf %s "{no}"' if no else ""
    return f'$(if {condition}; then printf %s "{yes}"{otherwise}; fi)'


def _call(expr: Call, scope: Scope) -> str:
    if expr.function == "format" and expr.arguments:
        return joined(list(_formatted(expr, scope)))
    if expr.function == "hashFiles":
        if not scope.dialect.hash_files:
            raise CannotSay(expr, "no command of a shell gives the hash of files as GitHub does")
        patterns = " ".join(f'"{word(one, scope)}"' for one in expr.arguments)
        return f"$({scope.dialect.hash_files} {patterns})"
    if expr.function == "fromJSON" and len(expr.arguments) == 1:
        return word(expr.arguments[0], scope)
    if expr.function == "join" and is_needs_results(expr.arguments[0]):
        between = word(expr.arguments[1], scope) if len(expr.arguments) > 1 else ","
        return between.join(f"${{{scope.variable(one)}}}" for one in needs_results(scope))
    if expr.function == "case" and len(expr.arguments) % 2:
        return _first_of(expr.arguments, scope)
    if expr.function in ("contains", "startsWith", "endsWith") or not expr.arguments:
        return _boolean(expr, scope)
    raise CannotSay(expr, f"{expr.function}() needs GitHub to be computed")


def _first_of(arguments: tuple[Expr, ...], scope: Scope) -> str:
    """The value behind the first condition that holds; the last argument where none does."""
    from ciconv.converters.shell_tests.tests import test

    pairs = zip(arguments[::2], arguments[1::2], strict=False)
    tests = [
        f'if {test(one, scope)}; then printf %s "{word(value, scope)}"' for one, value in pairs
    ]
    if not tests:
        return word(arguments[0], scope)
    otherwise = word(arguments[-1], scope)
    last = f'; else printf %s "{otherwise}"' if otherwise else ""
    return f"$({'; el'.join(tests)}{last}; fi)"


def _formatted(expr: Call, scope: Scope) -> Iterator[str]:
    pattern = constant(expr.arguments[0])
    if pattern is None:
        raise CannotSay(expr, "the pattern of format() is not constant")
    for piece in re.findall(r"\{\{|\}\}|\{[0-9]+\}|[^{}]+|.", pattern, re.DOTALL):
        if re.fullmatch(r"\{[0-9]+\}", piece):
            number = int(piece[1:-1]) + 1
            if number >= len(expr.arguments):
                raise CannotSay(expr, f"format() has no argument {piece}")
            yield word(expr.arguments[number], scope)
        else:
            yield escaped({"{{": "{", "}}": "}"}.get(piece, piece))
