"""The text around one script: written from its parts, and taken apart again.

    if TEST; then # step                TEST || exit 0 # skipped otherwise
    (                                   export NAME="word"
      cd "folder"
                                        the script
      the script
    )
    take build
    fi

The first is for scripts that are joined, the second for those that are processes of their own. A
script of one line stands behind `(cd "folder" && `. In place of the brackets stand a command and
the script as a text of many lines, where the script may not end the others, or is for another
program. Only what is needed is written.
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from ciconv.syntax.shell.traits import traits

_IF = re.compile(r"if (.+); then # step")
_TITLE = "# in place of "
_SHORT = re.compile(r"\((?!\()(.+)\)")
_QUOTED = r'"(?:[^"\\\n]|\\.)*"'
_CHAINED = re.compile(rf"(cd {_QUOTED}|export(?: [A-Za-z_]\w*={_QUOTED})+|set [-+]o pipefail) && ")
_SKIPPED = re.compile(r"(.+) \|\| exit 0 # skipped otherwise")
_HEAD = re.compile(
    r"""cd\ "[^\n]*"|export\ [A-Za-z_]\w*="[^\n]*"|set\ [-+]o\ pipefail|\.\ "[^"\n]*"
    |trap\ '[^'\n]*'\ EXIT""",
    re.VERBOSE,
)
_OPENED = re.compile(r'export [A-Za-z_]\w*=".*')
_CLOSED = re.compile(r'(?<!\\)(?:\\\\)*"$')
_TAIL = re.compile(
    r"take( [\w-]+)?|result [\w-]+( success)?|\[ \"\$outcome\" = success \] \|\| .+"
    r"|\. \"\$BASH_ENV\""
)
# before a command stand variables, whose values may have several lines
_COMMAND = re.compile(
    r"""((?:[^\n'"]|"(?:[^"\\]|\\.)*"|'[^'\n]*')*?)\ 3<<'(STEP_*)'(\ \|\|\ [^\n]+)?\n""",
    re.VERBOSE | re.DOTALL,
)

MAX_LINES = 200  # of the value of a variable
_WIDTH = 100  # of a script on one line with what stands before it


class Frame(Struct, frozen=True, kw_only=True):
    """A script and what is written around it."""

    script: str
    title: str = ""  # the reusable step that the script stands in for
    before: tuple[str, ...] = ()  # lines before the test, where there is one
    test: str = ""  # the command that says whether it runs
    heads: tuple[str, ...] = ()  # lines of its own process before it
    brackets: bool = False
    command: str = ""  # that reads it from file 3; empty: the shell that is there
    otherwise: str = ""  # what stands behind `||`: the command whose success forgives its failure
    tails: tuple[str, ...] = ()  # lines after it


def render(frame: Frame, *, joined: bool) -> str:
    """Return the text of a frame; lines are indented where that changes nothing."""
    title = f"{_TITLE}{frame.title}\n" if frame.title else ""
    return title + (_joined(frame) if joined else _alone(frame))


def _joined(frame: Frame) -> str:
    indents = not frame.command and _may_be_indented(frame)
    body = frame.script.rstrip("\n")
    on_one_line = _on_one_line(frame, body) if frame.brackets and not frame.command else ""
    if not on_one_line and (frame.command or frame.brackets):
        gap = ("",) if frame.heads or _is_head(body.partition("\n")[0]) else ()
        body = "\n".join((*frame.heads, *gap, body))
    if frame.command:
        body = _heredoc(frame, body)
    elif on_one_line:
        body = on_one_line
    elif frame.brackets:
        body = f"(\n{_indented(body) if indents else body}\n)"
    lines = "\n".join((body, *frame.tails))
    if not frame.test:
        return lines
    return f"if {frame.test}; then # step\n{_indented(lines) if indents else lines}\nfi"


def _on_one_line(frame: Frame, body: str) -> str:
    """A script in brackets with what stands before it; empty where that takes several lines."""
    line = "".join(f"{head} && " for head in frame.heads)
    known = traits(frame.script)
    if frame.heads:
        fits = known.is_chain and len(line) + len(body) < _WIDTH
    else:
        fits = known.indents and "\n" not in body and "#" not in body
    is_read_so = _unchained(line + body) == (frame.heads, body)
    return f"({line}{body})" if fits and is_read_so else ""


def _unchained(line: str) -> tuple[tuple[str, ...], str]:
    """The commands before a script on one line, and the script."""
    heads: list[str] = []
    at = 0
    while found := _CHAINED.match(line, at):
        heads.append(found[1])
        at = found.end()
    return tuple(heads), line[at:]


def _may_be_indented(frame: Frame) -> bool:
    """Whether no text of several lines, of the script or of a variable, would get the spaces."""
    return traits(frame.script).indents and not any("\n" in head for head in frame.heads)


