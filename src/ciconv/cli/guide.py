"""`ciconv guide`: a migration guide for this repository."""

from pathlib import Path
from typing import Annotated

import typer

from ciconv.cli import options


def guide(
    path: options.Source = None,
    *,
    to: Annotated[
        str, typer.Option("--to", metavar="FORMAT", help="Where to migrate.", show_default=False)
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="The file to write: .md or .html"),
    ] = None,
    origin: options.From = None,
    online: options.Online = None,
    force: options.Force = False,
) -> None:
    """Explain a migration: what is the same, what is lost, what to create, how to cut over."""
    from ciconv.cli.guidance import show_guide
    from ciconv.cli.simulation import existing

    source = existing(path, online=online)
    raise typer.Exit(show_guide(source, to=to, origin=origin, output=output, force=force))
