"""Parameters: what a job, a command or an executor declares, and what a call hands over.

https://circleci.com/docs/reference/reusing-config/#parameter-types
"""

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import NamedTuple

from ciconv.context import Context
from ciconv.converters.circleci.reuse.fill import Filler, text_of
from ciconv.converters.circleci.reuse.scope import Frame, Placed, Value
from ciconv.converters.circleci.reuse.usage import Usage
from ciconv.converters.fields import Fields, kind_of
from ciconv.diagnostics import Severity
from ciconv.source import Span
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

TYPES = ("string", "boolean", "integer", "enum", "executor", "steps", "env_var_name")

Steps = Callable[[Node, Frame], tuple[Placed, ...]]
_DYNAMIC = re.compile(r"<<.*>>", re.DOTALL)
_CELL = re.compile(r"<< matrix\.[\w-]+ >>")


class Declared:
    """One parameter as it is declared."""

    def __init__(self, entry: Entry, context: Context) -> None:
        self.name, self.entry = entry.name, entry
        fields = Fields(entry.value, context, f"the parameter {entry.name!r}")
        kind = fields.scalar("type")
        self.type = "string" if kind is None else kind.text
        self.default = fields.node("default")
        choices = fields.node("enum")
        self.choices = choices.items if isinstance(choices, Sequence) else ()
        self.description = fields.scalar("description")
        self.comments = (*entry.comments, *fields.comments)
        if kind is None:
            context.diagnostics.error(
                "missing-key", f"the parameter {self.name!r} needs a 'type'", entry.key.span
            )
        elif self.type not in TYPES:
            context.diagnostics.error(
                "unknown-type",
                f"{self.type!r} is no type of a parameter",
                kind.span,
                help=f"there are {', '.join(TYPES)}",
            )
        fields.leftovers("circleci")
        if self.default is not None:
            self.check(self.default, context)

    def check(self, node: Node, context: Context) -> None:
        """Say that a value is not of the type; what only the pipeline knows is taken on trust."""
        if isinstance(node, Scalar) and _DYNAMIC.search(node.text):
            return
        wanted = self._wanted(node)
        if wanted:
            context.diagnostics.error(
                "wrong-type",
                f"the parameter {self.name!r} is {wanted}, not {kind_of(node)}",
                node.span,
            )

    def _wanted(self, node: Node) -> str:
        value = node.value if isinstance(node, Scalar) else None
        match self.type:
            case "boolean" if not isinstance(value, bool):
                return "true or false"
            case "integer" if isinstance(value, bool) or not isinstance(value, int):
                return "a whole number"
            case "string" | "env_var_name" if not isinstance(node, Scalar):
                return "a text"
            case "enum" if self.choices and not any(_is_same(one, node) for one in self.choices):
                texts = [one.text for one in self.choices if isinstance(one, Scalar)]
                return f"one of {', '.join(texts)}"
            case "steps" if not isinstance(node, Sequence):
                return "a list of steps"
        return ""


def _is_same(choice: Node, node: Node) -> bool:
    """Whether a value is the one that a list of choices names."""
    return isinstance(choice, Scalar) and isinstance(node, Scalar) and choice.text == node.text


def declared(node: Node | None, context: Context) -> tuple[Declared, ...]:
    """Return the parameters of a mapping `parameters`."""
    if not isinstance(node, Mapping):
        return ()
    return tuple(Declared(entry, context) for entry in node.entries)


class Call(NamedTuple):
    """One use of something with parameters: what is handed over to which body, and by whom."""

    what: str
    at: Span
    given: tuple[Entry, ...]
    frame: Frame
    body: Node


