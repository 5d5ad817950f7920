"""Folders of programs that a tool's script adds: at once, where later steps are the same shell.

    echo "$HOME/go/bin" >> "$GITHUB_PATH"        export PATH="$HOME/go/bin:$PATH"

Both directions. Scripts of users stay as they are.
"""

import re
from collections.abc import Iterator

from ciconv.converters.script_steps.shells import Shell, shell_of
from ciconv.ir.expression import Expr, Literal, constant
from ciconv.ir.node import replace
from ciconv.ir.step import Run, Step
from ciconv.syntax.shell.traits import traits

_WRITTEN = re.compile(
    r"""^(?P<indent>\ *)(?:echo|printf\ '%s\\n')\ (?P<words>[^|;&\n]+?)\ >>\ "\$GITHUB_PATH"$""",
    re.MULTILINE | re.VERBOSE,
)
_WORD = re.compile(r'"((?:\$\([^()"]*\)|[^"])*)"|([^\s"]+)')
_EXPORTED = re.compile(r'^(?P<indent> *)export PATH="(?P<folders>[^"\n]+):\$PATH"$', re.MULTILINE)
_FOLDER = re.compile(r"(?:\$\{[^}]*\}|\$\([^)]*\)|[^:$]|\$)+")


def exporting(step: Step, around: Shell) -> Step:
    """Return the script of a tool with exports, where nothing has to stand around it."""
    if not isinstance(step, Run) or not step.tool:
        return step
    holes = tuple(one for one in step.script.parts if not isinstance(one, Literal))
    written = "".join(_HOLE if one in holes else constant(one) or "" for one in step.script.parts)
    made = _WRITTEN.sub(_export, written)
    apart = (step.env, step.directory, step.timeout, step.retry, step.may_fail)
    if any(apart) or made == written or _ELSEWHERE.search(made) or not _alike(step, around, made):
        return step
    return replace(step, script=replace(step.script, parts=tuple(_filled(made, holes, step))))


_HOLE = "\0"
_ELSEWHERE = re.compile(r"\bGITHUB_|^ *\(", re.MULTILINE)


def _alike(step: Run, around: Shell, script: str) -> bool:
    """Whether the shell that is there does with a script what its own would do."""
    own = shell_of(constant(step.shell)) if step.shell is not None else around
    pipes = own.pipefail != around.pipefail and traits(script).has_pipe
    return own.reads_alike(around, script) and not pipes


def _filled(script: str, holes: tuple[Expr, ...], step: Run) -> Iterator[Expr]:
    for number, piece in enumerate(script.split(_HOLE)):
        if number:
            yield holes[number - 1]
        if piece:
            yield Literal(value=piece, span=step.script.span)


def _export(match: re.Match[str]) -> str:
    words = [quoted or bare for quoted, bare in _WORD.findall(match["words"])]
    folders = (re.sub(r"^~(?=/)", "$HOME", one) for one in reversed(words))
    return f'{match["indent"]}export PATH="{":".join(folders)}:$PATH"'


def writing(script: str) -> str:
    """Return the script of a tool with what later steps, in shells of their own, look into."""
    return _EXPORTED.sub(_write, script)


def _write(match: re.Match[str]) -> str:
    folders = reversed(_FOLDER.findall(match["folders"]))
    return "\n".join(f'{match["indent"]}echo "{one}" >> "$GITHUB_PATH"' for one in folders)


def without_exports(script: str) -> str:
    """Return a script without the lines that are meant to be for what comes behind it."""
    return _EXPORTED.sub(r"\g<indent>true", script)
