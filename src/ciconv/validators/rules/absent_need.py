"""The rule `absent-need`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.syntax.node import Mapping, Scalar
from ciconv.validators.gitlab.config import configs, items_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class AbsentNeed(Rule):
    """A job needs another one that is never part of a pipeline, so that no pipeline can start.

    The other job has no rule but such with `when: never`. Mark the need as `optional`.
    """

    code = "absent-need"
    summary = "a need of a job that is never there"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the needs of jobs that all rules leave out."""
        for config in configs(subject):
            never = {one.name: one for one in config.jobs if _is_never(one.value)}
            for entry in config.jobs if never else ():
                job = entry.value
                if not isinstance(job, Mapping) or entry.name in never:
                    continue
                for item in items_of(job, "needs"):
                    name = item.get("job") if isinstance(item, Mapping) else item
                    optional = isinstance(item, Mapping) and item.get("optional") is not None
                    if isinstance(name, Scalar) and name.text in never and not optional:
                        labels = (Label(never[name.text].key.span, "this job"),)
                        said = f"the job {name.text!r} is never part of a pipeline"
                        advice = "take the need out, or mark it as 'optional'"
                        yield self.found(name.span, said, advice, labels=labels)


def _is_never(job: object) -> bool:
    if not isinstance(job, Mapping):
        return False
    rules = items_of(job, "rules")
    whens = [one.get("when") if isinstance(one, Mapping) else None for one in rules]
    return bool(rules) and all(isinstance(it, Scalar) and it.text == "never" for it in whens)
