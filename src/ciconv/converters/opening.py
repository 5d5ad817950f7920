"""What a run reads: the format and the files of a source, and the project that they mean."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from ciconv.catalog.catalog import Catalog
from ciconv.context import Context, Options
from ciconv.converters import registry
from ciconv.converters.format import Format
from ciconv.converters.lookup import given, report_nothing, whole
from ciconv.diagnostics import Diagnostics
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.passes.join_triggers import join_triggers
from ciconv.passes.split_triggers import is_shim_text
from ciconv.profile import Feature, Support
from ciconv.source import Source, Workspace

Found = tuple[Format, tuple[str, ...]]  # a format, and its files
Opened = tuple[Context, Found | None]  # what is read, and with what


def opened(
    source: Path | Mapping[str, str] | Workspace,
    name: str | None,
    options: Options,
    target: Format | None,
) -> Opened:
    """Return the context of a run, and the files to read; None, with an error, if there are none.

    `target` is what they are converted to: in their own format calls and includes stay as they are.
    """
    workspace = Workspace.of(source)
    context = _context(workspace, options)
    found = given(workspace, name) if name else _detected(workspace, context)
    if found is None:
        return context, None
    if not found[1]:
        report_nothing(found[0].title, context)
        return context, None
    for problem in context.catalog.problems:
        place = Source(problem.path, "").span(0, 0)
        context.diagnostics.warning("catalog-table", problem.message, place)
    same = target is not None and target.name == found[0].name
    return replace(context, expand=not same), found


def _context(workspace: Workspace, options: Options) -> Context:
    return Context(
        workspace=workspace,
        catalog=Catalog.of(workspace),
        diagnostics=Diagnostics(),
        options=options,
    )


def _detected(workspace: Workspace, context: Context) -> Found | None:
    found = _without_shims(registry.detect(workspace), workspace) or registry.recognized(workspace)
    if len(found) == 1:
        return found[0]
    if not found:
        report_nothing("any known format", context)
    else:
        names = ", ".join(card.name for card, _ in found)
        context.diagnostics.error(
            "several-formats",
            f"the repository has pipelines of several formats: {names}",
            whole(context),
            help="say which one to read with --from",
        )
    return None


def _without_shims(found: tuple[Found, ...], workspace: Workspace) -> tuple[Found, ...]:
    """The formats without files that only start what another one of them holds."""
    if not any(is_started(card) for card, _ in found):
        return found
    kept = []
    for card, paths in found:
        own = tuple(path for path in paths if not is_shim_text(registry.text(path, workspace)))
        if own:
            kept.append((card, own))
    return tuple(kept)


def read_project(found: Found | None, context: Context) -> Project | None:
    """Return what files mean; None, with an error in the context, where that cannot be told."""
    if found is None:
        return None
    card, paths = found
    if card.read is None:
        context.diagnostics.error(
            "unreadable-format", f"{card.title} cannot be read yet", whole(context)
        )
        return None
    project = card.read(context.workspace, paths, context)
    if is_started(card):
        project = join_triggers(project, _starters(context))
    return None if context.diagnostics.has_errors else project


def _starters(context: Context) -> Iterator[Pipeline]:
    """The pipelines of other formats in the repository, which may start those read."""
    quiet = replace(context, diagnostics=Diagnostics(), expand=False)
    paths = context.workspace.paths()
    for name in registry.names():
        card = registry.get(name)
        if card.read is not None and not is_started(card):
            project = card.read(context.workspace, registry.files_of(card, paths), quiet)
            yield from project.pipelines


def is_started(card: Format) -> bool:
    """Whether pipelines of a format are started by those of another one."""
    return card.profile.of(Feature.TRIGGERS).support is Support.LOWERED
