"""Reading NixActions workflows: what their evaluation gives, as pipelines."""

from ciconv.converters.nixactions.read.project import read_project

__all__ = ["read_project"]
