"""Times as GitLab writes them: `90 min`, `2h 30m`, `3 weeks and 2 days`, `01:30:00`.

https://docs.gitlab.com/ci/yaml/#timeout
"""

import re

_UNIT = (
    r"(?:seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|dys?|d|weeks?|wks?|w|months?|mos?"
    r"|years?|yrs?|y)"
)
_ONE = rf"(?:\d+(?:\.\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|half)\s*{_UNIT}"
_DURATION = re.compile(rf"{_ONE}(?:\s*,?\s*(?:and|with)?\s*{_ONE})*", re.IGNORECASE)
_CLOCK = re.compile(r"\d+(:\d{1,2}){1,2}")
_NUMBER = re.compile(r"\d+(\.\d+)?")


def is_duration(text: str, *, never: bool = False) -> bool:
    """Return whether a text is a time; a number counts seconds."""
    text = text.strip()
    if never and text.lower() == "never":
        return True
    return any(pattern.fullmatch(text) for pattern in (_DURATION, _CLOCK, _NUMBER))
