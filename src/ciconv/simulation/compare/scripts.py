"""Scripts in a form that is equal for those a shell takes for the same words."""

import re
from collections.abc import Iterator, Mapping

from ciconv.simulation.compare.place import plain_holes

_TOKEN = re.compile(
    r"""(?P<escape>\\[\s\S])
    |(?P<single>')(?P<body>[^']*)'
    |(?P<double>")
    |\$\{(?P<braced>[A-Za-z_]\w*)\}
    |\$\(\$env:(?P<within>\w+)\)|\$\{env:(?P<around>\w+)\}|\$env:(?P<power>\w+)
    |\$(?P<bare>[A-Za-z_]\w*)
    |\$\{\{\ env\.(?P<named>[A-Za-z_]\w*)\ \}\}
    |(?P<hole>\$\{\{.*?\}\})
    |(?P<text>[^\\'"$]+|.)""",
    re.VERBOSE | re.DOTALL,
)


_NAMES = ("braced", "bare", "named", "within", "around", "power")
_DOLLAR = re.compile(r"\$(?!\{\{)")
_COMMENT = re.compile(r"^[ \t]*#(?!!).*\n?", re.MULTILINE)


def canonical_script(script: str, variables: Mapping[str, str]) -> str:
    """Return a script with the variables put in that are known, and with one kind of quotes.

    Whether something is quoted stays visible; which quotes were used does not: `'a '"$X"` and
    `"a $X"` come out alike.
    """
    pieces: list[tuple[bool, str]] = []
    script = plain_holes(_COMMENT.sub("", script))
    for quoted, text in _pieces(script, variables):
        if pieces and pieces[-1][0] is quoted:
            pieces[-1] = quoted, pieces[-1][1] + text
        else:
            pieces.append((quoted, text))
    return "".join(f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}"
                   if quoted else text for quoted, text in pieces)  # fmt: skip


def _pieces(script: str, variables: Mapping[str, str]) -> Iterator[tuple[bool, str]]:
    """Texts, and whether each stands in quotes."""
    quoted = False
    for match in _TOKEN.finditer(script):
        name = next(filter(None, map(match.__getitem__, _NAMES)), None)
        if match["double"]:
            quoted = not quoted
            yield True, ""
        elif match["single"] and not quoted:
            yield True, _DOLLAR.sub(r"\\$", match["body"])
        elif name is not None:
            yield quoted, variables.get(name, f"${{{name}}}")
        else:
            yield quoted, match[0]
