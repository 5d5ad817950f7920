"""NixActions: workflows in Nix, compiled to one program that runs anywhere."""

from ciconv.converters.format import Format
from ciconv.converters.nixactions.document import write_project
from ciconv.converters.nixactions.profile import PROFILE
from ciconv.converters.nixactions.read import PATHS, read_project

FORMAT = Format(
    name="nixactions",
    title="NixActions",
    aliases=("nix",),
    paths=PATHS,
    mark="mkWorkflow",
    profile=PROFILE,
    read=read_project,
    write=write_project,
)
