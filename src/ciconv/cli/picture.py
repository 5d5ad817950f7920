"""What `graph` does: draw, write or print the picture, and the exit code."""

import sys
from pathlib import Path

import typer
from msgspec import Struct

from ciconv.cli.conversion import has_errors, write_report
from ciconv.cli.files import write
from ciconv.cli.outcome import FINDINGS, FINE
from ciconv.cli.simulation import known_format
from ciconv.cli.values import Form, Report
from ciconv.diagnostics import Diagnostic
from ciconv.graph.draw import Drawing, View
from ciconv.simulation.event import Event
from ciconv.source import Workspace

_FORMS = {
    ".svg": Form.SVG,
    ".png": Form.PNG,
    ".pdf": Form.PDF,
    ".dot": Form.DOT,
    ".gv": Form.DOT,
    ".mmd": Form.MERMAID,
    ".mermaid": Form.MERMAID,
}


class Picture(Struct, frozen=True, kw_only=True):
    """What was asked for."""

    form: Form | None
    beside: str | None  # a format to convert to, and to draw beside
    view: View
    event: Event | None


def show(
    source: Workspace, wanted: Picture, *, output: Path | None, origin: str | None, force: bool
) -> int:
    """Draw, and print or write it; return the exit code."""
    form = wanted.form or _form_of(output)
    name = known_format(origin, "--from")
    drawing = _drawn(source, wanted, form, name)
    said = list(drawing.diagnostics)
    if drawing.data:
        said += _put(drawing.data, output, force=force)
    problems = [one for one in said if one.loss is None]
    if problems:
        write_report(problems, Report.TEXT)
    return FINDINGS if has_errors(tuple(problems)) else FINE


def _form_of(output: Path | None) -> Form:
    if output is None:
        return Form.DOT
    form = _FORMS.get(output.suffix.lower())
    if form is None:
        known = ", ".join(_FORMS)
        raise typer.BadParameter(f"{output.name!r} ends in none of {known}", param_hint="-o")
    return form


def _drawn(source: Workspace, wanted: Picture, form: Form, name: str | None) -> Drawing:
    from ciconv.api import draw

    if wanted.beside is None:
        view, event = wanted.view, wanted.event
        return draw(source, to=form.value, format=name, event=event, view=view)
    from ciconv.cli.comparison import draw_beside

    target = str(known_format(wanted.beside, "--beside"))
    return draw_beside(source, target, form=form.value, origin=name, view=wanted.view)


def _put(data: bytes, output: Path | None, *, force: bool) -> list[Diagnostic]:
    """Print the picture, or write it where it was asked for."""
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return []
    written, problems = write(output.parent, {output.name: data}, force=force)
    for change in written:
        typer.echo(f"wrote {change.target}", err=True)
    return problems
