"""Reading NixActions workflows: what their evaluation gives, as pipelines."""

from ciconv.converters.nixactions.read.project import PATHS, read_project

__all__ = ["PATHS", "read_project"]
