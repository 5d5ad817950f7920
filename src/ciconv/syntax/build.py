"""Short ways to make tree nodes, for the writers of formats."""

import math

from ciconv.source import Comment
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, Style
from ciconv.syntax.yaml.resolve import is_text_everywhere

_WRITTEN_BARE = "on"  # GitHub's key, which YAML 1.1 takes for a boolean and GitHub does not


def text(value: str, comments: tuple[Comment, ...] = ()) -> Scalar:
    """Return a text, in quotes where it would be read as something else."""
    style = Style.PLAIN if is_text_everywhere(value) else Style.SINGLE
    return Scalar(text=value, value=value, style=style, comments=comments)


def number(value: int | float) -> Scalar:
    """Return a number that readers of YAML 1.1 and 1.2 take for the same one."""
    return Scalar(text=_digits(value), value=value)


def _digits(value: int | float) -> str:
    if isinstance(value, int):
        return str(value)
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    mantissa, exponent, power = repr(value).partition("e")
    return mantissa + ("" if "." in mantissa else ".0") + exponent + power


def boolean(value: bool) -> Scalar:
    """Return `true` or `false`."""
    return Scalar(text="true" if value else "false", value=value)


def null() -> Scalar:
    """Return what stands behind a key without a value."""
    return Scalar(text="", value=None)


def entry(name: str, value: Node, comments: tuple[Comment, ...] = ()) -> Entry:
    """Return `name: value` with the comments above it."""
    key = Scalar(text=name, value=name) if name == _WRITTEN_BARE else text(name)
    return Entry(key=key, value=value, comments=comments)


def mapping(
    *entries: Entry | tuple[str, Node], flow: bool = False, comments: tuple[Comment, ...] = ()
) -> Mapping:
    """Return a mapping of entries, or of pairs of name and value; comments are for an item."""
    made = (one if isinstance(one, Entry) else entry(*one) for one in entries)
    return Mapping(entries=tuple(made), flow=flow, comments=comments)


def sequence(*items: Node, flow: bool = False) -> Sequence:
    """Return a list."""
    return Sequence(items=items, flow=flow)
