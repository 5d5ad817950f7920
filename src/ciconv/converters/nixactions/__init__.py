"""NixActions: workflows in Nix, compiled to one program that runs anywhere."""

from ciconv.context import Context
from ciconv.converters.format import Format
from ciconv.converters.nixactions.document import write_project
from ciconv.converters.nixactions.profile import PROFILE
from ciconv.ir.pipeline import Project
from ciconv.source import Workspace


def _read_project(workspace: Workspace, paths: tuple[str, ...], context: Context) -> Project:
    from ciconv.converters.nixactions.read import read_project  # most runs only write

    return read_project(workspace, paths, context)


FORMAT = Format(
    name="nixactions",
    title="NixActions",
    aliases=("nix",),
    paths=("nix/*.nix",),
    mark="mkWorkflow",
    profile=PROFILE,
    read=_read_project,
    write=write_project,
)
