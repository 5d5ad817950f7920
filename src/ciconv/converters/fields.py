"""Taking the keys of a mapping one by one, so that none is lost: what is left is reported."""

from collections.abc import Iterator

from ciconv.context import Context
from ciconv.ir.step import Extra
from ciconv.source import Comment, Span
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, resolve


class Fields:
    """The entries of one mapping. Take each by its name; `leftovers` ends the reading.

    `comments` gathers the comments of entries that became no node of their own: they belong to
    whatever is read from the whole mapping.
    """

    def __init__(self, node: Node | None, context: Context, what: str) -> None:
        self.what = what  # for messages: "a job", "the workflow"
        self._context = context
        self._entries: dict[str, Entry] = {}
        self._known: list[str] = []
        mapping = None if node is None else resolve(node)
        self.whole = mapping
        self.comments: list[Comment] = []
        if isinstance(mapping, Mapping):
            self.comments.extend(mapping.trailing)
            for entry in mapping.entries:
                self._keep(entry)
        elif isinstance(mapping, Sequence) and not mapping.items:
            context.diagnostics.warning(
                "wrong-type", f"{what} has to be a mapping, not an empty list", mapping.span
            )
        elif mapping is not None and not is_null(mapping):
            self.wrong(mapping, "a mapping")

    def _keep(self, entry: Entry) -> None:
        if not entry.name:
            self._context.diagnostics.error("wrong-type", "a key has to be text", entry.key.span)
        self._entries[entry.name] = entry

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def peek(self, name: str) -> Entry | None:
        """Return the entry of a key without taking it, None when it is not there."""
        return self._entries.get(name)

    def entry(self, name: str) -> Entry | None:
        """Take the entry of a key, None when it is not there."""
        self._known.append(name)
        return self._entries.pop(name, None)

    def node(self, name: str) -> Node | None:
        """Take the value of a key, aliases followed; its comments go to the whole."""
        entry = self.entry(name)
        if entry is None:
            return None
        self.comments.extend(entry.comments)
        return resolve(entry.value)

    def scalar(self, name: str) -> Scalar | None:
        """Take a scalar; anything else is an error; null counts as not there."""
        node = self.node(name)
        if node is None or is_null(node):
            return None
        if isinstance(node, Scalar):
            return node
        self.wrong(node, "text", name)
        return None

    def text(self, name: str) -> str | None:
        """Take the text of a scalar."""
        scalar = self.scalar(name)
        return None if scalar is None else scalar.text

    def boolean(self, name: str, default: bool = False) -> bool:
        """Take a boolean constant."""
        scalar = self.scalar(name)
        if scalar is None:
            return default
        if not isinstance(scalar.value, bool):
            self.wrong(scalar, "true or false", name)
            return default
        return scalar.value

    def items(self, name: str) -> tuple[Node, ...] | None:
        """Take a list; a lone scalar counts as a list of one; None when the key is not there."""
        node = self.node(name)
        if node is None:
            return None
        return self.as_items(node, name)

    def as_items(self, node: Node, name: str) -> tuple[Node, ...]:
        """Return the items of a list, aliases followed; a lone scalar is a list of one."""
        if isinstance(node, Sequence):
            self.comments.extend(node.trailing)
            return node.items
        if is_null(node):
            return ()
        if isinstance(node, Scalar):
            return (node,)
        self.wrong(node, "a list", name)
        return ()

    def scalars(self, name: str) -> tuple[Scalar, ...] | None:
        """Take a list of scalars, or a lone one."""
        items = self.items(name)
        return None if items is None else tuple(self.only_scalars(items, name))

    def only_scalars(self, items: tuple[Node, ...], name: str) -> Iterator[Scalar]:
        """Yield the scalars among the items; anything else is an error."""
        for item in map(resolve, items):
            if isinstance(item, Scalar):
                yield item
            else:
                self.wrong(item, "text", name)

    def rest(self) -> tuple[Entry, ...]:
        """Take all entries not taken yet: for mappings whose keys the user chose."""
        entries = tuple(self._entries.values())
        self._entries.clear()
        return entries

    def extra(self, format: str, *names: str) -> tuple[Extra, ...]:
        """Take keys that only this format knows, to be kept as they are."""
        taken = ((name, self.entry(name)) for name in names)
        return tuple(extra_of(format, entry) for name, entry in taken if entry is not None)

    def leftovers(self, format: str) -> tuple[Extra, ...]:
        """Report the keys nobody asked for, and return them to be kept."""
        extras = []
        for entry in self.rest():
            self._context.diagnostics.warning(
                "unknown-key",
                f"{entry.name!r} is not a key of {self.what}",
                entry.span,
                help=self._suggestion(entry.name),
            )
            extras.append(extra_of(format, entry, known=False))
        return tuple(extras)

    def _suggestion(self, name: str) -> str:
        from difflib import get_close_matches  # loaded when something is wrong, not before

        close = get_close_matches(name, self._known, 1)
        if close:
            return f"did you mean {close[0]!r}?"
        return f"it knows {', '.join(sorted(set(self._known)))}"

    def require(self, name: str, at: Span | None) -> None:
        """Say that a key has to be there, unless it is (to be called before it is taken)."""
        if name not in self._entries:
            self._context.diagnostics.error(
                "missing-key", f"{self.what} needs the key {name!r}", at
            )

    def wrong(self, node: Node, wanted: str, name: str = "") -> None:
        """Say that a value is of the wrong kind."""
        subject = f"{name!r} of {self.what}" if name else self.what
        self._context.diagnostics.error(
            "wrong-type", f"{subject} has to be {wanted}, not {kind_of(node)}", node.span
        )


def extra_of(format: str, entry: Entry, *, known: bool = True) -> Extra:
    """Return an entry as something that one format alone knows."""
    return Extra(
        format=format,
        key=entry.name,
        value=entry.value,
        known=known,
        span=entry.span,
        comments=entry.comments,
    )


def is_null(node: Node) -> bool:
    """Whether a node is an empty value."""
    return isinstance(node, Scalar) and node.value is None


def kind_of(node: Node) -> str:
    """Return what a node is, in words for a message."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Scalar) and node.value is None:
        return "empty"
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return f"the boolean {node.text}"
    is_text = isinstance(node, Scalar) and isinstance(node.value, str)
    text = node.text if isinstance(node, Scalar) else ""
    return f"the text {text!r}" if is_text else f"the number {text}"
