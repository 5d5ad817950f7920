"""Tree → text as people write pipelines: two blanks of indentation, `|` for scripts, few quotes."""

from collections.abc import Iterable, Iterator

from ciconv.source import Comment, Source, Span
from ciconv.syntax.node import Alias, Document, Entry, Mapping, Node, Scalar, Sequence, Style
from ciconv.syntax.yaml.quote import block_text, has_unprintable, inline_text, without_unprintable

_INDENT = 2
_MAX_INDENT = 8
_MAX_GAP = 40  # blanks between a value and the comment behind it
_MAX_KEY = 1_000  # a longer key needs `?`: https://yaml.org/spec/1.2.2/#742-flow-mappings
_BARE_KEYS = frozenset(("on", "<<"))  # GitHub's, which is no boolean there, and the merge key
_SPACED = frozenset(("jobs", "workflows", "commands"))  # blank lines between what stands in these
_SPACED_IF_LONG = frozenset(("steps",))  # and in these, if it has so many lines on the average
_LONG = 4


def render(document: Document, *, as_written: bool = False) -> str:
    """Return the document as YAML that reads back as the same tree; it ends with a line break.

    Blank lines: one before and one behind each block collection at the top level, and the same
    inside of the top-level keys `jobs`, `workflows` and `commands`. Text is quoted where a reader
    of YAML 1.1 or of YAML 1.2 would take it for something else; only the key `on` stays bare.

    `as_written`: what stands in the document's source keeps its blank lines and comments as they
    are there, and its lists the indentation that other keys' lists have.
    """
    writer = _Writer(document.source if as_written else None)
    writer.write(document)
    return "\n".join(writer.lines) + "\n"


class _Open:
    """A block collection being written, and how far that is."""

    __slots__ = ("after_block", "indent", "lead", "node", "rest", "spaced")

    def __init__(
        self, node: Node, indent: int, lead: str | None = None, spaced: bool = False
    ) -> None:
        self.node = node
        self.rest: Iterator[Entry | Node] = iter(_parts(node))
        self.indent = indent
        self.lead = lead  # what the first child is written behind, if not behind blanks
        self.spaced = spaced  # whether there are blank lines around block collections
        self.after_block: bool | None = None  # whether the child above is one; None: no child yet


