# shellcheck shell=bash
# ciconv: the bash half of ciconv-lib.nix. Every step made by `run`, `script` and the others sources
# it before its own commands, with errexit and without nounset (an unset variable is empty, as in
# GitHub's expressions). Values for later steps are `NAME=<quoted>` lines of $CICONV_VALUES, to which
# $JOB_ENV leads, the file that NixActions sources and exports before each step.

export GITHUB_WORKSPACE=$JOB_DIR RUNNER_TEMP=$JOB_DIR.tmp/temp
export PATH=${CICONV_PATH:+$CICONV_PATH:}$PATH:$CICONV_TOOLS # CICONV_TOOLS: for hosts without coreutils
mkdir -p "$RUNNER_TEMP"
CICONV_VALUES=$JOB_DIR.tmp/values # secrets are among them, and a job may pack up its own folder
if [ ! -e "$CICONV_VALUES" ]; then
  (umask 077 && : > "$CICONV_VALUES"); printf '. %q\n' "$CICONV_VALUES" >> "$JOB_ENV"
fi

ciconv_exit() { # later steps see that one failed; in a job that may fail, only they do
  if [ "$1" = 0 ]; then return; fi
  echo CICONV_JOB_STATUS=failure >> "$CICONV_VALUES"
  if [ -n "$CICONV_TOLERATE" ]; then exit 0; fi
}

# Expressions of GitHub. The tests (eq, contains, starts, ends) answer by their status.

