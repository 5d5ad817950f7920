"""GitHub's expressions as trees, for tests of what they mean."""

from ciconv.converters.github.expressions.read import read_expression
from ciconv.diagnostics import Diagnostic, Diagnostics
from ciconv.ir.expression import Expr
from ciconv.source import Source
from ciconv.syntax.node import Scalar, Style


class Names:
    """No name is another one, so that tests can use GitHub's."""

    def canonical_name(self, format: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """No path is canonical."""
        return None

    def native_name(self, format: str, canonical: tuple[str, ...]) -> str | None:
        """All paths are written as they are."""
        return None


def read(text: str) -> tuple[Expr, tuple[Diagnostic, ...]]:
    """Return the tree of an expression and what is wrong with it."""
    source = Source("expression", text)
    scalar = Scalar(
        text=text,
        value=text,
        style=Style.PLAIN,
        span=source.span(0, len(text)),
        offsets=((0, 0),),
    )
    diagnostics = Diagnostics()
    expr = read_expression(scalar, 0, len(text), Names(), diagnostics)
    return expr, diagnostics.sorted()


def parse(text: str) -> Expr:
    """Return the tree of an expression; unknown names are no problem here."""
    expr, diagnostics = read(text)
    assert [one.message for one in diagnostics if not one.code.startswith("unknown-")] == []
    return expr
