"""The rule `unknown-input`."""

from collections.abc import Iterator, Mapping

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Entry
from ciconv.syntax.node import Mapping as Table
from ciconv.validators.github import metadata, with_actions
from ciconv.validators.github.metadata import Input, Interface
from ciconv.validators.github.workflow import text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_OF_CONTAINERS = ("args", "entrypoint")


class UnknownInput(Rule):
    """An argument is handed to an action or a workflow that has no such input.

    GitHub refuses the call of a workflow; an action gets a warning in the log and goes on without
    the argument. Known are the actions and workflows of the repository and many popular actions.
    """

    code = "unknown-input"
    summary = "an argument without an input"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the arguments nobody takes."""
        known = metadata(subject)
        for workflow in with_actions(subject):
            for _, _, step in workflow.all_steps():
                uses = text_of(step, "uses") or ""
                yield from self._call(step, "with", known.action(uses), uses)
            for job in workflow.jobs.values():
                uses = text_of(job, "uses") or ""
                called = known.workflow(uses)
                yield from self._call(job, "with", called, uses)
                if called is not None:
                    yield from self._arguments(job, "secrets", called.secrets, uses, True)

    def _call(
        self, caller: Table, key: str, found: Interface | None, uses: str
    ) -> Iterator[Diagnostic]:
        if found is not None and found.inputs is not None:
            yield from self._arguments(caller, key, found.inputs, uses, found.complete)

    def _arguments(
        self, caller: Table, key: str, inputs: Mapping[str, Input], uses: str, complete: bool
    ) -> Iterator[Diagnostic]:
        given = caller.get(key)
        for entry in given.entries if isinstance(given, Table) else ():
            if entry.name.lower() in inputs or entry.name == "<<":
                continue
            if not complete and key == "with" and entry.name in _OF_CONTAINERS and inputs == {}:
                continue
            yield self._unknown(entry, inputs, uses, key, complete)

    def _unknown(
        self, entry: Entry, inputs: Mapping[str, Input], uses: str, key: str, complete: bool
    ) -> Diagnostic:
        from difflib import get_close_matches

        names = [one.name for one in inputs.values()]
        close = get_close_matches(entry.name.lower(), list(inputs), 1, 0.8)
        advice = f"did you mean {inputs[close[0]].name!r}?" if close else ""
        if not advice:
            advice = f"it takes {', '.join(names)}" if names else "it takes none"
        what = "secret" if key == "secrets" else "input"
        said = f"{uses!r} has no {what} {entry.name!r}"
        # a newer version of a popular action may have it, unless it is just spelled wrongly
        sure = complete or (bool(close) and _plain(close[0]) == _plain(entry.name))
        severity = Severity.ERROR if sure else Severity.WARNING
        return self.found(entry.key.span, said, advice, severity=severity)


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "").rstrip("s")
