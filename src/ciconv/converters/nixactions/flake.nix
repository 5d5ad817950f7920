{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    nixactions = { url = "github:kitsunoff/nixactions"; inputs.nixpkgs.follows = "nixpkgs"; };
  };
  outputs = { nixpkgs, nixactions, ... }:
    let
      systems = nixpkgs.lib.genAttrs [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      workflows = system:
        let
          args = {
            pkgs = nixpkgs.legacyPackages."${system}";
            nixactions = nixactions.lib."${system}";
          };
        in
        @workflows@;
    in
    {
      packages = systems workflows;
      checks = systems workflows;
      apps = systems
        (system: builtins.mapAttrs
          (name: workflow: { type = "app"; program = "${workflow}/bin/${name}"; })
          (workflows system));
    };
}
