"""The rule `parameter-type`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Node, Scalar
from ciconv.validators.circleci import Place, calls_of_jobs, places, steps_of, types_of
from ciconv.validators.github.workflow import entries
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_WHOLE = re.compile(r"\s*<<\s*pipeline\.parameters\.([\w-]+)\s*>>\s*")
_TEXTS = ("string", "enum", "env_var_name", "executor")
_ARTICLES = {"integer": "an integer", "enum": "an enum", "env_var_name": "a name of a variable"}


class ParameterType(Rule):
    """A parameter of the pipeline is handed over where a value of another type is wanted.

    CircleCI puts no text in the place of a boolean, nor the other way round, and refuses the
    configuration. Declare both with the same type.
    https://circleci.com/docs/guides/orchestrate/pipeline-variables/
    """

    code = "parameter-type"
    summary = "a parameter of the pipeline where another type is wanted"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield what jobs and commands are given that is of another type."""
        for _, root in subject.mappings():
            own = types_of(root)
            main = next(places(root))
            for name, given in calls_of_jobs(root):
                yield from self._call(main.jobs.get(name), given, own)
            for place in places(root):
                yield from self._steps(place, own)

    def _steps(self, place: Place, own: dict[str, str]) -> Iterator[Diagnostic]:
        for holder in (*place.jobs.values(), *place.commands.values()):
            for step in steps_of(holder.get("steps")):
                yield from self._call(place.commands.get(step.name.text), step.value, own)

    def _call(
        self, declared: Mapping | None, given: Node | None, own: dict[str, str]
    ) -> Iterator[Diagnostic]:
        wanted = {} if declared is None else types_of(declared)
        for name, value in entries(given):
            match = _WHOLE.fullmatch(value.text) if isinstance(value, Scalar) else None
            has, wants = own.get(match[1]) if match else None, wanted.get(name)
            if match and has and wants and not _fits(has, wants):
                said = f"{name!r} has to be {_shown(wants)}, and {match[1]!r} is {_shown(has)}"
                yield self.found(value.span, said, "declare both with the same type")


def _fits(has: str, wants: str) -> bool:
    return has == wants or (has in _TEXTS and wants in _TEXTS)


def _shown(kind: str) -> str:
    return _ARTICLES.get(kind, f"a {kind}")
