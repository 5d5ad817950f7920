"""Values of expressions: known, or left to the run."""

from ciconv.ir.evaluate.condition import condition, simplified
from ciconv.ir.evaluate.environment import UNKNOWN, Environment, value_of
from ciconv.ir.evaluate.equivalence import equivalent
from ciconv.ir.evaluate.evaluation import evaluate
from ciconv.ir.evaluate.value import (
    Array,
    EvaluationError,
    Known,
    Object,
    Residual,
    Value,
    as_number,
    as_text,
    is_known,
    loose_equal,
    loose_less,
    truth,
)

__all__ = [
    "UNKNOWN",
    "Array",
    "Environment",
    "EvaluationError",
    "Known",
    "Object",
    "Residual",
    "Value",
    "as_number",
    "as_text",
    "condition",
    "equivalent",
    "evaluate",
    "is_known",
    "loose_equal",
    "loose_less",
    "simplified",
    "truth",
    "value_of",
]
