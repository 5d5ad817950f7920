"""Steps as they are after commands and parameters are worked out.

https://circleci.com/docs/reference/configuration-reference/#steps
"""

import re
from functools import reduce
from typing import Any

from ciconv.context import Context
from ciconv.converters.circleci.expressions.read import read_template, read_value
from ciconv.converters.circleci.reuse.scope import OrbRef, Placed
from ciconv.converters.circleci.scalars import take_environment, take_text
from ciconv.converters.circleci.shells import command_of
from ciconv.converters.circleci.steps.files import read_files
from ciconv.converters.circleci.steps.place import Place
from ciconv.converters.fields import Fields, is_null
from ciconv.converters.script_steps.host import CIRCLECI
from ciconv.converters.script_steps.unwrap import unwrap
from ciconv.converters.second_checkouts import checked_out_once
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Op,
    Ref,
    Semantics,
    Template,
    constant,
    opposite,
    text,
)
from ciconv.ir.node import replace
from ciconv.ir.step import ActionRef, Argument, Checkout, Retry, Run, Step, Use
from ciconv.ir.walk import with_label
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

ALWAYS = opposite(Call(function="cancelled"))
FAILED = Call(function="failure")

_TITLE = "Submodules"  # of the step that the writer puts behind a checkout
_SUBMODULES = re.compile(r"git submodule update --init( --recursive)?")
_OF_HOME = re.compile(r"~[\w./-]*")
_ONLY_HERE = ("no_output_timeout", "auto_rerun_delay", "teardown", "pwd", "path")


class StepReader:
    """Reads the steps of one job. `place`: the folder they run in; `shell`: that of the job."""

    def __init__(self, job: str, place: Place, shell: Template, context: Context) -> None:
        self.job, self._place, self._shell = job, place, shell
        self.context = context
        self.cells = False  # whether the job runs several times, as a matrix
        self.uploads: dict[str, int] = {}

    def steps(self, placed: tuple[Placed, ...]) -> tuple[Step, ...]:
        """Return the steps."""
        found: list[Step] = []
        for one in placed:
            for step in self._step(one):
                found.append(self._finished(step, one))
        found = list(checked_out_once(found))
        unwrapped = unwrap(tuple(found), CIRCLECI)
        return _with_submodules(tuple(found) if unwrapped is None else unwrapped)

    def _finished(self, step: Step, placed: Placed) -> Step:
        condition = reduce(_both, (*placed.conditions, *_listed(step.condition)), None)
        comments = (*placed.comments, *placed.item.comments, *step.comments)
        step = replace(
            step,
            condition=condition,
            span=step.span or placed.item.span,
            comments=tuple(dict.fromkeys(comments)),
        )
        for label in placed.labels:
            step = with_label(step, label)
        return step

    def _step(self, placed: Placed) -> tuple[Step, ...]:
        if placed.orb is not None:
            return (self._orb(placed, placed.orb),)
        fields = self._fields(placed)
        given = self._shared(fields)
        match placed.name:
            case "run" | "deploy":
                return self._run(fields, given, placed)
            case "checkout":
                return (self._checkout(fields, given),)
            case "setup_remote_docker" | "add_ssh_keys" | "install_signing_bundle":
                return (self._own(placed, given, fields),)
            case "with_tool_cache":
                return (self._own(placed, given, fields),)
        return read_files(self, placed.name, fields, given)

    def _fields(self, placed: Placed) -> Fields:
        """The keys of a step; a `run` may be its command alone."""
        value = placed.value
        if placed.name in ("run", "deploy") and isinstance(value, Scalar) and not is_null(value):
            key = Scalar(text="command", value="command", span=value.span)
            entry = Entry(key=key, value=value)
            value = Mapping(entries=(entry,), span=value.span)
        return Fields(value, self.context, f"the step {placed.name!r}")

    def _shared(self, fields: Fields) -> dict[str, Any]:
        return {
            "name": take_text(fields, "name", self.context),
            "condition": self._when(fields),
        }

    def _when(self, fields: Fields) -> Expr | None:
        scalar = fields.scalar("when")
        if scalar is None or scalar.text == "on_success":
            return None
        if scalar.text in ("always", "on_fail"):
            return replace(ALWAYS if scalar.text == "always" else FAILED, span=scalar.span)
        self.context.diagnostics.error(
            "unknown-value",
            f"'when' of {fields.what} is always, on_success or on_fail, not {scalar.text!r}",
            scalar.span,
        )
        return None

    def _run(self, fields: Fields, given: dict[str, Any], placed: Placed) -> tuple[Step, ...]:
        fields.require("command", placed.item.span)
        script = self._script(fields) or text("")
        own = take_text(fields, "shell", self.context)
        shell = self._shell if own is None else command_of(own)
        directory = self._below(take_text(fields, "working_directory", self.context) or text("."))
        if directory is not None and _OF_HOME.fullmatch(constant(directory) or ""):
            change = Literal(value=f"cd {constant(directory)}\n")  # words that stand nowhere
            script = replace(script, parts=(change, *script.parts))
            directory = None  # shells alone know where that is
        run = Run(
            script=script,
            shell=shell,
            env=take_environment(fields, self.context),
            directory=directory,
            background=fields.boolean("background"),
            retry=self._retry(fields),
            extras=(
                *fields.extra("circleci", *_ONLY_HERE),
                *fields.leftovers("circleci"),
            ),
            comments=tuple(fields.comments),
            span=placed.item.span,
            **given,
        )
        return (run,)

    def _script(self, fields: Fields) -> Template | None:
        entry = fields.entry("command")
        if entry is None:
            return None
        fields.comments.extend(entry.comments)
        if isinstance(entry.value, Scalar):
            return read_template(entry.value, self.context)
        fields.wrong(entry.value, "text", "command")
        return None

    def at(self, path: Template) -> Template:
        """Return a path as it is seen from the folder with the repository."""
        return self._place.at(path)

    def _below(self, directory: Template) -> Template | None:
        found = self.at(directory)
        return None if constant(found) in (".", "") else found

    def _retry(self, fields: Fields) -> Retry | None:
        scalar = fields.scalar("max_auto_reruns")
        if scalar is None:
            return None
        number = scalar.value
        if isinstance(number, bool) or not isinstance(number, int):
            fields.wrong(scalar, "a whole number", "max_auto_reruns")
            return None
        return Retry(attempts=number + 1, span=scalar.span)

    def _checkout(self, fields: Fields, given: dict[str, Any]) -> Checkout:
        """The whole history, which CircleCI fetches when nothing else is said."""
        at = None if fields.whole is None else fields.whole.span
        whole = Template(parts=(Literal(value=0.0, span=at),), span=at)
        arguments = [Argument(name="depth", value=whole, span=at)]
        depth = fields.entry("depth")
        if depth is not None and isinstance(depth.value, Scalar):
            value = read_template(depth.value, self.context)
            arguments = [Argument(name="depth", value=value, span=depth.span)]
        path = take_text(fields, "path", self.context)
        below = self._below(path or text("."))
        if below is not None:
            arguments.append(
                Argument(name="path", value=below, span=at if path is None else path.span)
            )
        extras = (*fields.extra("circleci", "method"), *fields.leftovers("circleci"))
        return Checkout(
            arguments=tuple(arguments), extras=extras, comments=tuple(fields.comments), **given
        )

    def _own(self, placed: Placed, given: dict[str, Any], fields: Fields) -> Use:
        """A step that CircleCI alone has, by its name: the catalog knows what it is elsewhere."""
        ref = ActionRef(
            format="circleci", name=placed.name, written=placed.name, span=placed.item.span
        )
        arguments = tuple(
            Argument(name=entry.name, value=_as_text(entry.value, self.context), span=entry.span)
            for entry in fields.rest()
        )
        return Use(ref=ref, arguments=arguments, comments=tuple(fields.comments), **given)

    def _orb(self, placed: Placed, orb: OrbRef) -> Use:
        fields = Fields(placed.value, self.context, f"the step {placed.name!r}")
        when = self._when(fields) if _is_status(fields) else None
        arguments = tuple(
            Argument(
                name=entry.name,
                value=_as_text(entry.value, self.context),
                span=entry.span,
                comments=entry.comments,
            )
            for entry in fields.rest()
        )
        return Use(
            ref=orb_ref(orb, placed.name, placed.item),
            arguments=arguments,
            condition=when,
            comments=tuple(fields.comments),
            span=placed.item.span,
        )

    def named(self, base: str) -> Template:
        """Return the name of an artifact: no other one of the job, or of its cells, has it."""
        number = self.uploads[base] = self.uploads.get(base, 0) + 1
        name = base if number == 1 else f"{base}-{number}"
        name = re.sub(r'[":<>|*?\r\n\\/]+', "-", name).strip("-. ") or "artifact"
        if not self.cells:
            return text(name)
        index = Ref(path=("node", "index"))
        return Template(parts=(Literal(value=f"{name}-"), index))


