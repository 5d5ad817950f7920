"""Values of environment variables. Both directions.

Jenkins expands `$NAME` and `${NAME}` in the values of `environment` and `withEnv`, `$$` is `$`, and
what it does not know stays as it is. So a secret is named in single quotes: Groovy never sees it.

https://javadoc.jenkins.io/hudson/EnvVars.html#overrideExpandingAll(java.util.Map)
"""

import re
from collections.abc import Iterator

from ciconv.converters.jenkins.expressions.write import Says
from ciconv.ir.expression import Expr, Literal, Ref, Template, parts_of, written
from ciconv.syntax.groovy import tree as t
from ciconv.syntax.groovy.quote import literal

_EXPANDED = re.compile(r"\$(?=\w|\$|\{[\w.]+\})", re.ASCII)
_NAMED = re.compile(r"\$(?:(?P<sign>\$)|(?P<bare>\w+)|\{(?P<braced>[\w.]+)\})", re.ASCII)


def escaped(text: str) -> str:
    """Return a text that comes out as it is when Jenkins has expanded it."""
    return _EXPANDED.sub("$$", text)


def pieces(text: str) -> Iterator[str | Ref]:
    """Yield the constant parts and the variables of a value as it is written; no part is empty."""
    constant, at = "", 0
    for match in _NAMED.finditer(text):
        constant += text[at : match.start()]
        at = match.end()
        if match["sign"]:
            constant += "$"
            continue
        if constant:
            yield constant
        constant = ""
        yield Ref(path=("env", match["bare"] or match["braced"]))
    if constant or text[at:]:
        yield constant + text[at:]


def write_value(template: Expr, says: Says) -> t.String:
    """Return the text of a value; raise CannotSay."""
    parts: list[t.Text | t.Interpolation] = []
    for part in parts_of(template):
        if isinstance(part, Literal):
            parts.append(t.Text(value=escaped(written(part.value))))
        elif isinstance(part, Ref) and part.path[0] == "secrets":
            parts.append(t.Text(value=f"${{{says.names.variable(part)}}}"))
        else:
            parts += says.interpolated(says.value(part))
    return _string(parts)


def _string(parts: list[t.Text | t.Interpolation]) -> t.String:
    joined: list[t.Text | t.Interpolation] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, t.Text) and isinstance(last, t.Text):
            joined[-1] = t.Text(value=last.value + part.value)
        else:
            joined.append(part)
    if all(isinstance(one, t.Text) for one in joined):
        return literal("".join(one.value for one in joined if isinstance(one, t.Text)))
    is_long = any(isinstance(one, t.Text) and "\n" in one.value for one in joined)
    quote = t.Quote.TRIPLE_DOUBLE if is_long else t.Quote.DOUBLE
    return t.String(parts=tuple(joined), quote=quote)


def secret(template: Template) -> Ref | None:
    """Return the secret that a value is, None for any other value."""
    only = template.parts[0] if len(template.parts) == 1 else None
    return only if isinstance(only, Ref) and only.path[0] in ("secrets", "token") else None


def credential(ref: Ref) -> str:
    """Return the id of the credential for a secret: its name."""
    return "GITHUB_TOKEN" if ref.path[0] == "token" else ref.path[1]
