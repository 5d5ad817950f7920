"""The rule `typosquatted-action`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import actions
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_OWNERS = (
    "actions", "github", "docker", "azure", "aws-actions", "google-github-actions", "hashicorp",
    "codecov", "softprops", "peter-evans", "gradle", "ruby", "shivammathur", "pypa",
)  # fmt: skip


class TyposquattedAction(Rule):
    """The owner of an action is spelled nearly like a well-known one, but is another one.

    Somebody may wait under that name for a slip of the pen, with code of his own.
    """

    code = "typosquatted-action"
    summary = "an owner that is nearly a well-known one"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the actions of owners with one wrong letter."""
        for used in actions(subject):
            owner, slash, rest = used.text.partition("/")
            if not slash or owner.startswith((".", "docker:")):
                continue
            close = next((one for one in _OWNERS if _is_slip(owner.lower(), one)), None)
            if close is not None:
                advice = f"did you mean '{close}/{rest}'?"
                yield self.found(used.uses.span, f"{owner!r} is not {close!r}", advice)


def _is_slip(one: str, known: str) -> bool:
    """Whether one letter is missing, too many, wrong, or two are swapped."""
    if one == known or len(known) < 5 or abs(len(one) - len(known)) > 1:
        return False
    start = 0
    while start < min(len(one), len(known)) and one[start] == known[start]:
        start += 1
    rest, other = one[start:], known[start:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return swapped or rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]
