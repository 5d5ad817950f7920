"""Shells as the command line that runs a script, so that two words for the same one are equal.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
"""

from ciconv.catalog.catalog import Catalog

_COMMANDS = {
    "bash": "bash --noprofile --norc -eo pipefail {0}",
    "sh": "sh -e {0}",
    "python": "python {0}",
    "pwsh": "pwsh -command \". '{0}'\"",
    "powershell": "powershell -command \". '{0}'\"",
    "cmd": 'cmd /D /E:ON /V:OFF /S /C "CALL "{0}""',
}
_DEFAULT = "bash -e {0}"
_SYSTEMS = {"linux": "Linux", "macos": "macOS", "windows": "Windows"}
_MACHINES = {"x64": "X64", "arm64": "ARM64", "x86": "X86", "arm": "ARM"}


def command(shell: str, *, system: str = "linux", container: bool = False) -> str:
    """Return the command of a shell; without one that of GitHub's default on the machine."""
    words = " ".join(shell.split())
    if words:
        return _COMMANDS.get(words, words)
    if system == "windows":
        return _COMMANDS["pwsh"]
    return _COMMANDS["sh"] if container else _DEFAULT


def machine(labels: tuple[str, ...], catalog: Catalog) -> tuple[str, str]:
    """Return the system and the processor that labels mean, empty where nobody can tell."""
    for label in labels:
        info = catalog.runner(label)
        if info is not None:
            return info.os, info.arch or ""
    words = " ".join(labels).lower()
    for system in ("windows", "macos"):
        if system in words:
            return system, ""
    return ("linux", "") if "ubuntu" in words or "linux" in words else ("", "")


def runner_names(system: str, processor: str) -> dict[tuple[str, ...], object]:
    """Return what `runner.os` and `runner.arch` are, where that is known."""
    known: dict[tuple[str, ...], object] = {}
    if system in _SYSTEMS:
        known["runner", "os"] = _SYSTEMS[system]
    if processor in _MACHINES:
        known["runner", "arch"] = _MACHINES[processor]
    return known
