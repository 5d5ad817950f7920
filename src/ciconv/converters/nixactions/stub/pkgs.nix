# A nixpkgs of which only names and the writers of texts are real.
{ lib, names }:
let
  inherit (builtins) hashString substring toJSON;

  # texts that refer to the store: as in Nix, they cannot be the name of an attribute
  stored = path: builtins.appendContext path {
    "/nix/store/00000000000000000000000000000000-ciconv".path = true;
  };

  value = kind: name: more: {
    inherit name;
    type = "derivation";
    outPath = stored "/ciconv/${kind}/${name}";
    override = _: value kind name more;
    overrideAttrs = _: value kind name more;
    passthru = { };
    ciconv = { inherit kind name; path = "/ciconv/${kind}/${name}"; };
  } // more;

  package = path: lib.genAttrs names (name: package "${path}.${name}") // value "package" path {
    pname = path;
    version = "0";
    meta.mainProgram = path;
  };

  written = kind: name: text:
    let path = "/ciconv/${kind}/${substring 0 12 (hashString "sha256" text)}-${name}";
    in builtins.trace (toJSON { ciconv = path; inherit text; }) (value kind name {
      outPath = stored path;
      ciconv = { inherit kind name path; };
    });

  named = lib.genAttrs names package;
  self = named // {
    inherit lib;
    system = "x86_64-linux";
    stdenv = {
      isLinux = true;
      isDarwin = false;
      hostPlatform = { isLinux = true; isDarwin = false; system = "x86_64-linux"; };
    };
    runtimeShell = "/bin/bash";
    callPackage = f: arguments:
      let function = if builtins.isFunction f then f else import f;
      in function (builtins.intersectAttrs (builtins.functionArgs function) self // arguments);

    writeText = written "text";
    writeScript = written "script";
    writeShellScript = name: text: written "script" name "#!/bin/bash\n${text}";
    writeScriptBin = written "program";
    writeShellScriptBin = name: text: written "program" name "#!/bin/bash\n${text}";
    writeShellApplication = { name, text, runtimeInputs ? [ ], ... }:
      written "program" name "#!/bin/bash\nset -o errexit -o nounset -o pipefail\nexport PATH=\"${lib.makeBinPath runtimeInputs}:$PATH\"\n${text}";
  };
in
self
