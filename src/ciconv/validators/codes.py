"""What reading a pipeline says, by code: codes that are no rules, with their weight and meaning."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from ciconv.diagnostics import Severity

# what reading reports and goes on, though the system refuses the file
_REFUSED = frozenset({("unknown-key", "gitlab")})


class Code(Struct, frozen=True, forbid_unknown_fields=True):
    """One code: what it says, and how bad it is for somebody who validates, by format."""

    summary: str
    docs: str
    severity: Mapping[str, Severity] = {}  # by format, or `all`; else as reading says
    converting: bool = False  # said of a conversion: no fault, and nothing for who validates


@cache
def codes_of_readers() -> Mapping[str, Code]:
    """Return the codes that readers use."""
    data = (Path(__file__).parent / "codes.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Code])


def is_of_conversion(code: str) -> bool:
    """Return whether a code of readers tells only how something is converted."""
    known = codes_of_readers().get(code)
    return known is not None and known.converting


def severity_of(code: str, format: str) -> Severity | None:
    """Return how bad something is that a reader said, None to leave it as it was said."""
    known = codes_of_readers().get(code)
    if (code, format) in _REFUSED:
        return Severity.ERROR
    if known is None:
        return None
    return known.severity.get(format) or known.severity.get("all")
