"""The commands that run scripts, and which of them a host's own shell can stand in for."""

import re

from msgspec import Struct

from ciconv.syntax.shell.traits import traits

POWERSHELL = "pwsh -command \". '{0}'\""  # what the runner of Windows takes scripts for
_WORDS = {
    "bash": "bash --noprofile --norc -eo pipefail {0}",
    "sh": "sh -e {0}",
    "python": "python {0}",
    "pwsh": POWERSHELL,
    "powershell": "powershell -command \". '{0}'\"",
    "cmd": 'cmd /D /E:ON /V:OFF /S /C "CALL "{0}""',
}
_DEFAULT, _IN_CONTAINER = "bash -e {0}", "sh -e {0}"
_SHELLS = re.compile(
    r"(?:/usr)?(?:/bin/)?(bash|sh|dash|ash)((?: -[a-zA-Z]+| pipefail| --no\w+| --login)*) \{0\}"
)
# the commands of programs that cannot read a file by a number, with the script as file 3
_OF_WINDOWS = {
    _WORDS["pwsh"]: 'pwsh -command "$(cat /dev/fd/3)"',
    _WORDS["powershell"]: 'powershell -command "$(cat /dev/fd/3)"',
    _WORDS["cmd"]: (
        'bash -c \'step=$(mktemp -u).cmd; sed "s/$/\\r/" <&3 > "$step"; '
        'cmd //D //E:ON //V:OFF //C "$(cygpath -w "$step")"\''
    ),
}
_POWERSHELLS = (_WORDS["pwsh"], _WORDS["powershell"])
_PWSH_HEAD = "$ErrorActionPreference = 'stop'\n"
_PWSH_TAIL = "\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }"


class Shell(Struct, frozen=True):
    """A command that runs a script, taken apart."""

    command: str  # with {0} for the script's file
    interpreter: str  # bash, sh, or the first word of another command
    pipefail: bool = False
    options: str = ""  # other flags than e, x and the like: with these no other shell will do

    @property
    def is_posix(self) -> bool:
        """Whether scripts for it are in the language of POSIX shells, and end at a failure."""
        return self.interpreter in ("bash", "sh") and not self.options

    @property
    def is_login(self) -> bool:
        """Whether it is a bash that reads the profile first, and ends at a failure."""
        return self.interpreter == "bash" and self.options == "l"

    def reads_alike(self, other: "Shell", script: str) -> bool:
        """Whether another shell does the same with a script, but for `pipefail`."""
        if not self.is_posix or not other.is_posix:
            return False
        return self.interpreter == other.interpreter or traits(script).is_portable

    def from_file_3(self) -> str:
        """Return the command with the script coming in as file 3."""
        return _OF_WINDOWS.get(self.command, self.command.replace("{0}", "/dev/fd/3"))


def shell_of(word: str | None, *, container: bool = False) -> Shell:
    """Return the shell a step's word means; without one GitHub's default."""
    if not word:
        return _read(_IN_CONTAINER if container else _DEFAULT)
    return _read(_WORDS.get(word, word))


def shell_of_command(command: str) -> Shell:
    """Return the shell that a command with the script as file 3 is."""
    known = (shell for shell, said in _OF_WINDOWS.items() if said == command)
    return _read(next(known, command.replace("/dev/fd/3", "{0}")))


def _read(command: str) -> Shell:
    match = _SHELLS.fullmatch(" ".join(command.split()))
    if match is None:
        return Shell(command, command.split(" ")[0])
    flags = match[2].replace("--noprofile", "").replace("--norc", "").replace("--login", "-l")
    letters = set(re.sub(r"[\s-]|pipefail", "", flags))
    interpreter = "bash" if match[1] == "bash" else "sh"
    others = letters - set("eox")
    options = "".join(sorted(others)) + ("" if "e" in letters else "+e")
    return Shell(command, interpreter, "pipefail" in flags, options)


def framed_script(script: str, shell: Shell) -> str:
    """Return a script with what its system puts around it, where that is not a flag."""
    return f"{_PWSH_HEAD}{script}{_PWSH_TAIL}" if shell.command in _POWERSHELLS else script


def bare_script(script: str, shell: Shell) -> str:
    """Return a script without that."""
    if shell.command not in _POWERSHELLS:
        return script
    return script.removeprefix(_PWSH_HEAD).removesuffix(_PWSH_TAIL)
