"""The rule `need-may-be-absent`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.ir.expression import Expr, Op
from ciconv.source import Span
from ciconv.syntax.node import Mapping, Scalar
from ciconv.validators.gitlab.config import Config, configs, items_of
from ciconv.validators.gitlab.presence import ALWAYS, both, may_hold, opposite, presence
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class NeedMayBeAbsent(Rule):
    """A job needs another one that is not part of each pipeline that the job is part of.

    GitLab then refuses the whole pipeline. Give both the same rules, or mark the need as
    `optional`.
    """

    code = "need-may-be-absent"
    summary = "a need of a job that some pipelines do not have"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the needs whose rules let fewer pipelines in."""
        for config in configs(subject):
            workflow = config.root.get("workflow")
            whole = presence(workflow) if isinstance(workflow, Mapping) else ALWAYS
            for entry in config.jobs:
                own = presence(entry.value) if isinstance(entry.value, Mapping) else None
                if own is not None and isinstance(entry.value, Mapping):
                    test = own if whole is None else both(Op.AND, whole, own)
                    yield from self._needs(entry.value, test, config)

    def _needs(self, job: Mapping, own: Expr, config: Config) -> Iterator[Diagnostic]:
        for item in items_of(job, "needs"):
            name = item.get("job") if isinstance(item, Mapping) else item
            lax = isinstance(item, Mapping) and (item.get("optional") or item.get("project"))
            other = config.job(name.text) if isinstance(name, Scalar) and not lax else None
            theirs = None if other is None else presence(other)
            if not isinstance(name, Scalar) or other is None or theirs is None:
                continue
            if may_hold(own) and may_hold(theirs) and may_hold(both(Op.AND, own, opposite(theirs))):
                at = _rules(other)
                labels = () if at is None else (Label(at, f"the rules of {name.text!r}"),)
                said = f"{name.text!r} is not part of each pipeline that has this job"
                yield self.found(name.span, said, "mark it as 'optional'", labels=labels)


def _rules(job: Mapping) -> Span | None:
    return next((one.key.span for one in job.entries if one.name == "rules"), None)
