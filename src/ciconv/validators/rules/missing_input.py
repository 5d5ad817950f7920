"""The rule `missing-input`."""

from collections.abc import Iterator, Mapping

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.source import Span
from ciconv.syntax.node import Mapping as Table
from ciconv.validators.github import metadata, with_actions
from ciconv.validators.github.metadata import Input
from ciconv.validators.github.workflow import entries, scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class MissingInput(Rule):
    """An action or a workflow is used without an input or a secret that it requires.

    GitHub refuses the call of a workflow. An action fails, or does something else than it says.
    """

    code = "missing-input"
    summary = "a required input that is not given"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield what is required and not there."""
        known = metadata(subject)
        for workflow in with_actions(subject):
            for _, _, step in workflow.all_steps():
                uses = scalar_of(step, "uses")
                found = None if uses is None else known.action(uses.text)
                if uses is not None and found is not None and found.inputs is not None:
                    yield from self._missing(step, "with", found.inputs, uses.span)
            for job in workflow.jobs.values():
                uses = scalar_of(job, "uses")
                found = None if uses is None else known.workflow(uses.text)
                if uses is None or found is None:
                    continue
                yield from self._missing(job, "with", found.inputs or {}, uses.span)
                inherited = scalar_of(job, "secrets")
                if inherited is None:
                    yield from self._missing(job, "secrets", found.secrets, uses.span)

    def _missing(
        self, caller: Table, key: str, inputs: Mapping[str, Input], at: Span
    ) -> Iterator[Diagnostic]:
        given = {name.lower() for name, _ in entries(caller.get(key))}
        if "<<" in given or (caller.get(key) is not None and scalar_of(caller, key) is not None):
            return
        what = "secret" if key == "secrets" else "input"
        for name, one in inputs.items():
            if one.required and name not in given:
                advice = f"add it below {key!r}"
                yield self.found(at, f"the required {what} {one.name!r} is not given", advice)
