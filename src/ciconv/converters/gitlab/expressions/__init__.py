"""The conditions of rules, and texts with variables in them. Both directions."""

from ciconv.converters.gitlab.expressions.read import read_condition
from ciconv.converters.gitlab.expressions.variables import Variable, Variables

__all__ = ["Variable", "Variables", "read_condition"]
