"""What two projects do differently, for people and for programs."""

import json
from collections.abc import Iterator

from ciconv.report.json import as_object
from ciconv.report.text import printable
from ciconv.simulation.compare.difference import Difference
from ciconv.simulation.plan import dump_event
from ciconv.simulation.verify import Verification

MAX_EVENTS = 3  # that are named for one difference


def render_json(verification: Verification) -> str:
    """Return one JSON object: `equal`, `events`, `differences`, `diagnostics`.

    `equal` is true if both sides could be read, and no difference is left unexplained. The events
    of a difference are the numbers, from 0, of those in `events`.
    """
    numbers = {event: number for number, event in enumerate(verification.events)}
    data = {
        "equal": verification.is_equal,
        "events": [dump_event(event) for event in verification.events],
        "differences": [
            _object(one) | {"events": [numbers[event] for event in one.events]}
            for one in verification.differences
        ],
        "diagnostics": [as_object(one) for one in verification.diagnostics],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _object(one: Difference) -> dict[str, object]:
    return {
        "field": one.field.value,
        "message": one.message,
        "pipeline": one.pipeline,
        "job": one.job,
        "step": one.step,
        "at": None if one.span is None else str(one.span),
        "there": [str(label.span) for label in one.labels],
        "explained": one.explained,
        "loss": None if one.loss is None else as_object(one.loss),
    }


def render_text(verification: Verification) -> str:
    """Return a block for each difference, those without a loss first, and one line that counts."""
    found = (*verification.unexplained, *(one for one in verification.differences if one.explained))
    total = len(verification.events)
    blocks = ["\n".join(_block(one, total)) for one in found]
    return "\n\n".join((*blocks, summary(verification))) + "\n"


def _block(one: Difference, total: int) -> Iterator[str]:
    kind = "explained" if one.explained else "difference"
    place = f"{one.span}: " if one.span is not None and one.span.source.path else ""
    yield printable(f"{place}{kind}[{one.field}] {one.message}")
    for label in one.labels:
        yield printable(f"  {label.span}: {label.message}")
    yield printable(f"  {_events(one, total)}")
    if one.loss is not None:
        yield printable(f"  loss[{one.loss.code}]: {one.loss.message}")


def _events(one: Difference, total: int) -> str:
    if len(one.events) == total and total > 1:
        return f"for all {total} events"
    named = "; ".join(str(event) for event in one.events[:MAX_EVENTS])
    more = len(one.events) - MAX_EVENTS
    return f"for {named}" + (f"; and {more} more" if more > 0 else "")


def summary(verification: Verification) -> str:
    """Return the counts in words."""
    events = len(verification.events)
    over = f"over {events} event{'' if events == 1 else 's'}"
    differences, open_ones = len(verification.differences), len(verification.unexplained)
    if not differences:
        return f"no difference {over}"
    explained = differences - open_ones
    said = f"{differences} difference{'' if differences == 1 else 's'} {over}"
    return f"{said}: {open_ones} unexplained, {explained} explained by reported losses"
