"""Comments: found in the gaps between parser events, and given to the node they stand at."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Protocol

from ciconv.source import Comment, Source, Span

NEVER = 1 << 62  # an offset that no text reaches
_FORMER_BREAKS = re.compile("[\x85\u2028\u2029]")
_BLANK_LINE = re.compile(r"(?:\r\n|\r(?!\n)|\n)[ \t]*[\r\n]")


class Frame(Protocol):
    """A collection or document under construction, as far as comments are concerned."""

    def behind(self, comment: Comment) -> None:
        """Take a comment that stands behind the last thing of this collection."""


class Gaps:
    """Finds the comments of a text, and keeps those that wait for the node below them."""

    def __init__(self, source: Source, text: str) -> None:
        self.pending: list[Comment] = []
        self._source = source
        self._text = text
        self._has_returns = "\r" in text
        self.next = self._find(0)  # where the next `#` is that was not looked at

    def _find(self, start: int) -> int:
        found = self._text.find("#", start)
        return NEVER if found < 0 else found

    def skip(self, end: int) -> None:
        """Go on behind a scalar: a `#` in it is none of ours."""
        if self.next < end:
            self.next = self._find(end)

    def collect(self, start: int, stop: int, top: Frame) -> None:
        """Take the comments of a gap: behind what ended at `start`, or above what comes."""
        at = self.next
        while at < stop:
            if not self._is_comment(at):
                at = self._find(at + 1)
                continue
            at = self._find(self._place(at, start, top))
        self.next = at

    def _is_comment(self, at: int) -> bool:
        return at == 0 or self._text[at - 1] in " \t\r\n'\"[]{},"

    def _place(self, at: int, start: int, top: Frame) -> int:
        """Keep or give away the comment at an offset; return where it ends."""
        line, end = self._line(at)
        written = self._source.text[at + 1 : end]
        inline = not (line == at or self._text[line:at].isspace())
        text = written.removeprefix(" ").rstrip()
        if not text.isascii():
            text = _FORMER_BREAKS.sub(" ", text)
        comment = Comment(text, Span(self._source, at, end), inline)
        if inline and line < start and not self._opens_item(start, at):
            top.behind(comment)
        else:
            self.pending.append(comment)
        return end

    def _opens_item(self, start: int, at: int) -> bool:
        """Whether the comment stands behind the `-` of an item to come."""
        return self._text[start:at].split()[-1:] == ["-"]

    def _line(self, at: int) -> tuple[int, int]:
        """Where the line of an offset starts and ends, its line break not counted."""
        text = self._text
        if not self._has_returns:
            end = text.find("\n", at)
            return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end
        starts = self._source.line_starts
        number = bisect_right(starts, at)
        end = starts[number] if number < len(starts) else len(text)
        return starts[number - 1], at + len(text[at:end].rstrip("\r\n"))

    def column(self, at: int) -> int:
        """Return how many characters stand before an offset on its line."""
        return at - self._line(at)[0]

    def take(self) -> list[Comment]:
        """Return the waiting comments, which wait no longer."""
        taken, self.pending = self.pending, []
        return taken

    def take_deeper(self, indent: int) -> tuple[Comment, ...]:
        """Return the waiting comments up to the first that is indented less than `indent`."""
        count = 0
        for comment in self.pending:
            if self.column(comment.span.start_offset) < indent:
                break
            count += 1
        taken, self.pending = self.pending[:count], self.pending[count:]
        return tuple(taken)

    def take_leading(self, stop: int) -> tuple[Comment, ...]:
        """Return the waiting comments that a blank line parts from the node at `stop`."""
        count = len(self.pending)
        while count:
            above = self.pending[count - 1].span
            if _BLANK_LINE.search(self._text, above.end_offset, stop):
                break
            stop = above.start_offset
            count -= 1
        taken, self.pending = self.pending[:count], self.pending[count:]
        return tuple(taken)


def ordered(comments: Sequence[Comment]) -> tuple[Comment, ...]:
    """Return the comments of one node: those above it, then at most one that is inline."""
    if len(comments) < 2:
        return tuple(comments)
    inline = [comment for comment in comments if comment.inline]
    above = [comment for comment in comments if not comment.inline]
    more = [Comment(comment.text, comment.span) for comment in inline[:-1]]
    return (*above, *more, *inline[-1:])
