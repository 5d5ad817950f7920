"""Expressions of CircleCI: `<< >>`, logic statements, keys of caches."""

from ciconv.converters.circleci.expressions.keys import read_key
from ciconv.converters.circleci.expressions.logic import read_logic
from ciconv.converters.circleci.expressions.read import read_template, read_value

__all__ = ["read_key", "read_logic", "read_template", "read_value"]
