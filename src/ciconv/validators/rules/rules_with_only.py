"""The rule `rules-with-only`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.syntax.node import Mapping
from ciconv.validators.github.workflow import entry_of
from ciconv.validators.gitlab.config import configs
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class RulesWithOnly(Rule):
    """A job has `rules` and `only` or `except`, and GitLab refuses the pipeline.

    Say all of it with `rules`.
    """

    code = "rules-with-only"
    summary = "`rules` beside `only` or `except`"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield `only` and `except` of jobs with `rules`."""
        for config in configs(subject):
            for entry in config.jobs:
                job = entry.value
                rules = entry_of(job, "rules")
                for name in ("only", "except"):
                    other = entry_of(job, name)
                    if isinstance(job, Mapping) and rules is not None and other is not None:
                        labels = (Label(rules.key.span, "the rules"),)
                        said = f"the job {entry.name!r} has {name!r} beside 'rules'"
                        yield self.found(other.key.span, said, labels=labels)
