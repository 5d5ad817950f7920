# shellcheck shell=bash
# What tests have for docker. `docker run` starts commands without a container, with no variables
# but those that were passed in; services become calls of `started IMAGE` and `stopped NAME`.
boxes=$NIX_RUNNER/boxes; mkdir -p "$boxes"

run() {
  local detached=false env=() alias='' name='' ports='' options=''
  while [ "${1#-}" != "$1" ]; do
    case $1 in
      -d) detached=true; shift ;;
      --rm) shift ;;
      -e)
        if [[ $2 == *=* ]]; then env+=("$2"); elif [ -n "${!2+x}" ]; then env+=("$2=${!2}"); fi
        shift 2 ;;
      -w) cd "$2" || exit 125; shift 2 ;;
      -p) ports+="$2 "; shift 2 ;;
      -v | --network) shift 2 ;;
      --name) name=$2; shift 2 ;;
      --network-alias) alias=$2; shift 2 ;;
      --*=*) options+="$1 "; shift ;;
      *) options+="$1 $2 "; shift 2 ;;
    esac
  done
  local image=$1; shift
  env+=("PATH=$PATH" "NIX_RUNNER=$NIX_RUNNER" "NIX_RUNNER_STEP=$NIX_RUNNER_STEP" "JOB_DIR=$JOB_DIR")
  env+=("IMAGE=$image" "OPTIONS=${options% }" "PORTS=${ports% }")
  if ! $detached; then exec env -i "${env[@]}" "$@"; fi
  printf '%s\n' "$alias" > "$boxes/$name"
  printf '%s\n' "$ports" > "$boxes/$name.ports"
  printf '%s\n' "$options" > "$boxes/$name.options"
  env -i "${env[@]}" started "$image"
}

case $1 in
  run) shift; run "$@" ;;
  rm) stopped "$(cat "$boxes/${*: -1}")" ;;
  inspect)
    case $(cat "$boxes/${*: -1}.options") in
      *'health-cmd false'*) echo unhealthy ;;
      *health-cmd*) echo healthy ;;
    esac ;;
  port)
    tr ' ' '\n' < "$boxes/$2.ports" | grep . | while read -r one; do
      outside=${one%%:*}; if [ "$outside" = "$one" ]; then outside=49153; fi
      echo "${one##*:}/tcp -> 0.0.0.0:$outside"
    done ;;
esac
