"""What `plan`, `verify` and `dry-run` do: simulate, print, and the exit code."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ciconv.cli.conversion import has_errors, write_report
from ciconv.cli.network import opened
from ciconv.cli.options import Report
from ciconv.cli.outcome import FINDINGS, FINE, WrongUse, current_repository
from ciconv.simulation.event import Event, Facts
from ciconv.source import Workspace

if TYPE_CHECKING:
    from ciconv.simulation.verify import Verification


def facts(words: list[str]) -> Facts:
    """Return the pairs of `name=value`; wrong use for another word."""
    found = []
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise typer.BadParameter(f"{word!r} is not name=value", param_hint="--input")
        found.append((name, value))
    return tuple(found)


def show_plan(
    source: Workspace, event: Event, *, origin: str | None, report: Report, steps: bool
) -> int:
    """Print the plan of an event; return the exit code."""
    from ciconv.api import simulate
    from ciconv.report.plan import render_json, render_text

    found = simulate(source, event, format=known_format(origin, "--from"))
    if report is Report.JSON:
        say(render_json(found))
    elif found.pipelines:
        say(render_text(found, steps=steps))
    if report is Report.TEXT and found.diagnostics:
        write_report(list(found.diagnostics), report)
    return FINDINGS if has_errors(found.diagnostics) else FINE


def existing(path: Path | None, hint: str = "PATH", *, online: bool | None = None) -> Workspace:
    """Return what stands at a path, without one the current repository; wrong use if nothing does.

    With `online` it has files of other projects, too: see `network.opened`.
    """
    if path is not None and not path.exists():
        raise typer.BadParameter(f"{str(path)!r} does not exist", param_hint=hint)
    try:
        return Workspace.of(opened(path or current_repository(), online))
    except WrongUse as error:
        raise typer.BadParameter(str(error), param_hint=error.hint) from None


def known_format(name: str | None, hint: str) -> str | None:
    """Return the name of a format; wrong use when there is no such format."""
    from ciconv.converters import registry

    try:
        return name and registry.get(name).name
    except registry.UnknownFormat as error:
        raise typer.BadParameter(str(error), param_hint=hint) from None


def say(text: str) -> None:
    """Print a text whatever the terminal can show."""
    typer.echo(text.encode("utf-8", "backslashreplace"), nl=False)


def show_verification(
    sides: tuple[Workspace, Workspace],
    *,
    formats: tuple[str | None, str | None],
    report: Report,
) -> int:
    """Print what two pipelines do differently; return the exit code."""
    from ciconv.api import verify

    names = known_format(formats[0], "--from"), known_format(formats[1], "--to")
    found = verify(*sides, formats=names)
    _print_verification(found, report)
    if report is Report.TEXT and found.diagnostics:
        write_report(list(found.diagnostics), report)
    return FINDINGS if found.unexplained or has_errors(found.diagnostics) else FINE


def _print_verification(found: "Verification", report: Report) -> None:
    from ciconv.report.verification import render_json, render_text

    if report is Report.JSON:
        say(render_json(found))
    elif found.events:
        say(render_text(found))


def show_diff(a: Path, b: Path, *, formats: tuple[str | None, str | None], report: Report) -> int:
    """Print two pipelines as parts that are the same or not; return the exit code."""
    from ciconv.api import read, verify
    from ciconv.report import diff

    paths = existing(a, "A"), existing(b, "B")
    names = known_format(formats[0], "--from"), known_format(formats[1], "--to")
    readings = [read(path, format=name) for path, name in zip(paths, names, strict=True)]
    projects = [one.project for one in readings]
    if projects[0] is None or projects[1] is None:
        write_report([said for one in readings for said in one.diagnostics], Report.TEXT)
        return FINDINGS
    parts = diff.diff_of(projects[0], projects[1], verify(*paths, formats=names))
    say(diff.render_json(parts) if report is Report.JSON else diff.render_text(parts))
    return FINE if diff.is_same(parts) else FINDINGS


def show_dry_run(source: Workspace, *, to: str, origin: str | None, report: Report) -> int:
    """Print what a conversion would write and change, and what would run; return the exit code."""
    from ciconv.cli.trial import of_conversion, render_json, render_text

    name = known_format(to, "--to")
    found = of_conversion(source, to=str(name), format=known_format(origin, "--from"))
    say(render_json(found) if report is Report.JSON else render_text(found))
    if report is Report.TEXT:
        write_report(list(found.diagnostics), report)
    verified = found.verification
    unexplained = verified is not None and bool(verified.unexplained)
    return FINDINGS if unexplained or has_errors(found.diagnostics) else FINE
