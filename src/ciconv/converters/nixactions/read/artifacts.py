"""What NixActions itself brings into a job and keeps of it: `inputs` and `outputs`."""

from collections.abc import Iterator, Mapping
from typing import Any

from ciconv.ir.expression import text
from ciconv.ir.step import DownloadArtifact, UploadArtifact
from ciconv.source import Span


def kept_paths(jobs: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the path of each output of any job, by its name."""
    return {
        name: path
        for job in jobs.values()
        for name, path in _pairs(job.get("outputs"))
        if isinstance(path, str)
    }


def downloads(
    job: Mapping[str, Any], paths: Mapping[str, str], span: Span | None
) -> Iterator[DownloadArtifact]:
    """Yield the steps that bring the inputs of a job to where they were, below its own path."""
    inputs = job.get("inputs")
    for one in inputs if isinstance(inputs, list) else ():
        name, folder = one, ""
        if isinstance(one, dict):
            name, folder = one.get("name", ""), one.get("path", "")
        parts = [part for part in f"{folder}/{paths.get(name, '')}".split("/") if part]
        yield DownloadArtifact(artifact=text(name), path=text("/".join(parts) or "."), span=span)


def uploads(job: Mapping[str, Any], span: Span | None) -> Iterator[UploadArtifact]:
    """Yield the steps that keep the outputs of a job that went well."""
    for name, path in _pairs(job.get("outputs")):
        if isinstance(path, str):
            yield UploadArtifact(artifact=text(name), paths=text(path), missing="ignore", span=span)


def _pairs(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from value.items()
