"""Scripts of several lines indented like the code around them, and back. Both directions.

Blanks before a line are nothing to a shell, but where the line begins inside quotes or a heredoc,
or inside a word that goes on behind a backslash: such a script is written as it is.
"""

import re

from ciconv.syntax.shell import Quoting, contexts

_SHEBANG = re.compile(r"#![^\n]*\n")
_IN_A_WORD = re.compile(r"(?<![ \t])\\\n")
_TAIL = re.compile(r"\n[ \t]*\Z")


def indented(script: str, indent: str) -> str:
    """Return a script as it stands between three quotes whose line begins with `indent`."""
    head, body = _parts(script)
    if "\n" not in body and not head or not _is_plain(script):
        return script
    lines = body.rstrip("\n").split("\n")
    if min((_width(line) for line in lines if line.strip()), default=0):
        return script  # its own indentation would be taken for ours
    inner = "\n".join(f"{indent}    {line}" if line else "" for line in lines)
    return f"{head or chr(10)}{inner}\n{indent}"


def dedented(text: str) -> str:
    """Return the script that such a text holds; any other text as it is."""
    head, body = _parts(text)
    if not head and not text.startswith("\n"):
        return text
    body = body.removeprefix("\n") if not head else body
    tail = _TAIL.search(body)
    if tail is None:
        return text
    lines = body[: tail.start()].split("\n")
    common = min((_width(line) for line in lines if line.strip()), default=0)
    script = head + "\n".join(line[common:] for line in lines)
    return script if _is_plain(text) else text


def _parts(script: str) -> tuple[str, str]:
    """The line that names an interpreter, empty without one, and what follows."""
    match = _SHEBANG.match(script)
    return (match[0], script[match.end() :]) if match else ("", script)


def _width(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _is_plain(script: str) -> bool:
    """Whether every line begins with a new word of a shell."""
    match = _SHEBANG.match(script)
    if match and not re.search(r"\b(ba|da|z|k)?sh\b", match[0]):
        return False  # indentation means something in Python
    if _IN_A_WORD.search(script) or "\t" in script and "<<-" in script:
        return False
    breaks = [at for at, sign in enumerate(script) if sign == "\n"]
    return all(one in (Quoting.BARE, Quoting.COMMENT) for one in _quotings(script, breaks))


def _quotings(script: str, offsets: list[int]) -> tuple[Quoting, ...]:
    """What surrounds the line breaks: that of a word put in front of each."""
    pieces, places, last, length = [], [], 0, 0
    for at in offsets:
        pieces += [script[last:at], " ."]
        length += at - last + 2
        places.append(length - 1)
        last = at
    text = "".join(pieces) + script[last:]
    return contexts(text, places) if places else ()
