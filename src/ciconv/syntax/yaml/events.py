"""Text → parser events: what libyaml would misread is replaced, and put back behind it."""

from collections.abc import Callable
from itertools import islice
from typing import Any

import yaml
from msgspec import Struct

from ciconv.source import Source

try:
    from yaml import CSafeLoader as _Parser
except ImportError:  # a build without libyaml: the same events, fifteen times slower
    from yaml import SafeLoader as _Parser  # type: ignore[assignment]

# Line breaks to YAML 1.1 and libyaml, plain characters to YAML 1.2 and everybody's editor.
_FORMER_BREAKS = "\x85\u2028\u2029"


class Prepared(Struct, frozen=True):
    """The text as the parser gets it, with every offset as in the source."""

    text: str
    restore: dict[int, str] | None = None  # how to translate the parser's scalars back


def prepare(source: Source) -> Prepared:
    """Return the text for the parser."""
    text = source.text
    if text.startswith("\ufeff"):
        text = "\n" + text[1:]  # removing it would shift every offset
    if text.isascii() or not any(character in text for character in _FORMER_BREAKS):
        return Prepared(text)
    stand_ins = _unused_characters(text, len(_FORMER_BREAKS))
    text = text.translate(dict(zip(map(ord, _FORMER_BREAKS), stand_ins, strict=True)))
    return Prepared(text, dict(zip(map(ord, stand_ins), _FORMER_BREAKS, strict=True)))


def _unused_characters(text: str, count: int) -> list[str]:
    """Private characters that occur neither as such nor as an escape."""
    lower = text.lower()
    free = (code for code in range(0xE000, 0xF8FF) if chr(code) not in lower)
    return list(islice((chr(code) for code in free if f"{code:x}" not in lower), count))


def open_events(prepared: Prepared) -> Callable[[], Any]:
    """Return the function that gives the next event; it raises `yaml.YAMLError`."""
    next_event: Callable[[], Any] = _Parser(prepared.text).get_event
    restore = prepared.restore
    if restore is None:
        return next_event

    def restored() -> Any:
        event = next_event()
        if isinstance(event, yaml.ScalarEvent):
            event.value = event.value.translate(restore)
        return event

    return restored
