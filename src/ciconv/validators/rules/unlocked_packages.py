"""The rule `unlocked-packages`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.step import Run
from ciconv.ir.walk import all_steps
from ciconv.validators.meaning import script_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_INSTALLS = re.compile(
    r"^[ \t]*(?:sudo )?((?:npm (?:install|i|add)|pnpm add|bun add|yarn (?:global )?add)"
    r"(?: -g| --[\w-]+)*(?: @?[a-z][\w/.-]*)+\s*$"
    r"|npx (?:--yes |-y )[a-z@][\w/-]*(?: |$)"
    r"|(?:python3? -m )?pip3? install(?: -U| --[\w-]+)*(?: [a-z][\w-]*)+\s*$"
    r"|(?:gem (?:install|i)|cargo install|go install)(?: --?[\w-]+)*(?: [a-z][\w/.-]*)+\s*$)",
    re.MULTILINE,
)


class UnlockedPackages(Rule):
    """A script installs a package in whatever version there is today.

    A version that somebody took over runs with the rights and secrets of the job. Name a version,
    or install from a lock file.
    """

    code = "unlocked-packages"
    summary = "a package without a version"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the installations without a version."""
        for pipeline in subject.pipelines():
            for _, step in all_steps(pipeline):
                if not isinstance(step, Run):
                    continue
                for match in _INSTALLS.finditer(script_of(step)):
                    said = f"{match[0].strip()!r} takes whatever version there is"
                    yield self.found(step.script.span or step.span, said)
