"""Parser events → nodes: one loop without recursion, with caps on depth and on aliases."""

import gc
import re
from collections.abc import Callable
from typing import Any

import yaml

from ciconv.diagnostics import Diagnostics
from ciconv.source import Comment, Source, Span
from ciconv.syntax.node import Alias, Document, Scalar, Style
from ciconv.syntax.yaml.anchors import Anchors
from ciconv.syntax.yaml.comments import Gaps
from ciconv.syntax.yaml.events import Prepared, open_events, prepare
from ciconv.syntax.yaml.faults import MAX_DEPTH, Broken, Rejected, report, report_depth
from ciconv.syntax.yaml.frames import DocumentFrame, Frame, MappingFrame, SequenceFrame
from ciconv.syntax.yaml.offsets import (
    Offsets,
    block_lines,
    content_end,
    content_start,
    flow_offsets,
    folded_offsets,
    literal_offsets,
)
from ciconv.syntax.yaml.resolve import (
    DIGITS,
    WORDS,
    resolve,
    resolve_number,
    resolve_tagged,
    written_tag,
)

_STYLES = {
    None: Style.PLAIN,
    "": Style.PLAIN,
    "'": Style.SINGLE,
    '"': Style.DOUBLE,
    "|": Style.LITERAL,
    ">": Style.FOLDED,
}
_PLAIN, _LITERAL, _FOLDED = Style.PLAIN, Style.LITERAL, Style.FOLDED
_INDICATOR = re.compile(r"[|>][-+0-9]*")


def parse(source: Source, diagnostics: Diagnostics) -> tuple[Document, ...]:
    """Return the documents of a YAML file; none at all when there is an error.

    Errors: `yaml-syntax`, `yaml-character`, `yaml-depth`, `yaml-alias`, `empty-file`. A key that
    stands twice is a warning, `duplicate-key`, and both entries stay.
    """
    composer = _Composer(source, prepare(source), diagnostics)
    collecting = gc.isenabled()
    gc.disable()  # trees have no cycles: to look for them doubles the time for a large file
    try:
        composer.run()
    except Rejected:
        return ()
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        report(error, source, composer.broken(), diagnostics)
        return ()
    finally:
        if collecting:
            gc.enable()
    if composer.failed:
        return ()
    if not any(_has_content(document) for document in composer.documents):
        diagnostics.error("empty-file", "file holds no YAML document", source.span(0, 0))
        return ()
    return tuple(composer.documents)


def _has_content(document: Document) -> bool:
    root = document.root
    return not isinstance(root, Scalar) or root.span.start_offset < root.span.end_offset


