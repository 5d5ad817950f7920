"""The whole way of a validation: find the pipelines, read them, run the rules."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.converters import registry
from ciconv.converters.lookup import given, report_nothing
from ciconv.diagnostics import Diagnostic, Diagnostics, Severity
from ciconv.ir.pipeline import Project
from ciconv.source import Workspace
from ciconv.validators.runner import check
from ciconv.validators.settings import Settings, settings_of
from ciconv.validators.subject import is_action, own_actions_of

_INCLUDING = "gitlab"  # whose files include others of the repository
_USING = "github"  # whose workflows use actions
_APART = ("github", "gitlab")
_GIVEN = ("input-value",)  # the parent gives values to the inputs of a child


def validate(
    source: Path | Mapping[str, str] | Workspace,
    *,
    format: str | None = None,
    settings: Settings | None = None,
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the pipelines of a file, a folder or a mapping of path to text."""
    workspace = Workspace.of(source)
    is_asked = format == _INCLUDING or (format is None and not registry.detect(workspace))
    found = _through_includes(workspace, settings) if is_asked else None
    return _validated(workspace, format, settings) if found is None else found


def _through_includes(
    workspace: Workspace, settings: Settings | None
) -> tuple[Diagnostic, ...] | None:
    """What is wrong with parts of a pipeline of GitLab; None for files that nothing includes."""
    card = registry.get(_INCLUDING)
    if not workspace.focus or registry.files_of(card, workspace.focus):
        return None
    for path in card.paths:
        if registry.text(path, workspace):
            whole = replace(workspace, focus=(path,))
            found = _validated(whole, _INCLUDING, settings)
            if all(map(whole.has_read, workspace.focus)):
                parts = workspace.focus
                return tuple(one for one in found if one.span and one.span.source.path in parts)
    return None


def _validated(
    workspace: Workspace, format: str | None, settings: Settings | None
) -> tuple[Diagnostic, ...]:
    diagnostics = Diagnostics()
    context = Context(workspace=workspace, catalog=Catalog.of(workspace), diagnostics=diagnostics)
    found = (given(workspace, format),) if format else registry.detect(workspace)
    actions = own_actions_of(workspace) if format in (None, _USING) else ()
    if actions and not any(paths for _, paths in found):
        found = ((registry.get(_USING), actions),)
    if not found:
        found = registry.recognized(workspace)
    if not any(paths for _, paths in found):
        report_nothing(found[0][0].title if found else "any known format", context)
    chosen = settings or settings_of(workspace, diagnostics)
    for card, paths in found:
        # workflows, actions and children are judged where they stand, not where they are used
        own = replace(context, diagnostics=Diagnostics(), expand=card.name not in _APART)
        if paths and card.read is not None:
            pipelines = tuple(path for path in paths if not is_action(path))
            project = Project(origin=card.name, pipelines=())
            if pipelines:
                project = card.read(workspace, pipelines, own)
            for one in check(project, paths, card.name, own, chosen):
                diagnostics.add(one)
            for one in _of_children(project, paths, own, chosen) if card.name == _INCLUDING else ():
                diagnostics.add(one)
    return diagnostics.sorted()


def _of_children(
    project: Project, paths: tuple[str, ...], context: Context, settings: Settings
) -> Iterator[Diagnostic]:
    """The errors of pipelines that these start; what is only odd may have to do with its parent."""
    from ciconv.validators.gitlab.children import children

    card, seen = registry.get(_INCLUDING), set(paths)
    waiting = list(children(project, context))
    for path in waiting:
        if path in seen:
            continue
        seen.add(path)
        own = replace(context, diagnostics=Diagnostics())
        assert card.read is not None
        child = card.read(replace(context.workspace, focus=()), (path,), own)
        for one in check(child, (path,), card.name, own, settings):
            if one.severity is Severity.ERROR and one.code not in _GIVEN:
                yield one
        waiting += children(child, own)
