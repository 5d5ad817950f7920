"""`ciconv diff`: what two pipelines have in common, and what not."""

from pathlib import Path
from typing import Annotated

import typer

from ciconv.cli import events, options


def diff(
    a: Annotated[Path, typer.Argument(metavar="A", help="A pipeline file or a folder.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Another one, of any format.")],
    *,
    origin: options.From = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="FORMAT", help="The format of B.")
    ] = None,
    report: events.Form = options.Report.TEXT,
) -> None:
    """Show jobs and steps that are the same, changed, added or removed; exit with 1 if any is."""
    from ciconv.cli.simulation import show_diff

    raise typer.Exit(show_diff(a, b, formats=(origin, to), report=report))
