"""The flake, or the flake-parts module, that makes the workflows runnable: `nix run .#ci`."""

from pathlib import Path

from ciconv.context import Context
from ciconv.converters.format import Files
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.source import UnreadableFile
from ciconv.syntax import nix

MODULE = "nix/flake-module.nix"
_PLACE = "@workflows@"


def write_flake(workflows: tuple[str, ...], context: Context) -> Files:
    """Return the flake, unless the repository has one: then a note says what to add to it."""
    if context.options.flake == "flake-parts":
        arguments = nix.Attrs((nix.Inherit(("pkgs", "nixactions")),))
        _say("imports = [ ./nix/flake-module.nix ];", context)
        return (
            (
                MODULE,
                _filled("flake-module.nix", ".", arguments, workflows),
            ),
        )
    if _has_flake(context):
        imports = " ".join(f"{one} = import ./nix/{one}.nix args;" for one in workflows)
        _say(
            'inputs.nixactions.url = "github:kitsunoff/nixactions"; and an app for each of: '
            f"{{ {imports} }}, or use --flake-parts",
            context,
        )
        return ()
    return (("flake.nix", _filled("flake.nix", "./nix", nix.Name("args"), workflows)),)


def _has_flake(context: Context) -> bool:
    try:
        return context.workspace.read("flake.nix") is not None
    except UnreadableFile:
        return True  # something is there, and it is not ours to replace


def _say(what: str, context: Context) -> None:
    context.diagnostics.add(
        Diagnostic(
            code="flake-wiring",
            severity=Severity.NOTE,
            message=f"your flake.nix stays as it is: add {what}",
        )
    )


def _filled(template: str, folder: str, arguments: nix.Expr, workflows: tuple[str, ...]) -> str:
    """The template beside this module with the workflows, each an import from a folder."""
    text = (Path(__file__).parent / template).read_text("utf-8")
    imports = {
        name: nix.Apply(nix.Name("import"), (nix.Path(f"{folder}/{name}.nix"), arguments))
        for name in workflows
    }
    line = text.partition(_PLACE)[0].rpartition("\n")[2]
    return text.replace(_PLACE, nix.render_inside(nix.attrs(imports), line))
