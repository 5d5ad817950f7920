"""The whole way of a conversion: read this file first.

    text ─read→ Project ─passes→ Project ─write→ text

Everything a user gets wrong comes back as a diagnostic with a place; exceptions are bugs, but for
the name of a format that does not exist.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ciconv.catalog.catalog import Catalog
from ciconv.context import Context, Options
from ciconv.converters import registry
from ciconv.converters.format import Format
from ciconv.converters.lookup import whole
from ciconv.converters.opening import Found, Opened, is_started, opened, read_project
from ciconv.diagnostics import Diagnostic, Diagnostics, in_order
from ciconv.ir.pipeline import Project
from ciconv.ir.places import placed
from ciconv.passes import run_passes
from ciconv.passes.split_triggers import split_triggers, without_shims
from ciconv.source import Workspace

if TYPE_CHECKING:  # what a conversion does not need is loaded by those who do
    from ciconv.fetch.policy import Policy
    from ciconv.graph.draw import Drawing, View
    from ciconv.simulation.event import Event
    from ciconv.simulation.plan import Plan
    from ciconv.simulation.verify import Converted, Verification
    from ciconv.validators.settings import Settings

Input = Path | Mapping[str, str] | Workspace


class Reading(Struct, frozen=True, kw_only=True):
    """What was read: None when an error made it impossible."""

    project: Project | None
    diagnostics: tuple[Diagnostic, ...]


class Conversion(Struct, frozen=True, kw_only=True):
    """The files of the target by repository-relative path; none when there was an error."""

    files: dict[str, str]
    project: Project | None  # as it was written, after the passes
    diagnostics: tuple[Diagnostic, ...]


def convert(
    source: Input, *, to: str, format: str | None = None, options: Options = Options()
) -> Conversion:
    """Return what the pipelines of a file, a folder or a mapping of path to text become.

    `format` names what the source is; without it the format is found by the paths.
    Raises `UnknownFormat` for a name that is none.
    """
    target = registry.get(to)
    context, found = opened(source, format, options, target)
    return _conversion(read_project(found, context), found, target, context)


def convert_to_each(
    source: Input, *, to: tuple[str, ...], format: str | None = None
) -> tuple[Reading, dict[str, Conversion]]:
    """Return what was read, and what it becomes in several formats, none of them the source's."""
    context, found = opened(source, format, Options(), None)
    project = read_project(found, context)
    reading = Reading(project=project, diagnostics=context.diagnostics.sorted())
    return reading, {
        name: _conversion(
            project,
            found,
            registry.get(name),
            replace(context, diagnostics=context.diagnostics.copy()),
        )
        for name in to
    }


def _conversion(
    project: Project | None, found: Found | None, target: Format, context: Context
) -> Conversion:
    files: dict[str, str] = {}
    written = project
    if project is not None and found is not None:
        written, files = _write(project, found[0], target, context)
    if context.diagnostics.has_errors:
        files = {}
    known = tuple(one for one in (written, project) if one is not None)
    said = in_order(placed(context.diagnostics, *known))
    return Conversion(files=files, project=written, diagnostics=said)


def read(source: Input, *, format: str | None = None) -> Reading:
    """Read the pipelines of a file, a folder or a mapping of path to text."""
    context, found = opened(source, format, Options(), None)
    project = read_project(found, context)
    return Reading(project=project, diagnostics=context.diagnostics.sorted())


