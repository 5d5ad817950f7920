"""What stands in for a tool as plain commands, made of the inputs that are given.

A command is a list of words: `--push?push` is there when the input is true, `--tag {tags*}` once
for each of its items, `{files*?}` for each pattern, which the shell expands, `{context|.}` with a
default, `{args!}` as a line of shell words, `{region"}` between double quotes that stand there. A
list may begin with conditions: `?manager=yarn|pnpm` (an empty choice: not given), `?!command` (not
given); one of nothing but `!` behind them says that no command will do.
"""

import re
from collections.abc import Iterator, Mapping

from ciconv.catalog.catalog import Column
from ciconv.ir.expression import Expr, Literal, Op, Ref, Template, constant, join_texts, operation
from ciconv.ir.node import replace
from ciconv.ir.step import Use

_CONDITION = re.compile(r"\?(!?)([\w-]+)(?:=([\w|.-]*))?")
_FLAG = re.compile(r"(?P<flag>\S+)\?(?P<input>[\w-]+)")
_HOLE = re.compile(r'\{(?P<input>[\w-]+)(?P<how>\*\??|!|"|)(?:\|(?P<default>[^}]*))?\}')
_BARE = re.compile(r"[A-Za-z0-9_./:@%+=,-]+")
_NO_PATTERN = re.compile(r"[^A-Za-z0-9_./:@%+=,*?\[\]-]+")
_LONG = 110  # characters of a line


class _NotSaid(Exception):
    """An input cannot be put into a command."""


def commands_of(step: Use, column: Column) -> Template | None:
    """Return the commands for a step, its inputs put in; None where a script has to do it."""
    given = {one.name: one.value for one in step.arguments if one.value.parts}
    wanted = {name for name in given if name in column.handles and name not in column.picks}
    for name, default in column.defaults.items():
        known = Literal(value=default) if isinstance(default, str) else Ref(path=default)
        given.setdefault(name, Template(parts=(replace(known, span=step.span),)))
    text = " ".join(word for command in column.commands for word in command)
    said = {match["input"] for match in _HOLE.finditer(text)}
    said |= {match["input"] for match in _FLAG.finditer(text)}
    said |= {match[2] for match in _CONDITION.finditer(text)} | {column.directory}
    said |= set() if column.token is None else {column.token.input}
    if not column.commands or not wanted <= said or (step.id is not None and column.outputs):
        return None
    try:
        lines = [line for command in column.commands if (line := _line(command, given))]
    except _NotSaid:
        return None
    if not lines:
        return None
    parts: list[Expr] = []
    for line in lines:
        parts += [*line, Literal(value="\n")]
    return Template(parts=join_texts(parts), span=step.ref.span)


def _line(command: tuple[str, ...], given: Mapping[str, Template]) -> list[Expr]:
    """The parts of one command; none when its conditions do not hold."""
    words: list[list[Expr]] = []
    for item in command:
        conditions = item.split(" ") if item.startswith("?") else []
        if conditions:
            if not all(_holds(one, given) for one in conditions):
                return []
            continue
        if item == "!":
            raise _NotSaid
        words += _words(item, given)
    length = sum(len(_shown(word)) + 1 for word in words)
    between = " \\\n  " if length > _LONG else " "
    parts: list[Expr] = []
    for number, word in enumerate(words):
        parts += [*([Literal(value=between)] if number else []), *word]
    return parts


def _shown(word: list[Expr]) -> str:
    texts = (constant(one) for one in word)
    return "".join("$EXPRESSION" if one is None else one for one in texts)


def _holds(condition: str, given: Mapping[str, Template]) -> bool:
    match = _CONDITION.fullmatch(condition)
    if match is None:
        raise ValueError(f"{condition!r} is no condition")
    value = given.get(match[2])
    if match[1]:
        return value is None
    if match[3] is None:
        return value is not None
    known = "" if value is None else constant(value)
    if known is None:
        raise _NotSaid
    return known in match[3].split("|")


def _words(item: str, given: Mapping[str, Template]) -> Iterator[list[Expr]]:
    flag = _FLAG.fullmatch(item)
    if flag is not None:
        yield from _flag(flag["flag"], given.get(flag["input"]))
        return
    match = _HOLE.search(item)
    if match is None:
        yield [Literal(value=item)]
        return
    value = given.get(match["input"])
    if value is None and match["default"] is not None:
        value = Template(parts=(Literal(value=match["default"]),))
    if value is None:
        return
    before, after = item[: match.start()], item[match.end() :]
    values = _items(value) if match["how"].startswith("*") else [value]
    write = {"!": _raw, "*?": _pattern, '"': _inside}.get(match["how"], _quoted)
    for one in values:
        yield [Literal(value=before), *write(one), Literal(value=after)]


def _flag(flag: str, value: Template | None) -> Iterator[list[Expr]]:
    known = "" if value is None else constant(value)
    if known == "true":
        yield [Literal(value=flag)]
    elif known is None and value is not None and len(value.parts) == 1:
        said = Literal(value=flag, span=value.span)
        found: Expr = value.parts[0]
        for op, right in ((Op.AND, said), (Op.OR, Literal(value=""))):
            found = operation(op, found, right, value.span)
        yield [found]
    elif known is None:
        raise _NotSaid


def _items(value: Template) -> list[Template]:
    """The items of a list, one a line or between commas; expressions are parts of items."""
    items: list[list[Expr]] = [[]]
    for part in value.parts:
        known = constant(part) if isinstance(part, Literal) else None
        if known is None:
            items[-1].append(part)
            continue
        first, *others = re.split(r"[\n,]", known)
        for number, piece in enumerate((first, *others)):
            if number:
                items.append([])
            if piece.strip():
                items[-1].append(Literal(value=piece.strip(), span=part.span))
    return [Template(parts=tuple(one), span=value.span) for one in items if one]


def _raw(value: Template) -> list[Expr]:
    if any(not isinstance(part, Literal) for part in value.parts):
        raise _NotSaid
    return [Literal(value=" ".join((constant(value) or "").split()))]


def _quoted(value: Template) -> list[Expr]:
    known = constant(value)
    if known is not None and _BARE.fullmatch(known):
        return [Literal(value=known)]
    return [Literal(value='"'), *_inside(value), Literal(value='"')]


def _inside(value: Template) -> list[Expr]:
    """What stands between double quotes."""
    inside: list[Expr] = []
    for part in value.parts:
        text = constant(part) if isinstance(part, Literal) else None
        if text is None:
            inside.append(part)
        else:
            inside.append(Literal(value=re.sub(r'([\\"$`])', r"\\\1", text)))
    return inside


def _pattern(value: Template) -> list[Expr]:
    """A pattern of files with nothing in quotes that the shell has to expand."""
    inside: list[Expr] = []
    for part in value.parts:
        text = constant(part) if isinstance(part, Literal) else None
        if text is None:
            inside += [Literal(value='"'), part, Literal(value='"')]
        elif "**" in text:
            raise _NotSaid  # folders in folders, which no shell looks into unasked
        else:
            inside.append(Literal(value=_NO_PATTERN.sub(_in_quotes, text)))
    return inside


def _in_quotes(match: re.Match[str]) -> str:
    return '"' + re.sub(r'([\\"$`])', r"\\\1", match[0]) + '"'
