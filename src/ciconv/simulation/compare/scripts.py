"""Scripts in a form that is equal for those a shell takes for the same words."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TypeAlias

from ciconv.simulation.compare.holes import plain_holes
from ciconv.simulation.compare.texts import HOLES

_WHOLE = HOLES.pattern  # which may have quotes in it
# each text is read in one way only: nothing is tried again where no quote closes it
_SINGLE = rf"(?P<single>')(?P<body>(?:[^'$]++|{_WHOLE}|(?!{_WHOLE})\$)*)'"
_TOKEN = re.compile(
    rf"{_SINGLE}|"
    r"""(?P<escape>\\[\s\S])
    |(?P<double>")
    |\$\{(?P<braced>[A-Za-z_]\w*)\}
    |\$\(\$env:(?P<within>\w+)\)|\$\{env:(?P<around>\w+)\}|\$env:(?P<power>\w+)
    |\$(?P<bare>[A-Za-z_]\w*)
    |\$\{\{\ env\.(?P<named>[A-Za-z_]\w*)\ \}\}
    """
    rf"|(?P<hole>{_WHOLE})"
    r"""|(?P<command>\$\((?!\())
    |(?P<paren>[()])
    |(?P<text>[^\\'"$()]+|.)""",
    re.VERBOSE | re.DOTALL,
)


Variables: TypeAlias = Mapping[str, str]

HOLE = "\ue000"
_TOKEN_OF_TEXT = re.compile(
    _TOKEN.pattern.replace(_SINGLE, "(?P<single>(?!))(?P<body>(?!))"),
    re.VERBOSE | re.DOTALL,
)
_QUOTED_TEXT = re.compile(
    r"(?P<operator><<-?)[ \t]*(?P<quote>['\"])(?P<end>\w+)(?P=quote)(?P<rest>[^\n]*\n)"
    r"(?P<body>.*?)(?=^[ \t]*(?P=end)$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_LOOK_UP = re.compile(r"\{?__import__\(['\"]os['\"]\)\.environ\[['\"](\w+)['\"]\]\}?")
_PREFIX = re.compile(r"\bf(?=['\"])")
_NAMES = ("braced", "bare", "named", "within", "around", "power")
_ASSIGNED = re.compile(r"(?:^|[;&|(]|\bexport|\blocal)[ \t]*([A-Za-z_]\w*)=", re.MULTILINE)
_SELF = re.compile(r"\b(?P<name>[A-Za-z_]\w*)=(?P<quote>\"?)\$\{?(?P=name)\}?(?P=quote)(?=\s|;|$)")
_NAMED = re.compile(r"\$\{\{ env\.([A-Za-z_]\w*) \}\}")
_DOLLAR = re.compile(r"\$(?!\{\{)")
_COMMENT = re.compile(r"^[ \t]*#(?!!).*\n?", re.MULTILINE)
_INLINE_COMMENT = re.compile(r"(?<=[ \t])#.*$", re.MULTILINE)


def same_script(one: str, other: str, known: tuple[Variables, Variables], shell: str) -> bool:
    """Whether two scripts of a shell are equal once what is known of variables is put in.

    Whether something is quoted counts; which quotes are used does not: `'a '"$X"` and `"a $X"` are
    alike. Where texts of many lines stand in a script, quotes in them are none, and none counts.
    """
    if one == other:
        return True
    own = set(_ASSIGNED.findall(one)) & set(_ASSIGNED.findall(other))
    if own:  # what a script sets itself has the value it sets, which may be the one it had
        one, other = map(_with_own_values, (one, other), known)
        one_knows, other_knows = (
            {name: value for name, value in side.items() if name not in own} for side in known
        )
        known = one_knows, other_knows
    left, right = _COMMENT.sub("", one), _COMMENT.sub("", other)
    if shell.startswith("python"):
        left, right = _INLINE_COMMENT.sub("", left), _INLINE_COMMENT.sub("", right)
        return _python(left, known[0]) == _python(right, known[1])
    if canonical_script(left, known[0]) == canonical_script(right, known[1]):
        return True
    left, right = _INLINE_COMMENT.sub("", left), _INLINE_COMMENT.sub("", right)
    if canonical_script(left, known[0]) == canonical_script(right, known[1]):
        return True
    is_long = "<<" in left and "<<" in right
    return is_long and _expanded(left, known[0]) == _expanded(right, known[1])


def _with_own_values(script: str, variables: Variables) -> str:
    """A script with `X="$X"` as the value that it has before the script sets another one."""
    first: dict[str, int] = {}
    for match in _ASSIGNED.finditer(script):
        first.setdefault(match[1], match.start(1))
    return _SELF.sub(partial(_own_value, variables, first), script)


def _own_value(variables: Variables, first: Mapping[str, int], match: re.Match[str]) -> str:
    name, quote = match["name"], match["quote"]
    if name not in variables or first.get(name, match.start()) < match.start():
        return match[0]
    return f"{name}={quote}{variables[name]}{quote}"


def canonical_script(script: str, variables: Variables) -> str:
    """Return a script with the variables put in that are known, and with one kind of quotes."""
    pieces: list[tuple[bool, str]] = []
    for quoted, text in _pieces(script, variables):
        if pieces and pieces[-1][0] is quoted:
            pieces[-1] = quoted, pieces[-1][1] + text
        else:
            pieces.append((quoted, text))
    found = (
        f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}" if quoted else text
        for quoted, text in pieces
    )
    return plain_holes("".join(found))


def _pieces(script: str, variables: Variables) -> Iterator[tuple[bool, str]]:
    """Texts, and whether each stands in quotes; a command in quotes has quotes of its own."""
    quoted, at = False, 0
    outer: list[tuple[bool, int]] = []  # for each command: whether it is in quotes, parentheses
    while match := (_TOKEN_OF_TEXT if quoted else _TOKEN).match(script, at):
        at = match.end()
        name = next(filter(None, map(match.__getitem__, _NAMES)), None)
        if match["double"]:
            quoted = not quoted
            yield True, ""
        elif match["command"]:
            yield quoted, match[0]
            outer.append((quoted, 0))
            quoted = False
        elif match["paren"] and outer and not quoted:
            quoted = _after_paren(match[0], outer)
            yield quoted, match[0]
        elif match["single"]:
            yield True, _single(match["body"], variables)
        elif name is not None:
            yield quoted, variables.get(name, f"${{{name}}}")
        else:
            yield quoted, "\\" if quoted and match[0] == "\\\\" else match[0]


def _single(body: str, variables: Variables) -> str:
    """A text in which a shell expands nothing, with the variables that were put in before."""
    plain = _DOLLAR.sub(r"\\$", body)
    return _NAMED.sub(lambda match: variables.get(match[1], f"${{{match[1]}}}"), plain)


def _after_paren(paren: str, outer: list[tuple[bool, int]]) -> bool:
    """Whether what follows is in quotes, as it is where a command in quotes is closed."""
    quoted, depth = outer.pop()
    if paren == ")" and not depth:
        return quoted
    outer.append((quoted, depth + (1 if paren == "(" else -1)))
    return False


def _expanded(script: str, variables: Variables) -> str:
    """A script with variables put in wherever they stand."""

    def value(match: re.Match[str]) -> str:
        name = next(filter(None, map(match.__getitem__, _NAMES)), None)
        return match[0] if name is None else variables.get(name, f"${{{name}}}")

    return plain_holes(_TOKEN_OF_TEXT.sub(value, _QUOTED_TEXT.sub(_unquoted, script)))


def _unquoted(match: re.Match[str]) -> str:
    """A text of many lines in which nothing is expanded as one in which nothing is left to be."""
    body = re.sub(r"[\\`]|\$(?!\{\{)", r"\\\g<0>", match["body"])
    return f"{match['operator']}{match['end']}{match['rest']}{body}"


def _python(script: str, variables: Variables) -> str:
    """A script of Python with values in place of look-ups, and without the sign of an f-string."""
    found = _LOOK_UP.sub(lambda match: variables.get(match[1], f"${{{match[1]}}}"), script)
    holes = HOLES.findall(found)
    plain = HOLES.sub(HOLE, found).replace("{{", "{").replace("}}", "}")
    for hole in holes:
        plain = plain.replace(HOLE, hole, 1)
    return plain_holes(_PREFIX.sub("", plain))