ciconv_eq() { [ "${1,,}" = "${2,,}" ]; } # GitHub compares texts without regard to case
ciconv_contains() { [[ "${1,,}" == *"${2,,}"* ]]; }
ciconv_starts() { [[ "${1,,}" == "${2,,}"* ]]; }
ciconv_ends() { [[ "${1,,}" == *"${2,,}" ]]; }
ciconv_zero() { # 0 as a number, which the empty text is as well
  [[ $1 =~ ^[[:space:]]*([-+]?(0+[.]?0*|[.]0+)([eE][-+]?[0-9]+)?|0x0+|0o0+)?[[:space:]]*$ ]]
}
ciconv_number() { # or nothing at all
  [[ $1 =~ ^[[:space:]]*([-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?)?[[:space:]]*$ ]]
}
ciconv_less() { # two numbers, with or without fractions; what is none is less than nothing
  local sorted
  ciconv_number "$1" && ciconv_number "$2" || return 1
  mapfile -t sorted < <(printf '%s\n' "${1:-0}" "${2:-0}" | LC_ALL=C sort -gu)
  [ "${#sorted[@]}" = 2 ] && [ "${sorted[0]}" = "${1:-0}" ]
}
ciconv_most() { ciconv_number "$1" && ciconv_number "$2" && ! ciconv_less "$2" "$1"; } # <=
ciconv_before() { local LC_ALL=C; [[ "${1^^}" < "${2^^}" ]]; } # two texts
ciconv_upto() { ! ciconv_before "$2" "$1"; }
ciconv_bool() { if "$@"; then printf true; else printf false; fi; }

ciconv_or() { # a || b || c
  local value
  for value; do if [ -n "$value" ]; then break; fi; done
  printf %s "$value"
}

ciconv_format() { # format('{0} {{literal}}', x)
  local text=$1 out=''; shift
  while [ -n "$text" ]; do
    case $text in
      '{{'*) out+='{'; text=${text#??} ;;
      '}}'*) out+='}'; text=${text#??} ;;
      '{'[0-9]*) local index=${text#?}; index=${index%%\}*}; out+=${*:index+1:1}; text=${text#*\}} ;;
      *) out+=${text:0:1}; text=${text#?} ;;
    esac
  done
  printf %s "$out"
}

# Files by GitHub's globs: https://github.com/actions/toolkit/tree/main/packages/glob

ciconv_patterns() { # one per line, absolute; blank lines and comments are left out
  local line sign
  printf '%s\n' "$@" | while IFS= read -r line; do
    line=${line#"${line%%[![:space:]]*}"}; line=${line%"${line##*[![:space:]]}"}
    sign=; if [[ $line == '!'* ]]; then sign='!'; line=${line#?}; fi
    case $line in
      '' | '#'*) continue ;;
      [~] | [~]/*) line=$HOME${line#?} ;;
      /*) ;;
      *) line=$PWD/$line ;;
    esac
    line=${line//\/.\//\/}; line=${line%/.}
    printf '%s\n' "$sign${line%"${line##*[!/]}"}"
  done
}

ciconv_regex() { # the extended regular expression of a glob
  local glob=$1 out='' class
  while [ -n "$glob" ]; do
    case $glob in
      '**/'*) out+='(.*/)?'; glob=${glob#???} ;;
      '**'*) out+='.*'; glob=${glob#??} ;;
      '*'*) out+='[^/]*'; glob=${glob#?} ;;
      '?'*) out+='[^/]'; glob=${glob#?} ;;
      '['?*']'*) class=${glob:1:1}; glob=${glob:2}; class+=${glob%%\]*}; out+="[${class/#!/^}]"; glob=${glob#*\]} ;;
      [A-Za-z0-9_/\ -]*) out+=${glob:0:1}; glob=${glob#?} ;;
      *) out+="\\${glob:0:1}"; glob=${glob#?} ;;
    esac
  done
  printf %s "$out"
}

ciconv_roots() { # the folders in which patterns search, none inside another
  local pattern root last=''
  ciconv_patterns "$@" | while IFS= read -r pattern; do
    if [[ $pattern == '!'* ]]; then continue; fi
    root=${pattern%%[*?[]*}
    if [ "$root" != "$pattern" ]; then root=${root%/*}; fi
    printf '%s\n' "${root:-/}"
  done | LC_ALL=C sort -u | while IFS= read -r root; do
    if [ -n "$last" ] && [[ $root == "${last%/}"/* ]]; then continue; fi
    last=$root; printf '%s\n' "$root"
  done
}

ciconv_files() { # HIDDEN PATTERN...: the files that match, sorted; the last pattern that fits decides
  local hidden=$1 pattern root file index matched; local -a signs=() regexes=(); shift
  while IFS= read -r pattern; do
    if [[ $pattern == '!'* ]]; then signs+=(false); else signs+=(true); fi
    regexes+=("^$(ciconv_regex "${pattern#!}")(/.*)?\$")
  done < <(ciconv_patterns "$@")
  ciconv_roots "$@" | while IFS= read -r root; do
    if [ ! -e "$root" ]; then continue; fi
    if [ "$hidden" = true ]; then find -L "$root" -type f; else find -L "$root" -name '.?*' -prune -o -type f -print; fi
  done | LC_ALL=C sort -u | while IFS= read -r file; do
    matched=false
    for index in "${!regexes[@]}"; do
      if [[ $file =~ ${regexes[index]} ]]; then matched=${signs[index]}; fi
    done
    if $matched; then printf '%s\n' "$file"; fi
  done
}

ciconv_hash_files() { # hashFiles(...): empty when nothing matches; the values differ from GitHub's
  local files
  files=$(ciconv_files true "$@" | while IFS= read -r file; do sha256sum < "$file"; done)
  if [ -n "$files" ]; then printf '%s\n' "$files" | sha256sum | cut -c1-64; fi
}

ciconv_changed() { # GLOB...: whether such a file was changed; yes, where nobody can tell
  local from=''
  case $GITHUB_EVENT_NAME in
    pull_request*) from=$(git merge-base "origin/$GITHUB_BASE_REF" HEAD) || return 0 ;;
    push) from=$(git rev-parse -q --verify "${EVENT_BEFORE:-HEAD^}^{commit}") || return 0 ;;
    *) return 0 ;;
  esac
  ! git diff --quiet "$from" HEAD -- "${@/#/:(glob)}"
}

# Steps.

ciconv_name() { local LC_ALL=C name=$1; name=${name//[!A-Za-z0-9_]/_}; printf %s "${name^^}"; }
ciconv_set() { printf '%s=%q\n' "$1" "$2" >> "$CICONV_VALUES"; }

ciconv_checkout() { # $OLDPWD is the repository: the job's folder is a copy without .git
  if [ ! -e "$OLDPWD/.git" ] || [ -e .git ]; then return; fi
  cp -R "$OLDPWD/.git" .git
  if [ -d .git ]; then mkdir -p .git/info; echo /.job-env >> .git/info/exclude; fi
  git ls-files -z --deleted | xargs -0r git checkout -q --
}

ciconv_step() { # OPTIONS -- COMMAND...
  # in one array: while the command runs, a local `id` would stand in for the user's exported `id`
  local -A CICONV_STEP=([attempts]=1 [wait]=0 [may-fail]=false [io]=true [commands]=false
    [try]=1 [rc]=0 [result]=success)
  while [ "$1" != -- ]; do CICONV_STEP[${1#--}]=$2; shift 2; done
  shift
  if [ -n "${CICONV_STEP[id]}" ]; then CICONV_STEP[id]=$(ciconv_name "STEPS_${CICONV_STEP[id]}"); fi
  if ${CICONV_STEP[io]}; then ciconv_open; fi
  while CICONV_STEP[rc]=0; ciconv_heard "$@" || CICONV_STEP[rc]=$?
    [ "${CICONV_STEP[rc]}" != 0 ] && [ "${CICONV_STEP[try]}" -lt "${CICONV_STEP[attempts]}" ]
  do
    CICONV_STEP[try]=$((CICONV_STEP[try] + 1)); sleep "${CICONV_STEP[wait]}"
  done
  if ${CICONV_STEP[io]}; then ciconv_close || CICONV_STEP[rc]=1; fi
  if [ "${CICONV_STEP[rc]}" != 0 ]; then CICONV_STEP[result]=failure; fi
  ciconv_ended OUTCOME
  if [ "${CICONV_STEP[rc]}" != 0 ] && eval "${CICONV_STEP[may-fail]}"; then
    echo "ciconv: the step failed with exit code ${CICONV_STEP[rc]}, which is allowed here" >&2
    CICONV_STEP[rc]=0; CICONV_STEP[result]=success
  fi
  ciconv_ended CONCLUSION
  return "${CICONV_STEP[rc]}"
}

ciconv_ended() { # OUTCOME or CONCLUSION
  if [ -n "${CICONV_STEP[id]}" ]; then ciconv_set "${CICONV_STEP[id]}_$1" "${CICONV_STEP[result]}"; fi
}

ciconv_heard() { # outputs in the old way: lines `::set-output name=x::value` of what it prints
  if ! ${CICONV_STEP[commands]}; then ciconv_limited "$@"; return; fi
  ciconv_limited "$@" | tee "$JOB_DIR.tmp/said"
  CICONV_STEP[rc]=${PIPESTATUS[0]}
  sed -n 's/^[[:space:]]*::set-output name=\([^:]*\)::\(.*\)$/\1=\2/p' "$JOB_DIR.tmp/said" >> "$GITHUB_OUTPUT"
  return "${CICONV_STEP[rc]}"
}

ciconv_limited() { # under the limit of the step, and what is left of the job's
  CICONV_STEP[left]=${CICONV_STEP[timeout]}
  if [ -n "$CICONV_DEADLINE" ]; then
    CICONV_STEP[left]=$((CICONV_DEADLINE - $(date +%s)))
    if [ "${CICONV_STEP[left]}" -lt 1 ]; then CICONV_STEP[left]=1; fi
    if [ -n "${CICONV_STEP[timeout]}" ] && [ "${CICONV_STEP[timeout]}" -lt "${CICONV_STEP[left]}" ]; then
      CICONV_STEP[left]=${CICONV_STEP[timeout]}
    fi
  fi
  # `timeout` knows programs only: functions of this file run without
  if [ -z "${CICONV_STEP[left]}" ] || declare -F "$1" > /dev/null; then "$@"; return; fi
  CICONV_STEP[killed]=0
  timeout -k 10 "${CICONV_STEP[left]}" "$@" || CICONV_STEP[killed]=$?
  if [ "${CICONV_STEP[killed]}" = 124 ] || [ "${CICONV_STEP[killed]}" = 137 ]; then
    echo "ciconv: the step was ended after ${CICONV_STEP[left]} seconds" >&2
    if [ "$1" = docker ]; then docker rm -f "$(ciconv_network)-step" > /dev/null 2>&1 || true; fi
  fi
  return "${CICONV_STEP[killed]}"
}

ciconv_open() { # the files through which a script talks to the steps after it
  local io=$JOB_DIR.tmp/io
  rm -rf "$io"; mkdir -p "$io"
  export GITHUB_ENV=$io/env GITHUB_OUTPUT=$io/output GITHUB_PATH=$io/path GITHUB_STATE=$io/state
  export GITHUB_STEP_SUMMARY=${GITHUB_STEP_SUMMARY:-$JOB_DIR.tmp/summary}
  touch "$GITHUB_ENV" "$GITHUB_OUTPUT" "$GITHUB_PATH" "$GITHUB_STATE" "$GITHUB_STEP_SUMMARY"
}

ciconv_close() {
  local dir path=$CICONV_PATH
  ciconv_load "$GITHUB_ENV" '' && ciconv_load "$GITHUB_OUTPUT" "${CICONV_STEP[id]}_OUTPUTS_" || return 1
  while IFS= read -r dir || [ -n "$dir" ]; do
    if [ -n "$dir" ]; then path=$dir${path:+:$path}; fi
  done < "$GITHUB_PATH"
  if [ "$path" != "$CICONV_PATH" ]; then ciconv_set CICONV_PATH "$path"; fi
}

ciconv_load() { # FILE PREFIX: "key=value" lines and "key<<END" blocks become lines of $JOB_ENV
  local line key value end next
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}; key=${line%%=*}
    if [ -z "$line" ]; then continue; fi
    if [[ $key == *'<<'* ]]; then
      end=${line#*<<}; key=${key%%<<*}; value=; next=
      while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        if [ "$line" = "$end" ]; then end=; break; fi
        value+=$next$line; next=$'\n'
      done
      if [ -n "$end" ]; then echo "ciconv: no line '$end' ends the value of '$key'" >&2; return 1; fi
    elif [ "$key" = "$line" ]; then
      echo "ciconv: '$line' has no '='" >&2; return 1
    else
      value=${line#*=}
    fi
    if [ -n "$2" ]; then ciconv_set "$(ciconv_name "$2$key")" "$value"; else ciconv_env "$key" "$value"; fi
  done < "$1"
}

ciconv_env() {
  if [[ $1 =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]]; then ciconv_set "$1" "$2"
  else echo "ciconv: bash has no variable '$1': it is not set" >&2; fi
}

# Results and outputs of jobs, artifacts, caches.

ciconv_result() { # JOB STATE...: needs.<job>.result of one job, or of the cells of a matrix
  local name=$1 result='' state; shift
  for state; do
    case $state in
      failure) result=failure; break ;;
      success) result=success ;;
      *) result=${result:-skipped} ;;
    esac
  done
  ciconv_set "$(ciconv_name "NEEDS_${name}_RESULT")" "$result"
}

ciconv_output() { # JOB NAME VALUE; of a matrix, the last value that is not empty counts
  local dir=$NIXACTIONS_ARTIFACTS_DIR/.outputs
  mkdir -p "$dir"
  if [ -n "$3" ]; then printf '%s=%q\n' "$(ciconv_name "NEEDS_$1_OUTPUTS_$2")" "$3" >> "$dir/$1.env"; fi
}

ciconv_artifact_name() { # as GitHub: no signs that a path or a pattern could be made of
  case $1 in
    '' | . | .. | *[\":\<\>\|\*\?\\/]* | *$'\n'* | *$'\r'*)
      echo "ciconv: '$1' is no name for an artifact" >&2
      return 1
      ;;
  esac
}

ciconv_upload() { # NAME MISSING HIDDEN OVERWRITE PATH...
  local name=$1 missing=$2 hidden=$3 overwrite=$4 files roots base other
  local list=$JOB_DIR.tmp/files; shift 4
  ciconv_artifact_name "$name" || return 1
  files=$(ciconv_files "$hidden" "$@")
  if [ -z "$files" ]; then
    case $missing in
      error) echo "ciconv: no files for the artifact '$name'" >&2; return 1 ;;
      warn) echo "ciconv: no files for the artifact '$name': it is not kept" >&2 ;;
    esac
    return 0
  fi
  roots=$(ciconv_roots "$@"); base=${roots%%$'\n'*}
  # paths in the artifact are relative to the least common ancestor of where it was searched
  while IFS= read -r other; do
    while [[ $other/ != "${base%/}"/* ]]; do base=${base%/*}; done
  done <<< "$roots"
  if [ "$files" = "$base" ]; then base=${base%/*}; fi
  while IFS= read -r other; do printf './%s\n' "${other#"${base%/}"/}"; done <<< "$files" > "$list"
  if $overwrite; then rm -rf "${NIXACTIONS_ARTIFACTS_DIR:?}/$name"; fi
  mkdir -p "$NIXACTIONS_ARTIFACTS_DIR/$name"
  set -o pipefail
  tar -C "${base:-/}" -chf - -T "$list" | tar -C "$NIXACTIONS_ARTIFACTS_DIR/$name" -xf -
}

ciconv_download() { # NAME PATTERN PATH MERGE
  local dir name regex target
  if [ -n "$1" ]; then
    if [ ! -d "$NIXACTIONS_ARTIFACTS_DIR/$1" ]; then echo "ciconv: there is no artifact '$1'" >&2; return 1; fi
    mkdir -p "$3"; cp -R "$NIXACTIONS_ARTIFACTS_DIR/$1/." "$3/"; return
  fi
  regex="^$(ciconv_regex "${2:-*}")\$"
  for dir in "$NIXACTIONS_ARTIFACTS_DIR"/*/; do
    name=${dir%/}; name=${name##*/}
    if [ ! -d "$dir" ] || ! [[ $name =~ $regex ]]; then continue; fi
    target=$3; if [ "$4" != true ]; then target=$3/$name; fi
    mkdir -p "$target"; cp -R "$dir." "$target/"
  done
}

ciconv_cache_store() { # the folder of all caches of the same paths
  printf %s "${XDG_CACHE_HOME:-$HOME/.cache}/ciconv/$(printf '%s\n' "$@" | sha256sum | cut -c1-16)"
}

ciconv_cache_entry() { printf %s "$1/$(printf %s "$2" | sha256sum | cut -c1-16)"; }

ciconv_cache_find() { # STORE KEY PREFIXES: the folder of the exact key, else of the newest with a prefix
  local prefix file newest=''
  if [ -e "$(ciconv_cache_entry "$1" "$2")/key" ]; then ciconv_cache_entry "$1" "$2"; return; fi
  while IFS= read -r prefix; do
    for file in "$1"/*/key; do
      if [ -z "$prefix" ] || [ ! -e "$file" ] || [[ $(cat "$file") != "$prefix"* ]]; then continue; fi
      if [ -z "$newest" ] || [ "$file" -nt "$newest" ]; then newest=$file; fi
    done
    if [ -n "$newest" ]; then break; fi
  done <<< "$2"$'\n'"$3"
  printf %s "${newest%/key}"
}

ciconv_cache_restore() { # NAME ID KEY PREFIXES PATH...
  local name=$1 id=$2 key=$3 prefixes=$4 store entry found='' hit=''; shift 4
  store=$(ciconv_cache_store "$@"); entry=$(ciconv_cache_find "$store" "$key" "$prefixes")
  if [ -n "$entry" ]; then
    found=$(cat "$entry/key"); hit=$(ciconv_bool [ "$found" = "$key" ])
    tar -C "$GITHUB_WORKSPACE" -xPf "$entry/data.tar"
    echo "ciconv: cache '$found' restored"
  fi
  ciconv_set "$(ciconv_name "CICONV_CACHE_$name")" "$key"
  if [ -z "$id" ]; then return; fi
  id=$(ciconv_name "STEPS_$id")
  ciconv_set "${id}_OUTPUTS_CACHE_HIT" "$hit"
  ciconv_set "${id}_OUTPUTS_CACHE_PRIMARY_KEY" "$key"
  ciconv_set "${id}_OUTPUTS_CACHE_MATCHED_KEY" "$found"
}

ciconv_cache_save() { # NAME KEY PATH...; a key that exists stays as it is
  local variable key=$2 store entry part path IFS=''; local -a files=()
  variable=$(ciconv_name "CICONV_CACHE_$1"); key=${key:-${!variable}}; shift 2
  store=$(ciconv_cache_store "$@"); entry=$(ciconv_cache_entry "$store" "$key")
  if [ -e "$entry/key" ]; then return; fi
  shopt -s globstar nullglob dotglob
  while IFS= read -r path; do
    # shellcheck disable=SC2206 # a pattern is meant to become names; IFS keeps blanks in them
    if [ -e "$path" ]; then files+=("$path"); elif [[ $path == *[*?[]* ]]; then files+=($path); fi
  done < <(ciconv_patterns "$@" | grep -v '^!')
  if [ "${#files[@]}" = 0 ]; then echo "ciconv: nothing to keep under the cache key '$key'" >&2; return; fi
  mkdir -p "$store"; part=$(mktemp -d "$store/.new-XXXXXX")
  # the folder of the job has another name in each run
  tar -C "$GITHUB_WORKSPACE" -cPf "$part/data.tar" -- "${files[@]#"$GITHUB_WORKSPACE"/}"
  printf %s "$key" > "$part/key"
  if [ -e "$entry" ]; then rm -rf "$part"; else mv "$part" "$entry"; fi
}

# Containers.

ciconv_network() { printf %s "ciconv-$WORKFLOW_ID-${JOB_DIR##*/}"; }

ciconv_service() { # NAME DOCKER-ARGUMENTS...: start it, wait until it is healthy, note its ports
  local name=$1 network box inside outside state=starting pause=1; shift
  network=$(ciconv_network); box=$network-$name
  docker network inspect "$network" > /dev/null 2>&1 || docker network create "$network" > /dev/null
  docker run -d --name "$box" --network "$network" --network-alias "$name" "$@"
  while [ "$state" = starting ] && [ "$pause" -le 64 ]; do
    state=$(docker inspect --format '{{if .State.Health}}{{.State.Health.Status}}{{end}}' "$box")
    if [ "$state" = starting ]; then sleep "$pause"; pause=$((pause * 2)); fi
  done
  if [ -n "$state" ] && [ "$state" != healthy ]; then
    docker logs "$box" >&2; echo "ciconv: the service '$name' is $state" >&2; return 1
  fi
  docker port "$box" | while read -r inside _ outside; do
    ciconv_set "$(ciconv_name "JOB_SERVICES_${name}_PORTS_${inside%%/*}")" "${outside##*:}"
  done
}

ciconv_stop_services() {
  local name network; network=$(ciconv_network)
  for name; do docker rm -f -v "$network-$name" > /dev/null || true; done
  docker network rm "$network" > /dev/null || true
}

ciconv_container() { # KNOWN NAME...: sets the array `container` to the start of the command
  local known=$1 name network; shift
  network=$(ciconv_network)
  container=(docker run --rm --name "$network-step" -v "$JOB_DIR:$JOB_DIR" -v "$JOB_DIR.tmp:$JOB_DIR.tmp" -w "$PWD")
  if docker network inspect "$network" > /dev/null 2>&1; then container+=(--network "$network"); fi
  for name in GITHUB_ENV GITHUB_OUTPUT GITHUB_PATH GITHUB_STATE GITHUB_STEP_SUMMARY "$@" \
    $(sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p' "$CICONV_VALUES"); do
    container+=(-e "$name")
  done
  while IFS= read -r name; do # the context, and what the step itself has set; not the host's own
    if [[ $name =~ ^(GITHUB|RUNNER|ACTIONS|STEPS|NEEDS|CI|GITLAB|CIRCLE)_|^CI(RCLECI)?$ ]] || [[ $'\n'$known$'\n' != *$'\n'"$name"$'\n'* ]]; then
      container+=(-e "$name")
    fi
  done < <(compgen -e)
}
