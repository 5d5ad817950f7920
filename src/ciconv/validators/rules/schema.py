"""The rule `schema`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class Schema(Rule):
    """The JSON schema that editors use for these files refuses the file.

    It is asked where the packages check-jsonschema and jsonschema-rs are installed
    (`pip install ciconv[validate]`), and no other rule found an error in the structure of the file:
    these know more, and schemas refuse some files that the systems take. The message is that of the
    schema.
    """

    code = "schema"
    summary = "a file that the JSON schema of its system refuses"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield what the schema says against each file."""
        if not subject.asks_schema:
            return
        from ciconv.validators.schema import is_available, violations

        if not is_available(subject.format):
            return
        for _, root in subject.mappings():
            for one in violations(root, subject.format):
                yield self.found(one.span, f"the schema refuses this: {one.message}")