class _Writer:
    """The lines so far, and the collections that are open: nesting costs no recursion."""

    def __init__(self, source: Source | None) -> None:
        self.lines: list[str] = []
        self._source = source  # whose layout is kept
        self._open: list[_Open] = []
        self._in_line: dict[int, bool] = {}  # whether a flow collection stays on one line, by id
        self._keeps_blank = False  # a blank line would belong to the scalar above

    def write(self, document: Document) -> None:
        """Write a document."""
        root = document.root
        self._comments(document.leading, 0)
        if document.leading:
            self.lines.append("")
        above, inline = _split(root.comments)
        if self._is_block(root):
            if properties := _properties(root):
                self._line(properties.lstrip())
            self._comments(root.comments, 0)
            self._open.append(_Open(root, 0, spaced=isinstance(root, Mapping)))
            self._write_open()
        else:
            self._comments(above, 0)
            first = len(self.lines)
            self._value(root, -_INDENT, "", inline)
            self.lines[first] = self.lines[first].lstrip(" ")

    def _write_open(self) -> None:
        while self._open:
            current = self._open[-1]
            child = next(current.rest, None)
            if child is None:
                self._open.pop()
                if current.after_block and current.indent == 0 and current.node.trailing:
                    self._blank(current.node.trailing[0].span)
                self._comments(current.node.trailing, current.indent)
            elif isinstance(child, Entry):
                self._entry(child, current)
            else:
                self._item(child, current)

    def _entry(self, entry: Entry, current: _Open) -> None:
        value, indent = entry.value, current.indent
        above, inline = _split(_comments_of(entry))
        is_block = self._is_block(value)
        lead, current.lead = current.lead, None
        if lead is None:
            place = above[0].span if above else entry.key.span
            if current.spaced and (current.after_block or (is_block and self._is_later(current))):
                self._blank(place)
            self._comments(above, indent)
            self._kept_blank(entry.key.span)
            lead = " " * indent
        current.after_block = is_block
        key = _key(entry.key)
        if key is None:
            self._line(f"{lead}? {_flow(entry.key)}", inline)
            lead, key, inline = " " * indent, "", None
        if not is_block:
            self._value(value, indent, f"{lead}{key}:", inline)
            return
        self._line(f"{lead}{key}:{_properties(value)}", inline)
        spaced = indent == 0 and key in _SPACED and isinstance(value, Mapping)
        if key in _SPACED_IF_LONG and isinstance(value, Sequence):
            spaced = _height(value) >= _LONG * len(value.items)
        self._open.append(_Open(value, indent + self._deeper(entry), spaced=spaced))

    def _deeper(self, entry: Entry) -> int:
        """How much deeper than its key a block collection stands; a list need not be deeper."""
        key, value = entry.key.span, entry.value.span
        if not (self._keeps(key) and self._keeps(value)) or _properties(entry.value):
            return _INDENT
        deeper = value.start.column - key.start.column
        is_level = deeper == 0 and isinstance(entry.value, Sequence)
        below = value.start.line > key.start.line
        return deeper if below and (is_level or 0 < deeper <= _MAX_INDENT) else _INDENT

    @staticmethod
    def _is_later(current: _Open) -> bool:
        return current.after_block is not None

    def _item(self, item: Node, current: _Open) -> None:
        indent = current.indent
        above, inline = _split(item.comments)
        is_block, properties = self._is_block(item), _properties(item)
        is_compact = is_block and not properties
        lead, current.lead = current.lead, None
        if lead is None:
            hoisted = self._hoisted(item) if is_compact else []
            if current.spaced and self._is_later(current):
                first = next(iter((*above, *hoisted)), None)
                self._blank(item.span if first is None else first.span)
            self._comments((*above, *hoisted), indent)
            self._kept_blank(item.span)
            lead = " " * indent
        current.after_block = is_block
        if not is_block:
            self._value(item, indent, f"{lead}-", inline)
        elif is_compact and inline is None:
            self._open.append(_Open(item, indent + _INDENT, f"{lead}- "))
        else:
            self._line(f"{lead}-{properties}", inline)
            blanks = " " * (indent + _INDENT) if is_compact else None
            self._open.append(_Open(item, indent + _INDENT, blanks))

    def _hoisted(self, item: Node) -> list[Comment]:
        """The comments above the first child of an item, which stands behind the item's `-`."""
        found: list[Comment] = []
        while self._is_block(item) and not _properties(item):
            if not isinstance(item, Sequence):
                first = next(iter(_parts(item)))
                return found + _split(_comments_of(first) if isinstance(first, Entry) else ())[0]
            item = item.items[0]
            found += _split(item.comments)[0]
        return found

    def _value(self, node: Node, indent: int, start: str, inline: Comment | None) -> None:
        """Write what is no block collection, behind `start`."""
        if isinstance(node, Scalar):
            self._scalar(node, indent, start + _properties(node), inline)
        elif node.trailing and not isinstance(node, Alias):
            opening, closing = "[]" if isinstance(node, Sequence) else "{}"
            self._line(f"{start}{_properties(node)} {opening}", inline)
            self._comments(node.trailing, indent + _INDENT)
            self._line(" " * max(indent, 0) + closing)
            return
        else:
            self._line(f"{start} {_flow(node)}", inline)
        self._comments(node.trailing, indent + _INDENT)

    def _scalar(self, node: Scalar, indent: int, start: str, inline: Comment | None) -> None:
        block = block_text(node, at_root=indent < 0)
        if block is None:
            text = inline_text(node, flow=indent < 0)
            self._line(f"{start} {text}" if text else start, inline)
            return
        header, lines = block
        self._line(f"{start} {header}", inline)
        blanks = " " * (indent + _INDENT if indent >= 0 else _INDENT)
        self.lines += [blanks + line if line else "" for line in lines]
        self._keeps_blank = header.endswith("+")

    def _is_block(self, node: Node) -> bool:
        if isinstance(node, Sequence):
            return bool(node.items) and not (node.flow and self._fits_line(node))
        if isinstance(node, Mapping):
            return bool(node.entries) and not (node.flow and self._fits_line(node))
        return False

    def _fits_line(self, node: Node) -> bool:
        """Whether there are no comments inside of a flow collection."""
        known = self._in_line.get(id(node))
        if known is None:
            known = self._in_line[id(node)] = not any(_comments_inside(node))
        return known

    def _comments(self, comments: Iterable[Comment], indent: int) -> None:
        for comment in comments:
            self._kept_blank(comment.span)
            if self._is_writable(comment):
                self._line(" " * indent + comment.span.text.rstrip())
                continue
            for line in comment.text.splitlines() or [""]:
                self._line(" " * indent + _sign(line))

    def _keeps(self, span: Span) -> bool:
        return self._source is not None and span.source is self._source

    def _blank(self, place: Span) -> None:
        """A blank line above what stands there, unless the source decides about it."""
        if not self._keeps_blank and not self._keeps(place):
            self.lines.append("")

    def _kept_blank(self, place: Span) -> None:
        """The blank line above a place of the kept source."""
        if not self._keeps(place) or self._keeps_blank or not (self.lines and self.lines[-1]):
            return
        start = place.start
        if start.line > 1 and not place.source.line(start.line - 1).strip():
            self.lines.append("")

    def _line(self, line: str, inline: Comment | None = None) -> None:
        if inline is not None:
            line += self._behind(inline)
        self.lines.append(line)
        self._keeps_blank = False

    def _behind(self, comment: Comment) -> str:
        """A comment behind something, with the blanks before it."""
        if not self._is_writable(comment):
            return f" {_sign(comment.text)}"
        before = comment.span.source.text[: comment.span.start_offset][-_MAX_GAP:]
        return (before[len(before.rstrip(" ")) :] or " ") + comment.span.text.rstrip()

    def _is_writable(self, comment: Comment) -> bool:
        """Whether the comment can be written as it stands in the kept source."""
        return self._keeps(comment.span) and not has_unprintable(comment.span.text)


