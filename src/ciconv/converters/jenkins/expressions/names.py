"""Names with a dot: variables, parameters, what Jenkins says of the build."""

from ciconv.converters.jenkins.scope import Data, Scope
from ciconv.ir.expression import Binary, Call, Expr, Literal, Op, Ref, Semantics
from ciconv.syntax.groovy import tree

NOTHING = Literal(value=None)
_BUILD = {"absoluteUrl": "BUILD_URL", "number": "BUILD_NUMBER"}  # of `currentBuild`
_STATUS = {"SUCCESS": "success", "FAILURE": "failure", "ABORTED": "cancelled"}


def read_variable(node: tree.Property | tree.Index, scope: Scope) -> Expr | None:
    """Return what `env.X`, `env['X']` and `params.X` are; None for what is unknown."""
    base, name = tree.plain(node.base), member(node, scope)
    if name is None or not isinstance(base, tree.Name) or scope.knows(base.name):
        return None
    if base.name == "env":
        return scope.shared.variable(name)
    if base.name == "currentBuild":
        variable = _BUILD.get(name)
        return None if variable is None else scope.shared.variable(variable)
    return parameter(name, scope) if base.name == "params" else None


def parameter(name: str, scope: Scope) -> Ref:
    """Return the value of a parameter; one that is a password is a secret."""
    shared = scope.shared
    if name not in shared.parameters:
        shared.asked[name] = None
    head = "secrets" if shared.parameters.get(name) == "password" else "inputs"
    return Ref(path=(head, name))


def is_parameter(expr: Expr, scope: Scope) -> bool:
    """Return whether an expression is a parameter that the file declares, which has a value."""
    if not isinstance(expr, Ref) or expr.path[0] not in ("inputs", "secrets"):
        return False
    return expr.path[1] in scope.shared.parameters


def entry_of(node: tree.Property | tree.Index, scope: Scope) -> tuple[tree.Expr, Scope] | None:
    """Return an entry of a map that is known, with the scope it is written in."""
    base, name = tree.plain(node.base), member(node, scope)
    if name is None or not isinstance(base, tree.Name):
        return None
    value = scope.get(base.name)
    if not isinstance(value, Data) or not isinstance(value.node, tree.MapLiteral):
        return None
    for entry in value.node.entries:
        if entry.name == name:
            return entry.value, value.scope
    return None


def member(node: tree.Property | tree.Index, scope: Scope) -> str | None:
    """Return the name behind the dot or between the brackets, None when it is not known."""
    if isinstance(node, tree.Property):
        plain = node.op in (".", "?.") and isinstance(node.name, str)
        return node.name if plain and isinstance(node.name, str) else None
    key = tree.plain(node.keys[0]) if len(node.keys) == 1 else None
    if isinstance(key, tree.String):
        return key.constant
    known = scope.get(key.name) if isinstance(key, tree.Name) else None
    return known.value if isinstance(known, Literal) and isinstance(known.value, str) else None


def read_result(node: tree.Binary) -> Expr | None:
    """Return `currentBuild.result == 'X'` as a status of the job; None for anything else."""
    name, value = tree.plain(node.left), tree.plain(node.right)
    if not isinstance(name, tree.Property) or node.op not in ("==", "!="):
        return None
    is_build = isinstance(name.base, tree.Name) and name.base.name == "currentBuild"
    if not is_build or name.name not in ("result", "currentResult"):
        return None
    word = _STATUS.get(value.constant or "") if isinstance(value, tree.String) else None
    if word is None:
        return None
    status = Call(function=word, span=node.span)
    if node.op == "==":
        return status
    no = Literal(value=False)
    return Binary(op=Op.EQ, left=status, right=no, semantics=Semantics.GROOVY, span=node.span)
