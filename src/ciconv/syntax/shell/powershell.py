"""Scanning scripts for PowerShell.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from ciconv.syntax.shell.stand import HOLE, Edit, Quoting, Stand

MAX_DEPTH = 100

IN_NAME = "it is part of a variable's name"
AFTER_BACKTICK = "a backtick stands before it"
IN_PARAMETER = "PowerShell expands no variable in a word that begins with '-'"
AS_COMMAND = "PowerShell does not take a variable for a command"
TOO_DEEP = f"the script nests more than {MAX_DEPTH} levels"
CLOSES = "a line of the here-string begins with '\"@'"

# PowerShell takes typographic quotes for quotes
_SINGLES, _DOUBLES = "'\u2018\u2019\u201a\u201b", '"\u201c\u201d\u201e'
_PLAIN = re.compile(rf"[^\s`$#@<(){{}};|&=,{_SINGLES}{_DOUBLES}{HOLE}]+")
_SINGLE = re.compile(rf"(?:[^{_SINGLES}]++|[{_SINGLES}]{{2}})*")
_DOUBLE = re.compile(rf"[^`${_DOUBLES}{HOLE}]+")
_HERE = re.compile(rf"@([{_SINGLES}{_DOUBLES}])[ \t]*\r?\n")
_HERE_TEXT = re.compile(rf"[^`${HOLE}]+")
_HERE_END = {
    True: re.compile(rf"\r?\n[{_DOUBLES}]@"),
    False: re.compile(rf"\r?\n[{_SINGLES}]@"),
}
_VARIABLE = re.compile(r"\$(?:[\w:]+|[$?^])", re.ASCII)
_NAME_GOES_ON = re.compile(r"[A-Za-z0-9_:]")
_TO_ESCAPE = re.compile(rf"[`${_DOUBLES}]")
_TO_ESCAPE_HERE = re.compile(r"[`$]")
_DOUBLED = re.compile(rf"[{_SINGLES}]{{2}}")

_BARE = Stand(quoting=Quoting.BARE, opening="$env:", closing="")
_BARE_BRACED = Stand(quoting=Quoting.BARE, opening="${env:", closing="}")
_INSIDE = Stand(quoting=Quoting.DOUBLE, opening="$($env:", closing=")")
_COMMENT = Stand(quoting=Quoting.COMMENT)


def scan(text: str, offsets: Sequence[int]) -> list[Stand]:
    """Return where each hole stands. Linear in the length of the text.

    A text in single quotes gets double ones, and what would be special in those a backtick:
    joining it with a variable by `+` would need brackets that a command's argument does not allow.
    """
    return _Scanner(text, offsets).scan() if offsets else []


class _Scanner:
    def __init__(self, text: str, offsets: Sequence[int]) -> None:
        self.text = text
        self.offsets = offsets
        self.holes = {offset: index for index, offset in enumerate(offsets)}
        self.stands: list[Stand] = [_BARE] * len(offsets)
        self.at = 0
        self.stack: list[str] = []  # what closes: ")" "}" '"', or "@" of a here-string
        self.ends: list[int] = []  # of the here-strings in the stack
        self.problem = ""  # what the next hole has
        self.word_at = -1  # where the word began; -1: between words
        self.statement = True  # whether the next word is a command
        self.lost = False  # too deep to know
        self.steps: dict[str, Callable[[], None]] = {
            "`": self._backtick,
            "$": self._dollar,
            "#": self._hash,
            "@": self._at_sign,
            "<": self._less,
            **dict.fromkeys(_SINGLES, self._single),
            **dict.fromkeys(_DOUBLES, self._open_double),
            **dict.fromkeys("(){}", self._bracket),
            **dict.fromkeys("\n;|&", self._separator),
            **dict.fromkeys("=,", self._operator),
        }

    def scan(self) -> list[Stand]:
        while self.at <= self.offsets[-1]:
            closer = self.stack[-1] if self.stack else ""
            if closer == '"':
                self._double()
            elif closer == "@":
                self._here_text()
            elif self.at in self.holes:
                self._bare_hole()
            else:
                self._code()
        return self.stands

    def _code(self) -> None:
        character = self.text[self.at]
        step = self.steps.get(character)
        if step is not None:
            step()
        elif character.isspace():
            self.word_at = -1
            self.at += 1
        else:
            self._begin_word()
            self._run(_PLAIN)

    def _run(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        self.at = max(self.at + 1, match.end() if match else 0)

    def _begin_word(self) -> None:
        if self.word_at < 0:
            self.word_at = self.at
            self.statement = False

    def _bare_hole(self) -> None:
        stand = _BARE_BRACED if _NAME_GOES_ON.match(self.text, self.at + 1) else _BARE
        problem = self.problem or (TOO_DEEP if self.lost else "")
        if not problem and self.word_at < 0 and self.statement:
            problem = AS_COMMAND
        elif not problem and self.word_at >= 0 and self.text[self.word_at] == "-":
            problem = IN_PARAMETER
        self._say(replace(stand, problem=problem))
        self._begin_word()
        self.at += 1

    def _say(self, stand: Stand) -> None:
        self.stands[self.holes[self.at]] = stand
        self.problem = ""

    def _backtick(self) -> None:
        self._begin_word()
        if self.at + 1 in self.holes:
            self.problem = AFTER_BACKTICK
            self.at += 1
        else:
            self.at += 2

    def _dollar(self) -> None:
        self._begin_word()
        if self.text.startswith("$(", self.at):
            self._push(")", 2)
        elif self.text.startswith("${", self.at):
            end = self.text.find("}", self.at)
            self._leaf(len(self.text) if end < 0 else end, replace(_BARE, problem=IN_NAME))
        else:
            self._run(_VARIABLE)
            if self.at in self.holes:
                self.problem = IN_NAME

    def _push(self, closer: str, width: int) -> None:
        self.at += width
        if len(self.stack) < MAX_DEPTH:
            self.stack.append(closer)
        else:
            self.lost = True
        self.word_at, self.statement = -1, closer == "}"

    def _leaf(self, end: int, stand: Stand) -> None:
        """Say the same of all holes from here to an offset, and go there."""
        first, last = bisect_left(self.offsets, self.at), bisect_left(self.offsets, end)
        if self.lost:
            stand = replace(stand, problem=TOO_DEEP)
        self.stands[first:last] = [stand] * (last - first)
        self.at = max(end, self.at + 1)

    def _hash(self) -> None:
        if self.word_at >= 0:
            self.at += 1
            return
        end = self.text.find("\n", self.at)
        self._leaf(len(self.text) if end < 0 else end, _COMMENT)

    def _less(self) -> None:
        if not self.text.startswith("<#", self.at):
            self.word_at = -1
            self.at += 1
            return
        end = self.text.find("#>", self.at)
        self._leaf(len(self.text) if end < 0 else end + 2, _COMMENT)

    def _at_sign(self) -> None:
        match = _HERE.match(self.text, self.at)
        self._begin_word()
        if match is None:
            self.at += 1
            return
        expands = match.group(1) in _DOUBLES
        closing = _HERE_END[expands].search(self.text, match.end() - 1)
        end = closing.start() if closing else len(self.text)
        if expands:
            self._push("@", match.end() - self.at)
            if self.stack and self.stack[-1] == "@":
                self.ends.append(end)
        else:
            self._leaf(end, self._expanding_here(match, end))
            self.at = min(end + len(closing.group()) if closing else end, len(self.text))

    def _expanding_here(self, opening: re.Match[str], end: int) -> Stand:
        """How a variable stands in a here-string without expansions: it becomes one with them."""
        stand = replace(_INSIDE, quoting=Quoting.HEREDOC_QUOTED)
        if not self._has_holes(end):
            return stand
        body = self.text[opening.end() - 1 : end]
        if re.search(rf"\n[{_DOUBLES}]@", body):
            return replace(stand, problem=CLOSES)
        closing = self.text.find("@", end)
        edits = [Edit(opening.start(1), opening.end(1), '"')]
        escaped = _TO_ESCAPE_HERE.finditer(self.text, opening.end(), end)
        edits += [Edit(match.start(), match.start(), "`") for match in escaped]
        edits += [Edit(closing - 1, closing, '"')] if closing > 0 else []
        return replace(stand, edits=tuple(edits))

    def _has_holes(self, end: int) -> bool:
        first = bisect_left(self.offsets, self.at)
        return first < len(self.offsets) and self.offsets[first] < end

    def _single(self) -> None:
        self._begin_word()
        start = self.at
        match = _SINGLE.match(self.text, start + 1)
        end = match.end() if match else len(self.text)
        stand = replace(_INSIDE, quoting=Quoting.SINGLE)
        if self._has_holes(end):
            escaped = _TO_ESCAPE.finditer(self.text, start + 1, end)
            doubled = _DOUBLED.finditer(self.text, start + 1, end)
            edits = (
                Edit(start, start + 1, '"'),
                *(Edit(found.start(), found.start(), "`") for found in escaped),
                *(Edit(found.start(), found.start() + 1, "") for found in doubled),
                *((Edit(end, end + 1, '"'),) if end < len(self.text) else ()),
            )
            stand = replace(stand, edits=edits)
        self._leaf(end, stand)
        self.at = end + 1

    def _open_double(self) -> None:
        self._begin_word()
        word = self.word_at
        self._push('"', 1)
        self.word_at, self.statement = word, False

    def _double(self) -> None:
        character = self.text[self.at]
        if self.at in self.holes:
            self._inside_hole(Quoting.DOUBLE)
        elif character in _DOUBLES:
            if self.text[self.at + 1 : self.at + 2] in tuple(_DOUBLES):
                self.at += 2
            else:
                self.stack.pop()
                self.at += 1
        elif character in "`$":
            self.steps[character]()
        else:
            self._run(_DOUBLE)

    def _inside_hole(self, quoting: Quoting) -> None:
        problem = self.problem or (TOO_DEEP if self.lost else "")
        self._say(replace(_INSIDE, quoting=quoting, problem=problem))
        self.at += 1

    def _here_text(self) -> None:
        if self.at >= self.ends[-1]:
            self.ends.pop()
            self.stack.pop()
            self.at = self.text.find("@", self.at) + 1 or len(self.text)
        elif self.at in self.holes:
            self._inside_hole(Quoting.HEREDOC)
        elif self.text[self.at] in "`$":
            self.steps[self.text[self.at]]()
        else:
            self._run(_HERE_TEXT)
            self.at = min(self.at, self.ends[-1])

    def _bracket(self) -> None:
        character = self.text[self.at]
        if character in "({":
            self._push(")" if character == "(" else "}", 1)
            return
        if self.stack and self.stack[-1] == character:
            self.stack.pop()
        self.word_at, self.statement = (self.at, False) if character == ")" else (-1, True)
        self.at += 1

    def _separator(self) -> None:
        chained = self.text.startswith("&&", self.at)
        self.word_at, self.statement = -1, chained or self.text[self.at] != "&"
        self.at += 2 if chained else 1

    def _operator(self) -> None:
        word_goes_on = self.word_at >= 0 and self.text[self.at] == "="
        if not word_goes_on:
            self.word_at = -1
        self.statement = False
        self.at += 1
