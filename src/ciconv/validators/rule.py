"""What a rule is: one class in a file of its own, which yields what it found."""

from collections.abc import Iterable
from typing import ClassVar

from ciconv.diagnostics import Diagnostic, Fix, Label, Severity
from ciconv.source import Span
from ciconv.validators.analyses import faults_of
from ciconv.validators.shapes.walk import Fault
from ciconv.validators.subject import Subject


class Rule:
    """One thing that may be wrong. The docstring of a rule is its page in the documentation.

    Its code names the fault, and so do module and class: `needs-cycle`, `needs_cycle`, NeedsCycle.
    """

    code: ClassVar[str]
    summary: ClassVar[str]  # what is found, in a few words
    severity: ClassVar[Severity] = Severity.WARNING

    def begin(self, subject: Subject) -> None:
        """Start what takes long, before any rule looks."""

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield what is found; by default what the shared analyses found under this code."""
        yield from map(self.from_fault, faults_of(self.code, subject))

    def found(  # noqa: PLR0913 - all that a diagnostic has
        self,
        at: Span | None,
        message: str,
        help: str = "",
        *,
        labels: tuple[Label, ...] = (),
        fix: Fix | None = None,
        severity: Severity | None = None,
    ) -> Diagnostic:
        """Return a finding of this rule."""
        return Diagnostic(
            code=self.code,
            severity=severity or self.severity,
            message=message,
            span=at,
            help=help,
            labels=labels,
            fix=fix,
        )

    def misspelt(self, at: Span, message: str, word: str, known: Iterable[str]) -> Diagnostic:
        """Return a finding for a word that is none of those known; a close one is proposed."""
        from difflib import get_close_matches  # loaded when something is wrong, not before

        words = tuple(known)
        close = get_close_matches(word.lower(), words, 1)
        if not close:
            listed = f"there are {', '.join(words)}" if words else ""
            return self.found(at, message, listed)
        fix = Fix(at, close[0], safe=False) if at.text == word else None
        return self.found(at, message, f"did you mean {close[0]!r}?", fix=fix)

    def from_fault(self, fault: Fault) -> Diagnostic:
        """Return what an analysis found as a finding of this rule."""
        labels: tuple[Label, ...] = ()
        if fault.related is not None:
            labels = (Label(fault.related, fault.related_message),)
        severity = self.severity if fault.error else Severity.WARNING
        return self.found(
            fault.span, fault.message, fault.help, labels=labels, severity=severity, fix=fault.fix
        )


def docs(rule: type[Rule]) -> str:
    """Return the page of a rule: its docstring without the indentation."""
    from inspect import cleandoc

    return cleandoc(rule.__doc__ or "")
