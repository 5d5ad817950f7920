"""Parameters: what a job, a command or an executor declares, and what a call hands over.

https://circleci.com/docs/reference/reusing-config/#parameter-types
"""

import re
from collections.abc import Callable
from difflib import get_close_matches

from ciconv.context import Context
from ciconv.converters.circleci.reuse.fill import Filler
from ciconv.converters.circleci.reuse.scope import Frame, Placed, Value
from ciconv.converters.fields import Fields, kind_of
from ciconv.source import Span
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

TYPES = ("string", "boolean", "integer", "enum", "executor", "steps", "env_var_name")

Steps = Callable[[Node, Frame], tuple[Placed, ...]]
_DYNAMIC = re.compile(r"<<.*>>", re.DOTALL)


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
            case "enum" if self.choices and not any(node == one for one in self.choices):
                texts = [one.text for one in self.choices if isinstance(one, Scalar)]
                if isinstance(node, Scalar) and node.text in texts:
                    return ""
                return f"one of {', '.join(texts)}"
            case "steps" if not isinstance(node, Sequence):
                return "a list of steps"
        return ""


def declared(node: Node | None, context: Context) -> tuple[Declared, ...]:
    """Return the parameters of a mapping `parameters`."""
    if not isinstance(node, Mapping):
        return ()
    return tuple(Declared(entry, context) for entry in node.entries)


class Call:
    """One use of something with parameters: what is handed over, and by whom."""

    def __init__(self, what: str, at: Span, given: tuple[Entry, ...], frame: Frame) -> None:
        self.what, self.at, self.given, self.frame = what, at, given, frame


def bind(
    parameters: tuple[Declared, ...], call: Call, inner: Frame, context: Context, steps: Steps
) -> dict[str, Value]:
    """Return the values that a call gives to parameters; defaults belong to the `inner` frame."""
    given = {entry.name: entry for entry in call.given}
    known = {one.name for one in parameters}
    for name, entry in given.items():
        if name not in known:
            _report_unknown(name, entry, known, call, context)
    values: dict[str, Value] = {}
    for one in parameters:
        if one.name in given:
            values[one.name] = _given(one, given[one.name], call, context, steps)
        elif one.default is not None:
            body = steps(one.default, inner) if one.type == "steps" else None
            values[one.name] = Value(one.default, inner.scope, body)
        else:
            context.diagnostics.error(
                "missing-parameter", f"{call.what} needs the parameter {one.name!r}", call.at
            )
            values[one.name] = Value(Scalar(text="", value="", span=call.at), inner.scope)
    return values


def _given(one: Declared, entry: Entry, call: Call, context: Context, steps: Steps) -> Value:
    frame = call.frame
    if one.type == "steps":
        passed = _passed_on(entry.value, frame)
        if passed is not None:
            return passed
        return Value(entry.value, frame.scope, steps(entry.value, frame))
    node = Filler(frame.values, context).node(entry.value)
    one.check(node, context)
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
