"""Values of `environment` and `withEnv`: Jenkins expands `$NAME` and `${NAME}` in them.

https://javadoc.jenkins.io/hudson/EnvVars.html#overrideExpandingAll(java.util.Map)
"""

import re

from ciconv.converters.jenkins.expressions.names import parameter
from ciconv.converters.jenkins.expressions.unknown import as_template
from ciconv.converters.jenkins.scope import Scope
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, expressions, parts_of
from ciconv.ir.node import replace
from ciconv.ir.walk import replace_references

_NAMED = re.compile(r"\$(?:(\$)|(\w+)|\{([\w.]+)\})", re.ASCII)


def expanded(template: Template) -> Template:
    """Return a value with its variables as expressions; `$$` is a dollar."""
    parts: list[Expr] = []
    for part in template.parts:
        parts += _pieces(part) if isinstance(part, Literal) else (part,)
    return as_template(replace(template, parts=tuple(parts)))


def _pieces(part: Literal) -> list[Expr]:
    text, at = constant(part) or "", 0
    found: list[Expr] = []
    for match in _NAMED.finditer(text):
        found.append(Literal(value=text[at : match.start()], span=part.span))
        at = match.end()
        name = match[2] or match[3]
        if name is None:
            found.append(Literal(value="$", span=part.span))
        else:
            found.append(Ref(path=("env", name), span=part.span))
    found.append(Literal(value=text[at:], span=part.span))
    return found


def resolved(template: Template, scope: Scope) -> Template:
    """Return a value with those of variables known before it: it may stand where none are seen.

    A parameter is a variable, too, also one that is called like what Jenkins itself sets.
    """
    shared = scope.shared

    def known(ref: Ref) -> Expr | None:
        if ref.path[0] != "env" or ref.path[1] in shared.changed:
            return None
        name = ref.path[1]
        is_parameter = name in shared.parameters and name not in shared.env
        return parameter(name, scope) if is_parameter else shared.env.get(name)

    if not expressions(template):
        return template
    parts: list[Expr] = []
    for part in template.parts:
        found = replace_references(part, known)
        parts += parts_of(found)
    return as_template(Template(parts=tuple(parts), span=template.span))
