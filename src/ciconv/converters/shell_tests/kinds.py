"""What kind of value an expression gives, and how the values of names are written."""

from ciconv.converters.shell_tests.scope import Scope
from ciconv.ir.expression import Binary, Call, Expr, Literal, Matches, Op, Ref, Template, Unary
from ciconv.syntax.node import Scalar

# names whose values are always written in lower case, so that case does not matter
LOWER_CASE = frozenset({("event",), ("ref", "type"), ("commit", "sha")})
# names that systems compare with regard to case, whatever GitHub's `==` does
CASED = frozenset(
    (
        *(("ref", "branch"), ("ref", "tag"), ("ref", "full"), ("ref", "name"), ("ref", "default")),
        *(("pr", "base"), ("pr", "head"), ("repo", "path"), ("repo", "owner"), ("repo", "name")),
        *(("actor",), ("run", "job"), ("os",), ("arch",)),
    )
)
BOOLEANS = frozenset({("pr", "draft"), ("pr", "merged"), ("pr", "head_fork"), ("repo", "fork")})
UNAMES = {"macOS": "Darwin", "Linux": "Linux"}  # what `uname -s` says for GitHub's names
LOWER_CASE_LAST = frozenset({"result", "outcome", "conclusion"})


def kind(expr: Expr, scope: Scope) -> str:
    """Return the type of a value: boolean, number, text, or json where only the run knows."""
    match expr:
        case Literal():
            if expr.value is None or isinstance(expr.value, bool):
                return "boolean" if expr.value is not None else "json"
            return "number" if isinstance(expr.value, float) else "text"
        case Binary(op=Op.AND) | Binary(op=Op.OR):
            kinds = {kind(expr.left, scope), kind(expr.right, scope)}
            return kinds.pop() if len(kinds) == 1 else "json"
        case Unary() | Binary() | Matches():
            return "boolean"
        case Call():
            return _kind_of_call(expr)
        case Ref():
            return _kind_of_ref(expr, scope)
        case Template():
            return "text"
    return "json"


def _kind_of_call(expr: Call) -> str:
    if expr.function in ("format", "join", "toJSON", "hashFiles"):
        return "text"
    return "json" if expr.function in ("fromJSON", "case") else "boolean"


def _kind_of_ref(ref: Ref, scope: Scope) -> str:
    head, *rest = ref.path
    if head == "inputs" and rest:
        declared = scope.input_types.get(rest[0].lower(), "string")
        return declared if declared in ("boolean", "number") else "text"
    if head == "matrix" and scope.cells is not None and rest:
        return _kind_of_cells(scope.cells.values(tuple(rest)))
    if ref.path in BOOLEANS:
        return "boolean"
    is_of_event = ref.path[:2] == ("github", "event") and ref.path[2:3] != ("inputs",)
    if head == "binding" or is_of_event:
        return "json"
    return "text"


def _kind_of_cells(values: tuple[object, ...]) -> str:
    kinds = set()
    for value in values:
        plain = value.value if isinstance(value, Scalar) else None
        if plain is None or isinstance(plain, bool):
            kinds |= {"boolean"} if isinstance(plain, bool) else set()
        else:
            kinds.add("text" if isinstance(plain, str) else "number")
    return kinds.pop() if len(kinds) == 1 else "json"
