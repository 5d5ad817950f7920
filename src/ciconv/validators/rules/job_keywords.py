"""The rule `job-keywords`."""

from collections.abc import Iterator

from ciconv.converters.gitlab.assembly.inputs import problem_of
from ciconv.converters.gitlab.scalars import seconds
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, resolve
from ciconv.validators.github.workflow import entries, entry_of, scalar_of, text_of
from ciconv.validators.gitlab.config import configs, items_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_LONGEST = 7 * 24 * 60 * 60  # seconds until a job that waits is started
_NOT_BESIDE_TRIGGER = ("script", "before_script", "after_script", "image", "services", "cache")


class JobKeywords(Rule):
    """A job has keywords that exclude each other, or that need each other.

    A job that starts another pipeline runs nothing itself; `when: delayed` and `start_in` belong
    together; `environment:on_stop` names a job; the default of an input has its type, and the value
    of a variable is one of its options. GitLab refuses the pipeline.
    """

    code = "job-keywords"
    summary = "keywords that exclude each other, or that need each other"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the keywords at fault."""
        for config in configs(subject):
            yield from self._options(config.root.get("variables"))
            names = {entry.name for entry in config.jobs}
            for entry in config.jobs:
                if not isinstance(entry.value, Mapping):
                    continue
                yield from self._trigger(entry.value)
                yield from self._inputs(entry.value)
                rules = [one for one in items_of(entry.value, "rules") if isinstance(one, Mapping)]
                for holder in (entry.value, *rules):
                    yield from self._delayed(holder, entry.value)
                    yield from self._durations(holder)
                stop = _on_stop(entry.value)
                known = stop is None or stop.text in names or "$" in stop.text
                if stop is not None and config.complete and not known:
                    yield self.found(stop.span, f"there is no job {stop.text!r}")

    def _trigger(self, job: Mapping) -> Iterator[Diagnostic]:
        if job.get("trigger") is None:
            return
        for name in _NOT_BESIDE_TRIGGER:
            entry = entry_of(job, name)
            if entry is not None:
                said = f"a job that starts another pipeline takes no {name!r}"
                yield self.found(entry.key.span, said)

    def _inputs(self, job: Mapping) -> Iterator[Diagnostic]:
        for name, declared in entries(job.get("inputs")):
            default = declared.get("default") if isinstance(declared, Mapping) else None
            if default is None or not isinstance(declared, Mapping):
                continue
            problem = problem_of(
                text_of(declared, "type") or "string",
                resolve(default),
                declared.get("options"),
                text_of(declared, "regex"),
            )
            if problem:
                yield self.found(default.span, f"the input {name!r} {problem}")

    def _options(self, variables: Node | None) -> Iterator[Diagnostic]:
        for name, declared in entries(variables):
            options = entry_of(declared, "options")
            if options is None or not isinstance(options.value, Sequence):
                continue
            words = [one.text for one in options.value.items if isinstance(one, Scalar)]
            value = scalar_of(declared, "value")
            if words and (value is None or value.text not in words):
                at = options.key.span if value is None else value.span
                said = f"the value of the variable {name!r} has to be one of its options"
                yield self.found(at, said, f"there are {', '.join(words)}")

    def _durations(self, holder: Mapping) -> Iterator[Diagnostic]:
        places = ((holder, "start_in"), (holder.get("environment"), "auto_stop_in"))
        for where, name in places:
            given = scalar_of(where, name)
            if given is None or "$" in given.text or given.text == "never":
                continue
            time = seconds(given.text)
            if time is None:
                said = f"{name!r} has to be a time such as '30 minutes', not {given.text!r}"
                yield self.found(given.span, said)
            elif name == "start_in" and time > _LONGEST:
                said = f"{name!r} can be a week at most, not {given.text!r}"
                yield self.found(given.span, said)

    def _delayed(self, holder: Mapping, job: Mapping) -> Iterator[Diagnostic]:
        start, when = entry_of(holder, "start_in"), entry_of(holder, "when")
        delayed = text_of(holder, "when") == "delayed"
        if delayed and start is None and when is not None:
            if holder is job or job.get("start_in") is None:
                yield self.found(when.key.span, "'when: delayed' needs 'start_in'")
        elif start is not None and when is not None and not delayed:
            said = "'start_in' counts for 'when: delayed' alone"
            yield self.found(start.key.span, said)
        elif start is not None and when is None and holder is job and job.get("rules") is None:
            yield self.found(start.key.span, "'start_in' counts for 'when: delayed' alone")


def _on_stop(job: Mapping) -> Scalar | None:
    environment = job.get("environment")
    found = environment.get("on_stop") if isinstance(environment, Mapping) else None
    return found if isinstance(found, Scalar) else None
