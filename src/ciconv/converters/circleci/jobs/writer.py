"""What is at hand while one job is written: its names, its place, its losses."""

import re

from ciconv.context import Context, Place
from ciconv.converters.circleci.expressions.write import name_of
from ciconv.converters.circleci.jobs.matrix_write import Axes
from ciconv.converters.circleci.jobs.workspace import Workspace
from ciconv.converters.script_steps.names import Names
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Expr, Literal, Ref, constant, parts_of, written
from ciconv.ir.job import Job
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import RestoreCache, SaveCache, UploadArtifact
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry

# what CircleCI would take for one of its own values, but for those that are
OPENING = re.compile(r"<<(?! (?:parameters|pipeline)\.[\w.-]+ >>)")


class Writer:
    """Writes texts of one job, and records what they cannot say."""

    def __init__(
        self,
        pipeline: Pipeline,
        job: Job,
        axes: Axes,
        context: Context,
        workspace: Workspace | None = None,
    ) -> None:
        self.pipeline, self.job, self.context = pipeline, job, context
        self.workspace = workspace or Workspace()
        self.is_attached = False  # whether the job has its workspace, at its usual place
        self.axes = axes
        self.place = Place(pipeline=pipeline.id, job=job.id)
        self.names = Names(catalog=context.catalog, format="circleci", pipeline=pipeline, job=job)

    def text(self, expr: Expr) -> str:
        """Return a text with values in it that are known before the run; raise CannotSay."""
        parts = parts_of(expr)
        return "".join(map(self._part, parts))

    def _part(self, part: Expr) -> str:
        if isinstance(part, Literal):
            return OPENING.sub(r"\\<<", written(part.value))
        if isinstance(part, Ref):
            return self.value(part)
        raise CannotSay(part, "CircleCI cannot work it out before the run")

    def value(self, ref: Ref) -> str:
        """Return how a value is written that is known before the run; raise CannotSay."""
        own = None
        if ref.path[0] == "matrix":
            own = self.axes.parameters.get(".".join(ref.path[1:]))
        if ref.path[:3] == ("github", "event", "inputs") and len(ref.path) == 4:
            declared = (one.name for one in self.names.pipeline.inputs)
            if ref.path[3] in declared:
                ref = replace(ref, path=("inputs", ref.path[3]))
        return f"<< {name_of(ref)} >>" if own is None else f"<< parameters.{own} >>"

    def entry(self, key: str, value: Expr, feature: Feature) -> list[Entry]:
        """Return `key: text`, and nothing (but a loss) when it cannot be said."""
        try:
            said = self.text(value)
        except CannotSay as error:
            self.lose(feature, Outcome.MANUAL, f"{key!r} is left out: {error}", error.expr)
            return []
        return [build.entry(key, build.text(said), value.comments)]

    def lose(
        self, feature: Feature, outcome: Outcome, message: str, at: Node, help: str = ""
    ) -> None:
        """Record a loss of this job."""
        at = at if at.span is not None else self.job
        self.context.lose(self.place.loss(feature, outcome), message, at, help)

    def report_inputs(
        self, step: RestoreCache | SaveCache | UploadArtifact, what: str, untold: tuple[str, ...]
    ) -> None:
        """Record which inputs of a step nothing stands for; a false one asks for nothing."""
        for one in (one for one in step.arguments if one.span is not None):  # no defaults
            if one.name not in untold and constant(one.value) not in ("", "false"):
                said = f"the input {one.name!r} of the {what} is left out: CircleCI does not do so"
                self.lose(Feature.TOOL_INPUT, Outcome.APPROXIMATED, said, one)
