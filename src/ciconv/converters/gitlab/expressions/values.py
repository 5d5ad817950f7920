"""Values of variables, images, names: text in which GitLab puts variables.

https://docs.gitlab.com/ci/variables/where_variables_can_be_used/
"""

import re

from ciconv.converters.gitlab.expressions.conditions import Scope, variable
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Binary, Expr, Literal, Op, Ref, Template, parts_of, written


def write_value(expr: Expr, scope: Scope, names: dict[tuple[str, ...], str] | None = None) -> str:
    """Return a text with `$VARIABLES` in place of expressions; raise CannotSay.

    `names`: variables for references of one job, by their paths.
    """
    parts = parts_of(expr)
    texts = [_part(part, scope, names or {}) for part in parts]
    return "".join(_braced(text, texts[number + 1 :]) for number, text in enumerate(texts))


def _part(expr: Expr, scope: Scope, names: dict[tuple[str, ...], str]) -> str:
    if isinstance(expr, Literal):
        return written(expr.value).replace("$", "$$")
    if isinstance(expr, Template):
        return write_value(expr, scope, names)
    if isinstance(expr, Ref) and expr.path == ("ref", "name"):
        if not scope.events or scope.events & _OF_MERGES:
            said = "CI_COMMIT_REF_NAME is the source branch in a merge request"
            scope.values.append((expr, said))
        return "$CI_COMMIT_REF_NAME"
    if isinstance(expr, Ref):
        own = names.get(tuple(part.lower() for part in expr.path))
        return f"${own or _variable(expr, scope)}"
    known = _idiom(expr)
    if known is None:
        raise CannotSay(expr, "a value of GitLab computes nothing")
    scope.values.append((expr, f"{known} is that of the source branch in a merge request"))
    return f"${known}"


def _variable(ref: Ref, scope: Scope) -> str:
    """The variable of a value; what is only nearly the same is told apart from conditions."""
    known = len(scope.near)
    name = variable(ref, scope)
    scope.values.extend(scope.near[known:])
    del scope.near[known:]
    return name


def _idiom(expr: Expr) -> str | None:
    """`head_ref || ref_name` is what GitLab calls the ref of a pipeline; so with its commit."""
    if not isinstance(expr, Binary) or expr.op is not Op.OR:
        return None
    left, right = expr.left, expr.right
    if not isinstance(left, Ref) or not isinstance(right, Ref):
        return None
    return _IDIOMS.get((left.path, right.path))


_IDIOMS: dict[tuple[tuple[str, ...], tuple[str, ...]], str] = {
    **{(("pr", word), ("ref", "name")): "CI_COMMIT_REF_NAME" for word in ("head", "head_name")},
    (("pr", "head_sha"), ("commit", "sha")): "CI_COMMIT_SHA",
}


_OF_MERGES = frozenset({"pull_request", "pull_request_target"})


def _braced(text: str, following: list[str]) -> str:
    after = "".join(following)
    is_name = re.fullmatch(r"\$[A-Za-z_]\w*", text)
    return f"${{{text[1:]}}}" if is_name and re.match(r"\w", after) else text
