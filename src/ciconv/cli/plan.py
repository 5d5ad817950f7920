"""`ciconv plan`: what an event would run, and why not the rest."""

import typer

from ciconv.cli import events, options


def plan(
    path: options.Source = None,
    *,
    event: events.Kind = "push",
    branch: events.Branch = None,
    tag: events.Tag = None,
    base: events.Base = None,
    changed: events.Changed = None,
    inputs: events.Inputs = None,
    activity: events.Activity = None,
    cron: events.Cron = None,
    upstream: events.Upstream = None,
    actor: events.Actor = None,
    default_branch: events.DefaultBranch = "main",
    steps: events.Steps = False,
    online: options.Online = None,
    origin: options.From = None,
    report: events.Form = options.Report.TEXT,
) -> None:
    """Show which pipelines and jobs an event would start; nothing is run."""
    from ciconv.cli.simulation import existing, facts, show_plan
    from ciconv.simulation.event import event_of

    happened = event_of(
        event,
        branch=branch,
        tag=tag,
        base_branch=base,
        changed_files=None if changed is None else tuple(changed),
        inputs=facts(inputs or []),
        activity=activity,
        cron=cron,
        upstream=upstream,
        actor=actor,
        default_branch=default_branch,
    )
    source = existing(path, online=online)
    raise typer.Exit(show_plan(source, happened, origin=origin, report=report, steps=steps))
