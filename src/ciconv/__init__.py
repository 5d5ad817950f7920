"""Reads CI pipelines into one representation, checks them, and writes them as others.

    result = ciconv.convert(Path("."), to="gitlab")
    result.files        # what to write: path in the repository → text; none after an error
    result.diagnostics  # what is wrong or lost: code, severity, message, span, help, loss …

Formats are "github", "gitlab", "circleci", "jenkins" and "nixactions". A source is a file, a folder
or a mapping of path to text. Bad input never raises: it gives a diagnostic with a place. The name
of a format that does not exist raises UnknownFormat.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ciconv.api import (
        Conversion,
        Reading,
        convert,
        draw,
        online,
        read,
        simulate,
        validate,
        verify,
    )
    from ciconv.context import Options
    from ciconv.converters.registry import UnknownFormat
    from ciconv.diagnostics import Diagnostic, Severity
    from ciconv.graph.draw import Drawing, View
    from ciconv.ir.trigger import EventKind
    from ciconv.profile import Outcome
    from ciconv.simulation.compare.difference import Difference
    from ciconv.simulation.event import Event
    from ciconv.simulation.plan import Plan
    from ciconv.simulation.verify import Verification

__version__ = "0.1.0"

__all__ = [
    "Conversion",
    "Diagnostic",
    "Difference",
    "Drawing",
    "Event",
    "EventKind",
    "Options",
    "Outcome",
    "Plan",
    "Reading",
    "Severity",
    "UnknownFormat",
    "Verification",
    "View",
    "__version__",
    "convert",
    "draw",
    "online",
    "read",
    "simulate",
    "validate",
    "verify",
]

_ELSEWHERE = {
    "Diagnostic": "ciconv.diagnostics",
    "Difference": "ciconv.simulation.compare.difference",
    "Drawing": "ciconv.graph.draw",
    "Event": "ciconv.simulation.event",
    "EventKind": "ciconv.ir.trigger",
    "Options": "ciconv.context",
    "Outcome": "ciconv.profile",
    "Plan": "ciconv.simulation.plan",
    "Severity": "ciconv.diagnostics",
    "UnknownFormat": "ciconv.converters.registry",
    "Verification": "ciconv.simulation.verify",
    "View": "ciconv.graph.draw",
}

if not TYPE_CHECKING:  # a checker of types has seen them above, and knows a wrong name

    def __getattr__(name: str) -> object:
        """Return a public name, loaded when it is first asked for."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_ELSEWHERE.get(name, "ciconv.api")), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """Return the names there are, loaded or not."""
        return sorted({*globals(), *__all__})