def _height(node: Node) -> int:
    """About how many lines a block collection takes."""
    lines = 0
    waiting = [node]
    while waiting:
        for part in _parts(waiting.pop()):
            value = part.value if isinstance(part, Entry) else part
            lines += isinstance(part, Entry) or isinstance(value, Scalar | Alias)
            if isinstance(value, Scalar):
                lines += value.text.rstrip("\n").count("\n") + ("\n" in value.text)
            elif not getattr(value, "flow", False):
                waiting.append(value)
    return lines


def _parts(node: Node) -> tuple[Entry, ...] | tuple[Node, ...]:
    if isinstance(node, Mapping):
        return node.entries
    return node.items if isinstance(node, Sequence) else ()


def _comments_of(entry: Entry) -> tuple[Comment, ...]:
    key, value = entry.key, entry.value
    inside = () if isinstance(key, Scalar | Alias) else tuple(_comments_inside(key))
    return (*key.comments, *inside, *entry.comments, *value.comments)


def _comments_inside(node: Node) -> Iterator[Comment]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield from one.trailing
        for part in _parts(one):
            if isinstance(part, Entry):
                yield from part.comments
                yield from part.key.comments
                yield from part.value.comments
                waiting += (part.key, part.value)
            else:
                yield from part.comments
                waiting.append(part)


def _split(comments: Iterable[Comment]) -> tuple[list[Comment], Comment | None]:
    """Return the comments above, and the one behind: a line has room for one only."""
    above: list[Comment] = []
    inline: Comment | None = None
    for comment in comments:
        if not comment.inline:
            above.append(comment)
        else:
            if inline is not None:
                above.append(inline)
            inline = comment
    return above, inline


def _sign(text: str) -> str:
    text = without_unprintable(text).rstrip()
    return f"# {text}" if text else "#"


def _properties(node: Node) -> str:
    """Anchor and tag, each behind a blank."""
    anchor = f" &{node.anchor}" if node.anchor else ""
    return f"{anchor} {node.tag}" if node.tag else anchor


def _key(key: Node, *, flow: bool = False) -> str | None:
    """The key as it stands before its `:`; None where it needs a `?`."""
    if isinstance(key, Alias):
        return f"*{key.name} "
    if not isinstance(key, Scalar):
        return None
    is_bare = key.style is Style.PLAIN and key.text in _BARE_KEYS
    text = key.text if is_bare else inline_text(key, flow=flow) or "null"
    properties = _properties(key)
    if properties:
        text = f"{properties} {text}".lstrip()
    return text if len(text) <= _MAX_KEY else None


def _flow(node: Node) -> str:
    """The node on one line, in flow style."""
    out: list[str] = []
    waiting: list[Node | str] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            out.append(part)
        else:
            waiting.extend(reversed(_flow_parts(part)))
    return "".join(out)


def _flow_parts(node: Node) -> list[Node | str]:
    before = _properties(node).lstrip()
    before += " " if before else ""
    if isinstance(node, Alias):
        return [f"{before}*{node.name}"]
    if isinstance(node, Scalar):
        return [before + inline_text(node, flow=True)]
    if isinstance(node, Sequence):
        items: list[list[Node | str]] = [[item] for item in node.items]
        return [before, "[", *_joined(items), "]"]
    pairs: list[list[Node | str]] = []
    assert isinstance(node, Mapping)
    for entry in node.entries:
        key = _key(entry.key, flow=True)
        pairs.append(
            ["? ", entry.key, " : ", entry.value] if key is None else [f"{key}: ", entry.value]
        )
    return [before, "{ ", *_joined(pairs), " }"] if pairs else [before, "{}"]


def _joined(parts: list[list[Node | str]]) -> list[Node | str]:
    out: list[Node | str] = []
    for part in parts:
        if out:
            out.append(", ")
        out += part
    return out
