"""`spec:inputs` and `$[[ inputs.name ]]`: values that a file is handed by who includes it.

https://docs.gitlab.com/ci/inputs/
"""

import re
from collections.abc import Mapping as Dict

from msgspec.structs import replace

from ciconv.context import Context
from ciconv.converters.fields import Fields
from ciconv.converters.gitlab.assembly.merging import names_in, scalar_text
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.pattern import matches
from ciconv.ir.pattern.faults import re2_fault
from ciconv.ir.trigger import Pattern, PatternSyntax
from ciconv.source import Span
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, Style

MAX_FUNCTIONS = 3  # behind one input
MAX_TEXT = 1_000_000  # characters of one interpolated text

_BLOCK = re.compile(r"\$\[\[(?P<inside>(?:(?!\]\]|\$\[\[).)*)\]\]", re.DOTALL)
_NAME = re.compile(r"\s*inputs\.(?P<name>[\w-]+)\s*")
# worked out when a pipeline is made: which component this is, the row of a matrix a job is
_LATER = re.compile(r"\s*(component\.(name|sha|version|reference)|matrix\.\w+)\s*")
_CALL = re.compile(r"\s*(?P<name>\w+)\s*(?:\((?P<arguments>[^()]*)\))?\s*")
_TYPES = ("string", "number", "boolean", "array")


def read_spec(
    header: Node | None, given: Dict[str, Node], context: Context, at: Span | None
) -> dict[str, Node]:
    """Return the value of every input that a header declares: the one given, else the default.

    `at` is where the file is included; None: the file is read for itself.
    """
    spec = Fields(header, context, "the header of a file")
    fields = Fields(spec.node("spec"), context, "'spec'")
    inputs = Fields(fields.node("inputs"), context, "'inputs'")
    _report_taken(fields, _OF_HEADERS, context)
    spec.leftovers("gitlab")
    fields.leftovers("gitlab")
    values: dict[str, Node] = {}
    for entry in inputs.rest():
        value = _value(entry, given.get(entry.name), context, at)
        if value is not None:
            values[entry.name] = value
    for name, node in given.items():
        if name not in values:
            _report(f"{name!r} is no input of the file", node.span, context)
    return values


def _value(entry: Entry, given: Node | None, context: Context, at: Span | None) -> Node | None:
    fields = Fields(entry.value, context, f"the input {entry.name!r}")
    kind = fields.text("type") or "string"
    default = fields.node("default")
    options = fields.node("options")
    regex = fields.text("regex")
    _report_taken(fields, _OF_INPUTS, context)
    fields.leftovers("gitlab")
    value = default if given is None else given
    if value is None:
        message = f"the input {entry.name!r} has no default, and nobody gives it a value"
        _report(message, at or entry.key.span, context)
        return Scalar(text="", value=None, span=entry.key.span)
    if at is None:  # it is read for itself, and people may be asked
        said = f"the input {entry.name!r} is {_joined(value)!r} here, whoever starts the pipeline"
        context.diagnostics.note("template", said, entry.span)
    problem = problem_of(kind, value, options, regex)
    if problem:
        _report(f"the input {entry.name!r} {problem}", value.span, context)
    return value


_SHOWN = "{name!r} is for people who read the file, so it is left out"
_OF_HEADERS = {
    "description": (Severity.NOTE, _SHOWN),
    "component": (Severity.NOTE, "{name!r} is left out: nothing asks which component this is"),
    "include": (Severity.WARNING, "{name!r} is not looked at: inputs in other files are unknown"),
}
_OF_INPUTS = {
    "description": (Severity.NOTE, _SHOWN),
    "rules": (Severity.WARNING, "{name!r} is not looked at: the input has no default by rules"),
}


def _report_taken(fields: Fields, known: Dict[str, tuple[Severity, str]], context: Context) -> None:
    """Take keys that change no job as it is written here, and say so."""
    for name, (severity, message) in known.items():
        entry = fields.entry(name)
        if entry is not None:
            said = message.format(name=name)
            found = Diagnostic(code="template", severity=severity, message=said, span=entry.span)
            context.diagnostics.add(found)


def problem_of(kind: str, value: Node, options: Node | None, regex: str | None) -> str:
    """Return why an input of a type cannot have a value, empty where it can."""
    if kind not in _TYPES:
        return f"cannot be of type {kind!r}"
    if not _is_of(kind, value):
        return f"has to be a {kind}"
    allowed = [one.text for one in names_in(options)]
    texts = [one.text for one in names_in(value)]
    if options is not None and not set(texts) <= set(allowed):
        return f"has to be one of {', '.join(map(repr, allowed))}"
    return "" if regex is None else _mismatch(regex, scalar_text(value) or "")


