"""ciconv: reads CI pipelines into one representation, checks them, and writes them as others."""

from ciconv.api import Conversion, Reading, convert, read, simulate, verify
from ciconv.context import Options
from ciconv.ir.trigger import EventKind
from ciconv.simulation.event import Event

__version__ = "0.1.0"

__all__ = [
    "Conversion",
    "Event",
    "EventKind",
    "Options",
    "Reading",
    "__version__",
    "convert",
    "read",
    "simulate",
    "verify",
]
