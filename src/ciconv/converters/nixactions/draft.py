"""One job while it is written: what the writers of the job and of its steps share."""

from ciconv.context import Place
from ciconv.converters.nixactions.expressions import CannotSay
from ciconv.converters.nixactions.workflow import Workflow
from ciconv.ir.expression import Expr, Ref, constant, expressions
from ciconv.ir.job import Job
from ciconv.ir.naming import claimed
from ciconv.ir.node import Node
from ciconv.profile import Feature, Outcome
from ciconv.syntax import nix


class JobDraft:
    """A job, the names its parts use, and the steps that stand for what could not be said."""

    def __init__(self, job: Job, workflow: Workflow) -> None:
        self.job, self.workflow = job, workflow
        self.scope = workflow.scope(job)
        self.place = Place(pipeline=workflow.pipeline.id, job=job.id)
        self.row_values = self.scope.row_values
        self.row_values.extend({} for _ in workflow.cells.get(job.id, ()))
        self.names: set[str] = set()
        self.failing: list[nix.Expr] = []  # steps that stand for what could not be said

    def lose(
        self,
        error: CannotSay,
        what: str,
        place: Place | None = None,
        at: Node | None = None,
        feature: Feature = Feature.EXPRESSION,
    ) -> None:
        """Record an expression that cannot be said; what it decides becomes a failing step.

        `at`: where that is, if not where the expression stands.
        """
        expr = error.expr
        at = at or (expr if expr.span is not None else self.job)
        text = "" if expr.span is None else f" {expr.span.text!r}"
        said = f"the expression{text} of {what} cannot be computed here, so a step fails: {error}"
        loss = (place or self.place).loss(feature, Outcome.MANUAL)
        self.workflow.context.lose(loss, said, at)

    def fail(
        self,
        error: CannotSay,
        what: str,
        place: Place | None = None,
        at: Node | None = None,
        feature: Feature = Feature.EXPRESSION,
    ) -> None:
        """Put a failing step at the beginning of the job; `place`: where the cause stands."""
        self.lose(error, what, place, at, feature)
        name = claimed(f"unsupported-{what.split(' ')[-1]}", self.names)
        text = error.expr.span.text if error.expr.span else what
        self.failing.append(
            self.workflow.call("unsupported", unsupported(name, f"{what}: {text}", str(error)))
        )

    def static(self, template: Expr) -> nix.Str | None:
        """Return the Nix string of a text that only needs the matrix, None for any other."""
        refs = [one for one in expressions(template) if not _is_matrix(one)]
        if refs:
            return None
        parts = template.parts if hasattr(template, "parts") else (template,)
        try:
            text = "".join(
                self.scope.matrix(one, pasted=True) if isinstance(one, Ref) else _plain(one)
                for one in parts
            )
        except CannotSay:
            return None
        return self.scope.string(text)


def unsupported(
    name: str, what: str, reason: str, arguments: dict[str, str] | None = None
) -> nix.Attrs:
    """Return the argument of `unsupported`: a step that fails."""
    values: dict[str, nix.Expr] = {
        "name": nix.string(name),
        "what": nix.string(what),
        "reason": nix.string(reason),
    }
    if arguments:
        values["arguments"] = nix.attrs({key: nix.string(one) for key, one in arguments.items()})
    return nix.attrs(values)


def holds(whole: Node, part: Node) -> bool:
    """Return whether a node was written around another one."""
    outer, inner = whole.span, part.span
    if outer is None or inner is None or outer.source is not inner.source:
        return False
    return outer.start_offset <= inner.start_offset and inner.end_offset <= outer.end_offset


def _is_matrix(expr: Expr) -> bool:
    return isinstance(expr, Ref) and expr.path[0] == "matrix"


def _plain(expr: Expr) -> str:
    return constant(expr) or ""
