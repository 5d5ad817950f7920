"""What steps do, whoever's action they use: caches, artifacts, checkouts, scripts."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ciconv.catalog.catalog import Catalog, Kind
from ciconv.ir.expression import Expr, constant, constant_text
from ciconv.ir.job import Job
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import (
    Checkout,
    DownloadArtifact,
    RestoreCache,
    Run,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
)
from ciconv.ir.walk import steps_of


class Meaning(Struct, frozen=True):
    """A step by its kind; `values` are its arguments by their canonical names."""

    step: Step
    kind: Kind | None
    values: Mapping[str, Expr]
    is_known: bool = True  # no action that is not in the catalog

    def text(self, name: str) -> str | None:
        """Return the constant text of an argument."""
        value = self.values.get(name)
        return None if value is None else constant(value)


def meaning_of(step: Step, catalog: Catalog) -> Meaning:
    """Return what a step does."""
    if isinstance(step, Use):
        return _of_action(step, catalog)
    if isinstance(step, UploadArtifact):
        return Meaning(step, Kind.UPLOAD_ARTIFACT, {"name": step.artifact, "path": step.paths})
    if isinstance(step, DownloadArtifact):
        values = _given({"name": step.artifact, "pattern": step.pattern})
        return Meaning(step, Kind.DOWNLOAD_ARTIFACT, values)
    if isinstance(step, RestoreCache):
        kind = Kind.CACHE if step.save else Kind.RESTORE_CACHE
        return Meaning(step, kind, {"key": step.key})
    if isinstance(step, SaveCache):
        return Meaning(step, Kind.SAVE_CACHE, {"key": step.key})
    return Meaning(step, Kind.CHECKOUT if isinstance(step, Checkout) else None, {})


def _given(values: Mapping[str, Expr | None]) -> dict[str, Expr]:
    return {name: value for name, value in values.items() if value is not None}


def _of_action(step: Use, catalog: Catalog) -> Meaning:
    tool = catalog.tool_for(step.ref.format, step.ref.whole_name)
    if tool is None:
        given = {one.name: one.value for one in step.arguments}
        return Meaning(step, None, given, is_known=False)
    action = tool.github
    values: dict[str, Expr] = {}
    for one in step.arguments:
        known = None if action is None else action.canonical_input(one.name)
        values[known or one.name] = one.value
    return Meaning(step, tool.kind, values)


def meanings(job: Job, catalog: Catalog) -> Iterator[Meaning]:
    """Yield what each step of a job does."""
    for step in steps_of((*job.steps, *job.finally_steps)):
        yield meaning_of(step, catalog)


def jobs_of(pipeline: Pipeline) -> Iterator[Job]:
    """Yield the jobs that have steps of their own."""
    for job in pipeline.jobs:
        if isinstance(job, Job):
            yield job


def script_of(step: Run) -> str:
    """Return the script of a step, `?` in the place of each expression."""
    return constant_text(step.script, "?")
