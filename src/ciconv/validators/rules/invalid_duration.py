"""The rule `invalid-duration`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Node, Scalar
from ciconv.validators.durations import is_duration
from ciconv.validators.gitlab.config import configs, items_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class InvalidDuration(Rule):
    """A time is not written as GitLab reads times, and the pipeline is refused.

    `3600`, `90 min`, `2h 30m`, `3 weeks 2 days`, `2h20min`; `expire_in` knows `never` as well.
    """

    code = "invalid-duration"
    summary = "a time that GitLab cannot read"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the values of `timeout`, `expire_in` and their like that are no times."""
        for config in configs(subject):
            default = config.root.get("default")
            jobs = [entry.value for entry in config.jobs]
            for job in (*jobs, *((default,) if default is not None else ())):
                for name, value in _durations(job):
                    if "$" not in value.text and not is_duration(value.text, never=name in _NEVER):
                        said = f"{value.text!r} is no time for {name!r}"
                        yield self.found(value.span, said, "write it as 90 min or 2h 30m")


_NEVER = ("expire_in", "auto_stop_in")


def _durations(job: Node) -> Iterator[tuple[str, Scalar]]:
    if not isinstance(job, Mapping):
        return
    places = [(job, "timeout"), (job, "start_in")]
    for key, name in (("artifacts", "expire_in"), ("environment", "auto_stop_in")):
        inner = job.get(key)
        if isinstance(inner, Mapping):
            places.append((inner, name))
    places += [(rule, "start_in") for rule in items_of(job, "rules") if isinstance(rule, Mapping)]
    for holder, name in places:
        value = holder.get(name)
        if isinstance(value, Scalar) and value.text:
            yield name, value
