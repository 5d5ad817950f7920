"""What NixActions takes, ignores or does wrong without a word, at its place in the file."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ciconv.converters.nixactions.check import check
from ciconv.converters.nixactions.read import attributes
from ciconv.converters.nixactions.read.jobs import Evaluated
from ciconv.diagnostics import Diagnostics
from ciconv.source import Span

_OF_JOB = re.compile(r"attribute '([^']+)' of job '([^']+)'")
_JOB = re.compile(r"job '([^']+)'")
_INSTEAD = {
    "condition": 'write `"if"`',
    "continue-on-error": "write `continueOnError`",
    "envProviders": "write `envFrom`",
    "if": "write `condition`",
    "workdir": "begin the bash with `cd`",
}


def report(evaluated: Evaluated, diagnostics: Diagnostics) -> None:
    """Say what is wrong with a workflow."""
    for problem in check(evaluated.workflow):
        match = re.search(r"attribute '([^']+)'", problem)
        advice = _INSTEAD.get(match[1], "") if match and "ignores" in problem else ""
        span = _place(problem, evaluated)
        diagnostics.warning("nixactions-ignores", problem, span, help=advice)
    for waiting, span in _waiting(evaluated):
        attributes.report(waiting, span, diagnostics)


def _place(problem: str, evaluated: Evaluated) -> Span:
    """Where the attribute or the job stands that a sentence is about."""
    match = _OF_JOB.search(problem)
    if match is not None:
        known = evaluated.places.get(match[2], {}).get("attributes", {})
        return evaluated.positions.span(known.get(match[1]), len(match[1]))
    job = _JOB.search(problem)
    return evaluated.positions.span(None, 0) if job is None else evaluated.span(job[1])


def _waiting(evaluated: Evaluated) -> Iterator[tuple[Mapping[str, Any], Span]]:
    """The sets that may have a timeout or a number of tries."""
    yield evaluated.workflow, evaluated.positions.span(None, 0)
    for name, job in evaluated.jobs.items():
        span = evaluated.span(name)
        yield job, span
        steps = job.get("steps", job.get("actions"))
        yield from ((step, span) for step in steps or () if isinstance(step, dict))
