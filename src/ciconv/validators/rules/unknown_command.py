"""The rule `unknown-command`."""

from collections.abc import Iterator

from ciconv.converters.circleci.reuse.steps import BUILT_IN
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.circleci import Place, places, steps_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class UnknownCommand(Rule):
    """A step calls a command that is not there, in a command or a job that nothing uses.

    CircleCI judges what is unused as well, and refuses the configuration. In what is used this is
    `unknown-step`.
    """

    code = "unknown-command"
    summary = "a step that is no command, in what nothing uses"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the names of steps that nothing declares."""
        for _, root in subject.mappings():
            for place in places(root):
                yield from self._judge(place)

    def _judge(self, place: Place) -> Iterator[Diagnostic]:
        known = {*BUILT_IN, *place.commands}
        for holder in (*place.commands.values(), *place.jobs.values()):
            for step in steps_of(holder.get("steps")):
                name = step.name.text
                orb, slash, _ = name.partition("/")
                if name in known or name.replace("-", "_") in BUILT_IN or "<<" in name:
                    continue
                if not slash or orb not in place.orbs:
                    said = f"{name!r} is neither a step nor a command of the configuration"
                    yield self.misspelt(step.name.span, said, name, sorted(place.commands))