def validate(
    source: Input, *, format: str | None = None, settings: "Settings | None" = None
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the pipelines of a file, a folder or a mapping of path to text.

    Without `format` the pipelines of all systems that are found are looked at; without `settings`
    those of the repository count.
    """
    from ciconv.validators.validate import validate

    return validate(source, format=format, settings=settings)


def simulate(source: Input | Project, event: "Event", *, format: str | None = None) -> "Plan":
    """Return what an event would start, and why other pipelines and jobs would not run."""
    from ciconv.simulation.plan import Plan
    from ciconv.simulation.simulate import simulate

    if isinstance(source, Project):
        context, project = opened({}, source.origin, Options(), None)[0], source
        return simulate(project, event, replace(context, diagnostics=Diagnostics()))
    context, found = opened(source, format, Options(), None)
    read = read_project(found, context)
    if read is None:
        return Plan(event=event, pipelines=(), diagnostics=context.diagnostics.sorted())
    plan = simulate(read, event, context)
    return replace(plan, diagnostics=(*context.diagnostics.sorted(), *plan.diagnostics))


def verify(
    a: Input,
    b: Input,
    *,
    formats: tuple[str | None, str | None] | None = None,
    events: "tuple[Event, ...] | None" = None,
) -> "Verification":
    """Return what `b` would run differently, for all events that could tell, or for those given.

    A difference is explained when converting `a` to the format of `b` reports a loss for it.
    """
    from ciconv.simulation.verify import Verification, verify_against

    names = formats or (None, None)
    sides = [opened(one, name, Options(), None) for one, name in zip((a, b), names, strict=True)]
    read = [read_project(found, context) for context, found in sides]
    said = tuple(one for context, _ in sides for one in context.diagnostics.sorted())
    cards = [found[0].name for _, found in sides if found is not None]
    if read[0] is None or read[1] is None:
        return Verification(differences=(), events=(), diagnostics=said)
    usual = _usual(a, cards[0], cards[1], sides[1])
    found = verify_against(read[0], read[1], usual, sides[0][0], events=events)
    return replace(found, diagnostics=(*said, *found.diagnostics))


def _usual(source: Input, origin: str, to: str, side: Opened) -> "Converted":
    """What a conversion loses, and makes; losses of what was made have no place in the source."""
    from ciconv.simulation.verify import Converted

    if origin == to:
        return Converted()
    target = registry.get(to)
    context, found = opened(source, origin, Options(), target)
    done = _conversion(read_project(found, context), found, target, context)
    return Converted(losses=context.diagnostics.sorted(), project=_made(done, side))


def _made(conversion: Conversion, side: Opened) -> Project | None:
    """What a conversion means, where a side has other files than those that it made."""
    context, found = side
    if found is None or not conversion.files:
        return None
    card, paths = found
    texts = conversion.files.items()
    is_same = all(registry.text(path, context.workspace) == text for path, text in texts)
    if is_same and set(paths) <= conversion.files.keys():
        return None
    return read(conversion.files, format=card.name).project


def online(source: Input, *, offline: bool = False, policy: "Policy | None" = None) -> Workspace:
    """Return a source for the other functions that has files of other projects, too, and orbs.

    They are fetched when a pipeline needs them, and kept; with `offline` what was kept is all
    there is. Without `policy` the variables of `ciconv.fetch.policy.policy_of` count.
    """
    from ciconv.fetch import online

    return online(Workspace.of(source), offline=offline, policy=policy)


def draw(
    source: Input | Project,
    *,
    to: str = "svg",
    format: str | None = None,
    event: "Event | None" = None,
    view: "View | None" = None,
) -> "Drawing":
    """Return a picture of the pipelines: `svg`, `png`, `pdf`, `dot` or `mermaid`.

    With an event, what it would not run is grey. No data, and an error, where it cannot be drawn.
    """
    from ciconv.graph import draw as drawing
    from ciconv.graph.build import graph_of

    if isinstance(source, Project):
        reading = Reading(project=source, diagnostics=())
    else:
        reading = read(source, format=format)
    if reading.project is None:
        return drawing.Drawing(data=b"", diagnostics=reading.diagnostics)
    plan = None if event is None else simulate(reading.project, event)
    graph = graph_of(reading.project, Catalog.builtin(), plan)
    drawn = drawing.draw(graph, to, view or drawing.View())
    return replace(drawn, diagnostics=(*reading.diagnostics, *drawn.diagnostics))


def _write(
    project: Project, origin: Format, target: Format, context: Context
) -> tuple[Project, dict[str, str]]:
    if target.write is None:
        context.diagnostics.error(
            "unwritable-format", f"{target.title} cannot be written yet", whole(context)
        )
        return project, {}
    if is_started(target):
        project = without_shims(project, context)
    project = run_passes(project, target.profile, context)
    files = dict(target.write(project, context))
    # what starts a program stays where it is when that is written anew
    shim = split_triggers(project, target.profile, context) if origin != target else None
    if shim is not None and origin.write is not None:
        files |= dict(origin.write(shim, context))
    return project, files
