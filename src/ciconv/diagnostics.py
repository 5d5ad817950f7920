"""Diagnostics: what is wrong or lost, where, and what to do. Values, never exceptions or logs."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from ciconv.profile import Feature, Outcome
from ciconv.source import Span


class Severity(StrEnum):
    """How bad it is: an error means that there is no result."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Label(Struct, frozen=True):
    """A related place: the other definition, the call that brought a step here."""

    span: Span
    message: str


class Fix(Struct, frozen=True):
    """A change that mends the fault: the text to put in place of the span's."""

    span: Span
    replacement: str
    safe: bool = True


class Loss(Struct, frozen=True):
    """What a conversion could not carry over unchanged, and the node it stands at."""

    feature: Feature
    outcome: Outcome
    pipeline: str = ""
    job: str = ""
    step: str = ""


class Diagnostic(Struct, frozen=True, kw_only=True):
    """One finding. `code` is a stable kebab-case word, `message` one sentence in lower case."""

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    help: str = ""
    labels: tuple[Label, ...] = ()
    fix: Fix | None = None
    loss: Loss | None = None


class Diagnostics:
    """Collects what one run has to say, without repeating itself."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, object, object], Diagnostic] = {}

    def copy(self) -> "Diagnostics":
        """Return another one that has the same to say, so far."""
        other = Diagnostics()
        other._found = dict(self._found)
        return other

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep the diagnostic, unless the same one was said of the same place.

        What several jobs share (an anchor, an executor) is lost once for each of them.
        """
        key = (diagnostic.code, diagnostic.message, diagnostic.span, diagnostic.loss)
        self._found.setdefault(key, diagnostic)

    def error(
        self, code: str, message: str, span: Span | None, help: str = "", *labels: Label
    ) -> None:
        """Say that something makes a result impossible."""
        self.add(
            Diagnostic(
                code=code,
                severity=Severity.ERROR,
                message=message,
                span=span,
                help=help,
                labels=labels,
            )
        )

    def warning(
        self, code: str, message: str, span: Span | None, help: str = "", *labels: Label
    ) -> None:
        """Say that something is probably not meant, or not understood."""
        self.add(
            Diagnostic(
                code=code,
                severity=Severity.WARNING,
                message=message,
                span=span,
                help=help,
                labels=labels,
            )
        )

    def note(self, code: str, message: str, span: Span | None, help: str = "") -> None:
        """Say something that is good to know, and no fault."""
        self.add(
            Diagnostic(code=code, severity=Severity.NOTE, message=message, span=span, help=help)
        )

    @property
    def has_errors(self) -> bool:
        """Whether any of them is an error."""
        return any(one.severity is Severity.ERROR for one in self._found.values())

    def has(self, code: str) -> bool:
        """Whether one of this code was found."""
        return any(one.code == code for one in self._found.values())

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found.values())

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Return all, in the order of their places; those without a place come first."""
        return in_order(self._found.values())


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return diagnostics in the order of their places; those without a place come first."""
    return tuple(sorted(diagnostics, key=_place))


def _place(diagnostic: Diagnostic) -> tuple[str, int, int, str, str]:
    span = diagnostic.span
    where = ("", 0, 0) if span is None else (span.source.path, span.start_offset, span.end_offset)
    return (*where, diagnostic.code, diagnostic.message)
