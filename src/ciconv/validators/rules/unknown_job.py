"""The rule `unknown-job`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Scalar
from ciconv.validators.gitlab.config import Config, configs, items_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class UnknownJob(Rule):
    """`needs` or `dependencies` names a job that does not exist, or comes too late.

    GitLab refuses the pipeline. A need marked as `optional` need not be there.
    """

    code = "unknown-job"
    summary = "a job that does not exist, or stands in a later stage"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the names that are no jobs, and those of later stages."""
        for config in configs(subject):
            for entry in config.jobs:
                if isinstance(entry.value, Mapping):
                    for name, optional in (*_needed(entry.value), *_dependencies(entry.value)):
                        yield from self._judge(name, optional, entry.value, config)

    def _judge(
        self, name: Scalar, optional: bool, job: Mapping, config: Config
    ) -> Iterator[Diagnostic]:
        from difflib import get_close_matches

        other = config.job(name.text)
        if other is None:
            known = [entry.name for entry in config.jobs]
            instance = any(name.text.startswith((f"{one}: [", f"{one} ")) for one in known)
            if optional or instance or "$" in name.text or not config.complete:
                return
            close = get_close_matches(name.text, known, 1)
            advice = f"did you mean {close[0]!r}?" if close else ""
            yield self.found(name.span, f"there is no job {name.text!r}", advice)
            return
        stages = [_stage(one) for one in (job, other)]
        if config.complete and all(one in config.stages for one in stages):
            own, theirs = (config.stages.index(one) for one in stages)
            if theirs > own:
                said = f"the job {name.text!r} stands in a later stage"
                yield self.found(name.span, said)


def _stage(job: Mapping) -> str:
    node = job.get("stage")
    return node.text if isinstance(node, Scalar) else "test"


def _needed(job: Mapping) -> Iterator[tuple[Scalar, bool]]:
    for item in items_of(job, "needs"):
        if isinstance(item, Scalar) and item.text:
            yield item, False
        elif isinstance(item, Mapping) and not (item.get("project") or item.get("pipeline")):
            name, optional = item.get("job"), item.get("optional")
            if isinstance(name, Scalar):
                yield name, isinstance(optional, Scalar) and optional.value is True


def _dependencies(job: Mapping) -> Iterator[tuple[Scalar, bool]]:
    for item in items_of(job, "dependencies"):
        if isinstance(item, Scalar) and item.text:
            yield item, False
