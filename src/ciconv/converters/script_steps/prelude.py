"""What has to stand before scripts so that steps can ask how others went and hand values on.

The functions are for all POSIX shells. Values are read as GitHub's runner reads them:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from msgspec import Struct

FILES = ("OUTPUT", "ENV", "PATH", "STEP_SUMMARY")  # what GITHUB_… can name, in this order
DONE = '[ "$job_status" = success ]'

_PIPES = "set +o pipefail\n"
_PIPES_OF_SH = "if (set +o pipefail) 2> /dev/null; then set +o pipefail; fi\n"
_STATUS = """\
# A step that fails does not end the job at once: later ones ask how it went.
export job_status=success
run() { outcome=success; "$@" || { outcome=failure; job_status=failure; }; }
try() { outcome=success; "$@" || outcome=failure; }
step() { if [ "$job_status" = success ]; then run "$@"; fi; }
failed() { if [ "$job_status" = failure ]; then run "$@"; fi; }
"""
_RESULT = """\
result() { # STEP CONCLUSION: how the step went is known to later ones
  name=STEPS_$(echo "$1" | tr 'a-z-' 'A-Z_')
  export "${name}_OUTCOME=$outcome" "${name}_CONCLUSION=${2:-$outcome}"
}
"""
_RETRY = """\
retry() { # TIMES COMMAND...: tries the script of file 3 until it succeeds
  times=$1 script=$(cat /dev/fd/3); shift
  until "$@" 3<<RETRY
$script
RETRY
  do times=$((times - 1)); if [ "$times" -lt 1 ]; then return 1; fi; done
}
"""
_OPENING = "# What a step writes to "
_HANDED_ON = """\
handed_on() { # FILE PREFIX: lines NAME=value, or NAME<<END, text, END, as commands of the shell
  awk -v prefix="$2" -v quote="'" '
    function put(name, value) {
      if (prefix) { name = prefix toupper(name); gsub(/[^A-Za-z0-9_]/, "_", name) }
      if (name !~ /^[A-Za-z_][A-Za-z0-9_]*$/) return
      gsub(quote, quote "\\"" quote "\\"" quote, value)
      print "export " name "=" quote value quote
    }
    { sub(/\\r$/, ""); equal = index($0, "="); block = index($0, "<<") }
    end != "" && $0 == end { end = ""; put(key, text); next }
    end != "" { text = text separator $0; separator = "\\n"; next }
    equal && (!block || equal < block) {
      put(substr($0, 1, equal - 1), substr($0, equal + 1)); next
    }
    block { key = substr($0, 1, block - 1); end = substr($0, block + 2); text = separator = "" }
  ' "$1"
}
"""
_NAME = "$(echo \"STEPS_$1_OUTPUTS_{}\" | tr 'a-z-' 'A-Z_')"
_LINES = {
    "OUTPUT": (
        "  while IFS= read -r line; do\n"
        f'    export "{_NAME.format("${line%%=*}")}=${{line#*=}}"\n'
        '  done < "$GITHUB_OUTPUT"\n'
    ),
    "ENV": '  while IFS= read -r line; do export "$line"; done < "$GITHUB_ENV"\n',
    "PATH": '  while IFS= read -r line; do export PATH="$line:$PATH"; done < "$GITHUB_PATH"\n',
}
_BLOCKS = _LINES | {
    "OUTPUT": f'  eval "$(handed_on "$GITHUB_OUTPUT" "{_NAME.format("")}")"\n',
    "ENV": '  eval "$(handed_on "$GITHUB_ENV")"\n',
}
_HAND_ON = """\
hand_on() { # STEP STATUS: what it wrote, and how it went, as commands for later scripts
  step=STEPS_$(echo "$1" | tr 'a-z-' 'A-Z_')
  case $2 in
    0) echo "export ${step}_OUTCOME=success ${step}_CONCLUSION=success" ;;
    failure) echo "export ${step}_OUTCOME=failure ${step}_CONCLUSION=success" ;;
    *) echo "export ${step}_OUTCOME=failure ${step}_CONCLUSION=failure" ;;
  esac
  if [ -z "$GITHUB_OUTPUT" ]; then return; fi
  handed_on "$GITHUB_OUTPUT" "${step}_OUTPUTS_"
  handed_on "$GITHUB_ENV"
  while read -r folder; do echo "export PATH='$folder':\\"\\$PATH\\""; done < "$GITHUB_PATH"
}
"""


class Prelude(Struct, frozen=True, kw_only=True):
    """The parts that one job needs."""

    pipes: str = ""  # the shell in which failures inside of pipes shall not count: bash or sh
    status: bool = False
    results: bool = False  # somebody asks for the outcome of a single step
    retry: bool = False
    files: tuple[str, ...] = ()  # in the order of FILES
    blocks: bool = False  # values may have several lines

    @property
    def text(self) -> str:
        """The script for a job whose scripts are joined."""
        pipes = {"bash": _PIPES, "sh": _PIPES_OF_SH}.get(self.pipes, "")
        parts = (
            pipes,
            _STATUS if self.status else "",
            _RESULT if self.results else "",
            _RETRY if self.retry else "",
            *self._files(),
        )
        return "".join(parts)

    def _files(self) -> Iterator[str]:
        if not self.files:
            return
        names = [f"GITHUB_{one}" for one in self.files]
        listed = " and ".join(f"${one}" for one in names)
        yield f"{_OPENING}{listed} is there for later ones.\n"
        made = " ".join(f'{one}="$(mktemp)"' for one in names)
        yield f"export {made}\n"
        taken = [one for one in self.files if one != "STEP_SUMMARY"]
        if not taken:
            return
        if self.blocks:
            yield _HANDED_ON
        yield "take() { # STEP\n"
        yield from ((_BLOCKS if self.blocks else _LINES)[one] for one in taken)
        yield from (f'  : > "$GITHUB_{one}"\n' for one in taken)
        yield "}\n"


def read_prelude(script: str) -> tuple[Prelude, str] | None:
    """Return the prelude that a script begins with, and the lines behind it."""
    rest = f"{script}\n"
    found: dict[str, Any] = {}
    for key, value, text in (
        ("pipes", "bash", _PIPES),
        ("pipes", "sh", _PIPES_OF_SH),
        ("status", True, _STATUS),
        ("results", True, _RESULT),
        ("retry", True, _RETRY),
    ):
        if rest.startswith(text):
            found[key] = value
            rest = rest[len(text) :]
    made = Prelude(**found)
    if rest.startswith(_OPENING):
        for files in (files for n in range(len(FILES)) for files in combinations(FILES, n + 1)):
            for blocks in (True, False):
                text = Prelude(files=files, blocks=blocks).text
                if rest.startswith(text):
                    whole = Prelude(**found, files=files, blocks=blocks)
                    return whole, rest[len(text) :]
        return None
    return made, rest


def kept_functions(values: str) -> str:
    """Return the script that keeps the functions by which scripts hand values on.

    `values`: the file that each script, a process of its own, reads at its start.
    """
    folder = "" if values == "$BASH_ENV" else f'mkdir -p "{values.rpartition("/")[0]}"\n'
    return f"{folder}cat >> \"{values}\" <<'STEPS'\n{_HANDED_ON}{_HAND_ON}STEPS\n"
