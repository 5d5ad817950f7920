"""Cron expressions of five fields: reading them, and how often they are due."""

import re

_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
_DAYS = "SUN MON TUE WED THU FRI SAT"
_NAMES: tuple[dict[str, int], ...] = (
    {},
    {},
    {},
    {name: number for number, name in enumerate(_MONTHS.split(), 1)},
    {name: number for number, name in enumerate(_DAYS.split())},
)
_LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_WORDS = ("the minute", "the hour", "the day of the month", "the month", "the day of the week")
_ITEM = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?")

Fields = tuple[frozenset[int], ...]


class BadCron(Exception):
    """The text is no cron expression; the message says why."""


def parse(text: str) -> Fields:
    """Return the values of the five fields; raise BadCron."""
    parts = text.split()
    if len(parts) != len(_LIMITS):
        raise BadCron(f"it has {len(parts)} fields, not 5")
    return tuple(_field(part, number) for number, part in enumerate(parts))


def _field(part: str, number: int) -> frozenset[int]:
    found: set[int] = set()
    for item in part.split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            raise BadCron(f"{item!r} cannot be {_WORDS[number]}")
        found |= _item(match, number)
    return frozenset(found)


def _item(match: re.Match[str], number: int) -> set[int]:
    low, high = _LIMITS[number]
    start, end, step = match.groups()
    every = int(step or 1)
    if every == 0:
        raise BadCron("a step of 0 is never due")
    if start == "*":
        if end:
            raise BadCron(f"{match[0]!r} cannot be {_WORDS[number]}")
        return set(range(low, high + 1 - (number == 4), every))
    first = _number(start, number)
    last = _number(end, number) if end else (high if step else first)
    if first > last:
        raise BadCron(f"the range {match[0]!r} runs backwards")
    return {value % 7 if number == 4 else value for value in range(first, last + 1, every)}


def _number(text: str, number: int) -> int:
    low, high = _LIMITS[number]
    value = _NAMES[number].get(text.upper(), int(text) if text.isdecimal() else -1)
    if not low <= value <= high:
        raise BadCron(f"{text!r} cannot be {_WORDS[number]}")
    return value


def shortest_gap(fields: Fields) -> int:
    """Return the minutes between the two times of a day that lie closest to each other."""
    minutes, hours = sorted(fields[0]), sorted(fields[1])
    gaps = [later - sooner for sooner, later in zip(minutes, minutes[1:], strict=False)]
    next_to = any((hour + 1) % 24 in fields[1] for hour in hours)
    if next_to:
        gaps.append(60 + minutes[0] - minutes[-1])
    return min(gaps, default=24 * 60)
