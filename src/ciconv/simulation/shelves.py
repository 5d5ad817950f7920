"""Losses, found by the job and by the place that they are about: large files report thousands."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from ciconv.diagnostics import Diagnostic
from ciconv.simulation.compare.difference import Difference, Field
from ciconv.simulation.compare.matching import plain_name
from ciconv.source import Span

_OF_OTHER_JOBS = (Field.STARTS, Field.JOB)  # a gate is a job of its own


class Shelf:
    """The losses that may account for differences of one field."""

    def __init__(self, losses: Sequence[Diagnostic]) -> None:
        self._all = losses
        self._by_job: dict[str, list[int]] = {}
        placed = []
        for number, one in enumerate(losses):
            name = "" if one.loss is None or one.span is None else plain_name(one.loss.job)
            self._by_job.setdefault(name, []).append(number)
            if one.span is not None:
                placed.append((one.span.start_offset, number))
        self._placed = sorted(placed)

    def near(self, difference: Difference) -> Iterator[Diagnostic]:
        """Yield, in order, those of its job or of all jobs, and those that stand in its step."""
        if difference.field in _OF_OTHER_JOBS:
            yield from self._all
            return
        job = plain_name(difference.job)
        found = {*self._by_job.get("", ()), *self._by_job.get(job, ())}
        if difference.step_span is not None:
            for span in (difference.step_span, *difference.asked):
                found.update(self._within(span))
        for number in sorted(found):
            yield self._all[number]

    def _within(self, span: Span) -> Iterator[int]:
        first = bisect_left(self._placed, (span.start_offset, 0))
        last = bisect_right(self._placed, (span.end_offset, len(self._all)))
        return (number for _, number in self._placed[first:last])
