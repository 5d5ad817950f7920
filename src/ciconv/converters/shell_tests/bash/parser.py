"""Reads the part of bash that workflows of the helper library are made of.

Commands, lists of them, `if`, groups and words with variables and substitutions: what conditions
and the frames of steps use. Scripts of users are not parsed. Anything else is NotUnderstood.
https://www.gnu.org/software/bash/manual/bash.html#Shell-Grammar-1
"""

import re

from ciconv.converters.shell_tests.bash.tree import (
    Arithmetic,
    Case,
    Chain,
    Command,
    If,
    Not,
    NotUnderstood,
    Output,
    Part,
    Pipe,
    Sequence,
    Simple,
    Text,
    Variable,
    Word,
)

MAX_DEPTH = 60  # commands inside of commands
MAX_CHAIN = 200  # commands joined by && or ||


def parse(text: str) -> Sequence:
    """Return the commands of a text; raise NotUnderstood."""
    parser = _Parser(text)
    found = parser.sequence(frozenset())
    if parser.at < len(text):
        raise NotUnderstood(f"{text[parser.at :][:20]!r}")
    return found


def parse_word(text: str) -> Word:
    """Return what a text means between double quotes; raise NotUnderstood."""
    parser = _Parser(text)
    parts = parser.quoted_parts("")
    return Word(tuple(parts), text)


_BLANKS = re.compile(r"(?:[ \t]|\\\n|#[^\n]*)+")
_SPACE = re.compile(r"(?:[ \t\n;]|\\\n|(?<![^\s;])#[^\n]*)+")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PARAMETER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?:\[([^\]\s$`\"']*)\])?(,,)?")
_BARE = re.compile(r"[^\s\\'\"$`;&|()<>]+")
_INSIDE = re.compile(r'[^\\"$`}]+')
_REDIRECTION = re.compile(r"[0-9]?(?:>>|>&|<&|>|<(?![<(]))")
_RESERVED = frozenset({"then", "else", "fi", "}", "do", "done", "elif", "esac"})
_OPENING = frozenset({"for", "while", "until", "case", "select", "function", "time", "coproc"})
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}


