"""`ciconv graph`: the pipelines as a picture."""

from pathlib import Path
from typing import Annotated

import typer

from ciconv.cli import events, options
from ciconv.cli.values import Form, Theme


def graph(
    path: options.Source = None,
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The file to write: .svg .png .pdf .dot .mmd"
        ),
    ] = None,
    form: Annotated[
        Form | None, typer.Option("--form", help="What to draw (by the file's name; else dot).")
    ] = None,
    beside: Annotated[
        str | None,
        typer.Option("--beside", metavar="FORMAT", help="Draw what it converts to, too."),
    ] = None,
    focus: Annotated[
        str, typer.Option("--focus", metavar="JOB", help="Only this job and its kin.")
    ] = "",
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="Draw jobs as one where there are more.")
    ] = 60,
    theme: Annotated[Theme, typer.Option("--theme", help="The colours.")] = Theme.LIGHT,
    links: Annotated[
        str, typer.Option("--links", metavar="URL", help="What stands before path#Lline in links.")
    ] = "",
    event: Annotated[
        str | None,
        typer.Option("--event", metavar="KIND", help="Grey what this event would not run."),
    ] = None,
    branch: events.Branch = None,
    tag: events.Tag = None,
    changed: events.Changed = None,
    origin: options.From = None,
    online: options.Online = None,
    force: options.Force = False,
) -> None:
    """Draw jobs, what they wait for, and what decides whether they run."""
    from ciconv.cli.picture import Picture, show
    from ciconv.cli.simulation import existing
    from ciconv.graph.draw import View
    from ciconv.simulation.event import event_of

    files = None if changed is None else tuple(changed)
    happened = None
    if event or branch or tag or files:
        happened = event_of(event or "push", branch=branch, tag=tag, changed_files=files)
    view = View(focus=focus, limit=limit, theme=theme.value, links=links)
    wanted = Picture(form=form, beside=beside, view=view, event=happened)
    raise typer.Exit(
        show(existing(path, online=online), wanted, output=output, origin=origin, force=force)
    )
