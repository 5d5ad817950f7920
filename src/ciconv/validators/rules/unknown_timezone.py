"""The rule `unknown-timezone`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.rule import Rule
from ciconv.validators.schedules import timezones
from ciconv.validators.subject import Subject

_NAME = re.compile(r"[A-Za-z]+(/[A-Za-z0-9_+-]+){1,2}")


class UnknownTimezone(Rule):
    """A schedule has a time zone that does not exist.

    It is a name of the IANA database with its area: `Europe/Berlin`.
    """

    code = "unknown-timezone"
    summary = "a time zone that does not exist"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the names that are no time zone."""
        for scalar in timezones(subject):
            if not _exists(scalar.text):
                said = f"{scalar.text!r} is not a time zone"
                yield self.found(scalar.span, said, "use a name such as Europe/Berlin")


def _exists(name: str) -> bool:
    if not _NAME.fullmatch(name):
        return False
    from zoneinfo import available_timezones

    known = available_timezones()
    return not known or name in known  # some systems have no database
