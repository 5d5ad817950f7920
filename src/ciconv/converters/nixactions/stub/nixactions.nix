# The interface of NixActions: what a workflow file may call, and with which arguments.
{ lib, pkgs }:
let
  value = kind: name: more: {
    inherit name;
    outPath = "/ciconv/${kind}/${name}";
    ciconv = { inherit kind name; } // more;
  };
  # usable as it is and, called with settings, as another one
  configurable = make: make { } // { __functor = _: make; };
  provider = name: settings: value "provider" name { inherit settings; };
  executor = kind: settings: value "executor" (if settings.name or null == null then kind else settings.name) {
    executor = kind;
    inherit settings;
  };
  # where the attributes of a set stand in the sources
  places = set:
    if builtins.isAttrs set then builtins.mapAttrs (name: _: builtins.unsafeGetAttrPos name set) set else { };
  action = name: settings: { inherit name; bash = "true"; passthru.uses = { inherit name settings; }; };
in
{
  mkWorkflow = { name, jobs, env ? { }, envFrom ? [ ], logging ? { }, retry ? null, timeout ? null, extensions ? [ ] }:
    value "workflow" name {
      workflow = lib.pipe { inherit name jobs env envFrom logging retry timeout; } extensions;
      places = builtins.mapAttrs (id: job: { job = builtins.unsafeGetAttrPos id jobs; attributes = places job; }) jobs;
    };

  mkMatrixJobs = { name, matrix, jobTemplate }:
    let
      label = row: lib.concatStringsSep "-" (lib.mapAttrsToList (key: one: "${key}-${toString one}") row);
      cell = row: lib.nameValuePair "${name}-${label row}"
        (let job = jobTemplate row; in job // { passthru = job.passthru or { } // { matrix = row; of = name; }; });
    in
    builtins.listToAttrs (map cell (lib.cartesianProduct matrix));

  executors = {
    local = configurable ({ copyRepo ? true, name ? null }@settings: executor "local" settings);
    oci = configurable ({ mode ? "shared", extraPackages ? [ ], extraMounts ? [ ], containerEnv ? { }, copyRepo ? true, name ? null }@settings:
      executor "oci" settings);
    k8s =
      { registry
      , namespace ? "default"
      , mode ? "shared"
      , serviceAccount ? null
      , labels ? { }
      , kubeconfigEnv ? null
      , contextEnv ? null
      , podReadyTimeout ? 300
      , copyRepo ? true
      , name ? null
      , extraPackages ? [ ]
      , containerEnv ? { }
      , nodeSelector ? { }
      , annotations ? { }
      , resources ? { }
      }@settings: executor "k8s" settings;
  };

  envProviders = {
    file = { path, required ? false, secrets ? [ ] }@settings: provider "file" settings;
    sops = { file, format ? "yaml", required ? false }@settings: provider "sops" settings;
    static = settings: provider "static" { env = settings; };
    required = names: provider "required" { inherit names; };
  };

  actions = {
    checkout = action "checkout" { };
    setupRust = action "setup-rust" { };
    npmInstall = action "npm-install" { };
    npmTest = action "npm-test" { };
    npmBuild = action "npm-build" { };
    npmLint = action "npm-lint" { };
    setupNode = { version }@settings: action "setup-node" settings;
    setupPython = { version }@settings: action "setup-python" settings;
    nixShell = packages: action "nix-shell" { inherit packages; };
  };

  jobs.buildahBuildPush = { executor, jobPrefix ? "buildah-", runTests ? false, pushOnSuccess ? true, ... }@settings:
    let
      part = name: needs: lib.nameValuePair "${jobPrefix}${name}" {
        inherit executor needs;
        steps = [ (action "buildah-${name}" (removeAttrs settings [ "executor" ])) ];
      };
      before = lib.optional runTests "${jobPrefix}test";
    in
    builtins.listToAttrs ([ (part "build" [ ]) ] ++ lib.optional runTests (part "test" [ "${jobPrefix}build" ])
      ++ lib.optional pushOnSuccess (part "push" ([ "${jobPrefix}build" ] ++ before)));

  mkExecutor = settings: executor "custom" settings;
  logging = { };
  retry = { };
  linuxPkgs = pkgs;
}
