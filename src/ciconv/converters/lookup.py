"""Which pipelines a run is about: the files of a format, and what is said when there are none."""

from ciconv.context import Context
from ciconv.converters import registry
from ciconv.converters.format import Format
from ciconv.source import Source, Span, Workspace


def given(workspace: Workspace, name: str) -> tuple[Format, tuple[str, ...]]:
    """Return a format by its name, and its files; raise `registry.UnknownFormat`."""
    card = registry.get(name)
    if workspace.focus:
        return card, workspace.focus
    return card, registry.marked(card, registry.files_of(card, workspace.paths()), workspace)


def report_nothing(title: str, context: Context) -> None:
    """Say that there are no pipelines, and where they were looked for."""
    known = [path for name in registry.names() for path in registry.get(name).paths]
    context.diagnostics.error(
        "no-pipeline",
        f"there is no pipeline of {title} here",
        whole(context),
        help=f"looked for {', '.join(known)}{_HOW if context.workspace.focus else ''}",
    )


_HOW = "; --from says what a file with another name is"


def whole(context: Context) -> Span:
    """Return the place of what concerns the repository, or the one file that is looked at."""
    workspace = context.workspace
    name = workspace.focus[0] if workspace.focus else workspace.name or "."
    return Source(name, "").span(0, 0)
