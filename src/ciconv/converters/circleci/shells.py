"""Shells: the words of a configuration as command lines, and back.

https://circleci.com/docs/reference/configuration-reference/#default-shell-options
"""

import re

from ciconv.ir.expression import Literal, Template, constant, text
from ciconv.ir.node import replace
from ciconv.passes.usual_shells import WITHOUT_BASH, has_no_bash

DEFAULT = "bash -eo pipefail {0}"
MIXED = ""  # PowerShell on some machines of a matrix, bash on the others
# https://circleci.com/docs/guides/execution-managed/using-windows/#specifying-a-shell-on-windows
OF_WINDOWS = {
    "pwsh": "pwsh.exe",
    "powershell": "powershell.exe -ExecutionPolicy Bypass",
    "cmd": "cmd.exe",
}
_PATH = re.compile(r"^(?:/usr/bin/env |(?:/usr)?(?:/local)?/bin/)(?=(?:ba|z|da)?sh\b)")


def default_shell(system: str | None, image: str | None) -> Template:
    """Return the shell of a job that names none: bash, where there is one."""
    if system == "windows":
        return text("powershell")
    if system == "macos":
        return text("bash --login -eo pipefail {0}")
    if image is not None and has_no_bash(text(image)):
        return text(WITHOUT_BASH)
    return text(DEFAULT)


def command_of(shell: Template) -> Template:
    """Return the shell as a command line with a place for the script."""
    said = constant(shell)
    if said is None:
        return shell
    words = _PATH.sub("", " ".join(said.split()))
    if words.startswith(tuple(OF_WINDOWS)):
        words = words.split(" ")[0].removesuffix(".exe")
    elif words.startswith("bash.exe"):
        words = words.replace("bash.exe", "bash", 1)
    if "{0}" not in words and words not in OF_WINDOWS:
        words = f"{words} {{0}}"
    return replace(shell, parts=(Literal(value=words, span=shell.span),))