def _alone(frame: Frame) -> str:
    test = (f"{frame.test} || exit 0 # skipped otherwise",) if frame.test else ()
    own = (*frame.before, *test, *frame.heads)
    body = frame.script.rstrip("\n")
    if frame.command:
        body = _heredoc(frame, body)
    return "\n".join((*own, *(("",) if own else ()), body, *frame.tails))


def _is_head(line: str) -> bool:
    """Whether the first line of a script could be taken for one of ours."""
    return not line.strip() or _HEAD.fullmatch(line.strip()) is not None


def _heredoc(frame: Frame, body: str) -> str:
    mark = "STEP"
    while mark in body.split("\n"):
        mark += "_"
    forgiving = f" || {frame.otherwise}" if frame.otherwise else ""
    return f"{frame.command} 3<<'{mark}'{forgiving}\n{body}\n{mark}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.split("\n"))


def is_plain(script: str, *, joined: bool) -> bool:
    """Whether a script stands for itself, and cannot be taken for a frame."""
    return parse(script, joined=joined) == Frame(script=script.rstrip("\n"))


def parse(text: str, *, joined: bool) -> Frame:
    """Return the frame that `render` wrote; one of the text alone where it wrote none."""
    plain = text.rstrip("\n")
    lines = plain.split("\n")
    title = lines[0].removeprefix(_TITLE) if lines[0].startswith(_TITLE) else ""
    lines = lines[1:] if title and len(lines) > 1 else lines
    found = _parsed_joined(lines) if joined else _parsed_alone(lines)
    found = found and replace(found, title=title)
    if found is not None and render(found, joined=joined) == plain:
        return found
    return Frame(script=plain)


def _parsed_joined(lines: list[str]) -> Frame | None:
    test = ""
    match = _IF.fullmatch(lines[0])
    if match is not None:
        if lines[-1] != "fi":
            return None
        test, lines = match[1], _dedented(lines[1:-1])
    lines, tails = _without_tails(lines)
    frame = Frame(script="\n".join(lines), test=test, tails=tails)
    found = _command(lines, frame)
    if found is not None:
        heads, script = _split(found.script.split("\n"))
        return replace(found, heads=heads, script=script)
    if lines[:1] == ["("] and lines[-1] == ")":
        heads, script = _split(_dedented(lines[1:-1]))
        return replace(frame, heads=heads, script=script, brackets=True)
    match = _SHORT.fullmatch(lines[0]) if len(lines) == 1 else None
    if match is None:
        return frame
    heads, script = _unchained(match[1])
    return replace(frame, heads=heads, script=script, brackets=True)


def _parsed_alone(lines: list[str]) -> Frame | None:
    before, rest = _heads(lines)
    match = _SKIPPED.fullmatch(rest[0]) if rest else None
    heads, test = before, ""
    if match is None:
        before = ()
    else:
        test = match[1]
        heads, rest = _heads(rest[1:])
    if heads or test:
        if rest[:1] != [""]:
            return None
        rest = rest[1:]
    rest, tails = _without_tails(rest)
    script = "\n".join(rest)
    frame = Frame(script=script, before=before, test=test, heads=heads, tails=tails)
    return _command(rest, frame) or frame


def _command(lines: list[str], frame: Frame) -> Frame | None:
    whole = "\n".join(lines)
    match = _COMMAND.match(whole)
    if match is None or lines[-1] != match[2]:
        return None
    otherwise = (match[3] or "").removeprefix(" || ")
    script = "\n".join(whole[match.end() :].split("\n")[:-1])
    return replace(frame, script=script, command=match[1], otherwise=otherwise)


def _without_tails(lines: list[str]) -> tuple[list[str], tuple[str, ...]]:
    end = len(lines)
    while end > 1 and _TAIL.fullmatch(lines[end - 1]):
        end -= 1
    return lines[:end], tuple(lines[end:])


def _heads(lines: list[str]) -> tuple[tuple[str, ...], list[str]]:
    found: list[str] = []
    number = 0
    while number < len(lines) and (end := _end_of_head(lines, number)) > number:
        found.append("\n".join(lines[number:end]))
        number = end
    return tuple(found), lines[number:]


def _end_of_head(lines: list[str], start: int) -> int:
    """Where one of our lines ends: a value may have several; `start` where it is none of ours."""
    if _HEAD.fullmatch(lines[start]):
        return start + 1
    if _OPENED.fullmatch(lines[start]):
        for number in range(start + 1, min(start + MAX_LINES, len(lines))):
            if _CLOSED.search(lines[number]):
                return number + 1
    return start


def _split(lines: list[str]) -> tuple[tuple[str, ...], str]:
    """Our lines before a script, and the script; between them is an empty line."""
    heads, rest = _heads(lines)
    return (heads, "\n".join(rest[1:])) if rest[:1] == [""] else ((), "\n".join(lines))


def _dedented(lines: list[str]) -> list[str]:
    if all(not line or line.startswith("  ") for line in lines):
        return [line[2:] for line in lines]
    return lines
