"""The rule `deprecated-keyword`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Fix, Severity
from ciconv.syntax.node import Mapping
from ciconv.validators.github.workflow import entry_of
from ciconv.validators.gitlab.config import configs
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_GLOBAL = ("image", "services", "cache", "before_script", "after_script")
_RENAMED = {"type": "stage", "types": "stages"}


class DeprecatedKeyword(Rule):
    """A keyword that GitLab advises against, or has taken out.

    `image`, `services`, `cache` and scripts for all jobs stand below `default`; `types` and `type`
    are gone; `artifacts:reports:cobertura` became `coverage_report`.
    https://docs.gitlab.com/ci/yaml/deprecated_keywords/
    """

    code = "deprecated-keyword"
    summary = "a keyword that GitLab advises against"
    severity = Severity.NOTE

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the old keywords; those that are gone are warnings."""
        for config in configs(subject):
            for name in _GLOBAL:
                entry = entry_of(config.written, name)
                if entry is not None:
                    said = f"{name!r} for all jobs is deprecated"
                    yield self.found(entry.key.span, said, "put it below 'default'")
            gone = [entry_of(config.written, "types")]
            for job in (entry.value for entry in config.jobs):
                gone.append(entry_of(job, "type"))
                artifacts = job.get("artifacts") if isinstance(job, Mapping) else None
                reports = artifacts.get("reports") if isinstance(artifacts, Mapping) else None
                gone += [entry_of(reports, "cobertura"), entry_of(reports, "license_management")]
            for entry in gone:
                if entry is not None:
                    said = f"GitLab does not know {entry.name!r} any more"
                    new = _RENAMED.get(entry.name)
                    fix = None if new is None else Fix(entry.key.span, new)
                    help = f"it is {new!r} today" if new else ""
                    yield self.found(entry.key.span, said, help, severity=Severity.WARNING, fix=fix)
