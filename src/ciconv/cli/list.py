"""`ciconv list`: the pipelines of a repository."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ciconv.api import Reading


def list_pipelines(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]",
            help="The folder of a repository (the current one).",
            show_default=False,
        ),
    ] = None,
) -> None:
    """List every pipeline file: format, path, number of jobs; exit with 1 when one has errors."""
    from ciconv.api import read
    from ciconv.cli.outcome import FINDINGS, current_repository
    from ciconv.converters import registry
    from ciconv.source import Workspace

    root = folder or current_repository()
    if not root.is_dir():
        raise typer.BadParameter(f"{str(root)!r} is not a folder", param_hint="DIR")
    readings = [
        (card.name, path, read(root / path, format=card.name))
        for card, paths in registry.detect(Workspace.of(root))
        for path in paths
    ]
    width = max((len(path) for _, path, _ in readings), default=0)
    for name, path, reading in readings:
        typer.echo(f"{name:<12}{path:<{width}}  {_jobs(reading)}")
    if not readings:
        typer.echo(f"there is no pipeline in {str(root)!r}", err=True)
    if not readings or any(reading.project is None for _, _, reading in readings):
        raise typer.Exit(FINDINGS)


def _jobs(reading: "Reading") -> str:
    if reading.project is None:
        return "has errors"
    jobs = sum(len(pipeline.jobs) for pipeline in reading.project.pipelines)
    return f"{jobs} job{'' if jobs == 1 else 's'}"
