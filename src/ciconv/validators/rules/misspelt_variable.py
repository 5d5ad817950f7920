"""The rule `misspelt-variable`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Literal
from ciconv.ir.job import Job
from ciconv.ir.step import Group, Run, Step
from ciconv.source import Span
from ciconv.validators.meaning import jobs_of, script_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_USED = re.compile(r"\$\{?([A-Z][A-Z0-9_]{4,})\b(?![:\-+?=])")
_ASSIGNED = re.compile(r"\b([A-Z_][A-Z0-9_]*)(?:=|<<)")
_DECLARING = re.compile(r"\b(?:read|for|export|declare|local|unset)\b[^\n]*")
_NAME = re.compile(r"\b[A-Z_][A-Z0-9_]*\b")
_LEAST = 0.86


class MisspeltVariable(Rule):
    """A script reads a variable that nobody sets, and that is spelled nearly like one that is set.

    The shell takes an empty text for it, and the script goes on.
    """

    code = "misspelt-variable"
    summary = "a variable in a script that is nearly the name of one that is set"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the first use of each such name in a script."""
        for pipeline in subject.pipelines():
            above = frozenset(one.name for one in (*pipeline.env, *pipeline.bindings))
            runs = [one for job in jobs_of(pipeline) for one in _runs(job, above)]
            assigned = _set_in("\n".join(script_of(step) for step, _ in runs))
            for step, known in runs:
                seen: set[str] = set()
                for part in step.script.parts if known else ():
                    if isinstance(part, Literal) and isinstance(part.value, str):
                        yield from self._text(part, known, assigned, seen)

    def _text(
        self, part: Literal, known: frozenset[str], assigned: frozenset[str], seen: set[str]
    ) -> Iterator[Diagnostic]:
        from difflib import get_close_matches

        for match in _USED.finditer(str(part.value)):
            name = match[1]
            if name in known or name in seen or name in assigned:
                continue
            seen.add(name)
            close = get_close_matches(name, sorted(known), 1, _LEAST)
            if close and not _is_numbered(name, close[0]):
                said = f"no variable {name!r} is set"
                yield self.found(_place(part, match), said, f"did you mean {close[0]!r}?")


def _runs(job: Job, above: frozenset[str]) -> Iterator[tuple[Run, frozenset[str]]]:
    """The scripts of a job with the names that are set around each of them."""
    known = above | {one.name for one in job.env}
    waiting: list[tuple[Step, frozenset[str]]]
    waiting = [(one, known) for one in (*job.steps, *job.finally_steps)]
    for step, outside in waiting:
        names = outside | {one.name for one in step.env}
        if isinstance(step, Run):
            yield step, names
        elif isinstance(step, Group):
            waiting += [(one, names) for one in step.steps]


def _set_in(scripts: str) -> frozenset[str]:
    """The names that a script of the pipeline may set."""
    found = set(_ASSIGNED.findall(scripts))
    for line in _DECLARING.findall(scripts):
        found.update(_NAME.findall(line))
    return frozenset(found)


def _is_numbered(one: str, other: str) -> bool:
    """Whether two names differ in a number alone: these are different things."""
    return re.sub(r"\d+", "", one) == re.sub(r"\d+", "", other) and one != other


def _place(part: Literal, match: re.Match[str]) -> Span | None:
    """Where the name stands: the text of a script has the lines of its source."""
    if part.span is None:
        return None
    text = part.span.text
    found = re.search(rf"\$\{{?{match[1]}\b", text)
    if found is None:
        return part.span
    start = part.span.start_offset + found.start()
    return part.span.source.span(start, start + len(found[0]))
