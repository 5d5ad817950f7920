"""Working out conditions and texts of a plan; what has no value is reported and left as it is."""

from msgspec import Struct, json

from ciconv.catalog.catalog import Catalog
from ciconv.diagnostics import Diagnostics
from ciconv.ir.dump import tree
from ciconv.ir.evaluate import Environment, EvaluationError, Residual, Value, condition, evaluate
from ciconv.ir.evaluate.residual import expr_of
from ciconv.ir.expression import (
    Call,
    Expr,
    Literal,
    Op,
    Template,
    both,
    constant,
    has_status_function,
    operation,
)
from ciconv.ir.step import Argument, EnvVar, Extra
from ciconv.ir.trigger import Output
from ciconv.simulation.plan import Pairs
from ciconv.simulation.wording import expression_text, value_text
from ciconv.source import Span


class Texts(Struct, frozen=True):
    """Turns parts of the IR into the plain values of a plan."""

    environment: Environment
    catalog: Catalog
    diagnostics: Diagnostics

    def knowing(self, data: dict[tuple[str, ...], object]) -> "Texts":
        """Return one that knows this, too."""
        if not data:
            return self
        named = {self.catalog.canonical_name("github", path) or path: data[path] for path in data}
        return Texts(self.environment.extended(named), self.catalog, self.diagnostics)

    def with_functions(self, functions: dict[str, Value]) -> "Texts":
        """Return one for which these functions have a value."""
        environment = Environment(self.environment.known, functions)
        return Texts(environment, self.catalog, self.diagnostics)

    def value(self, expr: Expr) -> Value:
        """Return the value of an expression as far as it is known."""
        try:
            return evaluate(expr, self.environment)
        except EvaluationError as error:
            self._report(error, expr.span)
            return Residual(expr)

    def decide(self, expr: Expr | None) -> bool | Residual:
        """Return whether something runs; what asks nothing of earlier results, if all went well."""
        wanted = with_success(expr)
        try:
            return condition(wanted, self.environment)
        except EvaluationError as error:
            self._report(error, wanted.span)
            return Residual(wanted)

    def either(self, one: bool | Residual, other: bool | Residual) -> bool | Residual:
        """Return whether something runs that does so for either of two reasons."""
        if not (isinstance(one, Residual) and isinstance(other, Residual)):
            return one if other is False else True
        return self.plain(operation(Op.OR, one.expr, other.expr))

    def plain(self, expr: Expr) -> bool | Residual:
        """Return whether an expression is true; what came before it does not matter."""
        try:
            return condition(expr, self.environment)
        except EvaluationError:
            return Residual(expr)

    def _report(self, error: EvaluationError, span: Span | None) -> None:
        self.diagnostics.warning(
            "evaluation-error", f"the expression has no value: {error}", error.span or span
        )

    def text(self, expr: Expr | None, default: str = "") -> str:
        """Return a text with what is known put in, the default where there is none."""
        if expr is None:
            return default
        known = constant(expr)
        return value_text(self.value(expr), self.catalog) if known is None else known

    def template(self, expr: Template) -> Template:
        """Return a text with what is known put in."""
        return Template(parts=(expr_of(self.value(expr), expr),), span=expr.span)

    def texts(self, items: tuple[Expr, ...]) -> tuple[str, ...]:
        """Return several texts."""
        return tuple(self.text(one) for one in items)

    def pairs(self, items: tuple[EnvVar, ...] | tuple[Argument, ...] | tuple[Output, ...]) -> Pairs:
        """Return names with their values, in order; the last one of a name counts."""
        return tuple({one.name: self.text(one.value) for one in items}.items())

    def extras(self, items: tuple[Extra, ...]) -> Pairs:
        """Return the keys that one format alone knows, with their values as JSON."""
        return tuple((one.key, json.encode(tree(one.value)).decode()) for one in items if one.known)

    def worded(self, decided: bool | Residual) -> str:
        """Return a condition as text."""
        if isinstance(decided, Residual):
            return expression_text(decided.expr, self.catalog)
        return "true" if decided else "false"


def expression_of(decided: bool | Residual) -> Expr:
    """Return a decision as an expression."""
    return decided.expr if isinstance(decided, Residual) else Literal(value=decided)


_SUCCESS = Call(function="success")


def with_success(expr: Expr | None) -> Expr:
    """Return a condition that says what earlier failures mean: nothing runs after them.

    https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#success
    """
    if expr is None:
        return _SUCCESS
    if has_status_function(expr):
        return expr
    return both(_SUCCESS, expr)
