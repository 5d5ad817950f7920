"""ciconv: reads CI pipelines into one representation, checks them, and writes them as others."""

from ciconv.api import Conversion, Reading, convert, read
from ciconv.context import Options

__version__ = "0.1.0"

__all__ = ["Conversion", "Options", "Reading", "__version__", "convert", "read"]
