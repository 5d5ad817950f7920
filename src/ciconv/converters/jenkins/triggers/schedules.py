"""Jenkins' schedules: lines of cron with `H`, names such as `@daily`, and time zones.

https://www.jenkins.io/doc/book/pipeline/syntax/#cron-syntax
"""

import re
from collections.abc import Iterator
from zlib import crc32

_NAMES = {
    "@yearly": "H H H H *",
    "@annually": "H H H H *",
    "@monthly": "H H H * *",
    "@weekly": "H H * * H",
    "@daily": "H H * * *",
    "@midnight": "H H(0-2) * * *",
    "@hourly": "H * * * *",
}
_RANGES = ((0, 59), (0, 23), (1, 28), (1, 12), (0, 6))
_HASH = re.compile(r"H(?:\((\d+)-(\d+)\))?(?:/(\d+))?")


def schedules(text: str, seed: str) -> Iterator[tuple[str, str | None]]:
    """Yield the lines of a schedule as plain cron, each with the zone above it.

    `H` becomes a number that depends on `seed` alone, as it depends on the job's name in Jenkins.
    """
    zone = None
    for line in _lines(text):
        if line.startswith("TZ="):
            zone = line[3:].strip() or None
            continue
        fields = _NAMES.get(line, line).split()
        if len(fields) == len(_RANGES):
            yield " ".join(_field(one, at, seed) for at, one in enumerate(fields)), zone


def unknown_lines(text: str) -> Iterator[str]:
    """Yield the lines of a schedule that Jenkins cannot read: they have not five fields."""
    for line in _lines(text):
        if not line.startswith("TZ=") and line not in _NAMES and len(line.split()) != len(_RANGES):
            yield line


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        line = line.partition("%")[0].strip()
        if line and not line.startswith("#"):
            yield line


def _field(text: str, place: int, seed: str) -> str:
    low, high = _RANGES[place]
    number = crc32(f"{seed} {place}".encode())

    def known(match: re.Match[str]) -> str:
        first = int(match[1]) if match[1] else low
        last = int(match[2]) if match[2] else high
        step = int(match[3]) if match[3] else 0
        if step <= 0:
            return str(first + number % max(last - first + 1, 1))
        start = first + number % min(step, max(last - first + 1, 1))
        return f"{start}-{last if match[2] else (31 if place == 2 else last)}/{step}"

    plain = _HASH.sub(known, text)
    return re.sub(r"\b7\b", "0", plain) if place == 4 and "/7" not in plain else plain
