# made by ciconv; wire it in with: imports = [ ./nix/flake-module.nix ];
# the flake needs inputs.nixactions
{ inputs, ... }: {
  perSystem = { pkgs, system, lib, ... }:
    let
      nixactions = inputs.nixactions.lib."${system}";
      workflows = @workflows@;
      prefixed = lib.mapAttrs' (name: lib.nameValuePair "workflow-${name}") workflows;
    in
    {
      packages = prefixed; # nix build .#workflow-NAME
      checks = prefixed; # nix flake check
      apps = lib.mapAttrs # nix run .#NAME
        (name: workflow: { type = "app"; program = "${workflow}/bin/${name}"; })
        workflows;
    };
}