class _Composer:
    """Takes event after event."""

    def __init__(self, source: Source, prepared: Prepared, diagnostics: Diagnostics) -> None:
        self.documents: list[Document] = []
        self._finished = False
        self._source = source
        self._diagnostics = diagnostics
        self._prepared = prepared
        self._text = prepared.text
        self._gaps = Gaps(source, prepared.text)
        self._end = 0  # where the last thing read ends
        self._document = DocumentFrame()
        self._top: Frame = self._document
        self._anchors = Anchors(diagnostics)
        self._broken: Broken | None = None  # the last block scalar

    @property
    def failed(self) -> bool:
        """Whether an error was reported that did not end the reading."""
        return self._anchors.failed

    def run(self) -> None:
        """Read all events; raise Rejected or yaml.YAMLError where it cannot go on."""
        handlers: dict[type, Callable[[Any], None]] = {
            yaml.AliasEvent: self._alias,
            yaml.SequenceStartEvent: self._start_collection,
            yaml.MappingStartEvent: self._start_collection,
            yaml.SequenceEndEvent: self._end_collection,
            yaml.MappingEndEvent: self._end_collection,
            yaml.StreamStartEvent: lambda event: None,
            yaml.DocumentStartEvent: self._start_document,
            yaml.DocumentEndEvent: self._end_document,
            yaml.StreamEndEvent: self._end_stream,
        }
        next_event = open_events(self._prepared)
        source, gaps, add = self._source, self._gaps, self._top.children.append
        # Simple scalars are most of all events, so they are handled here without further calls.
        scalar_event, words = yaml.ScalarEvent, WORDS
        while not self._finished:
            event = next_event()
            kind = type(event)
            if kind is not scalar_event:
                handlers[kind](event)
                add = self._top.children.append
                continue
            start: int = event.start_mark.index
            end: int = event.end_mark.index
            text: str = event.value
            # As long in the source as in the tree: no anchor, tag, quotes or folded line.
            if end - start != len(text) or gaps.next < end or gaps.pending:
                add(self._scalar(event, start, end))
                continue
            value = words.get(text, text)
            if value is text and text[0] in DIGITS:
                value = resolve_number(text)
            span = Span(source, start, end)
            add(Scalar(span=span, text=text, value=value, offsets=((0, start),)))
            self._end = end

    def broken(self) -> Broken | None:
        """Return the block scalar after which nothing more was read."""
        block = self._broken
        return block if block is not None and block.span.end_offset == self._end else None

    def _scalar(self, event: Any, start: int, end: int) -> Scalar:
        gaps = self._gaps
        if gaps.next < start:
            gaps.collect(self._end, start, self._top)
        text: str = event.value
        length = end - start - len(text)
        style = _STYLES[event.style]
        if length == 0 and style is _PLAIN:
            offsets: Offsets = ((0, start),)
        elif length == 2 and (style is Style.SINGLE or style is Style.DOUBLE):
            offsets = ((0, start + 1),)
        else:
            return self._special_scalar(event, start, end)
        self._end = end
        gaps.skip(end)
        return Scalar(
            span=Span(self._source, start, end),
            comments=self._above(start) if gaps.pending else (),
            text=text,
            value=resolve(text) if style is _PLAIN else text,
            style=style,
            offsets=offsets,
        )

    def _above(self, start: int) -> tuple[Comment, ...]:
        """The comments that a node at `start` keeps; the frame takes those it does not keep."""
        if self._top is self._document:
            self._document.own += self._gaps.take_leading(start)
        return self._top.above(self._gaps.take())

    def _special_scalar(self, event: Any, start: int, end: int) -> Scalar:
        """A scalar with an anchor, a tag, escapes or several lines."""
        text: str = event.value
        style = _STYLES[event.style]
        at = content_start(self._text, start, end)
        behind = _Behind()
        if self._gaps.next < at:
            self._gaps.collect(start, at, behind)
        if style is _LITERAL or style is _FOLDED:
            end, offsets = self._block_scalar(event, at, behind)
        else:
            offsets = flow_offsets(self._text, at, end)
        self._end = end
        self._gaps.skip(end)
        self._gaps.pending += behind.comments
        tag = self._tag(event.tag, start)
        value = resolve(text) if style is _PLAIN else text
        node = Scalar(
            span=Span(self._source, start, end),
            comments=self._above(start) if self._gaps.pending else (),
            anchor=event.anchor,
            tag=tag,
            text=text,
            value=value if tag is None else resolve_tagged(text, tag),
            style=style,
            offsets=offsets,
        )
        if event.anchor is not None:
            self._anchors.add(event.anchor, node)
        return node

    def _tag(self, tag: str | None, start: int) -> str | None:
        if tag is None:
            # libyaml drops a scalar's tag that is no more than the sign.
            return "!" if self._text.startswith("!", start) else None
        return written_tag(tag)

    def _block_scalar(self, event: Any, at: int, behind: "_Behind") -> tuple[int, Offsets]:
        """Where a literal or folded scalar ends, and the places of its lines."""
        text: str = event.value
        lines = block_lines(self._text, at, event.end_mark.index)
        self._gaps.collect(at, lines[0][1], behind)
        indicator = _INDICATOR.match(self._text, at)
        end = content_end(self._text, lines, indicator.end() if indicator else at)
        self._broken = Broken(self._source.span(at, end), self._top.waiting)
        if event.style == "|":
            return end, literal_offsets(text, lines)
        return end, folded_offsets(self._text, text, lines)

    def _alias(self, event: Any) -> None:
        start: int = event.start_mark.index
        end: int = event.end_mark.index
        if self._gaps.next < start:
            self._gaps.collect(self._end, start, self._top)
        span = Span(self._source, start, end)
        comments = self._above(start) if self._gaps.pending else ()
        self._end = end
        self._gaps.skip(end)
        target = self._anchors.target(event.anchor, span)
        self._top.children.append(
            Alias(span=span, comments=comments, name=event.anchor, target=target)
        )

    def _start_collection(self, event: Any) -> None:
        start: int = event.start_mark.index
        kind = MappingFrame if type(event) is yaml.MappingStartEvent else SequenceFrame
        frame, gaps = kind(self._top, event, start), self._gaps
        if gaps.next < start:
            gaps.collect(self._end, start, self._top)
        if gaps.pending:
            self._open(frame)
        if frame.depth > MAX_DEPTH:
            self._reject_depth(start)
        self._end = start
        if event.anchor is not None or event.tag is not None:
            self._open_special(frame)
        if event.flow_style:
            self._end = event.end_mark.index
        self._top = frame

    def _open(self, frame: Frame) -> None:
        """Give the waiting comments to a collection, or let them wait for its first child."""
        if frame.event.flow_style or isinstance(self._top, SequenceFrame):
            frame.own += self._above(frame.start)
        elif self._top is self._document:
            self._document.own += self._gaps.take_leading(frame.start)

    def _open_special(self, frame: Frame) -> None:
        event = frame.event
        if event.anchor is not None:
            self._anchors.open(event.anchor, frame)
        if event.tag is not None:
            event.tag = written_tag(event.tag)
        self._gaps.collect(frame.start, event.end_mark.index, frame)

    def _reject_depth(self, at: int) -> None:
        report_depth(at, self._source, self._diagnostics)
        raise Rejected

    def _end_collection(self, event: Any) -> None:
        frame, gaps = self._top, self._gaps
        start: int = event.start_mark.index
        if gaps.next < start:
            gaps.collect(self._end, start, frame)
        if frame.event.flow_style:
            end: int = event.end_mark.index
            if end > start:  # not so for a pair in a list, `[a: b]`: no bracket ends it
                self._end = end
        span = Span(self._source, frame.start, self._end)
        trailing = self._trailing(frame) if gaps.pending else ()
        node = frame.finish(span, trailing, self._diagnostics)
        if node.anchor is not None:
            self._anchors.close(node.anchor, frame, node)
        if frame.parent is not None:  # always: the parser closes only what it opened
            self._top = frame.parent
            self._top.children.append(node)

    def _trailing(self, frame: Frame) -> tuple[Comment, ...]:
        """The waiting comments that belong to a collection which ends here."""
        if frame.event.flow_style:
            return tuple(self._gaps.take())
        first: int = frame.event.end_mark.index
        indent = self._gaps.column(first)
        if isinstance(frame, SequenceFrame) and self._text[first : first + 1] != "-":
            # The items stand right below their key, not deeper (then the mark is behind the `-`):
            # a comment there belongs to the mapping.
            indent += 1
        return self._gaps.take_deeper(indent)

    def _start_document(self, event: Any) -> None:
        start: int = event.start_mark.index
        self._gaps.collect(self._end, start, self._document)
        self._document = DocumentFrame()
        self._top = self._document
        self._anchors.clear()
        if event.explicit:
            self._document.own += tuple(self._gaps.take())
            self._end = event.end_mark.index

    def _end_document(self, event: Any) -> None:
        document = self._document
        self._gaps.collect(self._end, event.start_mark.index, document)
        document.close(self._gaps.take())
        if event.explicit:
            self._end = event.end_mark.index
        root = document.children[0]
        self.documents.append(
            Document(path=self._source.path, root=root, source=self._source, leading=document.own)
        )

    def _end_stream(self, event: Any) -> None:
        self._finished = True
        self._gaps.collect(self._end, len(self._text), self._document)
        self._document.close(self._gaps.take())


class _Behind:
    """Takes the comments between a scalar's properties or header and its content."""

    def __init__(self) -> None:
        self.comments: list[Comment] = []

    def behind(self, comment: Comment) -> None:
        self.comments.append(comment)