class Binder:
    """Gives parameters their values, and notes which of what is declared makes a difference."""

    def __init__(self, context: Context, usage: Usage, steps: Steps) -> None:
        self._context, self._usage, self._steps = context, usage, steps

    def bind(self, parameters: tuple[Declared, ...], call: Call, inner: Frame) -> dict[str, Value]:
        """Return the values that a call gives; defaults belong to the `inner` frame."""
        given = {entry.name: entry for entry in call.given}
        known = {one.name for one in parameters}
        mentioned = self._usage.mentioned(call.body)
        for name, entry in given.items():
            if name not in known and inner.scope.is_known:
                said = f"{call.what} is not known to have a parameter {name!r}: it is left out"
                self._context.diagnostics.warning("unknown-argument", said, entry.span)
            elif name not in known:
                _report_unknown(name, entry, known, call, self._context)
            elif name not in mentioned:
                said = f"{call.what} does not use its parameter {name!r}"
                self._usage.declare(entry, "unused-argument", said, Severity.NOTE)
        values: dict[str, Value] = {}
        for one in parameters:
            self._declare(one, call, is_used=one.name in mentioned)
            values[one.name] = self._value(one, given.get(one.name), call, inner)
        return values

    def take(self, one: Declared, node: Node) -> None:
        """Check a value that a parameter is given, and note that it is in use."""
        one.check(node, self._context)
        said = node.text if isinstance(node, Scalar) else ""
        if _CELL.fullmatch(said):
            return  # stands for the values of a matrix, which are looked at one by one
        if _DYNAMIC.search(said):
            named = one.choices  # any of them may come
        else:
            named = tuple(choice for choice in one.choices if _is_same(choice, node))
        for choice in named:
            self._usage.use(choice)

    def _declare(self, one: Declared, call: Call, *, is_used: bool) -> None:
        """Note what of a parameter nobody may need: all of it, its default, some of its values."""
        if not is_used:
            said = f"{call.what} does not use its parameter {one.name!r}"
            self._usage.declare(one.entry, "unused-parameter", said, Severity.NOTE)
            return
        if one.description is not None and one.description.text.strip():
            said = f"what {call.what} says of its parameter {one.name!r} is left out"
            self._usage.declare(one.description, "description", said, Severity.NOTE)
        if one.default is not None:
            said = f"every use of {call.what} gives another value than the default of {one.name!r}"
            self._usage.declare(one.default, "unused-default", said, Severity.NOTE)
        for choice in one.choices:
            said = f"no use of {call.what} gives {text_of(choice)!r} to {one.name!r}"
            self._usage.declare(choice, "unused-choice", said, Severity.NOTE)

    def _value(self, one: Declared, given: Entry | None, call: Call, inner: Frame) -> Value:
        if given is not None:
            return self._given(one, given, call)
        if one.default is None:
            self._context.diagnostics.error(
                "missing-parameter", f"{call.what} needs the parameter {one.name!r}", call.at
            )
            return Value(Scalar(text="", value="", span=call.at), inner.scope)
        self._usage.use(one.default)
        self.take(one, one.default)
        body = self._steps(one.default, inner) if one.type == "steps" else None
        return Value(one.default, inner.scope, body)

    def _given(self, one: Declared, entry: Entry, call: Call) -> Value:
        frame = call.frame
        if one.type == "steps":
            passed = _passed_on(entry.value, frame)
            if passed is not None:
                return passed
            return Value(entry.value, frame.scope, self._steps(entry.value, frame))
        node = Filler(frame.values, self._context).node(entry.value)
        self.take(one, node)
        return Value(node, frame.scope)


def _passed_on(node: Node, frame: Frame) -> Value | None:
    """Steps that the caller was handed itself."""
    match = re.fullmatch(r"\s*<<\s*parameters\.([\w-]+)\s*>>\s*", getattr(node, "text", ""))
    found = None if match is None else frame.values.get(match[1])
    return found if found is not None and found.steps is not None else None


def _report_unknown(name: str, entry: Entry, known: set[str], call: Call, context: Context) -> None:
    close = get_close_matches(name, sorted(known), 1)
    context.diagnostics.error(
        "unknown-argument",
        f"{call.what} has no parameter {name!r}",
        entry.span,
        help=f"did you mean {close[0]!r}?" if close else "",
    )
