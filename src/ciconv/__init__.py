"""ciconv: reads CI pipelines into one representation, checks them, and writes them as others."""

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
    from ciconv.graph.draw import Drawing, View
    from ciconv.ir.trigger import EventKind
    from ciconv.simulation.event import Event

__version__ = "0.1.0"

__all__ = [
    "Conversion",
    "Drawing",
    "Event",
    "EventKind",
    "Options",
    "Reading",
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
    "Drawing": "ciconv.graph.draw",
    "Event": "ciconv.simulation.event",
    "EventKind": "ciconv.ir.trigger",
    "Options": "ciconv.context",
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
