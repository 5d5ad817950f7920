"""Comparing plans: what would run differently, and which reported losses account for it."""

from ciconv.simulation.compare.difference import Difference, Field
from ciconv.simulation.compare.pipelines import compare

__all__ = ["Difference", "Field", "compare"]
