"""Where in a file the jobs of an evaluated workflow stand."""

from collections.abc import Mapping
from typing import Any

from ciconv.source import Source, Span


class Positions:
    """Places in the files of a workspace."""

    def __init__(self, sources: Mapping[str, Source], main: Source) -> None:
        self._sources, self._main = sources, main

    def span(self, position: Mapping[str, Any] | None, length: int) -> Span:
        """Return the span of a name that the evaluation says stands at a place."""
        if not position:
            return self._main.span(0, 0)
        source = self._sources.get(str(position["file"]), self._main)
        starts = source.line_starts
        line = min(int(position["line"]), len(starts))
        start = min(starts[line - 1] + int(position["column"]) - 1, len(source.text))
        if source.text.startswith('"', start):
            length += 2
        return source.span(start, min(start + length, len(source.text)))


def order(position: Mapping[str, Any] | None) -> tuple[int, int]:
    """Return what jobs are sorted by: the line and the column of their names."""
    return (int(position["line"]), int(position["column"])) if position else (0, 0)
