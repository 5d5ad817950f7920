"""Functions of GitHub's expressions: what they take and give.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#functions
"""

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from ciconv.ir.expression import Call, Literal
from ciconv.source import Span
from ciconv.validators.github.types import (
    ANY,
    BOOLEAN,
    NULL,
    NUMBER,
    STRING,
    Kind,
    Type,
    array,
    assignable,
    merged,
    strict,
)
from ciconv.validators.shapes.walk import Fault

_SLOT = re.compile(r"\{\{|\}\}|\{(\d+)\}|\{|\}")
_TEXT_OR_LIST = (Kind.STRING, Kind.ARRAY)


class Signature(Struct, frozen=True):
    """The kinds of the arguments (the last for the rest as well), and the type of the result."""

    arguments: tuple[tuple[Kind, ...], ...]
    result: Callable[[Call, tuple[Type, ...]], Type]


def _gives(kind: Type) -> Callable[[Call, tuple[Type, ...]], Type]:
    return lambda call, arguments: kind


def _from_json(call: Call, arguments: tuple[Type, ...]) -> Type:
    """The type of a constant text of JSON."""
    text = call.arguments[0] if call.arguments else None
    if not isinstance(text, Literal) or not isinstance(text.value, str):
        return ANY
    import json  # few workflows have such a text

    try:
        return _json_type(json.loads(text.value))
    except (ValueError, RecursionError):
        return ANY


def _json_type(value: object) -> Type:
    if isinstance(value, dict):
        return strict({str(name): _json_type(one) for name, one in value.items()})
    if isinstance(value, list):
        return array(merged(map(_json_type, value)))
    if isinstance(value, bool):
        return BOOLEAN
    if value is None:
        return NULL
    return STRING if isinstance(value, str) else NUMBER


def _case(call: Call, arguments: tuple[Type, ...]) -> Type:
    return merged((*arguments[1::2], *arguments[-1:])) if len(arguments) > 2 else ANY


_TEXT, _ANYTHING = (Kind.STRING,), (Kind.ANY,)
SIGNATURES = {
    "contains": Signature((_TEXT_OR_LIST, _ANYTHING), _gives(BOOLEAN)),
    "startswith": Signature((_TEXT, _TEXT), _gives(BOOLEAN)),
    "endswith": Signature((_TEXT, _TEXT), _gives(BOOLEAN)),
    "format": Signature((_TEXT, _ANYTHING), _gives(STRING)),
    "join": Signature((_TEXT_OR_LIST, _TEXT), _gives(STRING)),
    "tojson": Signature((_ANYTHING,), _gives(STRING)),
    "fromjson": Signature((_TEXT,), _from_json),
    "hashfiles": Signature((_TEXT,), _gives(STRING)),
    "case": Signature((_ANYTHING,), _case),
    "success": Signature((_TEXT,), _gives(BOOLEAN)),
    "failure": Signature((_TEXT,), _gives(BOOLEAN)),
    "cancelled": Signature((), _gives(BOOLEAN)),
    "always": Signature((), _gives(BOOLEAN)),
}


def check_call(call: Call, types: tuple[Type, ...], place: Span) -> Iterator[Fault]:
    """Yield what is wrong with the arguments of a call; their number was judged by reading."""
    signature = SIGNATURES[call.function.lower()]
    kinds = signature.arguments
    for number, given in enumerate(types):
        if not kinds:
            break
        wanted = kinds[min(number, len(kinds) - 1)]
        if not any(assignable(given, kind) for kind in wanted):
            said = f"argument {number + 1} of {call.function!r} cannot be {given}"
            argument = call.arguments[number]
            yield Fault("expression-type", said, argument.span or place)
    if call.function.lower() == "format":
        yield from _format(call, place)
    elif call.function.lower() == "fromjson":
        yield from _broken_json(call, place)


def _format(call: Call, place: Span) -> Iterator[Fault]:
    """Slots of the text and arguments have to be there for each other."""
    template = call.arguments[0] if call.arguments else None
    if not isinstance(template, Literal) or not isinstance(template.value, str):
        return
    at = call.span or place
    slots = set()
    for match in _SLOT.finditer(template.value):
        if match[1] is not None:
            slots.add(int(match[1]))
        elif match[0] in ("{", "}"):
            said = f"a single {match[0]!r} in the text of 'format' is no slot"
            yield Fault("format-slots", said, at, "write it twice to have it in the text")
            return
    count = len(call.arguments) - 1
    for slot in sorted(slots):
        if slot >= count:
            many = f"there are {count} values" if count != 1 else "there is one value"
            said = f"the text of 'format' has the slot {{{slot}}}, but {many} for it"
            yield Fault("format-slots", said, at)
    for number in range(count):
        if number not in slots:
            said = f"the text of 'format' has no slot {{{number}}} for the argument"
            yield Fault("format-slots", said, at)


def _broken_json(call: Call, place: Span) -> Iterator[Fault]:
    text = call.arguments[0] if call.arguments else None
    if isinstance(text, Literal) and isinstance(text.value, str):
        import json

        try:
            json.loads(text.value)
        except (ValueError, RecursionError) as error:
            said = f"the text handed to 'fromJSON' is no JSON: {error}"
            yield Fault("broken-json", said, text.span or place)
