"""What the jobs of one pipeline share while they are written."""

from collections.abc import Mapping

from ciconv.context import Context, Place
from ciconv.converters.jenkins.expressions.when import Conditions
from ciconv.converters.jenkins.jobs.names import StageNames
from ciconv.converters.jenkins.steps.artifacts import Artifacts
from ciconv.ir.pipeline import Pipeline


class Frame:
    """What the jobs of one pipeline share while they are written."""

    def __init__(
        self,
        pipeline: Pipeline,
        cells: Mapping[str, str],
        asked: frozenset[str],
        context: Context,
        *,
        origin: str,
    ) -> None:
        self.pipeline, self.context = pipeline, context
        self.origin = origin  # the format of the source
        self._cells, self.asked = cells, asked
        self.artifacts = Artifacts(pipeline)
        self.names = StageNames(pipeline)
        self.lifted: Conditions = ()  # what a stage around all of them asks for
        self.failing: list[str] = []  # what of the pipeline cannot be said, so that jobs fail

    def place(self, job: str) -> Place:
        """Return the place of a job in the source; of a cell that of the job with the matrix."""
        return Place(pipeline=self.pipeline.id, job=self._cells.get(job, job))
