"""The rule `job-name`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping
from ciconv.validators.github.workflow import text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_WITHOUT_PARAMETERS = ("2", "2.0")  # versions in which jobs may have any name
_NAME = re.compile(r"[A-Za-z][A-Za-z\s\d_.-]*")


class JobName(Rule):
    """A job of a configuration of version 2.1 has a name that CircleCI does not take.

    It begins with a letter and goes on with letters, digits, blanks, `_` and `-`. In a workflow a
    job may have any other name by `name`.
    """

    code = "job-name"
    summary = "a name that no job can have"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the names of jobs with other characters."""
        for _, root in subject.mappings():
            if text_of(root, "version") in _WITHOUT_PARAMETERS:
                continue
            jobs = root.get("jobs")
            for entry in jobs.entries if isinstance(jobs, Mapping) else ():
                if entry.name != "<<" and not _NAME.fullmatch(entry.name):
                    advice = "use letters, digits, '_' and '-'"
                    said = f"{entry.name!r} cannot be the name of a job"
                    yield self.found(entry.key.span, said, advice)
