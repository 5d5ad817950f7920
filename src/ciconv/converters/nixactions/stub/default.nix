# Evaluates a workflow file without nixpkgs and without NixActions, and shows what it says as data.
# `file`: its absolute path; `names`: packages it takes from pkgs, separated by blanks. Values with a
# store path are sets `{ ciconv = { kind; name; … }; }` in the result. The texts of written files go
# out by `trace`, so that their paths stay as short and plain as real ones.
{ file, names ? "" }:
let
  lib = import ./lib.nix;
  pkgs = import ./pkgs.nix { inherit lib; names = lib.splitString " " names; };
  nixactions = import ./nixactions.nix { inherit lib pkgs; };
  given = { inherit pkgs lib nixactions; system = "x86_64-linux"; };

  content = import (/. + file);
  # arguments with a default of their own keep it
  wanted = lib.filterAttrs (_: optional: !optional) (builtins.functionArgs content);
  result = if builtins.isFunction content then content (builtins.intersectAttrs wanted given) else content;

  data = value:
    if value ? ciconv then { ciconv = builtins.mapAttrs (_: data) value.ciconv; }
    else if builtins.isAttrs value then builtins.mapAttrs (_: data) value
    else if builtins.isList value then map data value
    else if builtins.isFunction value then { ciconv = { kind = "function"; }; }
    else if builtins.isPath value then toString value
    else value;
in
if result.ciconv.kind or null == "workflow" then { ${result.ciconv.workflow.name} = data result; } else data result
