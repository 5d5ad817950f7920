"""The value of an expression as text inside double quotes of bash, its truth as a command.

Each asks for the other: a condition may be a value, and a value may be asked whether it holds. The
coercions are GitHub's:
https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

import re
from collections.abc import Iterator

from ciconv.converters.shell_tests.dialects import PLAIN, Dialect, argument, escaped
from ciconv.converters.shell_tests.kinds import CASED, LOWER_CASE, LOWER_CASE_LAST, UNAMES, kind
from ciconv.converters.shell_tests.patterns import as_matches, matched
from ciconv.converters.shell_tests.scope import CannotSay, Scope
from ciconv.ir.expression import (
    Binary,
    Call,
    Constant,
    Expr,
    Index,
    Literal,
    Matches,
    Op,
    Ref,
    Semantics,
    Star,
    Template,
    Unary,
    constant,
    json_texts,
    written,
)
from ciconv.ir.node import replace

_ONE_TEST = re.compile(r'\[ ("[^"]*")?( = |-n |-z )("[^"]*"|\S+) \]')
_OPPOSITES = {" = ": " != ", "-n ": "-z ", "-z ": "-n "}
_NATIVE = ("CI_PIPELINE_", "CI_COMMIT_", "CI_MERGE_REQUEST_", "CIRCLE_")


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
            return _called(expr, scope)
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


def _boolean(expr: Expr, scope: Scope) -> str:
    return f"$(if {test(expr, scope)}; then echo true; else echo false; fi)"


def _choice(expr: Binary, scope: Scope) -> str:
    """`a && b` gives b when a holds, else a; `a || b` gives a when it holds, else b."""
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
    return "false" if kind(expr, scope) == "boolean" else word(expr, scope)


def _if(condition: str, yes: str, no: str) -> str:
    otherwise = f'; else printf %s "{no}"' if no else ""
    return f'$(if {condition}; then printf %s "{yes}"{otherwise}; fi)'


def _called(expr: Call, scope: Scope) -> str:
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


def test(expr: Expr, scope: Scope, *, plain: bool = False) -> str:
    """Return a command that succeeds when the expression is true; raise CannotSay.

    `plain`: where only one command may stand, with neither `|` nor functions in it.
    """
    return _test(expr, scope, PLAIN if plain else scope.dialect)


def _test(expr: Expr, scope: Scope, dialect: Dialect) -> str:
    match expr:
        case Literal():
            return "true" if expr.value not in (None, False, 0.0, "") else "false"
        case Unary(op=Op.NOT):
            return _not(_test(expr.operand, scope, dialect), dialect)
        case Binary(op=Op.AND):
            return f"{_part(expr.left, scope, dialect)} && {_part(expr.right, scope, dialect)}"
        case Binary(op=Op.OR) if dialect.has_or:
            return f"{_part(expr.left, scope, dialect)} || {_part(expr.right, scope, dialect)}"
        case Binary(op=Op.OR):
            left, right = (_not(_test(one, scope, dialect)) for one in (expr.left, expr.right))
            return _not(f"{left} && {right}")
        case Binary(op=Op.EQ):
            return _equal(expr, scope, dialect)
        case Binary():
            return _compared(expr, scope, dialect)
        case Call():
            return _call(expr, scope, dialect)
        case Matches():
            return matched(expr, word(expr.value, scope), dialect)
    return _truth(expr, scope)


def _compared(expr: Binary, scope: Scope, dialect: Dialect) -> str:
    """Which of two values is less: texts by their letters, everything else as numbers."""
    if expr.op is Op.NE:
        return _not(_equal(expr, scope, dialect), dialect)
    if expr.op is Op.NOT_MATCH:
        return _not(_compared(replace(expr, op=Op.MATCH), scope, dialect), dialect)
    if expr.op is Op.MATCH:
        found = as_matches(expr)
        if found is None:
            raise CannotSay(expr, "only the run knows the regular expression")
        return matched(found, word(found.value, scope), dialect)
    if not dialect.has_numbers:
        raise CannotSay(expr, "numbers are compared by steps alone")
    pair = [expr.left, expr.right] if expr.op in (Op.LT, Op.LE) else [expr.right, expr.left]
    or_equal = expr.op in (Op.LE, Op.GE)
    kinds = [kind(side, scope) for side in pair if side != Literal(value=None)]
    if kinds == ["text", "text"]:
        return dialect.before(*(word(side, scope) for side in pair), or_equal=or_equal)
    if "json" in kinds and len(kinds) == 2 and not {"number", "boolean"} & set(kinds):
        raise CannotSay(expr, "only the run knows whether numbers are compared or texts")
    one, other = (_as_number(side, scope, dialect) for side in pair)
    return dialect.less(one, other, or_equal=or_equal)


def _as_number(expr: Expr, scope: Scope, dialect: Dialect) -> str:
    """The word for a value as a number; one of an event that is compared so, is a number."""
    if isinstance(expr, Literal) and (expr.value is None or isinstance(expr.value, bool)):
        return "1" if expr.value else "0"
    if kind(expr, scope) == "boolean":
        return f"$(if {_test(expr, scope, dialect)}; then echo 1; else echo 0; fi)"
    return word(expr, scope)


def _not(command: str, dialect: Dialect | None = None) -> str:
    if command in ("true", "false"):
        return "false" if command == "true" else "true"
    match = _ONE_TEST.fullmatch(command) if dialect is not None and dialect.is_readable else None
    if match is not None:
        return f"[ {match[1] or ''}{_OPPOSITES[match[2]]}{match[3]} ]"
    is_simple = re.fullmatch(r"(\[\[? |ciconv_|awk )[^;&|]*", command)
    return f"! {command}" if is_simple else f"! {{ {command}; }}"


def _part(expr: Expr, scope: Scope, dialect: Dialect) -> str:
    command = _test(expr, scope, dialect)
    joined = isinstance(expr, Binary) and expr.op in (Op.AND, Op.OR)
    return f"{{ {command}; }}" if joined else command


def _truth(expr: Expr, scope: Scope) -> str:
    value = word(expr, scope)
    what = kind(expr, scope)
    if what == "boolean":
        return f'[ "{value}" = true ]'
    if what == "text":
        return f'[ -n "{value}" ]'
    return _json(value)


def _json(value: str) -> str:
    return f'{{ x="{value}"; [ -n "$x" ] && [ "$x" != false ] && [ "$x" != 0 ]; }}'


def _equal(expr: Binary, scope: Scope, dialect: Dialect) -> str:
    left, right = expr.left, expr.right
    if _is_constant(left):
        left, right = right, left
    is_cased = expr.semantics is not Semantics.GITHUB  # as shells compare, too
    if not _is_constant(right):
        texts = word(left, scope), word(right, scope)
        return f'[ "{texts[0]}" = "{texts[1]}" ]' if is_cased else dialect.equal(*texts)
    value = right.value if isinstance(right, Literal) else constant(right)
    if _is_constant(left):
        known = left.value if isinstance(left, Literal) else constant(left)
        from ciconv.ir.evaluate import loose_equal  # hardly anybody compares constants

        return "true" if loose_equal(known, value) else "false"
    if dialect.is_readable and left == Ref(path=("os",)) and value in UNAMES:
        return f'[ "$(uname -s)" = {UNAMES[value]} ]'
    what = kind(left, scope)
    if isinstance(value, str) and value and is_cased and what != "boolean":
        return f'[ "{word(left, scope)}" = {quoted(value)} ]'
    if isinstance(value, str) and value:
        return _equal_text(left, value, what, scope, dialect)
    if what != "boolean":
        return _equal_number(left, value, what, scope, dialect)
    if value not in (True, 1.0, False, 0.0, None, ""):
        return "false"
    command = _test(left, scope, dialect)
    return command if value in (True, 1.0) else _not(command)


def _is_constant(expr: Expr) -> bool:
    return isinstance(expr, Literal) or (isinstance(expr, Template) and constant(expr) is not None)


def _equal_number(left: Expr, value: Constant, what: str, scope: Scope, dialect: Dialect) -> str:
    """Compare with null, a boolean, a number or '': but for text with '', as numbers."""
    one = word(left, scope)
    if value == "" and what != "number":
        return f'[ -z "{one}" ]' if what == "text" else _not(_json(one))
    if value in (None, False, 0.0, ""):
        return _not(_json(one)) if what == "json" else dialect.zero(one)
    if value is True and what == "json":
        return _json(one)
    number = written(1.0 if value is True else value)
    return f'[ "{one}" = {number} ]'


def _equal_text(left: Expr, value: str, what: str, scope: Scope, dialect: Dialect) -> str:
    if what == "boolean":
        return "false"  # GitHub compares a boolean with text as numbers, and text is none
    one = word(left, scope)
    if not _by_case(left, dialect) and _ignores_case(left, value, scope):
        return dialect.equal(one, escaped(value))
    return f'[ "{one}" = {quoted(value)} ]'


def _by_case(left: Expr, dialect: Dialect) -> bool:
    """Whether a text is compared as it is: a name that systems compare with regard to case."""
    if not dialect.is_readable or not isinstance(left, Ref):
        return False
    is_native = left.path[0] == "env" and left.path[-1].startswith(_NATIVE)
    return left.path in CASED or is_native


def _ignores_case(left: Expr, value: str, scope: Scope) -> bool:
    """Whether case can make a difference between GitHub's comparison and the shell's."""
    if value.lower() == value.upper():
        return False
    if not isinstance(left, Ref):
        return True
    if left.path[0] == "matrix" and scope.cells is not None:
        texts = scope.cells.texts(left.path[1:]) or ()
        return any(text != value and text.lower() == value.lower() for text in texts)
    is_lower = left.path in LOWER_CASE or left.path[-1] in LOWER_CASE_LAST
    return not (is_lower and value == value.lower())


def quoted(text: str) -> str:
    """Return a text as one word of bash, with quotes only where it needs them."""
    return argument(escaped(text))


def _call(expr: Call, scope: Scope, dialect: Dialect) -> str:
    if expr.function in dialect.status:
        return dialect.status[expr.function]
    if expr.function in ("contains", "startsWith", "endsWith") and len(expr.arguments) == 2:
        return _search(expr, scope, dialect)
    return _truth(expr, scope)


def _search(expr: Call, scope: Scope, dialect: Dialect) -> str:
    where, what = expr.arguments
    if is_needs_results(where) and expr.function == "contains":
        value = constant(what) or ""
        found = [_equal_text(one, value, "text", scope, dialect) for one in needs_results(scope)]
        return _any(found, dialect)
    items = json_texts(where)
    if items is not None:
        return _any_equal(what, items, scope, dialect)
    if kind(where, scope) == "json" and expr.function == "contains":
        raise CannotSay(expr, "it searches in a list that only the run knows")
    one, other = word(where, scope), word(what, scope)
    return dialect.search(expr.function, one, other)


def _any_equal(what: Expr, items: tuple[str, ...], scope: Scope, dialect: Dialect) -> str:
    tests = [_equal_text(what, one, "text", scope, dialect) for one in items]
    return _any(tests, dialect)


def _any(tests: list[str], dialect: Dialect) -> str:
    if len(tests) < 2:
        return tests[0] if tests else "false"
    if dialect.has_or:
        return "{ " + " || ".join(tests) + "; }"
    return _not(" && ".join(_not(one) for one in tests))
