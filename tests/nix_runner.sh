# shellcheck shell=bash
# What NixActions does when a workflow runs, as far as it was measured; see nix_runner.py.
set -euo pipefail
export WORKFLOW_NAME=@NAME@ WORKFLOW_ID=@NAME@-1-$$
export NIXACTIONS_ARTIFACTS_DIR=$NIX_RUNNER/run/.artifacts
mkdir -p "$NIXACTIONS_ARTIFACTS_DIR"
declare -A JOB_STATUS=()
FAILED_JOBS=()

require() { local name; for name; do [ -n "${!name+x}" ] || return 1; done; }

load_missing() { # what the caller exported wins over providers of the workflow
  local line name
  while IFS= read -r line; do
    name=${line#export }; name=${name%%=*}
    if [ -z "${!name+x}" ]; then eval "$line"; fi
  done < "$1"
}

open_job() {
  export JOB_DIR=$NIX_RUNNER/run/$WORKFLOW_ID/jobs/$1
  export JOB_ENV=$JOB_DIR/.job-env
  mkdir -p "$JOB_DIR"
  if [ "$2" = true ]; then
    tar --exclude=.git --exclude=result --exclude='result-*' --exclude=.direnv --exclude=target \
      --exclude=node_modules -cf - . | tar -C "$JOB_DIR" -xf -
  fi
  export OLDPWD
  cd "$JOB_DIR"
  touch "$JOB_ENV"
}

run_step() { # JOB STEP FILE CONDITION
  local run=true code=0
  case $4 in
    'always()') ;;
    'success()') [ "$ACTION_FAILED" = false ] || run=false ;;
    'failure()') [ "$ACTION_FAILED" = true ] || run=false ;;
    'cancelled()') run=false ;;
    *) eval "$4" || run=false ;;
  esac
  if [ "$run" = false ]; then
    printf 'step\t%s\t%s\tskipped\n' "$1" "$2" >> "$NIX_RUNNER/trace"
    return
  fi
  set -a; . "$JOB_ENV" || true; set +a
  NIX_RUNNER_STEP=$2 "$3" || code=$?
  if [ "$code" = 0 ]; then code=success; else code=failure; ACTION_FAILED=true; fi
  printf 'step\t%s\t%s\t%s\n' "$1" "$2" "$code" >> "$NIX_RUNNER/trace"
}

check() {
  case $1 in
    'success()') [ ${#FAILED_JOBS[@]} = 0 ] ;;
    'failure()') [ ${#FAILED_JOBS[@]} != 0 ] ;;
    'always()') ;;
    'cancelled()') false ;;
    *) eval "$1" ;;
  esac
}

run_level() { # "JOB|CONDITION|CONTINUE"...
  local spec job condition continue stop=false
  for spec; do
    IFS='|' read -r job condition continue <<< "$spec"
    # a condition that ends its process leaves a job without any state, and the run green
    ( if ! check "$condition"; then echo skipped
      elif ( "job_$job" >&2 ); then echo success
      else echo failure; fi > "$NIX_RUNNER/run/.$job" ) || true
  done
  for spec; do
    IFS='|' read -r job condition continue <<< "$spec"
    if [ ! -s "$NIX_RUNNER/run/.$job" ]; then continue; fi
    JOB_STATUS[$job]=$(cat "$NIX_RUNNER/run/.$job")
    printf 'job\t%s\t%s\n' "$job" "${JOB_STATUS[$job]}" >> "$NIX_RUNNER/trace"
    if [ "${JOB_STATUS[$job]}" = failure ]; then
      FAILED_JOBS+=("$job")
      if [ "$continue" != true ]; then stop=true; fi
    fi
  done
  if $stop; then exit 1; fi
}

save() {
  if [ ! -e "$JOB_DIR/$2" ]; then return; fi
  mkdir -p "$NIXACTIONS_ARTIFACTS_DIR/$1/$(dirname "$2")"
  cp -R "$JOB_DIR/$2" "$NIXACTIONS_ARTIFACTS_DIR/$1/$2"
}

restore() {
  mkdir -p "$JOB_DIR/$2"
  cp -R "$NIXACTIONS_ARTIFACTS_DIR/$1"/* "$JOB_DIR/$2/" 2> /dev/null || true
}

