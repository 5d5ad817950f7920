"""What NixActions takes, ignores or does wrong without a word, at its place in the file."""

import re
from collections.abc import Iterator

from ciconv.converters.nixactions.check import check
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
    for attribute, span in _waiting(evaluated):
        message, advice = _WAITS[attribute]
        diagnostics.warning(f"nixactions-{attribute}", message, span, help=advice)


def _place(problem: str, evaluated: Evaluated) -> Span:
    """Where the attribute or the job stands that a sentence is about."""
    match = _OF_JOB.search(problem)
    if match is not None:
        known = evaluated.places.get(match[2], {}).get("attributes", {})
        return evaluated.positions.span(known.get(match[1]), len(match[1]))
    job = _JOB.search(problem)
    return evaluated.positions.span(None, 0) if job is None else evaluated.span(job[1])


_WAITS = {
    "timeout": (
        "NixActions ends the step after its 'timeout', but the job succeeds",
        "start the command with `timeout SECONDS` in its bash",
    ),
    "retry": (
        "NixActions takes a step with 'retry' for done when all its tries failed",
        "write the loop in the bash of the step",
    ),
}


def _waiting(evaluated: Evaluated) -> Iterator[tuple[str, Span]]:
    """The settings that do what nobody expects, with places; they reach all later steps, too."""
    positions = evaluated.positions
    yield from ((one, positions.span(None, 0)) for one in _set(evaluated.workflow))
    for name, job in evaluated.jobs.items():
        known = evaluated.places.get(name, {}).get("attributes", {})
        yield from ((one, positions.span(known.get(one), len(one))) for one in _set(job))
        steps = job.get("steps", job.get("actions"))
        for step in steps or ():
            yield from ((one, evaluated.span(name)) for one in _set(step))


def _set(attributes: object) -> Iterator[str]:
    found = attributes if isinstance(attributes, dict) else {}
    return (name for name in _WAITS if found.get(name))
