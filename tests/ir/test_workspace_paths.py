"""Paths that name the workspace."""

import pytest

from ciconv.ir.expression import Expr, Literal, Ref, Template
from ciconv.ir.workspace_paths import WORKSPACE, seen_from_workspace

CASES = {
    "W/dist": "dist",
    "W": ".",
    "W/": ".",
    "W/a\nW/b/*.txt\n~/.npm\n": "a\nb/*.txt\n~/.npm\n",
    "W\nb": ".\nb",
    "W/\nb": ".\nb",
    "W//a": "a",
    "dist\n!W/dist/tmp": "dist\n!dist/tmp",
    "W/../beside": "../beside",
    "Wside": "Wside",
    "a/W/b": "a/W/b",
    "dist": "dist",
}


@pytest.mark.parametrize("said", CASES)
def test_what_stands_below_the_workspace_is_relative(said: str) -> None:
    """`W` is the workspace; elsewhere than before a path it stays."""
    assert _written(seen_from_workspace(_template(said))) == CASES[said]


def _template(said: str) -> Template:
    parts: list[Expr] = []
    for number, piece in enumerate(said.split("W")):
        if number:
            parts.append(Ref(path=WORKSPACE))
        if piece:
            parts.append(Literal(value=piece))
    return Template(parts=tuple(parts))


def _written(paths: Template) -> str:
    return "".join(str(one.value) if isinstance(one, Literal) else "W" for one in paths.parts)
