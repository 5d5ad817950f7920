"""YAML ↔ tree: `parse` keeps places, comments and written forms; `render` writes by hand's habits."""

from ciconv.syntax.yaml.compose import parse
from ciconv.syntax.yaml.write import render

__all__ = ["parse", "render"]
