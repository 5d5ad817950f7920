"""What jobs hand on to each other: artifacts, by their names."""

from collections.abc import Iterator

from ciconv.catalog.catalog import Catalog, Kind
from ciconv.ir.expression import Template, constant
from ciconv.ir.job import Job
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import DownloadArtifact, Step, UploadArtifact, Use
from ciconv.ir.walk import all_steps
from ciconv.passes.map_tools import tool_of


def handed_on(pipeline: Pipeline, catalog: Catalog) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the names of the artifacts that go from one job to another, by both ids.

    Names with expressions are left out: only the run knows them.
    """
    makers: dict[str, list[str]] = {}
    takers: list[tuple[Job, str]] = []
    for job, kind, name in _artifacts(pipeline, catalog):
        if kind is Kind.UPLOAD_ARTIFACT:
            makers.setdefault(name, []).append(job.id)
        else:
            takers.append((job, name))
    found: dict[tuple[str, str], dict[str, None]] = {}
    for job, name in takers:
        for maker in makers.get(name, ()):
            if maker != job.id:
                found.setdefault((maker, job.id), {})[name] = None
    return {pair: tuple(names) for pair, names in found.items()}


def _artifacts(pipeline: Pipeline, catalog: Catalog) -> Iterator[tuple[Job, Kind, str]]:
    for job, step in all_steps(pipeline):
        kind, template = _named(step, catalog)
        name = None if template is None else constant(template)
        if kind is not None and name:
            yield job, kind, name


def _named(step: Step, catalog: Catalog) -> tuple[Kind | None, Template | None]:
    if isinstance(step, UploadArtifact):
        return Kind.UPLOAD_ARTIFACT, step.artifact
    if isinstance(step, DownloadArtifact):
        return Kind.DOWNLOAD_ARTIFACT, step.artifact
    tool = tool_of(step, catalog) if isinstance(step, Use) else None
    if not isinstance(step, Use) or tool is None or tool.github is None:
        return None, None
    if tool.kind not in (Kind.UPLOAD_ARTIFACT, Kind.DOWNLOAD_ARTIFACT):
        return None, None
    for one in step.arguments:
        if tool.github.canonical_input(one.name) == "artifact":
            return tool.kind, one.value
    return None, None
