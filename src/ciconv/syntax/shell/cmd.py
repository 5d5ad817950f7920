"""Scanning scripts for cmd.exe: a variable there is pasted as text as well, before anything else.

https://learn.microsoft.com/windows-server/administration/windows-commands/cmd
"""

import re
from collections.abc import Sequence

from ciconv.syntax.shell.stand import Quoting, Stand

IN_NAME = "it is part of a variable's name"

_REMARK = re.compile(r"[ \t@(]*(?:rem(?=[ \t]|$)|::)", re.IGNORECASE)


def scan(text: str, offsets: Sequence[int]) -> list[Stand]:
    """Return where each hole stands. Nothing in cmd goes on over the end of a line."""
    stands: list[Stand] = []
    waiting = iter((*offsets, -1))
    hole = next(waiting)
    start = 0
    for line in text.splitlines(keepends=True):
        quoting = Quoting.COMMENT if _REMARK.match(line) else Quoting.BARE
        signs = 0
        for at, character in enumerate(line, start):
            if at == hole:
                # an odd number of % before it opens a name, or asks for an argument
                opened = signs % 2 == 1 and text[at - 1] == "%"
                stands.append(_stand(quoting, IN_NAME if opened else ""))
                hole = next(waiting)
            elif character == "%":
                signs += 1
            elif character == '"' and quoting is not Quoting.COMMENT:
                quoting = Quoting.BARE if quoting is Quoting.DOUBLE else Quoting.DOUBLE
        start += len(line)
    return stands


def _stand(quoting: Quoting, problem: str) -> Stand:
    return Stand(quoting=quoting, opening="%", closing="%", problem=problem)
