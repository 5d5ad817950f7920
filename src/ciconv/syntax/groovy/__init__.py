"""Groovy as Jenkinsfiles use it (2.4): text ↔ tree with places and comments."""

from ciconv.syntax.groovy.build import bare, block, call, listed, path, script, statement, value
from ciconv.syntax.groovy.quote import literal
from ciconv.syntax.groovy.render import render, render_expression

__all__ = [
    "bare",
    "block",
    "call",
    "listed",
    "literal",
    "path",
    "render",
    "render_expression",
    "script",
    "statement",
    "value",
]
