"""NixActions: workflows in Nix, compiled to one program that runs anywhere."""

from ciconv.converters.format import Format
from ciconv.converters.nixactions.document import write_project
from ciconv.converters.nixactions.profile import PROFILE

FORMAT = Format(
    name="nixactions",
    title="NixActions",
    aliases=("nix",),
    profile=PROFILE,
    write=write_project,
)
