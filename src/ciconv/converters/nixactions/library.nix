# ciconv: GitHub's semantics on top of NixActions. Workflow files import it; ciconv-lib.sh is its
# other half. Conditions of jobs: succeeded anyFailed is and any not var startsWith endsWith contains
# changed truthy flag sh withOutputs. Conditions of steps: onSuccess onFailure onAny. Steps: run script
# runFile runIo unsupported upload download restoreCache saveCache service stopServices, and
# loadNeeds jobEnv deadline saveOutputs around them. Jobs: job, tolerate. Workflows: githubContext.
# Texts called "word" stand between double quotes in bash: `$X` and `$(…)` are expanded, so a `"`,
# `\`, `$` or backtick that is meant literally needs a `\`. A "test" is a bash command that answers
# by its status. Values of GitHub's expressions are variables named after them: steps.my-id.outputs.x
# is $STEPS_MY_ID_OUTPUTS_X, needs.build.result is $NEEDS_BUILD_RESULT.
{ pkgs, executor }:
let
  inherit (pkgs) lib;
  inherit (lib) concatStringsSep concatMapStringsSep mapAttrsToList optionalString replaceStrings;
  quote = lib.escapeShellArg;
  words = concatMapStringsSep " " (word: "\"${toString word}\"");
  lines = concatStringsSep "\n";
  onlyNeeded = lib.filterAttrs (_: value: value != null);

  # hosts without these tools (macOS, minimal images) find them here, after their own
  tools = lib.makeBinPath [ pkgs.coreutils pkgs.findutils pkgs.gnugrep pkgs.gnused pkgs.gnutar ];
  functions = pkgs.writeText "ciconv-lib.sh"
    "CICONV_TOOLS=${tools}\n${builtins.readFile ./ciconv-lib.sh}";

  # GitHub's shell options; shellcheck has no say in what users wrote
  wrap = body: ''
    set +o nounset +o pipefail
    # shellcheck disable=all
    {
    . ${functions}
    trap 'ciconv_exit "$?"' EXIT
    ${body}
    }
  '';

  # a job's "if" is pasted into a double-quoted word of bash in which '|' separates fields
  escape = replaceStrings [ "\\" "\"" "$" "`" ] [ "\\\\" "\\\"" "\\$" "\\`" ];
  literal = text: # one word without '|' and newlines
    if lib.hasInfix "|" text || lib.hasInfix "\n" text
    then "$'${replaceStrings [ "\\" "'" "|" "\n" ] [ "\\\\" "\\'" "\\x7c" "\\n" ] text}'"
    else quote text;
  lower = text: literal (lib.toLower text);
  value = name: "\"\${${name}:-}\"";
  folded = name: "\"\${${name},,}\"";
  matches = name: pattern: "( ${escape "set +u; [[ ${folded name} == ${pattern} ]]"} )";

  # a step's condition is pasted between single quotes, and evaluated before $JOB_ENV is loaded
  inStep = test: ''( set +u; . ${functions}; . "$JOB_ENV"; ${replaceStrings [ "'" ] [ "'\\''" ] test} )'';
  # the state of the job: also in jobs that may fail, where NixActions sees no failure
  good = ''[ "$ACTION_FAILED''${CICONV_JOB_STATUS:-}" = false ]'';

  # the command of a step, with the options of `script`
  guarded = { id ? null, timeout ? null, attempts ? 1, wait ? 0, mayFail ? false, io ? true
    , commands ? false, ... }: command:
    let option = flag: text: optionalString (text != null) "--${flag} ${text} "; in
    "ciconv_step ${option "id" id}${option "timeout" (if timeout == null then null else words [ timeout ])}"
    + optionalString (attempts != 1) "--attempts ${toString attempts} --wait ${toString wait} "
    + optionalString (mayFail != false) "--may-fail ${quote (if mayFail == true then "true" else mayFail)} "
    + optionalString commands "--commands true " # `::set-output` lines are outputs
    + "${optionalString (!io) "--io false "}-- ${command}";
  call = name: attrs: command: onlyNeeded {
    inherit name;
    deps = attrs.deps or [ ];
    bash = wrap (guarded (attrs // { io = false; }) command);
    condition = attrs.condition or null;
  };
  dockerOptions = { env ? { }, ports ? [ ], volumes ? [ ], options ? "", ... }:
    lib.concatMapStrings (option: "${option} ") (
      mapAttrsToList (name: word: "-e \"${name}=${word}\"") env
      ++ map (word: "-p ${words [ word ]}") ports
      ++ map (word: "-v ${words [ word ]}") volumes
      ++ lib.optional (options != "") options
    );
in
rec {
  # github.*: what the caller exports wins, else it is computed from git. Never fails: the run
  # would end green. Runs on the host, in the root of the repository.
  githubContext = pkgs.writeScriptBin "github-context" ''
    #!${pkgs.runtimeShell}
    put() { printf 'export %s=%q\n' "$1" "$2"; }
    branch=$(git symbolic-ref -q --short HEAD 2>/dev/null)
    tag=$(git describe --tags --exact-match 2>/dev/null)
    origin=$(git remote get-url origin 2>/dev/null)
    repository=$(printf %s "''${origin%.git}" | sed -E 's#.*[:/]([^/]+/[^/]+)$#\1#')
    ref=; type=branch
    if [ -n "$branch" ]; then ref=refs/heads/$branch
    elif [ -n "$tag" ]; then ref=refs/tags/$tag; branch=$tag; type=tag; fi
    case $(uname -s) in Darwin) os=macOS ;; *) os=Linux ;; esac
    case $(uname -m) in aarch64 | arm64) arch=ARM64 ;; *) arch=X64 ;; esac
    put CI true; put GITHUB_ACTIONS true
    put GITHUB_SHA "$(git rev-parse HEAD 2>/dev/null)"
    put GITHUB_REF "$ref"; put GITHUB_REF_NAME "$branch"; put GITHUB_REF_TYPE "$type"
    put GITHUB_HEAD_REF ""; put GITHUB_BASE_REF ""; put GITHUB_EVENT_NAME push
    put GITHUB_REPOSITORY "$repository"; put GITHUB_REPOSITORY_OWNER "''${repository%%/*}"
    put GITHUB_ACTOR "''${USER:-$(id -un)}"; put GITHUB_TRIGGERING_ACTOR "''${USER:-$(id -un)}"
    put GITHUB_WORKFLOW "$WORKFLOW_NAME"; put GITHUB_RUN_ID "$(date +%s)"
    put GITHUB_RUN_NUMBER 1; put GITHUB_RUN_ATTEMPT 1
    put GITHUB_SERVER_URL https://github.com; put GITHUB_API_URL https://api.github.com
    put GITHUB_GRAPHQL_URL https://api.github.com/graphql
    put RUNNER_OS "$os"; put RUNNER_ARCH "$arch"
    exit 0
  '';

  # A failed job makes the run fail at its end; without continueOnError later levels never start.
  job = attrs: { inherit executor; continueOnError = true; } // attrs;

  # A job that starts in an empty folder, as GitHub's do; `job` starts in a copy of the repository,
  # to which `checkout` adds what NixActions leaves out: .git, and tracked names like `target`.
  emptyJob = attrs: job ({ executor = executor { copyRepo = false; name = "empty"; }; } // attrs);
  checkout = step "checkout" [ ] (wrap "ciconv_checkout");

  # Conditions of jobs. All compare without regard to case, as GitHub does.
  is = result: name: escape ''[ "''${JOB_STATUS[${name}]:-}" = ${result} ]'';
  and = conditions: if conditions == [ ] then "true" else concatStringsSep " && " conditions;
  not = condition: "! { ${condition}; }";
  any = conditions: not (and (map not conditions)); # `||` has a '|'
  succeeded = jobs: and (map (is "success") jobs); # of all ancestors, as GitHub's success()
  callSucceeded = jobs: # a called workflow: none of its jobs failed, and not all were skipped
    and [ (not (anyFailed jobs)) (any (map (is "success") jobs)) ];
  anyFailed = jobs: any (map (is "failure") jobs);
  var = name: text: "( ${escape "set +u; [ ${folded name} = ${lower text} ]"} )";
  startsWith = name: text: matches name "${lower text}*";
  endsWith = name: text: matches name "*${lower text}";
  contains = name: text: matches name "*${lower text}*";
  changed = patterns: # the pull request or the push changed such a file
    "( ${escape "set +u; . ${functions}; ciconv_changed ${concatMapStringsSep " " literal patterns}"} )";
  truthy = name: escape "[ -n ${value name} ]";
  flag = name: var name "true";
  sh = test:
    if lib.hasInfix "|" test || lib.hasInfix "\n" test
    then throw "ciconv: a condition of a job must be one line without '|': ${test}"
    else "( ${escape "set +u; ${test}"} )";
  # the condition may read outputs of finished jobs: $NEEDS_<JOB>_OUTPUTS_<NAME>
  withOutputs = jobs: condition:
    let
      file = name: ''"$NIXACTIONS_ARTIFACTS_DIR/.outputs/${name}.env"'';
      load = name: "if [ -e ${file name} ]; then . ${file name}; fi; ";
    in
    "( ${escape (concatMapStringsSep "" load jobs)}${condition} )";

  # Conditions of steps: `… && E` for success(), failure() and always().
  onSuccess = test: inStep "${good} && { ${test}; }";
  onFailure = test: inStep "! ${good} && { ${test}; }";
  onAny = inStep;

  # Steps. `step` is NixActions' own; the others run with `bash -e` like GitHub's.
  step = name: deps: bash: { inherit name deps bash; };
  run = name: deps: text: script { inherit name deps text; }; # for one simple command

  # The script of a user: a file of its own, byte for byte, for any interpreter.
  script =
    { name
    , text
    , shell ? "bash -e" # words; {0} is the file, else it comes last
    , deps ? [ ]
    , env ? { } # static texts
    , setup ? "" # bash lines before the script
    , directory ? null # a word
    , container ? null # { image; options; env; volumes; pass = names of variables; }
    , condition ? null
    , id ? null
    , timeout ? null # seconds: a number or a word
    , attempts ? 1
    , wait ? 0
    , mayFail ? false # true or a test
    , io ? true # whether it may write $GITHUB_ENV, $GITHUB_OUTPUT, $GITHUB_PATH
    , commands ? false # whether lines `::set-output name=x::value` it prints are outputs
    }:
    let
      word = builtins.head (lib.splitString " " shell);
      suffix = { pwsh = ".ps1"; powershell = ".ps1"; python = ".py"; node = ".js"; }.${word} or "";
      file = pkgs.writeText "${name}${suffix}" text;
      boxed = lib.optional (container != null);
      command =
        if lib.hasInfix "{0}" shell
        then replaceStrings [ "{0}" ] [ "${file}" ] shell
        else "${shell} ${file}";
      inside = optionalString (container != null)
        ''"''${container[@]}" ${dockerOptions container}-v ${file}:${file}:ro ${words [ container.image ]} '';
    in
    onlyNeeded {
      inherit name deps condition;
      bash = wrap (lines (boxed "known=$(compgen -e)"
        ++ mapAttrsToList (key: text: "export ${key}=${quote text}") env
        ++ lib.optional (setup != "") setup
        ++ lib.optional (directory != null) "cd ${words [ directory ]}"
        ++ boxed "ciconv_container \"$known\" ${toString (container.pass or [ ])}"
        ++ [ (guarded { inherit id timeout attempts wait mayFail io commands; } "${inside}${command}") ]));
    };
  runFile = name: deps: shell: text: script { inherit name deps shell text; io = false; };
  runIo = id: deps: shell: text: script { name = id; inherit id deps shell text; };

  # What could not be converted fails, and says what it was.
  unsupported = { what, reason, arguments ? { }, ... }@attrs:
    script (removeAttrs attrs [ "what" "reason" "arguments" ] // {
      text = lines ([ "echo ${quote "ciconv: '${what}' is not converted: ${reason}"} >&2" ]
        ++ mapAttrsToList (key: text: "echo ${quote "  ${key}: ${text}"} >&2") arguments ++ [ "exit 1" ]);
    });

  # Around the steps of a job. `loadNeeds` maps jobs of the source to those here (cells of a matrix).
  loadNeeds = needs: {
    name = "needs";
    bash = wrap (concatMapStringsSep "\n"
      (name: ''
        if [ -e "$NIXACTIONS_ARTIFACTS_DIR/.outputs/${name}.env" ]; then
          cat "$NIXACTIONS_ARTIFACTS_DIR/.outputs/${name}.env" >> "$CICONV_VALUES"
        fi
      '')
      (builtins.attrNames needs));
    # only a condition sees the states of jobs
    condition = inStep (lines (mapAttrsToList
      (name: cells:
        "ciconv_result ${name} ${concatMapStringsSep " " (cell: value "JOB_STATUS[${cell}]") cells}")
      needs));
  };
  jobEnv = words': step "job-env" [ ] (wrap (lines
    (mapAttrsToList (name: word: "ciconv_set ${name} ${words [ word ]}") words')));
  deadline = minutes: step "deadline" [ ]
    (wrap "ciconv_set CICONV_DEADLINE \"$(( $(date +%s) + ${toString minutes} * 60 ))\"");
  saveOutputs = name: outputs: step "outputs" [ ]
    (wrap (lines
      (mapAttrsToList (key: word: "ciconv_output ${name} ${quote key} ${words [ word ]}") outputs)))
  // { condition = "always()"; };

  # A job that may fail: it succeeds, its later steps are skipped as after a failure.
  tolerate = map (one: one // {
    bash = "# shellcheck disable=SC2034\nCICONV_TOLERATE=true\n${one.bash}";
    condition = let given = one.condition or "success()"; in
      if given == "success()" then onSuccess "true"
      else if given == "failure()" then onFailure "true"
      else given;
  });

  # Artifacts: in $NIXACTIONS_ARTIFACTS_DIR, with GitHub's patterns and paths.
  upload = { name, paths, missing ? "warn", hidden ? false, overwrite ? false, step ? "upload", ... }@attrs:
    call step attrs ("ciconv_upload ${words [ name ]} ${missing} ${lib.boolToString hidden} "
      + "${lib.boolToString overwrite} ${words paths}");
  download = { name ? "", pattern ? "", path ? ".", merge ? false, step ? "download", ... }@attrs:
    call step attrs "ciconv_download ${words [ name pattern path ]} ${lib.boolToString merge}";

  # Caches: in $XDG_CACHE_HOME/ciconv. `saveCache` without key saves what `restoreCache` looked for.
  restoreCache = { name, key, paths, restoreKeys ? [ ], id ? "", ... }@attrs:
    call "restore-${name}" ({ mayFail = true; } // attrs)
      "ciconv_cache_restore ${name} ${quote id} ${words [ key (lines restoreKeys) ]} ${words paths}";
  saveCache = { name, paths, key ? "", ... }@attrs:
    call "save-${name}" ({ mayFail = true; } // attrs)
      "ciconv_cache_save ${name} ${words [ key ]} ${words paths}";

  # Services: containers of docker beside the job.
  service = { name, image, ... }@attrs:
    step "service-${name}" [ ] (wrap "ciconv_service ${name} ${dockerOptions attrs}${words [ image ]}");
  stopServices = names: step "stop-services" [ ] (wrap "ciconv_stop_services ${toString names}")
    // { condition = "always()"; };
}
