"""Shells as the command line that runs a script, and the machines that jobs run on."""

import re

from ciconv.catalog.catalog import Catalog
from ciconv.ir.expression import Template
from ciconv.passes.usual_shells import has_no_bash
from ciconv.simulation.systems import System

_SYSTEMS = {"linux": "Linux", "macos": "macOS", "windows": "Windows"}
_MACHINES = {"x64": "X64", "arm64": "ARM64", "x86": "X86", "arm": "ARM"}


def command(shell: str, system: System, *, machine: str = "", image: Template | None = None) -> str:
    """Return the command of a shell; without one that of the system's default on the machine."""
    words = " ".join(shell.split())
    if words:
        return system.shells.get(words, words)
    if machine == "windows" and system.shell_on_windows:
        return system.shell_on_windows
    if image is not None and has_no_bash(image) and system.shell_without_bash:
        return system.shell_without_bash
    return (system.shell_in_container if image is not None else "") or system.shell


def plain_command(command: str) -> str:
    """Return the command of a shell so that it is equal for those that do the same.

    The order of flags is no matter, nor how they are joined. A bash that runs a file reads neither
    profile nor rc file, so that the flags against these change nothing.
    """
    name, *words = command.split() or [""]
    name = name.rpartition("/")[2]
    if name not in ("bash", "sh", "dash", "ash", "zsh", "ksh"):
        return command
    flags: set[str] = set()
    rest: list[str] = []
    while words:
        word = words.pop(0)
        if word in ("--noprofile", "--norc"):
            continue
        if word == "--login":
            word = "-l"
        if not re.fullmatch("-[a-zA-Z]+", word):
            rest.append(word)
            continue
        letters = word[1:]
        if "o" in letters and words:
            flags.add(f"-o {words.pop(0)}")
        flags |= {f"-{_LONG.get(one, one)}" for one in letters if one != "o"}
    return " ".join((name, *sorted(flags), *rest))


_LONG = {"e": "o errexit", "x": "o xtrace", "u": "o nounset"}


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
