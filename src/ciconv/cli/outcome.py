"""What all commands share: exit codes, wrong use, where to look, and saying something."""

from pathlib import Path
from typing import TextIO

FINE, FINDINGS = 0, 1


class WrongUse(Exception):
    """What was asked for cannot be: the message says why, `hint` names the argument or option."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def current_repository() -> Path:
    """Return the git root that the current folder lies in, else the current folder."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def say(text: str, stream: TextIO | None) -> None:
    """Write UTF-8 whatever the locale is, and line ends as they are; None is a closed stream."""
    if stream is not None:
        stream.flush()
        stream.buffer.write(text.encode("utf-8", "backslashreplace"))
        stream.buffer.flush()
