"""Putting values in the place of `<< parameters.x >>`.

https://circleci.com/docs/reference/reusing-config/#using-the-parameters-declaration
"""

import re
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from ciconv.context import Context
from ciconv.converters.circleci.reuse.scope import Value
from ciconv.syntax.node import Entry, Node, Scalar, Sequence
from ciconv.syntax.node import Mapping as Map

Values = Mapping[str, Value]

_NAME = r"[A-Za-z_][\w-]*"
WHOLE = re.compile(rf"\s*<<\s*parameters\.({_NAME})\s*>>\s*")
_ONE = re.compile(r"(?<![\\<])<<(?!<)[ \t]*([^<>#^/](?:[^>]|>(?!>))*?)[ \t]*>>")
_REFERENCE = re.compile(rf"\bparameters\.({_NAME})")
_SECTION = re.compile(
    rf"<<\s*([#^])\s*parameters\.({_NAME})\s*>>(.*?)<<\s*/\s*parameters\.\2\s*>>", re.DOTALL
)
_PLAIN_NAME = re.compile(rf"parameters\.{_NAME}")


class Filler:
    """Fills trees with the parameters of one body; names it does not know are errors."""

    def __init__(self, values: Values, context: Context, missing: "Missing | None" = None) -> None:
        self._values, self._context = values, context
        self._missing = missing

    def node(self, node: Node) -> Node:
        """Return the tree with the values in it."""
        if isinstance(node, Scalar):
            return self._scalar(node) if "<<" in node.text else node
        if isinstance(node, Sequence):
            items = tuple(self.node(item) for item in node.items)
            same = all(a is b for a, b in zip(items, node.items, strict=True))
            return node if same else replace(node, items=items)
        if isinstance(node, Map):
            entries = tuple(map(self.entry, node.entries))
            same = all(a is b for a, b in zip(entries, node.entries, strict=True))
            return node if same else replace(node, entries=entries)
        return node

    def entry(self, entry: Entry) -> Entry:
        """Return an entry with the values in its key and its value."""
        key, value = self.node(entry.key), self.node(entry.value)
        if key is entry.key and value is entry.value:
            return entry
        return replace(entry, key=key, value=value)

    def value(self, name: str, at: Node) -> Value | None:
        """Return a parameter by its name; None, and an error, when there is none."""
        found = self._values.get(name)
        if found is None and (self._missing is None or not self._missing(name)):
            self._context.diagnostics.error(
                "unknown-parameter",
                f"there is no parameter {name!r} here",
                at.span,
                help=self._known(),
            )
        return found

    def _known(self) -> str:
        names = ", ".join(sorted(self._values))
        return f"its parameters are {names}" if names else "it declares no parameters"

    def _scalar(self, scalar: Scalar) -> Node:
        whole = WHOLE.fullmatch(scalar.text)
        if whole:
            found = self.value(whole[1], scalar)
            if found is None:
                return scalar
            return replace(found.node, comments=scalar.comments) if scalar.comments else found.node
        text = self._sections(scalar)
        pieces: list[str] = []
        offsets: list[tuple[int, int]] = []
        done = 0
        length = 0
        for match in _ONE.finditer(text, 0, text.rfind(">>") + 2):
            said = self._inserted(match, scalar)
            if said is None:
                continue
            start = scalar.span_of(match.start(), match.end())
            pieces += [text[done : match.start()], said]
            length += match.start() - done
            offsets.append((length, start.start_offset))
            length += len(said)
            offsets.append((length, start.end_offset))
            done = match.end()
        if not pieces and text == scalar.text:
            return scalar
        result = "".join(pieces) + text[done:]
        return replace(scalar, text=result, value=result, offsets=_merged(scalar, offsets))

    def _inserted(self, match: re.Match[str], scalar: Scalar) -> str | None:
        """What stands in the place of one `<< >>`; None leaves it as it is."""
        inner = match[1]
        if "parameters." not in inner or not _REFERENCE.search(_without_pipeline(inner)):
            return None
        if _PLAIN_NAME.fullmatch(inner):
            found = self.value(inner.partition(".")[2], scalar)
            return None if found is None else text_of(found.node)
        named = _REFERENCE.sub(lambda one: self._operand(one, inner, scalar), inner)
        return f"<< {named} >>"

    def _operand(self, match: re.Match[str], inner: str, scalar: Scalar) -> str:
        """A parameter inside an expression: its value as a constant, or what it stands for."""
        if inner[: match.start()].endswith("pipeline."):
            return match[0]
        found = self.value(match[1], scalar)
        if found is None:
            return match[0]
        text = text_of(found.node)
        dynamic = re.fullmatch(r"\s*<<(.*)>>\s*", text, re.DOTALL)
        if dynamic:
            return f"({dynamic[1].strip()})"
        node = found.node
        if isinstance(node, Scalar) and not isinstance(node.value, str):
            return text or '""'
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def _sections(self, scalar: Scalar) -> str:
        """The text with the parts left out that a parameter switches off."""

        def chosen(match: re.Match[str]) -> str:
            found = self.value(match[2], scalar)
            if found is None:
                return match[0]
            holds = not is_falsy(found.node)
            return match[3] if holds == (match[1] == "#") else ""

        before, text = "", scalar.text
        while text != before:  # sections in sections; one of an unknown parameter stays
            before, text = text, _SECTION.sub(chosen, text)
        return text


Missing = Callable[[str], bool]


def _without_pipeline(text: str) -> str:
    return text.replace("pipeline.parameters.", "pipeline.")


def _merged(scalar: Scalar, offsets: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Places of a text with values in it: exact up to the first, near behind it."""
    if not offsets:
        return scalar.offsets
    first = offsets[0][0]
    kept = tuple(one for one in scalar.offsets if one[0] < first)
    return (*kept, *offsets)


def text_of(node: Node) -> str:
    """Return a value as it stands in text; a list or mapping, which cannot, is empty."""
    if not isinstance(node, Scalar) or node.value is None:
        return ""
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return node.text


def is_falsy(node: Node) -> bool:
    """Whether a value counts as false: false, null, 0, an empty text."""
    if isinstance(node, Scalar):
        if isinstance(node.value, str):
            return node.value == ""
        return node.value is None or not node.value
    return not (node.items if isinstance(node, Sequence) else getattr(node, "entries", True))
