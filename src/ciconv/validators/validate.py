"""The whole way of a validation: find the pipelines, read them, run the rules."""

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.converters import registry
from ciconv.converters.lookup import given, report_nothing
from ciconv.diagnostics import Diagnostic, Diagnostics
from ciconv.source import Workspace
from ciconv.validators.runner import check
from ciconv.validators.settings import Settings, settings_of


def validate(
    source: Path | Mapping[str, str] | Workspace,
    *,
    format: str | None = None,
    settings: Settings | None = None,
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the pipelines of a file, a folder or a mapping of path to text."""
    workspace = Workspace.of(source)
    diagnostics = Diagnostics()
    context = Context(workspace=workspace, catalog=Catalog.of(workspace), diagnostics=diagnostics)
    found = (given(workspace, format),) if format else registry.detect(workspace)
    if not any(paths for _, paths in found):
        report_nothing(found[0][0].title if found else "any known format", context)
    chosen = settings or settings_of(workspace, diagnostics)
    for card, paths in found:
        # actions and workflows of GitHub are judged where they stand, not where they are used
        own = replace(context, diagnostics=Diagnostics(), expand=card.name != "github")
        if paths and card.read is not None:
            project = card.read(workspace, paths, own)
            for one in check(project, paths, card.name, own, chosen):
                diagnostics.add(one)
    return diagnostics.sorted()
