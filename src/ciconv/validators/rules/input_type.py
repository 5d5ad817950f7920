"""The rule `input-type`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Scalar, resolve
from ciconv.validators.github import metadata, workflows
from ciconv.validators.github.workflow import text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class InputType(Rule):
    """A workflow is called with a value of another type than its input has.

    GitHub refuses the file. Numbers and booleans are written without quotes.
    """

    code = "input-type"
    summary = "an argument of the wrong type"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the constants that are no number or no boolean."""
        for workflow in workflows(subject):
            for job in workflow.jobs.values():
                called = metadata(subject).workflow(text_of(job, "uses") or "")
                inputs = {} if called is None else called.inputs or {}
                given = job.get("with")
                for entry in given.entries if isinstance(given, Mapping) else ():
                    one, value = inputs.get(entry.name.lower()), resolve(entry.value)
                    if one is None or not isinstance(value, Scalar) or "${{" in value.text:
                        continue
                    if not _fits(value, one.type):
                        said = f"the input {one.name!r} is a {one.type}, not {value.text!r}"
                        yield self.found(value.span, said)


def _fits(value: Scalar, kind: str) -> bool:
    is_boolean = isinstance(value.value, bool)
    if kind == "boolean":
        return is_boolean
    if kind == "number":
        return isinstance(value.value, int | float) and not is_boolean
    return True
