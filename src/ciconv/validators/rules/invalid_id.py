"""The rule `invalid-id`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping
from ciconv.validators.github import with_actions
from ciconv.validators.github.workflow import scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_ID = re.compile(r"(?!__)[A-Za-z_][A-Za-z0-9_-]*")
_ADVICE = "it begins with a letter or '_', and goes on with letters, digits, '-' and '_'"


class InvalidId(Rule):
    """The id of a job or a step has characters that ids cannot have, and GitHub refuses the file.

    An id begins with a letter or `_` and goes on with letters, digits, `-` and `_`. What people
    are to read is the `name`, which may be any text.
    """

    code = "invalid-id"
    summary = "an id with characters that ids cannot have"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the ids of jobs and steps that are none."""
        for workflow in with_actions(subject):
            jobs = workflow.root.get("jobs")
            for entry in jobs.entries if isinstance(jobs, Mapping) else ():
                if entry.name != "<<" and not _ID.fullmatch(entry.name):
                    said = f"{entry.name!r} cannot be the id of a job"
                    yield self.found(entry.key.span, said, _ADVICE)
            for _, _, step in workflow.all_steps():
                name = scalar_of(step, "id")
                if name is not None and name.text and not _ID.fullmatch(name.text):
                    said = f"{name.text!r} cannot be the id of a step"
                    yield self.found(name.span, said, _ADVICE)
