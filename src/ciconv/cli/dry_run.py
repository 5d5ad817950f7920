"""`ciconv dry-run`: convert and check the outcome, without writing anything."""

import typer

from ciconv.cli import events, options


def dry_run(
    path: options.Source = None,
    *,
    to: options.To,
    origin: options.From = None,
    online: options.Online = None,
    report: events.Form = options.Report.TEXT,
) -> None:
    """Convert, compare what both sides would run, and show it event by event; write nothing."""
    from ciconv.cli.simulation import existing, show_dry_run

    source = existing(path, online=online)
    raise typer.Exit(show_dry_run(source, to=to, origin=origin, report=report))
