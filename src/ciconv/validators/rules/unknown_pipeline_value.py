"""The rule `unknown-pipeline-value`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_VALUE = re.compile(r"<<\s*pipeline\.(\w++)[\w.-]*+\s*>>")
_GROUPS = (
    *("config", "deploy", "event", "git", "id", "in_setup", "number", "organization", "parameters"),
    *("project", "run", "schedule", "trigger", "trigger_parameters", "trigger_source"),
)


class UnknownPipelineValue(Rule):
    """A value of the pipeline is asked for that CircleCI does not have.

    https://circleci.com/docs/reference/variables/#pipeline-values
    """

    code = "unknown-pipeline-value"
    summary = "a value of the pipeline that there is not"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the values of groups that nobody knows, wherever they stand in a file."""
        for _, root in subject.mappings():
            source = root.span.source
            for match in _VALUE.finditer(source.text):
                start = source.text.rfind("\n", 0, match.start()) + 1
                if match[1] in _GROUPS or "#" in source.text[start : match.start()]:
                    continue
                at = source.span(match.start(), match.end())
                said = f"a pipeline has no value {match[1]!r}"
                yield self.misspelt(at, said, match[1], _GROUPS)
