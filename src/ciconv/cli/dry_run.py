"""`ciconv dry-run`: convert and check the outcome, without writing anything."""

import typer

from ciconv.cli import events, options


def dry_run(
    path: options.Source = None,
    *,
    to: options.To,
    origin: options.From = None,
    report: events.Form = options.Report.TEXT,
) -> None:
    """Convert, compare what both sides would run, and show it event by event; write nothing."""
    from ciconv.cli.simulation import show_dry_run

    raise typer.Exit(show_dry_run(path, to=to, origin=origin, report=report))