def _with_submodules(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps, a checkout made one with the script that the writer completes it with.

    The same script of somebody else stays one: it has a name, a place and variables of its own.
    """
    found: list[Step] = []
    for step in steps:
        last = found[-1] if found else None
        script = constant(step.script) if isinstance(step, Run) else None
        is_ours = step.name is not None and constant(step.name) == _TITLE
        match = _SUBMODULES.fullmatch(script or "") if is_ours else None
        if match and isinstance(last, Checkout) and last.condition == step.condition:
            value = text("recursive" if match[1] else "true")
            argument = Argument(name="submodules", value=value, span=step.span)
            found[-1] = replace(last, arguments=(*last.arguments, argument))
        else:
            found.append(step)
    return tuple(found)


def orb_ref(orb: OrbRef, name: str, at: Node) -> ActionRef:
    """Return the reference of a command or a job of an orb."""
    return ActionRef(
        format="circleci",
        name=orb.name,
        path=name,
        version=orb.version or None,
        written=f"{orb.name}@{orb.version}/{name}" if orb.version else f"{orb.name}/{name}",
        span=at.span,
    )


def _is_status(fields: Fields) -> bool:
    """Whether `when` is one of the steps' own, and no parameter of the orb's."""
    whole = fields.whole
    when = whole.get("when") if isinstance(whole, Mapping) else None
    return isinstance(when, Scalar) and when.text in ("always", "on_success", "on_fail")


def _as_text(node: Node, context: Context) -> Template:
    """An argument as text; steps, lists and mappings as they are written."""
    if isinstance(node, Scalar):
        value = read_value(node, context)
        return value if isinstance(value, Template) else Template(parts=(value,), span=node.span)
    if isinstance(node, Sequence) and all(isinstance(one, Scalar) for one in node.items):
        said = "\n".join(one.text for one in node.items if isinstance(one, Scalar))
        return replace(text(said), span=node.span)
    return replace(text(node.span.text), span=node.span)


def _listed(condition: Expr | None) -> tuple[Expr, ...]:
    return () if condition is None else (condition,)


def _both(left: Expr | None, right: Expr) -> Expr:
    if left is None:
        return right
    return Binary(op=Op.AND, left=left, right=right, semantics=Semantics.CIRCLECI, span=right.span)
