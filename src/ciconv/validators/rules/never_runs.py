"""The rule `never-runs`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Expr, Ref, walk
from ciconv.ir.job import Job, JobBase
from ciconv.ir.step import Group, Step
from ciconv.source import Span
from ciconv.validators.contradictions import contradicts_itself
from ciconv.validators.reach import Reach, only_condition, reach_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class NeverRuns(Rule):
    """A job or a step asks for something that is never so when the pipeline is started.

    A job with `if: github.ref == 'refs/heads/main'` in a workflow for pull requests, a step for
    tags in one for branches, two parts of a condition that exclude each other. Either the
    condition or what starts the pipeline is not what was meant.
    """

    code = "never-runs"
    summary = "a condition that nothing the pipeline is started by makes true"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the conditions that never hold, wherever they are used."""
        found = _Found()
        for pipeline in subject.pipelines():
            reach = reach_of(pipeline, subject)
            whole = pipeline.condition
            if found.judge(whole, f"the pipeline {pipeline.id!r}", reach.possible(whole)):
                for job in pipeline.jobs:
                    _look_at(job, reach, found)
        for test, names in found.never():
            more = f" and of {len(names) - 1} more" if len(names) > 1 else ""
            if contradicts_itself(test):
                said = f"the condition of {names[0]}{more} contradicts itself, so it never holds"
            else:
                said = (
                    f"nothing that starts the pipeline makes the condition of {names[0]}{more} true"
                )
            yield self.found(test.span, said)


class _Found:
    """Conditions by their place: one of a template, or of a command, has many uses."""

    def __init__(self) -> None:
        self._tests: dict[Span, tuple[Expr, list[str]]] = {}
        self._possible: set[Span] = set()

    def judge(self, test: Expr | None, of: str, possible: bool) -> bool:
        """Note one use of a condition; return whether it may hold."""
        if test is None or test.span is None or not _asks(test):
            return True
        names = self._tests.setdefault(test.span, (test, []))[1]
        if possible:
            self._possible.add(test.span)
        elif of not in names:
            names.append(of)
        return possible

    def never(self) -> Iterator[tuple[Expr, list[str]]]:
        """Yield the conditions of which no use may hold, and whose they are."""
        for span, found in self._tests.items():
            if span not in self._possible:
                yield found


def _look_at(job: JobBase, reach: Reach, found: _Found) -> None:
    tests = [one.condition for one in job.choices]
    possible = None in tests or any(reach.possible(one) for one in tests)
    if found.judge(tests[0] if tests else None, repr(job.id), possible) and isinstance(job, Job):
        known = _lasting(only_condition(job))
        _look_at_steps((*job.steps, *job.finally_steps), known, reach, found)


def _look_at_steps(
    steps: tuple[Step, ...], above: tuple[Expr, ...], reach: Reach, found: _Found
) -> None:
    for step in steps:
        of = "the stage" if isinstance(step, Group) else "the step"
        possible = step.condition is None or reach.possible(*above, step.condition)
        if found.judge(step.condition, of, possible) and isinstance(step, Group):
            _look_at_steps(step.steps, (*above, *_lasting(step.condition)), reach, found)


def _asks(test: Expr) -> bool:
    """Whether a condition asks for anything: what is constant was meant so, or is not known."""
    return any(isinstance(one, Ref) for one in walk(test))


def _lasting(test: Expr | None) -> tuple[Expr, ...]:
    """A condition that still holds later: variables may have other values then."""
    if test is None or any(isinstance(one, Ref) and one.path[0] == "env" for one in walk(test)):
        return ()
    return (test,)
