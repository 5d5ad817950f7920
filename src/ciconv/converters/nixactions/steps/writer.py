"""One after the other: which function writes a step, and what all of them share."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from ciconv.converters.nixactions.expressions import CannotSay, step_condition, test, word
from ciconv.converters.nixactions.names import slug, unique
from ciconv.converters.nixactions.steps import files, machines, scripts, tools
from ciconv.converters.nixactions.steps.titles import source_text, title
from ciconv.converters.shell_tests.scope import shell_name
from ciconv.ir.expression import Expr, Literal, Ref, Template
from ciconv.ir.node import Node, replace
from ciconv.ir.step import (
    ActionRef,
    Argument,
    Checkout,
    DownloadArtifact,
    EnvVar,
    Placeholder,
    RestoreCache,
    Run,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
)
from ciconv.ir.walk import comments_of, replace_references
from ciconv.profile import Feature, Outcome
from ciconv.syntax import nix

if TYPE_CHECKING:
    from ciconv.converters.nixactions.jobs.job import JobWriter


class Steps(Struct, frozen=True):
    """The written steps of a job: the items, names for a `let`, whether it starts empty."""

    items: tuple[nix.Expr, ...]
    bindings: tuple[nix.Binding, ...]
    empty: bool


def unsupported(
    name: str, what: str, reason: str, arguments: dict[str, str] | None = None
) -> nix.Attrs:
    """Return the argument of `unsupported`: a step that fails."""
    values: dict[str, nix.Expr] = {
        "name": nix.string(name),
        "what": nix.string(what),
        "reason": nix.string(reason),
    }
    if arguments:
        values["arguments"] = nix.attrs({key: nix.string(one) for key, one in arguments.items()})
    return nix.attrs(values)


class StepWriter:
    """Writes the steps of one job, in order: packages of a tool serve the steps after it."""

    def __init__(self, owner: "JobWriter") -> None:
        self.owner, self.job = owner, owner.job
        self.scope, self.workflow = owner.scope, owner.workflow
        self.context = owner.workflow.context
        self.packages: dict[str, nix.Expr] = {}  # of tools, by their text
        self.at_end: list[nix.Expr] = []  # steps that save caches when the job is done
        self.empty = files.needs_empty_job(owner.job.steps)
        self.uses_container = False
        self._pending: list[str] = []  # comments of steps that became nothing

    def write(self) -> Steps:
        """Return the written steps."""
        job = self.job
        self._report_clashes()
        items = [*machines.write_login(job, self), *machines.write_services(job, self)]
        for step in job.steps:
            items.extend(self._commented(step))
        if items and self._pending:  # comments of last steps that became nothing
            items[-1] = replace(items[-1], comments=(*items[-1].comments, *self._pending))
        items.extend(reversed(self.at_end))
        items.extend(machines.write_stop(job, self))
        bindings = []
        if self.packages:
            deps = nix.List(tuple(self.packages.values()))
            bindings.append(nix.Binding(("deps",), deps))
        if job.container is not None and self.uses_container:
            container = machines.write_container(job.container, self)
            bindings.append(nix.Binding(("container",), container))
        return Steps(tuple(items), tuple(bindings), self.empty)

    def _report_clashes(self) -> None:
        """Say which steps give their outputs to the same variables."""
        seen: dict[str, str] = {}
        for step in self.job.steps:
            name = shell_name(step.id or "")
            other = seen.setdefault(name, step.id or "")
            if other != (step.id or ""):
                said = f"the steps {other!r} and {step.id!r} share the variables of their outputs"
                self.lose(Feature.OUTPUT, step, step, said)

    def _commented(self, step: Step) -> list[nix.Expr]:
        self._pending.extend(_comments(step))
        items = self._step(step)
        if items and self._pending:
            items[0] = replace(items[0], comments=(*self._pending, *items[0].comments))
            self._pending = []
        return items

    def _step(self, step: Step) -> list[nix.Expr]:
        write = _WRITERS.get(type(step))
        if write is None:
            raise TypeError(f"{type(step).__name__} has to be lowered before it is written")
        try:
            return write(step, self)
        except CannotSay as error:
            self.owner.lose(error, f"the step {title(step)!r}")
            what = error.expr.span.text if error.expr.span else title(step)
            kept = unsupported(self.name(step), what, str(error), _arguments(step))
            bindings = (nix.Binding((key,), one) for key, one in self._sayable(step).items())
            return [self.call("unsupported", nix.Attrs((*kept.bindings, *bindings)))]

    def _sayable(self, step: Step) -> dict[str, nix.Expr]:
        """The options of a step that fails, as far as they can be said."""
        try:
            found = self.options(step)
        except CannotSay:
            return {}
        return {key: one for key, one in found.items() if key != "timeout"}

    def call(self, function: str, *arguments: nix.Expr) -> nix.Apply:
        """Return a call of a function of the library."""
        return self.workflow.call(function, *arguments)

    def name(self, step: Step) -> str:
        """Return a name for a step that no other step of the job has."""
        return unique(slug(title(step)) or "step", self.owner.names)

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


def _placeholder(step: Placeholder, writer: StepWriter) -> list[nix.Expr]:
    values = unsupported(writer.name(step), step.what, step.reason, _arguments(step))
    options = {key: one for key, one in writer.options(step).items() if key != "timeout"}
    bindings = tuple(nix.Binding((key,), one) for key, one in options.items())
    return [writer.call("unsupported", nix.Attrs((*values.bindings, *bindings)))]


def _arguments(step: Step) -> dict[str, str]:
    """What a step that could not be said says, as the source has it."""
    found: dict[str, str] = {}
    if isinstance(step, Placeholder):
        found = {one.name: source_text(one.value) for one in step.arguments}
    if isinstance(step, Run):
        found["run"] = source_text(step.script)
        for key, value in (("shell", step.shell), ("working-directory", step.directory)):
            if value is not None:
                found[key] = source_text(value)
    return found | {f"env.{one.name}": source_text(one.value) for one in step.env}


def _comments(step: Step) -> tuple[str, ...]:
    """The label of a step where its name cannot say it, and its comments."""
    ref = getattr(step, "ref", None)
    bare = replace(step, ref=None) if isinstance(ref, ActionRef) else step
    found = [comment.text for comment in comments_of(bare)]
    if isinstance(ref, ActionRef):
        found += [one.text for one in comments_of(ref) if not _VERSION.fullmatch(one.text)]
    if step.name is not None:
        label = source_text(step.name)
        if slug(label).replace("-", " ") != label.lower():
            return (label, *found)
    return tuple(found)


# what stands behind the hash of a version says no more than which version it is
_VERSION = re.compile(r"#?\s*(?:[\w.-]+[-@= ])?v?\d[\w.+-]*\s*")

_WRITERS: dict[type[Step], Callable[..., list[nix.Expr]]] = {
    Run: scripts.write_run,
    Use: tools.write_tool,
    Checkout: files.write_checkout,
    RestoreCache: files.write_restore,
    SaveCache: files.write_save,
    UploadArtifact: files.write_upload,
    DownloadArtifact: files.write_download,
    Placeholder: _placeholder,
}
