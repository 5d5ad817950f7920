"""Scripts: the text of a file, expressions in the place of the variables that stand for them."""

import re
from collections.abc import Iterator

from ciconv.converters.shell_tests.read_names import Names
from ciconv.ir.expression import Expr, Literal, Template
from ciconv.syntax.shell import DIALECTS, Quoting, contexts

_POSIX = r"\$\{(?P<a>[A-Z_][A-Z0-9_]*)(?::-skipped)?\}|\$(?P<b>[A-Z_][A-Z0-9_]*)"
_POWERSHELL = r"\$\(\$env:(?P<a>[A-Z_]\w*)\)|\$\{env:(?P<b>[A-Z_]\w*)\}|\$env:(?P<c>[A-Z_]\w*)"
_PYTHON = r"\{?__import__\(['\"]os['\"]\)\.environ\[['\"](?P<a>[A-Z_]\w*)['\"]\]\}?"
_VARIABLES = {
    "bash": re.compile(_POSIX),
    "sh": re.compile(_POSIX),
    "pwsh": re.compile(_POWERSHELL),
    "powershell": re.compile(_POWERSHELL),
    "python": re.compile(_PYTHON),
}
_DIALECT_OF = {"dash": "sh", "zsh": "bash", "python3": "python"}
_LITERAL = frozenset({Quoting.SINGLE, Quoting.DOLLAR_SINGLE, Quoting.HEREDOC_QUOTED})


def script(text: str, shell: str, names: Names) -> Template:
    """Return a script; variables that only ciconv makes are the expressions they stand for.

    Those in the environment of every workflow, `$GITHUB_SHA`, stay as they are.
    """
    word = shell.split(" ")[0].rpartition("/")[2]
    dialect = _DIALECT_OF.get(word, word)
    if dialect not in _VARIABLES:
        return Template(parts=(Literal(value=text),) if text else ())
    return Template(parts=tuple(_parts(text, dialect, names)))


def _parts(text: str, dialect: str, names: Names) -> Iterator[Expr]:
    found = [
        (match, expr)
        for match in _VARIABLES[dialect].finditer(text)
        if (expr := _meaning(match, names)) is not None
    ]
    quotings = _quotings(text, [match for match, _ in found], dialect)
    at = 0
    for (match, expr), quoting in zip(found, quotings, strict=True):
        if quoting in _LITERAL:
            continue
        if match.start() > at:
            yield Literal(value=text[at : match.start()])
        yield expr
        at = match.end()
    if text[at:]:
        yield Literal(value=text[at:])


def _meaning(match: re.Match[str], names: Names) -> Expr | None:
    name = next(filter(None, match.groups()))
    return names.local.get(name) or names.generated(name)


def _quotings(
    text: str, matches: list[re.Match[str]], dialect: str
) -> list[Quoting] | tuple[Quoting, ...]:
    if dialect not in ("bash", "sh") or not matches:
        return [Quoting.BARE] * len(matches)
    pieces, offsets, at, length = [], [], 0, 0
    for match in matches:
        piece = text[at : match.start()]
        length += len(piece)
        offsets.append(length)
        pieces += [piece, "x"]
        length += 1
        at = match.end()
    assert dialect in DIALECTS
    return contexts("".join([*pieces, text[at:]]), offsets, dialect)
