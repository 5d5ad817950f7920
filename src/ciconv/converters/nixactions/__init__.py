"""NixActions: workflows in Nix, compiled to one program that runs anywhere."""

from ciconv.converters.format import Format, late
from ciconv.converters.nixactions.profile import PROFILE

FORMAT = Format(
    name="nixactions",
    title="NixActions",
    aliases=("nix",),
    paths=("nix/*.nix",),
    mark="mkWorkflow",
    signs=(r"\bmkWorkflow\b",),
    profile=PROFILE,
    read=late("ciconv.converters.nixactions.read", "read_project"),
    write=late("ciconv.converters.nixactions.document", "write_project"),
)
