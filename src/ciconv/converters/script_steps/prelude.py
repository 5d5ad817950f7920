"""What has to stand before scripts so that steps can ask how others went and hand values on.

The functions are for all POSIX shells. Values are read as GitHub's runner reads them:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from msgspec import Struct

FILES = ("OUTPUT", "ENV", "PATH", "STEP_SUMMARY")  # what GITHUB_… can name, in this order
IN_FOLDER = 'cd "{}" # for all that follows'
IN_PLAIN_FOLDER = re.compile(r'cd "[\w./ -]+" # for all that follows')  # for PowerShell, too
DONE = '[ "$job_status" = success ]'

_PIPES = "set +o pipefail\n"
_PIPES_OF_SH = "if (set +o pipefail) 2> /dev/null; then set +o pipefail; fi\n"
_BASH_ENV = 'touch "$BASH_ENV"\n'
SOURCE = '. "$BASH_ENV"'
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
_UNREAD = "# Nobody reads what a step writes to "
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
_QUOTED = """\
quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\\\\\''/g")"; }
"""
_LINES_ON = {
    "OUTPUT": (
        "  while IFS= read -r line; do\n"
        f"    name={_NAME.format('${line%%=*}')}\n"
        '    printf \'export %s=%s\\n\' "$name" "$(quoted "${line#*=}")"\n'
        '  done < "$GITHUB_OUTPUT"\n'
    ),
    "ENV": (
        "  while IFS= read -r line; do\n"
        '    printf \'export %s=%s\\n\' "${line%%=*}" "$(quoted "${line#*=}")"\n'
        '  done < "$GITHUB_ENV"\n'
    ),
    "PATH": (
        "  while IFS= read -r line; do\n"
        '    printf \'export PATH=%s:"$PATH"\\n\' "$(quoted "$line")"\n'
        '  done < "$GITHUB_PATH"\n'
    ),
}
_BLOCKS_ON = _LINES_ON | {
    "OUTPUT": f'  handed_on "$GITHUB_OUTPUT" "{_NAME.format("")}"\n',
    "ENV": '  handed_on "$GITHUB_ENV"\n',
}
_RESULTS_ON = """\
  name=STEPS_$(echo "$1" | tr 'a-z-' 'A-Z_')
  case $2 in
    0) echo "export ${name}_OUTCOME=success ${name}_CONCLUSION=success" ;;
    failure) echo "export ${name}_OUTCOME=failure ${name}_CONCLUSION=success" ;;
    *) echo "export ${name}_OUTCOME=failure ${name}_CONCLUSION=failure" ;;
  esac
"""


class Prelude(Struct, frozen=True, kw_only=True):
    """The parts that one job needs."""

    pipes: str = ""  # the shell in which failures inside of pipes shall not count: bash or sh
    status: bool = False
    results: bool = False  # somebody asks for the outcome of a single step
    retry: bool = False
    bash_env: bool = False  # scripts expect the file that each bash begins with
    files: tuple[str, ...] = ()  # in the order of FILES
    unread: bool = False  # of OUTPUT, which scripts write to all the same
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
            _BASH_ENV if self.bash_env else "",
            *self._files(),
        )
        return "".join(parts)

    def _files(self) -> Iterator[str]:
        if not self.files:
            return
        taken = handed_on(self.files, unread=self.unread)
        listed = " and ".join(f"$GITHUB_{one}" for one in taken or self.files)
        yield f"{_OPENING}{listed} is there for later ones.\n" if taken else f"{_UNREAD}{listed}.\n"
        made = " ".join(f'GITHUB_{one}="$(mktemp)"' for one in self.files)
        yield f"export {made}\n"
        if not taken:
            return
        if self.blocks:
            yield _HANDED_ON
        yield f"take() {{{' # STEP' if 'OUTPUT' in taken else ''}\n"
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
        ("bash_env", True, _BASH_ENV),
    ):
        if rest.startswith(text):
            found[key] = value
            rest = rest[len(text) :]
    made = Prelude(**found)
    if rest.startswith((_OPENING, _UNREAD)):
        for own in _kinds(start=1):
            text = Prelude(**own).text
            if rest.startswith(text):
                return Prelude(**found, **own), rest[len(text) :]
        return None
    return made, rest


class Kept(Struct, frozen=True, kw_only=True):
    """The functions by which scripts hand values on that are processes of their own."""

    files: tuple[str, ...] = ()  # in the order of FILES
    unread: bool = False  # of OUTPUT, which scripts write to all the same
    blocks: bool = False  # values may have several lines
    results: bool = False  # somebody asks for the outcome of a single step
    is_short: bool = False  # folders of programs alone are handed on, by one command

    @property
    def is_used(self) -> bool:
        """Whether scripts hand anything on."""
        return self.results or bool(handed_on(self.files, unread=self.unread))

    def text(self, values: str) -> str:
        """Return the script that keeps them in a file that each script reads at its start."""
        if not self.is_used or self.is_short:
            return ""
        taken = handed_on(self.files, unread=self.unread)
        lines = _BLOCKS_ON if self.blocks else _LINES_ON
        quotes = "PATH" in taken or (taken and not self.blocks)
        parts = (
            f'mkdir -p "{values.rpartition("/")[0]}"\n' if "/" in values else "",
            f"cat {_into(values)} \"{values}\" <<'STEPS'\n",
            _HANDED_ON if self.blocks else "",
            _QUOTED if quotes else "",
            "hand_on() { # STEP: what it wrote is there for later ones\n",
            _RESULTS_ON if self.results else "",
            f'  if [ -z "$GITHUB_{taken[0]}" ]; then return; fi\n'
            if taken and self.results
            else "",
            *(lines[one] for one in taken),
            "}\nSTEPS\n",
        )
        return "".join(parts)

    @property
    def files_line(self) -> str:
        """The line that makes the files for one script."""
        return "export " + " ".join(f'GITHUB_{one}="$(mktemp)"' for one in self.files)


PATH_ON = 'sed "s/.*/export PATH=\\"&:\\$PATH\\"/" "$GITHUB_PATH"'


def _into(values: str) -> str:
    """How a script begins the file: one of our own begins anew, as it outlives jobs and runs."""
    return ">" if "/" in values else ">>"


def is_kept(script: str, values: str) -> bool:
    """Whether a script is one that keeps the functions."""
    if f"cat {_into(values)} \"{values}\" <<'STEPS'" not in script:
        return False
    return any(
        Kept(**own, results=results).text(values) == f"{script}\n"
        for own in _kinds(start=0)
        for results in (True, False)
    )


def handed_on(files: tuple[str, ...], *, unread: bool) -> list[str]:
    """Return the files that somebody looks into."""
    return [one for one in files if one != "STEP_SUMMARY" and not (unread and one == "OUTPUT")]


def _kinds(*, start: int) -> Iterator[dict[str, Any]]:
    """All sets of files that are handed on, with so many in them at the least."""
    for number in range(start, len(FILES) + 1):
        for files in combinations(FILES, number):
            for unread in (False, True) if "OUTPUT" in files else (False,):
                for blocks in (True, False):
                    yield {"files": files, "unread": unread, "blocks": blocks}
