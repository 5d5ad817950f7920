"""Values of variables, images, names: text in which GitLab puts variables.

https://docs.gitlab.com/ci/variables/where_variables_can_be_used/
"""

import re

from ciconv.converters.gitlab.expressions.conditions import Scope, variable
from ciconv.converters.script_steps import CannotSay
from ciconv.ir.expression import Expr, Literal, Ref, Template, written


def write_value(expr: Expr, scope: Scope, names: dict[tuple[str, ...], str] | None = None) -> str:
    """Return a text with `$VARIABLES` in place of expressions; raise CannotSay.

    `names`: variables for references of one job, by their paths.
    """
    parts = expr.parts if isinstance(expr, Template) else (expr,)
    texts = [_part(part, scope, names or {}) for part in parts]
    return "".join(_braced(text, texts[number + 1 :]) for number, text in enumerate(texts))


def _part(expr: Expr, scope: Scope, names: dict[tuple[str, ...], str]) -> str:
    if isinstance(expr, Literal):
        return written(expr.value).replace("$", "$$")
    if isinstance(expr, Template):
        return write_value(expr, scope, names)
    if isinstance(expr, Ref):
        own = names.get(tuple(part.lower() for part in expr.path))
        return f"${own or variable(expr, scope)}"
    raise CannotSay(expr, "a value of GitLab computes nothing")


def _braced(text: str, following: list[str]) -> str:
    after = "".join(following)
    is_name = re.fullmatch(r"\$[A-Za-z_]\w*", text)
    return f"${{{text[1:]}}}" if is_name and re.match(r"\w", after) else text
