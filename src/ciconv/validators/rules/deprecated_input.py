"""The rule `deprecated-input`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping
from ciconv.validators.github import actions, metadata
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class DeprecatedInput(Rule):
    """An argument is given for an input that the action wants to get rid of.

    It works for now; the message says what the action asks for in its place.
    """

    code = "deprecated-input"
    summary = "an input that an action wants to get rid of"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the arguments for deprecated inputs."""
        known = metadata(subject)
        for used in actions(subject):
            found, given = known.action(used.text), used.given
            inputs = {} if found is None or found.inputs is None else found.inputs
            for entry in given.entries if isinstance(given, Mapping) else ():
                one = inputs.get(entry.name.lower())
                if one is not None and one.deprecated:
                    said = f"the input {entry.name!r} of {used.text!r} is deprecated"
                    yield self.found(entry.key.span, said, one.deprecated)
