"""`ciconv verify`: whether two pipelines do the same, event by event."""

from pathlib import Path
from typing import Annotated

import typer

from ciconv.cli import events, options


def verify(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="A pipeline file or a folder.")],
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="What it was converted to.")],
    *,
    origin: options.From = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="FORMAT", help="The format of the target.")
    ] = None,
    online: options.Online = None,
    report: events.Form = options.Report.TEXT,
) -> None:
    """Compare what two pipelines would run; exit with 1 on a difference no loss explains."""
    from ciconv.cli.simulation import existing, show_verification

    sides = existing(source, "SOURCE", online=online), existing(target, "TARGET", online=online)
    raise typer.Exit(show_verification(sides, formats=(origin, to), report=report))
