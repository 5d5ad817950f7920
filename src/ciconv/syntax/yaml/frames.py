"""Documents and collections under construction: what is gathered until their end is read."""

from operator import attrgetter
from typing import Any

from msgspec.structs import force_setattr

from ciconv.diagnostics import Diagnostics, Label
from ciconv.source import Comment, Span
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence
from ciconv.syntax.yaml.comments import ordered


class Frame:
    """What is open: the parser's event for it, its place, and its children so far."""

    __slots__ = ("children", "depth", "event", "notes", "own", "parent", "start")

    def __init__(self, parent: "Frame | None", event: Any, start: int) -> None:
        self.parent = parent
        self.event = event
        self.start = start
        self.children: list[Node] = []
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.own: tuple[Comment, ...] = ()  # comments of the node itself
        self.notes: dict[int, list[Comment]] | None = None  # comments of entries, by their number

    def above(self, comments: list[Comment]) -> tuple[Comment, ...]:
        """Return the comments above the child to come that it shall keep itself."""
        return ordered(comments)

    def behind(self, comment: Comment) -> None:
        """Take a comment behind the last child, or behind what opens the collection."""
        if self.children:
            _add_comment(self.children[-1], comment)
        elif self.parent is not None:
            self.parent.behind_opening(self, comment)

    def behind_opening(self, child: "Frame", comment: Comment) -> None:
        """Take a comment behind the anchor or bracket that opens a child."""
        child.own = ordered([*child.own, comment])

    @property
    def waiting(self) -> str:
        """The key whose value comes next; empty where there is none."""
        return ""

    def finish(self, span: Span, trailing: tuple[Comment, ...], diagnostics: Diagnostics) -> Node:
        """Return the finished collection."""
        raise NotImplementedError


class DocumentFrame(Frame):
    """A document: its only child is the root. `own` are the comments apart from the root."""

    __slots__ = ("closed",)

    def __init__(self) -> None:
        super().__init__(None, None, 0)
        self.closed = False

    def behind(self, comment: Comment) -> None:
        """Take a comment behind the root, behind `---` or behind `...`."""
        if self.closed:
            self.close([comment])
        elif self.children:
            _add_comment(self.children[0], comment)
        else:
            self.own = (*self.own, comment)

    def behind_opening(self, child: Frame, comment: Comment) -> None:
        """Take a comment behind the anchor or bracket that opens the root."""
        self.own = (*self.own, comment)

    def close(self, comments: list[Comment]) -> None:
        """Take the comments at the end of the document."""
        self.closed = True
        if comments and self.children:
            root = self.children[0]
            force_setattr(root, "trailing", (*root.trailing, *comments))


class SequenceFrame(Frame):
    """A list under construction."""

    __slots__ = ()

    def finish(self, span: Span, trailing: tuple[Comment, ...], diagnostics: Diagnostics) -> Node:
        """Return the list."""
        event = self.event
        return Sequence(
            span=span,
            comments=self.own,
            trailing=trailing,
            anchor=event.anchor,
            tag=event.tag,
            items=tuple(self.children),
            flow=event.flow_style,
        )


class MappingFrame(Frame):
    """A mapping under construction: keys and values take turns among the children."""

    __slots__ = ()

    def above(self, comments: list[Comment]) -> tuple[Comment, ...]:
        """Keep the comments for the entry; return what the key or value gets: none."""
        self._note(len(self.children) // 2, comments)
        return ()

    def behind(self, comment: Comment) -> None:
        """Take a comment behind the last key or value, or behind what opens the mapping."""
        if self.children:
            self._note((len(self.children) - 1) // 2, [comment])
        elif self.parent is not None:
            self.parent.behind_opening(self, comment)

    def behind_opening(self, child: Frame, comment: Comment) -> None:
        """Take a comment behind the anchor or bracket that opens a value."""
        self._note(len(self.children) // 2, [comment])

    def _note(self, entry: int, comments: list[Comment]) -> None:
        if self.notes is None:
            self.notes = {}
        self.notes.setdefault(entry, []).extend(comments)

    @property
    def waiting(self) -> str:
        """The key whose value comes next; empty where there is none."""
        key = self.children[-1] if len(self.children) % 2 else None
        return key.text if isinstance(key, Scalar) else ""

    def finish(self, span: Span, trailing: tuple[Comment, ...], diagnostics: Diagnostics) -> Node:
        """Return the mapping, and warn of each key that stands there a second time."""
        event, notes = self.event, self.notes
        keys, values = self.children[::2], self.children[1::2]
        if notes is None:
            entries = [Entry(key=key, value=value) for key, value in zip(keys, values, strict=True)]
        else:
            self._hand_up(notes)
            entries = [
                Entry(key=key, value=value, comments=ordered(notes.get(number, ())))
                for number, (key, value) in enumerate(zip(keys, values, strict=True))
            ]
        if len(keys) > 1 and _may_repeat(keys):
            _report_duplicates(keys, diagnostics)
        return Mapping(
            span=span,
            comments=self.own,
            trailing=trailing,
            anchor=event.anchor,
            tag=event.tag,
            entries=tuple(entries),
            flow=event.flow_style,
        )

    def _hand_up(self, notes: dict[int, list[Comment]]) -> None:
        """Make comments above the first entry of an item those of the item."""
        event = self.event
        if isinstance(self.parent, SequenceFrame) and not (
            event.flow_style or event.anchor or event.tag
        ):
            first = notes.get(0, [])
            self.own = ordered([*self.own, *(one for one in first if not one.inline)])
            notes[0] = [one for one in first if one.inline]


_text_of = attrgetter("text")


def _may_repeat(keys: list[Node]) -> bool:
    """Whether a key may stand there twice; fast, and too careful where a key is no scalar."""
    try:
        return len(set(map(_text_of, keys))) < len(keys)
    except AttributeError:
        return True


def _report_duplicates(keys: list[Node], diagnostics: Diagnostics) -> None:
    first: dict[str, Span] = {}
    for key in keys:
        if not isinstance(key, Scalar):
            continue
        span = first.setdefault(key.text, key.span)
        if span is key.span:
            continue
        diagnostics.warning(
            "duplicate-key",
            f"key {key.text!r} stands twice in one mapping",
            key.span,
            "remove or rename one of them: some readers keep the first, others the last",
            Label(span, "the first one"),
        )


def _add_comment(owner: Node, comment: Comment) -> None:
    # The owner is frozen, but its document is still being read and nobody else has it: to put
    # a copy in its place would miss the aliases that point to it.
    force_setattr(owner, "comments", ordered([*owner.comments, comment]))
