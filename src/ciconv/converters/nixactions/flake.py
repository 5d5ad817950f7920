"""The flake, or the flake-parts module, that makes the workflows runnable: `nix run .#ci`."""

from functools import cache

from ciconv.context import Context
from ciconv.converters.format import Files
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.source import UnreadableFile
from ciconv.syntax import nix

MODULE = "nix/flake-module.nix"
_SYSTEMS = ("x86_64-linux", "aarch64-linux", "x86_64-darwin", "aarch64-darwin")


def write_flake(workflows: tuple[str, ...], context: Context) -> Files:
    """Return the flake, unless the repository has one: then a note says what to add to it."""
    if context.options.flake == "flake-parts":
        _say("imports = [ ./nix/flake-module.nix ];", context)
        return ((MODULE, _module(workflows)),)
    if _has_flake(context):
        imports = " ".join(f"{one} = import ./nix/{one}.nix args;" for one in workflows)
        _say(
            'inputs.nixactions.url = "github:kitsunoff/nixactions"; and an app for each of: '
            f"{{ {imports} }}, or use --flake-parts",
            context,
        )
        return ()
    return (("flake.nix", _flake(workflows)),)


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


def _imports(workflows: tuple[str, ...], folder: str, arguments: nix.Expr) -> nix.Attrs:
    return nix.attrs(
        {
            name: nix.Apply(nix.Name("import"), (nix.Path(f"{folder}/{name}.nix"), arguments))
            for name in workflows
        }
    )


def _binding(*path: str, value: nix.Expr, comment: str | None = None) -> nix.Binding:
    return nix.Binding(path, value, inline=comment)


def _apply(function: str, *arguments: nix.Expr) -> nix.Apply:
    parts = function.split(".")
    return nix.Apply(nix.names(*parts), arguments)


@cache
def _flake(workflows: tuple[str, ...]) -> str:
    system = nix.Str((nix.Name("system"),))
    per_system = nix.Attrs(
        (
            _binding("pkgs", value=nix.Select(nix.names("nixpkgs", "legacyPackages"), (system,))),
            _binding("nixactions", value=nix.Select(nix.names("nixactions", "lib"), (system,))),
        )
    )
    args = _binding("args", value=per_system)
    made = nix.Let((args,), _imports(workflows, "./nix", nix.Name("args")))
    systems = nix.List(tuple(nix.string(one) for one in _SYSTEMS))
    apps = nix.Lambda(
        "system",
        _apply("builtins.mapAttrs", _app(), _apply("workflows", nix.Name("system"))),
    )
    outputs = nix.Let(
        (
            _binding("systems", value=_apply("nixpkgs.lib.genAttrs", systems)),
            _binding("workflows", value=nix.Lambda("system", made)),
        ),
        nix.Attrs(
            (
                _binding("packages", value=_apply("systems", nix.Name("workflows"))),
                _binding("checks", value=_apply("systems", nix.Name("workflows"))),
                _binding("apps", value=_apply("systems", apps)),
            )
        ),
    )
    inputs = nix.Attrs(
        (
            _binding("nixpkgs", "url", value=nix.string("github:NixOS/nixpkgs/nixos-unstable")),
            _binding(
                "nixactions",
                value=nix.Attrs(
                    (
                        _binding("url", value=nix.string("github:kitsunoff/nixactions")),
                        _binding("inputs", "nixpkgs", "follows", value=nix.string("nixpkgs")),
                    )
                ),
            ),
        )
    )
    formals = nix.Formals((nix.Formal("nixpkgs"), nix.Formal("nixactions")), ellipsis=True)
    whole = nix.Attrs(
        (
            _binding("inputs", value=inputs),
            _binding("outputs", value=nix.Lambda(formals, outputs)),
        )
    )
    return nix.render(whole)


def _app() -> nix.Lambda:
    """`name: workflow: { type = "app"; program = "${workflow}/bin/${name}"; }`."""
    program = nix.Str((nix.Name("workflow"), "/bin/", nix.Name("name")))
    app = nix.Attrs((_binding("type", value=nix.string("app")), _binding("program", value=program)))
    return nix.Lambda("name", nix.Lambda("workflow", app))


def _module(workflows: tuple[str, ...]) -> str:
    arguments = nix.Attrs((nix.Inherit(("pkgs", "nixactions")),))
    system = nix.Str((nix.Name("system"),))
    bindings = (
        _binding(
            "nixactions", value=nix.Select(nix.names("inputs", "nixactions", "lib"), (system,))
        ),
        _binding("workflows", value=_imports(workflows, ".", arguments)),
        _binding(
            "prefixed",
            value=_apply(
                "lib.mapAttrs'",
                nix.Lambda(
                    "name",
                    _apply("lib.nameValuePair", nix.Str(("workflow-", nix.Name("name")))),
                ),
                nix.Name("workflows"),
            ),
        ),
    )
    outputs = nix.Attrs(
        (
            _binding("packages", value=nix.Name("prefixed"), comment="nix build .#workflow-NAME"),
            _binding("checks", value=nix.Name("prefixed"), comment="nix flake check"),
            _binding(
                "apps",
                value=_apply("lib.mapAttrs", _app(), nix.Name("workflows")),
                comment="nix run .#NAME",
            ),
        )
    )
    formals = nix.Formals(
        tuple(nix.Formal(one) for one in ("pkgs", "system", "lib")), ellipsis=True
    )
    per_system = nix.Lambda(formals, nix.Let(bindings, outputs))
    module = nix.Lambda(
        nix.Formals((nix.Formal("inputs"),), ellipsis=True),
        nix.Attrs((_binding("perSystem", value=per_system),)),
    )
    wire = "made by ciconv; wire it in with: imports = [ ./nix/flake-module.nix ];"
    return nix.render(module, header=(wire, "the flake needs inputs.nixactions"))