def _mismatch(regex: str, text: str) -> str:
    pattern = regex[1:-1] if len(regex) > 1 and regex[0] == regex[-1] == "/" else regex
    fault = re2_fault(pattern)
    if fault:
        return f"is to match {regex!r}, which is no regular expression: {fault}"
    if matches(Pattern(text=pattern, syntax=PatternSyntax.RE2), text) is False:
        return f"does not match {regex!r}"
    return ""


def _is_of(kind: str, value: Node) -> bool:
    if kind == "array":
        return isinstance(value, Sequence)
    if not isinstance(value, Scalar):
        return False
    if kind == "boolean":
        return isinstance(value.value, bool)
    is_number = isinstance(value.value, int | float) and not isinstance(value.value, bool)
    return is_number if kind == "number" else isinstance(value.value, str)


def _report(message: str, span: Span, context: Context) -> None:
    context.diagnostics.error("input-value", message, span)


class Interpolation:
    """Puts the values of inputs into a tree."""

    def __init__(self, values: Dict[str, Node], context: Context) -> None:
        self._values = values
        self._context = context

    def tree(self, node: Node) -> Node:
        """Return the tree with every `$[[ … ]]` replaced."""
        if isinstance(node, Scalar):
            return self._scalar(node) if "$[[" in node.text else node
        if isinstance(node, Sequence):
            return replace(node, items=tuple(map(self.tree, node.items)))
        if isinstance(node, Mapping):
            entries = (
                replace(one, key=self._key(one.key), value=self.tree(one.value))
                for one in node.entries
            )
            return replace(node, entries=tuple(entries))
        return node

    def _key(self, key: Node) -> Node:
        found = self.tree(key)
        return replace(found, style=Style.PLAIN) if isinstance(found, Scalar) else key

    def _scalar(self, scalar: Scalar) -> Node:
        whole = _BLOCK.fullmatch(scalar.text)
        if whole is not None and _LATER.fullmatch(whole["inside"]):
            return scalar
        if whole is not None and "|" not in whole["inside"]:
            value = self._input(whole["inside"], scalar)
            if not isinstance(value, Scalar):
                return value  # a list stays one
            return replace(scalar, text=value.text, value=value.value, offsets=())
        text = _BLOCK.sub(lambda found: self._text(found["inside"], scalar), scalar.text)
        if len(text) > MAX_TEXT:
            self._error(f"the text has more than {MAX_TEXT} characters", scalar)
            text = ""
        return replace(scalar, text=text, value=text, offsets=())

    def _input(self, inside: str, at: Scalar) -> Node:
        found = _NAME.fullmatch(inside)
        value = None if found is None else self._values.get(found["name"])
        if value is None:
            self._error(f"'$[[{inside}]]' is no input of the file", at)
            return Scalar(text="", value="", span=at.span)
        return value

    def _text(self, inside: str, at: Scalar) -> str:
        first, *functions = inside.split("|")
        if _LATER.fullmatch(first):
            return f"$[[{inside}]]"
        value = self._input(first, at)
        text = _joined(value)
        if len(functions) > MAX_FUNCTIONS:
            self._error(f"an input takes no more than {MAX_FUNCTIONS} functions", at)
        for number, function in enumerate(functions[:MAX_FUNCTIONS]):
            if "$" in text and "expand_vars" in map(str.strip, functions[:number]):
                said = f"{function.strip()!r} is left out: it is for values that GitLab alone has"
                self._context.diagnostics.warning("template", said, at.span)
                return text
            text = self._applied(function, text, at)
        return text

    def _applied(self, function: str, text: str, at: Scalar) -> str:
        call = _CALL.fullmatch(function)
        name = "" if call is None else call["name"]
        if name == "expand_vars":  # variables in texts are expanded anyway
            return text
        if name == "posix_escape":
            return _UNSAFE.sub(r"\\\g<0>", text).replace("\n", "'\n'") or "''"
        numbers = [] if call is None else (call["arguments"] or "").split(",")
        if name == "truncate" and len(numbers) == 2 and all(n.strip().isdigit() for n in numbers):
            start, length = map(int, numbers)
            return text[start : start + length]
        self._error(f"{function.strip()!r} is no function for inputs", at)
        return text

    def _error(self, message: str, at: Scalar) -> None:
        _report(message, at.span, self._context)


# https://docs.ruby-lang.org/en/master/Shellwords.html#method-c-shellescape
_UNSAFE = re.compile(r"[^A-Za-z0-9_\-.,:+/@\n]")


def _joined(value: Node) -> str:
    """A value as text; a list as Ruby would show it, which is JSON for texts."""
    if isinstance(value, Scalar):
        return value.text
    return f"[{', '.join(_quoted(one.text) for one in names_in(value))}]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
