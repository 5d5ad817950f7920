"""Paths that begin with the workspace, in which those of steps begin anyway."""

from ciconv.ir.expression import Expr, Literal, Ref, Template, written
from ciconv.ir.node import replace

WORKSPACE = ("workspace",)


def seen_from_workspace(paths: Template) -> Template:
    """Return paths, one a line, without the workspace before them; where it stands alone, `.`."""
    if not any(_is_workspace(part) for part in paths.parts):
        return paths
    found: list[Expr] = []
    begins, is_below = True, False
    behind = (*map(_said, paths.parts[1:]), "\n")
    for part, after in zip(paths.parts, behind, strict=True):
        if begins and _is_workspace(part) and after.startswith(("/", "\n")):
            begins, is_below = False, after.startswith("/")
            if not is_below:
                found.append(Literal(value=".", span=part.span))
            continue
        said = _said(part)
        if is_below and isinstance(part, Literal):
            said = said.lstrip("/")
            said = f".{said}" if said.strip(" ")[:1] in ("", "\n") else said
            part = replace(part, value=said)
        begins = isinstance(part, Literal) and _opens(said) and (begins or "\n" in said)
        is_below = False
        found.append(part)
    return replace(paths, parts=tuple(found))


def _opens(said: str) -> bool:
    """Whether a path begins behind a text: `!` before one says to leave it out."""
    return said.rpartition("\n")[2].strip() in ("", "!")


def _is_workspace(part: Expr) -> bool:
    return isinstance(part, Ref) and part.path == WORKSPACE


def _said(part: Expr) -> str:
    return written(part.value) if isinstance(part, Literal) else ""
