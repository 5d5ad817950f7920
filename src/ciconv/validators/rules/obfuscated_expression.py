"""The rule `obfuscated-expression`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Binary, Call, Expr, Literal, Unary, walk
from ciconv.validators.github import with_actions
from ciconv.validators.github.expressions import placed
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_PLAIN = "write what it gives"
_PURE = frozenset({"contains", "startswith", "endswith", "format", "join", "tojson"})


class ObfuscatedExpression(Rule):
    """An expression takes a detour to what could be written plainly, and so hides what it says.

    What is made of constants is a constant, and `fromJSON(toJSON(…))` is what stands inside. It
    passes by whoever reads, and by tools that look for words.
    """

    code = "obfuscated-expression"
    summary = "an expression that hides what it says"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the calls that change nothing."""
        for workflow in with_actions(subject):
            for one in placed(workflow, subject):
                for part in one.parts:
                    said = list(self._judge(part))
                    yield from said
                    if not (said or one.is_condition) and _is_made_of_constants(part):
                        yield self.found(part.span, "the expression is a constant", _PLAIN)

    def _judge(self, part: Expr) -> Iterator[Diagnostic]:
        for call in walk(part):
            if not isinstance(call, Call):
                continue
            name, given = call.function.lower(), call.arguments
            if name == "format" and given and all(isinstance(it, Literal) for it in given):
                said = "the call of 'format' is a constant"
                yield self.found(call.span or part.span, said, _PLAIN)
            elif name == "fromjson" and len(given) == 1 and _calls(given[0], "tojson"):
                said = "'fromJSON(toJSON(…))' is what stands inside"
                yield self.found(call.span or part.span, said)


def _is_made_of_constants(expr: Expr) -> bool:
    """Whether nothing in a call or a comparison depends on the run; a lone text may be quoting."""
    parts = list(walk(expr))
    known = all(
        isinstance(one, Literal | Binary | Unary)
        or (isinstance(one, Call) and one.function.lower() in _PURE)
        for one in parts
    )
    return known and len(parts) > 1


def _calls(expr: Expr, name: str) -> bool:
    return isinstance(expr, Call) and expr.function.lower() == name