class _Parser:
    """Goes through a text once, by recursive descent of bounded depth."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self._depth = text, 0, 0

    def sequence(self, ends: frozenset[str]) -> Sequence:
        """Commands up to one of the closing words, which is not taken."""
        self._deeper()
        commands: list[Command] = []
        while True:
            self._skip(_SPACE)
            if self.at >= len(self.text) or self._closing() in ends:
                break
            commands.append(self._chain())
        self._depth -= 1
        return Sequence(tuple(commands))

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotUnderstood(f"more than {MAX_DEPTH} levels")

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()

    def _closing(self) -> str:
        """The closing word that stands here, empty for anything else."""
        if self.text.startswith(")", self.at):
            return ")"
        match = _BARE.match(self.text, self.at)
        return match[0] if match and match[0] in _RESERVED else ""

    def _chain(self) -> Command:
        found = self._pipeline()
        for _ in range(MAX_CHAIN):
            self._skip(_BLANKS)
            operator = self.text[self.at : self.at + 2]
            if operator not in ("&&", "||"):
                break
            self.at += 2
            self._skip(_SPACE)
            found = Chain(operator, found, self._pipeline())
        rest = self.text[self.at : self.at + 1]
        if rest not in ("", ";", "\n", ")", "}"):
            raise NotUnderstood(f"{self.text[self.at :][:20]!r}")
        return found

    def _pipeline(self) -> Command:
        if re.compile(r"!\s").match(self.text, self.at):
            self.at += 1
            self._skip(_BLANKS)
            self._deeper()
            found = Not(self._pipeline())
            self._depth -= 1
            return found
        if re.compile(r"\{\s").match(self.text, self.at):
            self.at += 1
            return self._closed("}")
        if self.text.startswith("(", self.at) and not self.text.startswith("((", self.at):
            self.at += 1
            return self._closed(")")
        if re.compile(r"if\s").match(self.text, self.at):
            self.at += 2
            return self._if()
        if re.compile(r"case\s").match(self.text, self.at):
            self.at += 4
            return self._case()
        return self._pipe()

    def _pipe(self) -> Command:
        found: Command = self._simple()
        for _ in range(MAX_CHAIN):
            if re.compile(r"\|(?!\|)").match(self.text, self.at) is None:
                break
            self.at += 1
            self._skip(_BLANKS)
            found = Pipe(found, self._simple())
            self._skip(_BLANKS)
        return found

    def _case(self) -> Case:
        self._skip(_BLANKS)
        word = self._word()
        self._skip(_BLANKS)
        self._expect("in ")
        pattern = self._word()
        self._expect(") true ;; *) false ;; esac")
        return Case(word, pattern)

    def _closed(self, end: str) -> Sequence:
        found = self.sequence(frozenset({end}))
        self._expect(end)
        return found

    def _expect(self, word: str) -> None:
        if not self.text.startswith(word, self.at):
            raise NotUnderstood(f"no {word!r}")
        self.at += len(word)

    def _if(self) -> If:
        condition = self.sequence(frozenset({"then"}))
        self._expect("then")
        yes = self.sequence(frozenset({"elif", "else", "fi"}))
        no = None
        if self._closing() == "elif":
            self._expect("elif")
            return If(condition, yes, Sequence((self._if(),)))  # up to the same `fi`
        if self._closing() == "else":
            self._expect("else")
            no = self.sequence(frozenset({"fi"}))
        self._expect("fi")
        return If(condition, yes, no)

    def _simple(self) -> Simple:
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        while True:
            self._skip(_BLANKS)
            match = _ASSIGNMENT.match(self.text, self.at)
            if match and not words:
                self.at = match.end()
                assignments.append((match[1], self._word()))
                continue
            word = self._redirection() or self._word()
            if not word.raw:
                break
            words.append(word)
        if not words and not assignments or (words and words[0].raw in _OPENING | _RESERVED):
            raise NotUnderstood(f"{self.text[self.at :][:20]!r}")
        return Simple(tuple(words), tuple(assignments))

    def _redirection(self) -> Word | None:
        match = _REDIRECTION.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return Word((Text(match[0], False),), match[0])

    def _word(self) -> Word:
        start = self.at
        parts: list[Part] = []
        while self.at < len(self.text):
            sign = self.text[self.at]
            if match := _BARE.match(self.text, self.at):
                self.at = match.end()
                parts.append(Text(match[0], False))
            elif sign == "\\":
                parts.append(Text(self.text[self.at + 1 : self.at + 2], True))
                self.at += 2
            elif sign == "'":
                end = self._find("'", self.at + 1)
                parts.append(Text(self.text[self.at + 1 : end], True))
                self.at = end + 1
            elif sign == '"':
                self.at += 1
                parts += self.quoted_parts('"') or [Text("", True)]
                self._expect('"')
            elif sign == "$":
                parts.append(self._dollar_single() or self._dollar())
            else:
                break
        return Word(tuple(parts), self.text[start : self.at])

    def _find(self, sign: str, start: int) -> int:
        found = self.text.find(sign, start)
        if found < 0:
            raise NotUnderstood(f"no {sign!r}")
        return found

    def quoted_parts(self, end: str) -> list[Part]:
        """What stands between double quotes, up to a sign or the end of the text."""
        parts: list[Part] = []
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign == end:
                break
            if match := _INSIDE.match(self.text, self.at):
                self.at = match.end()
                parts.append(Text(match[0], True))
            elif sign == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                kept = following if following in ('"', "$", "`", "\\", end) else f"\\{following}"
                parts.append(Text("" if following == "\n" else kept, True))
                self.at += 2
            elif sign == "$":
                parts.append(self._dollar())
            elif sign == "`":
                raise NotUnderstood("a backtick")
            else:
                parts.append(Text(sign, True))
                self.at += 1
        return parts

    def _dollar_single(self) -> Text | None:
        if not self.text.startswith("$'", self.at):
            return None
        pattern = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
        match = pattern.match(self.text, self.at)
        if match is None:
            raise NotUnderstood('no "\'"')
        self.at = match.end()
        return Text(re.sub(r"\\x([0-9a-f]{2})|\\(.)", _unescaped, match[1]), True)

    def _dollar(self) -> Part:
        if self.text.startswith("$((", self.at):
            return self._arithmetic()
        if self.text.startswith("$(", self.at):
            self.at += 2
            return Output(self._closed(")"))
        if self.text.startswith("${", self.at):
            return self._parameter()
        match = _NAME.match(self.text, self.at + 1)
        if match is None:
            if self.text[self.at + 1 : self.at + 2] in tuple("0123456789@*#?$!-"):
                raise NotUnderstood("a parameter of the shell")
            self.at += 1
            return Text("$", True)
        self.at = match.end()
        return Variable(match[0])

    def _arithmetic(self) -> Arithmetic:
        self.at += 3
        start, parts = self.at, []
        while not self.text.startswith("))", self.at):
            if self.at >= len(self.text):
                raise NotUnderstood("no '))'")
            if self.text[self.at] == "$":
                parts.append(self._dollar())
            else:
                parts.append(Text(self.text[self.at], True))
                self.at += 1
        self.at += 2
        return Arithmetic(Word(tuple(parts), self.text[start : self.at - 2]))

    def _parameter(self) -> Variable:
        match = _PARAMETER.match(self.text, self.at)
        if match is None:
            raise NotUnderstood(f"{self.text[self.at :][:20]!r}")
        start = self.at = match.end()
        default = None
        if self.text.startswith(":-", self.at):
            self.at += 2
            self._deeper()
            default = Word(tuple(self.quoted_parts("}")), self.text[start + 2 : self.at])
            self._depth -= 1
        self._expect("}")
        return Variable(match[1], match[2] or "", default, bool(match[3]))


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _ESCAPES.get(match[2], f"\\{match[2]}")
