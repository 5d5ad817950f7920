"""What `guide` does: convert, compare, draw, and set all of it as one document."""

from pathlib import Path

import typer

from ciconv.api import Conversion, convert, read, simulate, verify
from ciconv.catalog.catalog import Catalog
from ciconv.cli.conversion import has_errors, write_report
from ciconv.cli.files import write
from ciconv.cli.outcome import FINDINGS, FINE
from ciconv.cli.simulation import known_format, say
from ciconv.cli.values import Report
from ciconv.converters import registry
from ciconv.graph.beside import with_verdicts
from ciconv.graph.build import graph_of
from ciconv.graph.draw import View, draw
from ciconv.graph.graph import Graph
from ciconv.ir.pipeline import Project
from ciconv.report.guide import Guide, Link, Picture
from ciconv.report.guide_html import render_html
from ciconv.report.guide_markdown import render_markdown
from ciconv.report.inventory import Item, inventory_of
from ciconv.simulation.compare.matching import plain_name
from ciconv.simulation.plan import Plan
from ciconv.simulation.verify import Verification
from ciconv.source import Source, Workspace

MAX_PLANS = 12  # events that are shown one by one
_FORMS = {".md": render_markdown, ".markdown": render_markdown, ".html": render_html}


def show_guide(
    source: Workspace, *, to: str, origin: str | None, output: Path | None, force: bool
) -> int:
    """Print the guide as Markdown, or write it to a file; return the exit code."""
    if output is not None and output.suffix.lower() not in _FORMS:
        known = ", ".join(_FORMS)
        raise typer.BadParameter(f"{output.name!r} ends in none of {known}", param_hint="-o")
    target, name = str(known_format(to, "--to")), known_format(origin, "--from")
    guide = guide_of(source, target, name)
    problems = list(guide.errors)
    if not problems and output is not None:
        text = _FORMS[output.suffix.lower()](guide)
        written, problems = write(output.parent, {output.name: text}, force=force)
        for change in written:
            typer.echo(f"wrote {change.target}", err=True)
    elif not problems:
        say(render_markdown(guide))
    if problems:
        write_report(problems, Report.TEXT)
    return FINDINGS if has_errors(problems) else FINE


def guide_of(source: Workspace, target: str, origin: str | None) -> Guide:
    """Return everything about a conversion; what it says of the files is in its diagnostics."""
    conversion = convert(source, to=target, format=origin)
    reading = read(source, format=origin)
    before, files = reading.project, conversion.files
    after = read(files, format=target).project if before is not None and files else None
    verification = None
    if before is not None and after is not None:
        verification = verify(source, files, formats=(before.origin, target))
    catalog = Catalog.builtin()
    title = registry.get(before.origin).title if before is not None else "the source"
    return Guide(
        name=source.name,
        origin=title,
        target=registry.get(target).title,
        target_name=target,
        source_files=_sources(before, source),
        target_files=files,
        diagnostics=conversion.diagnostics,
        verification=verification,
        plans=_plans(before, verification),
        inventory=() if before is None else _inventory(before, conversion, after, target),
        before=_picture(before, verification, catalog),
        after=_picture(after, verification, catalog),
        links=tuple(_links(before, after)),
    )


def _inventory(
    before: Project, conversion: Conversion, after: Project | None, target: str
) -> tuple[Item, ...]:
    catalog = Catalog.builtin()
    return inventory_of(before, target, catalog, conversion.project, after)


def _sources(project: Project | None, workspace: Workspace) -> dict[str, str]:
    """The files that the pipelines were read from."""
    paths = () if project is None else dict.fromkeys(one.path for one in project.pipelines)
    sources = ((path, workspace.read(path)) for path in paths if path)
    return {path: source.text for path, source in sources if isinstance(source, Source)}


def _plans(project: Project | None, verification: Verification | None) -> tuple[Plan, ...]:
    if project is None or verification is None:
        return ()
    return tuple(simulate(project, event) for event in verification.events[:MAX_PLANS])


def _picture(
    project: Project | None, verification: Verification | None, catalog: Catalog
) -> Picture:
    if project is None:
        return Picture()
    graph = graph_of(project, catalog)
    if verification is not None:
        graph = with_verdicts(graph, verification.differences)
    return Picture(svg=_drawn(graph, "svg"), mermaid=_drawn(graph, "mermaid"))


def _drawn(graph: Graph, form: str) -> str:
    """The picture; empty where nothing on this machine draws it."""
    return draw(graph, form, View()).text


def _links(before: Project | None, after: Project | None) -> list[Link]:
    """The lines of jobs that both sides have under one name."""
    if before is None or after is None:
        return []
    there = _places(after)
    return [
        Link(job=name, source=place, target=there[name])
        for name, place in _places(before).items()
        if name in there
    ]


def _places(project: Project) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for pipeline in project.pipelines:
        for job in pipeline.jobs:
            if job.span is not None and job.span.source.path:
                place = job.span.source.path, job.span.start.line
                found.setdefault(plain_name(job.id), place)
    return found
