"""x."""

from collections.abc import Sequence

from ciconv.syntax.shell.stand import Stand


def scan(text: str, offsets: Sequence[int]) -> list[Stand]:
    return []
