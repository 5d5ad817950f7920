"""What all functions that write a step have at hand."""

import re

from ciconv.converters.nixactions.draft import JobDraft
from ciconv.converters.nixactions.expressions import step_condition, test, word
from ciconv.converters.nixactions.names import slug
from ciconv.converters.nixactions.steps.titles import title
from ciconv.ir.expression import Expr, Literal, Ref, Template
from ciconv.ir.naming import claimed
from ciconv.ir.node import Node
from ciconv.ir.step import Argument, EnvVar, Step
from ciconv.ir.walk import replace_references
from ciconv.profile import Feature, Outcome
from ciconv.syntax import nix


class StepWriter:
    """The steps of one job while they are written: packages of a tool serve those after it."""

    def __init__(self, owner: JobDraft, *, empty: bool) -> None:
        self.owner, self.job = owner, owner.job
        self.scope, self.workflow = owner.scope, owner.workflow
        self.context = owner.workflow.context
        self.packages: dict[str, nix.Expr] = {}  # of tools, by their text
        self.at_end: list[nix.Expr] = []  # steps that save caches when the job is done
        self.empty = empty  # whether the job starts without the repository
        self.uses_container = False
        self.pending: list[str] = []  # comments of steps that became nothing

    def call(self, function: str, *arguments: nix.Expr) -> nix.Apply:
        """Return a call of a function of the library."""
        return self.workflow.call(function, *arguments)

    def name(self, step: Step) -> str:
        """Return a name for a step that no other step of the job has."""
        return claimed(slug(title(step)) or "step", self.owner.names)

    def word(self, expr: Expr) -> nix.Str:
        """Return the Nix string of a value between double quotes of bash."""
        return self.scope.string(word(expr, self.scope))

    def lines(self, template: Template | None) -> nix.List:
        """Return the lines of a text as a list of words, without empty ones."""
        if template is None:
            return nix.List(())
        lines = word(template, self.scope).split("\n")
        found = (line.strip() for line in lines)
        return nix.List(tuple(self.scope.string(line) for line in found if line))

    def options(self, step: Step) -> dict[str, nix.Expr]:
        """Return the attributes that most functions of the library take."""
        values: dict[str, nix.Expr] = {}
        if step.id is not None:
            values["id"] = nix.string(step.id)
        values |= self.condition(_condition(step))
        if step.may_fail is not None and not _is_false(step.may_fail):
            values["mayFail"] = (
                nix.Bool(True)
                if isinstance(step.may_fail, Literal)
                else self.scope.string(test(step.may_fail, self.scope))
            )
        if step.timeout is not None:
            values["timeout"] = self._seconds(step.timeout)
        return values

    def condition(self, condition: Expr | None) -> dict[str, nix.Expr]:
        """Return the attribute `condition`, if there is one to write."""
        value = step_condition(condition, self.scope)
        if value is None:
            return {}
        if isinstance(value, nix.Apply) and isinstance(value.function, nix.Name):
            self.workflow.use(value.function.name)
        return {"condition": value}

    def _seconds(self, minutes: Expr) -> nix.Expr:
        known = minutes.value if isinstance(minutes, Literal) else None
        if isinstance(known, float):
            return nix.Int(int(known * 60))
        return self.scope.string(f"$(({word(minutes, self.scope)} * 60))")

    def env(self, variables: tuple[EnvVar, ...]) -> tuple[dict[str, nix.Expr], list[str]]:
        """Return the variables known beforehand, and the line of bash that sets the others.

        All get their values at once: none of them sees what another one is set to.
        """
        static: dict[str, nix.Expr] = {}
        words: dict[str, str] = {}
        for variable in variables:
            known = self.owner.static(variable.value)
            if known is not None:
                static[variable.name] = known
            else:
                words[variable.name] = word(variable.value, self.scope)
        for variable in variables:
            if variable.name in static and _is_read(variable.name, words):
                words[variable.name] = word(variable.value, self.scope)
                del static[variable.name]
        bound = [f'{name}="{value}"' for name, value in words.items() if value != f"${name}"]
        if any(_is_read(name, words) for name in words):
            return static, [f"export {' '.join(bound)}"] if bound else []
        return static, [f"export {one}" for one in bound]

    def ignore(self, step: Step, argument: Argument, reason: str) -> None:
        """Record an input that nothing is made of."""
        self.lose(
            Feature.TOOL_INPUT,
            argument,
            step,
            f"the input {argument.name!r} is left out: {reason}",
        )

    def lose(self, feature: Feature, at: Node, step: Step, message: str) -> None:
        """Record an approximation."""
        loss = self.owner.place.at(step).loss(feature, Outcome.APPROXIMATED)
        self.context.lose(loss, message, at)


def _condition(step: Step) -> Expr | None:
    """The condition of a step, which sees the variables that the step itself sets."""
    own = {one.name: one.value for one in step.env}
    if step.condition is None or not own:
        return step.condition

    def value_of(ref: Ref) -> Expr | None:
        value = own.get(ref.path[1]) if ref.path[0] == "env" and len(ref.path) == 2 else None
        if value is None or len(value.parts) > 1:
            return value
        return value.parts[0] if value.parts else Literal(value="", span=ref.span)

    return replace_references(step.condition, value_of)


def _is_read(name: str, words: dict[str, str]) -> bool:
    """Whether one of the other values is made of a variable."""
    others = (value for one, value in words.items() if one != name)
    return any(name in value and re.search(rf"\$\{{?{name}\b", value) for value in others)


def _is_false(expr: Expr) -> bool:
    return isinstance(expr, Literal) and not expr.value
