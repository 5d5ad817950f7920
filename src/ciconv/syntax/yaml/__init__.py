"""YAML ↔ tree: `parse` keeps places, comments and styles, `render` writes as people do."""

from ciconv.syntax.yaml.compose import parse
from ciconv.syntax.yaml.write import render

__all__ = ["parse", "render"]
