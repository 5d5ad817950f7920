"""Values of a configuration: texts with variables, variables themselves, times."""

import re

from msgspec import Struct

from ciconv.context import Context
from ciconv.converters.fields import Fields, is_null
from ciconv.converters.gitlab.expressions.variables import Variable, Variables
from ciconv.ir.expression import Template
from ciconv.ir.node import replace
from ciconv.ir.step import Extra
from ciconv.source import Comment, Span
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, resolve

FORMAT = "gitlab"

MAX_ALTERNATIVES = 100  # of one condition
MAX_DEPTH = 10  # lists inside of each other

_UNITS = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hr": 3600,
    "hour": 3600,
    "d": 86400,
    "day": 86400,
    "w": 604800,
    "wk": 604800,
    "week": 604800,
    "mo": 2592000,
    "mon": 2592000,
    "month": 2592000,
    "y": 31536000,
    "yr": 31536000,
    "year": 31536000,
}
_PART = re.compile(
    r"\s*+(?:and\s++)?,?+\s*+(?P<number>\d++(?:\.\d++)?)\s*+(?P<unit>[A-Za-z]*+)\s*+,?+\s*+"
)


class Scope(Struct, frozen=True, kw_only=True):
    """What is known while one job is read."""

    name: str
    at: Span
    variables: Variables
    context: Context
    stages: tuple[str, ...] = ()

    def text(self, scalar: Scalar, comments: tuple[Comment, ...] = ()) -> Template:
        """Return the text of a scalar with the variables in it."""
        found = self.variables.text(scalar.text, scalar.span)
        return replace(found, comments=comments) if comments else found

    def take(self, fields: Fields, name: str) -> Template | None:
        """Take a key whose value is a text with variables."""
        entry = fields.entry(name)
        node = None if entry is None else resolve(entry.value)
        if entry is None or node is None or is_null(node):
            return None
        if not isinstance(node, Scalar):
            fields.wrong(node, "text", name)
            return None
        return self.text(node, entry.comments)


def extra(entry: Entry, key: str = "", *, matters: bool = True) -> Extra:
    """Return an entry as something that GitLab alone knows."""
    return Extra(
        format=FORMAT,
        key=key or entry.name,
        value=entry.value,
        matters=matters,
        span=entry.span,
        comments=entry.comments,
    )


def extras(
    fields: Fields, *names: str, prefix: str = "", matters: bool = True
) -> tuple[Extra, ...]:
    """Take keys that GitLab alone knows; `matters`: whether they change more than what is shown."""
    taken = (fields.entry(name) for name in names)
    return tuple(extra(one, prefix + one.name, matters=matters) for one in taken if one is not None)


def flat(node: Node, depth: int = 0) -> tuple[Node, ...]:
    """Return the items of a list, those of lists inside of it among them."""
    node = resolve(node)
    if not isinstance(node, Sequence) or depth > MAX_DEPTH:
        return () if is_null(node) else (node,)
    return tuple(inner for item in node.items for inner in flat(item, depth + 1))


def alternatives(node: Node, what: str, context: Context) -> tuple[Node, ...]:
    """Return the items of a list that are parts of one condition; too many are an error."""
    found = flat(node)
    if len(found) > MAX_ALTERNATIVES:
        message = f"{what} has more than {MAX_ALTERNATIVES} items"
        context.diagnostics.error("expression-depth", message, found[MAX_ALTERNATIVES].span)
    return found[:MAX_ALTERNATIVES]


def read_variables(node: Node | None, what: str, context: Context) -> dict[str, Variable]:
    """Return the variables of a mapping `variables`, by name."""
    fields = Fields(node, context, what)
    return {entry.name: _variable(entry, context) for entry in fields.rest()}


def _variable(entry: Entry, context: Context) -> Variable:
    node = resolve(entry.value)
    if not isinstance(node, Mapping):
        text = node.text if isinstance(node, Scalar) and node.value is not None else ""
        if not isinstance(node, Scalar):
            Fields(None, context, "'variables'").wrong(node, "text", entry.name)
        return Variable(name=entry.name, text=text, entry=entry)
    fields = Fields(node, context, f"the variable {entry.name!r}")
    value = fields.text("value") or ""
    expand = fields.boolean("expand", True)
    described = fields.text("description")
    options = tuple(fields.scalars("options") or ())
    fields.leftovers(FORMAT)
    return Variable(
        name=entry.name,
        text=value,
        expand=expand,
        input=described is not None or bool(options),
        description=described,
        options=options,
        entry=entry,
        comments=tuple(fields.comments),
    )


def seconds(text: str) -> float | None:
    """Return how long a time like `1h 30m` or `3 hours` is; None when it is none."""
    total, at = 0.0, 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            return None
        unit = part["unit"].lower()
        size = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s")) if unit else 1
        if size is None:
            return None
        total += float(part["number"]) * size
        at = part.end()
    return total if text.strip() else None
