"""Scanning scripts for bash and other POSIX shells.

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
https://www.gnu.org/software/bash/manual/bash.html#Shell-Syntax
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from ciconv.syntax.shell.frames import (
    AFTER_BACKSLASH,
    AFTER_TILDE,
    ARITHMETIC,
    ASSIGNED,
    ASSIGNED_BEFORE,
    ASSIGNMENT,
    BARE,
    BRACE,
    CLAUSE_END,
    COMMAND_FOLLOWS,
    DEFAULT,
    DOLLAR_SINGLE,
    DOUBLE,
    HEREDOC,
    IN_ASSIGNMENT,
    IN_BACKTICKS,
    IN_DELIMITER,
    IN_EVAL,
    IN_NAME,
    IN_RANGE,
    MAX_DEPTH,
    NAME,
    NAME_FOLLOWS,
    NAME_GOES_ON,
    OPERATOR,
    PARAMETER,
    QUOTING,
    RANGE,
    SPECIAL,
    TOO_DEEP,
    VARIABLE,
    WINDOW,
    WORD,
    Frame,
    Kind,
    Mode,
)
from ciconv.syntax.shell.heredoc import Here, find_body, read_operator, unquote
from ciconv.syntax.shell.stand import HOLE, Quoting, Stand

_PLAIN = frozenset((Quoting.BARE, Quoting.DOUBLE))  # where `$X` ends with its name


def scan(text: str, offsets: Sequence[int]) -> list[Stand]:
    """Return where each hole stands. Linear in the length of the text."""
    return _Scanner(text, offsets).scan() if offsets else []


class _Scanner:
    def __init__(self, text: str, offsets: Sequence[int]) -> None:
        self.text = text
        self.at = 0
        self.limit = len(text)
        self.holes = {offset: index for index, offset in enumerate(offsets)}
        self.offsets = offsets
        self.last = offsets[-1]
        self.stands: list[Stand] = [BARE] * len(offsets)
        self.stack = [Frame(Kind.COMMAND)]
        self.pending: list[Here] = []
        self.trouble = ""  # what the next hole has
        self.backslash = ""  # what it needs before it, for a backslash there to stay one
        self.lost = False  # too deep to know
        self.no_arithmetic: set[int] = set()  # `((` that turned out to be two brackets
        self.steps: dict[Kind, Callable[[Frame], None]] = {
            Kind.COMMAND: self._command,
            Kind.CASE: self._command,
            Kind.TEST: self._command,
            Kind.DOUBLE: self._double,
            Kind.BRACE: self._brace,
            Kind.ARITHMETIC: self._arithmetic,
            Kind.HEREDOC: self._heredoc,
        }
        self.commands: dict[str, Callable[[Frame], None]] = {
            "\\": self._escape,
            "'": self._single,
            '"': self._open_double,
            "`": self._backtick,
            "$": self._dollar,
            "#": self._hash,
            "\n": self._newline,
            ";": self._semicolon,
            "&": self._separator,
            "|": self._separator,
            "(": self._bracket,
            ")": self._close_bracket,
            "<": self._redirection,
            ">": self._redirection,
        }

    def scan(self) -> list[Stand]:
        # an open `((` may turn out to be two brackets, which changes what is in it
        while self.at <= self.last or (self.at < len(self.text) and self._is_undecided()):
            if self.at >= self.limit:
                self._end_heredoc()
                continue
            frame = self.stack[-1]
            if self.at in self.holes:
                self._hole(frame)
            else:
                self.steps[frame.kind](frame)
        return self.stands

    def _is_undecided(self) -> bool:
        return any(frame.closer == "))" for frame in self.stack)

    def _command(self, frame: Frame) -> None:
        character = self.text[self.at]
        step = self.commands.get(character)
        if step is not None:
            step(frame)
        elif character.isspace():
            frame.word_start = True
            self.at += 1
        else:
            self._word(frame)

    def _word(self, frame: Frame) -> None:
        first, expected = frame.word_start, frame.command
        start = self.at
        self._begin_word(frame)
        self._run(WORD)
        if first:
            complete = self.at >= self.limit or self.text[self.at] in " \t\n;&|()<>`"
            self._keyword(frame, self.text[start : self.at], expected, complete)

    def _begin_word(self, frame: Frame) -> None:
        if frame.word_start:
            frame.word_start = False
            frame.word_at = self.at
            frame.word_command = frame.command
            frame.command = frame.names = False

    def _run(self, pattern: re.Pattern[str]) -> None:
        """Go past what the pattern matches, and past one character at least."""
        match = pattern.match(self.text, self.at, self.limit)
        self.at = max(self.at + 1, match.end() if match else 0)

    def _keyword(self, frame: Frame, word: str, expected: bool, complete: bool) -> None:
        if frame.kind is Kind.TEST:
            if word == "]]":
                self._pop()
        elif frame.kind is Kind.CASE and frame.mode is not Mode.BODY:
            self._word_of_case(frame, word, expected and complete)
        elif complete and word in ("{", "esac"):
            frame.command = word == "{"
            if expected and frame.kind is Kind.CASE and word == "esac":
                self._pop()
        elif expected and complete and word in ("case", "[["):
            self._push(Kind.CASE if word == "case" else Kind.TEST)
        elif expected:
            frame.command = word in COMMAND_FOLLOWS or bool(ASSIGNMENT.match(word))
            frame.names = word in NAME_FOLLOWS
            frame.evaluates = frame.evaluates or word == "eval"

    def _word_of_case(self, frame: Frame, word: str, first: bool) -> None:
        if frame.mode is Mode.SUBJECT and word == "in":
            frame.mode = Mode.PATTERN
            frame.command = True
        elif frame.mode is Mode.PATTERN and first and word == "esac":
            self._pop()

    def _push(self, kind: Kind, closer: str = "", width: int = 0) -> Frame:
        frame = Frame(kind, closer, self.at)
        self.at += width
        if len(self.stack) < MAX_DEPTH:
            self.stack.append(frame)
        else:
            self.lost = True
        return frame

    def _pop(self) -> None:
        self.stack.pop()
        self.stack[-1].word_start = False

    def _hole(self, frame: Frame) -> None:
        """Say where the hole at the current place stands, and go past it."""
        quoting = QUOTING[frame.kind]
        if frame.kind is Kind.BRACE and frame.quoted:
            quoting = Quoting.DOUBLE
        problem = self.trouble or self._problem(frame)
        goes_on = NAME_GOES_ON.match(self.text, self.at + 1)
        plain = quoting in _PLAIN and not goes_on
        opening, closing = ("$", "") if plain else ("${", "}")
        self.stands[self.holes[self.at]] = Stand(
            quoting=quoting, opening=self.backslash + opening, closing=closing, problem=problem
        )
        self.trouble = self.backslash = ""
        self._begin_word(frame)
        self.at += 1

    def _problem(self, frame: Frame) -> str:
        if self.lost:
            return TOO_DEEP
        if any(one.evaluates for one in self.stack):
            return IN_EVAL
        if frame.kind not in (Kind.COMMAND, Kind.CASE):
            return ""
        if frame.names and frame.word_start:
            return IN_ASSIGNMENT
        start = self.at if frame.word_start else frame.word_at
        before = self.text[max(start, self.at - WINDOW) : self.at]
        after = self.text[self.at : self.at + WINDOW]
        expected = frame.command if frame.word_start else frame.word_command
        if expected and ASSIGNED.match(after) and ASSIGNED_BEFORE.fullmatch(before):
            return IN_ASSIGNMENT
        if any(_covers(match, len(before)) for match in RANGE.finditer(before + after)):
            return IN_RANGE
        return AFTER_TILDE if before == "~" else ""

    def _escape(self, frame: Frame) -> None:
        after = self.at + 1
        if after in self.holes:
            literal = frame.kind in (Kind.DOUBLE, Kind.HEREDOC)
            self.backslash, self.trouble = ("\\", "") if literal else ("", AFTER_BACKSLASH)
            self._begin_word(frame)
            self.at += 1
        elif self.text.startswith("`", after) and self._backticks("`"):
            self._toggle(frame, "\\`")
        else:
            if not self.text.startswith("\n", after):
                self._begin_word(frame)
            self.at += 2

    def _backticks(self, closer: str) -> int:
        """How many frames down the backticks are that the closer would close; 0: there are none."""
        for down, frame in enumerate(reversed(self.stack), 1):
            if frame.closer == closer:
                return down
            if frame.kind is Kind.HEREDOC:
                break
        return 0

    def _backtick(self, frame: Frame) -> None:
        self._toggle(frame, "`")

    def _toggle(self, frame: Frame, closer: str) -> None:
        self._begin_word(frame)
        down = self._backticks(closer)
        if down:
            del self.stack[len(self.stack) - down + 1 :]
            self._pop()
            self.at += len(closer)
        else:
            self._push(Kind.COMMAND, closer, len(closer))

    def _single(self, frame: Frame) -> None:
        self._begin_word(frame)
        end = self.text.find("'", self.at + 1, self.limit)
        end = self.limit if end < 0 else end
        self._leaf(end, Stand(quoting=Quoting.SINGLE, opening="'\"${", closing="}\"'"))
        self.at = end + 1

    def _dollar_single(self) -> None:
        self.at += 2
        match = DOLLAR_SINGLE.match(self.text, self.at, self.limit)
        end = match.end() if match else self.limit
        stand = Stand(quoting=Quoting.DOLLAR_SINGLE, opening="'\"${", closing="}\"$'")
        start = self.at
        self._leaf(end, stand)
        for escaped in re.finditer(rf"\\{HOLE}", self.text[start:end]):
            index = self.holes.get(start + escaped.end() - 1)
            if index is not None:
                self.stands[index] = replace(stand, problem=AFTER_BACKSLASH)
        self.at = end + 1

    def _leaf(self, end: int, stand: Stand) -> None:
        """Say the same of all holes from here to an offset."""
        first, last = bisect_left(self.offsets, self.at), bisect_left(self.offsets, end)
        if first < last and not stand.problem and stand.quoting is not Quoting.COMMENT:
            evaluated = any(one.evaluates for one in self.stack)
            problem = TOO_DEEP if self.lost else IN_EVAL if evaluated else ""
            stand = replace(stand, problem=problem)
        self.stands[first:last] = [stand] * (last - first)

    def _open_double(self, frame: Frame) -> None:
        self._begin_word(frame)
        self._push(Kind.DOUBLE, '"', 1)

    def _dollar(self, frame: Frame) -> None:
        self._begin_word(frame)
        after = self.text[self.at + 1 : self.at + 3]
        quoted = frame.quoted or frame.kind in (Kind.DOUBLE, Kind.HEREDOC)
        if after == "((" and self.at not in self.no_arithmetic:
            self._push(Kind.ARITHMETIC, "))", 3)
        elif after.startswith("("):
            self._push(Kind.COMMAND, ")", 2)
        elif after.startswith("["):
            self._push(Kind.ARITHMETIC, "]", 2)
        elif after.startswith("{"):
            self._open_brace(quoted)
        elif after.startswith("'") and not quoted:
            self._dollar_single()
        else:
            self._run(VARIABLE)
            if self.at in self.holes and not SPECIAL.match(after):
                self.trouble = IN_NAME

    def _open_brace(self, quoted: bool) -> None:
        frame = self._push(Kind.BRACE, "}")
        frame.quoted = quoted
        self._run(PARAMETER)
        while self.at in self.holes:
            self.trouble = IN_NAME
            self._hole(frame)
            match = NAME.match(self.text, self.at, self.limit)
            self.at = match.end() if match else self.at
        frame.literal = quoted and bool(DEFAULT.match(self.text, self.at))

    def _hash(self, frame: Frame) -> None:
        if not frame.word_start:
            self.at += 1
            return
        end = self.text.find("\n", self.at, self.limit)
        end = self.limit if end < 0 else end
        if self._backticks("`") and (backtick := self.text.find("`", self.at, end)) >= 0:
            end = backtick
        self._leaf(end, Stand(quoting=Quoting.COMMENT))
        self.at = end

    def _newline(self, frame: Frame) -> None:
        self._separator(frame)
        if self.pending:
            heredocs, self.pending = self.pending, []
            self._read_heredocs(heredocs)

    def _semicolon(self, frame: Frame) -> None:
        body = frame.kind is Kind.CASE and frame.mode is Mode.BODY
        match = CLAUSE_END.match(self.text, self.at) if body else None
        if match:
            frame.mode = Mode.PATTERN
            self.at = match.end() - 1
        self._separator(frame)

    def _separator(self, frame: Frame) -> None:
        """What ends a command, or one pattern of several."""
        if not self.text.startswith("&>", self.at) and frame.kind is not Kind.TEST:
            frame.command = True
            frame.evaluates = frame.names = False
        frame.word_start = True
        self.at += 1

    def _bracket(self, frame: Frame) -> None:
        if frame.kind is Kind.TEST or (frame.kind is Kind.CASE and self._is_decoration(frame)):
            self.at += 1
            return
        double = self.text.startswith("((", self.at) and self.at not in self.no_arithmetic
        if double and frame.word_start:
            self._push(Kind.ARITHMETIC, "))", 2)
            return
        glob_or_list = not frame.word_start and self.text[self.at - 1] in "=?*+@!"
        self._push(Kind.COMMAND, ")", 1).command = not glob_or_list

    def _is_decoration(self, frame: Frame) -> bool:
        """Whether a bracket in a `case` is the one that may stand before a pattern."""
        first = frame.mode is Mode.PATTERN and frame.command and frame.word_start
        return first or frame.mode is Mode.SUBJECT

    def _close_bracket(self, frame: Frame) -> None:
        if frame.kind is Kind.CASE and frame.mode is Mode.PATTERN:
            frame.mode = Mode.BODY
            frame.command = frame.word_start = True
        elif frame.closer == ")":
            self._pop()
            if self.text[self.at - 1] == "(":  # of a function, whose body follows
                self.stack[-1].command = True
        self.at += 1

    def _redirection(self, frame: Frame) -> None:
        if frame.kind is Kind.TEST:
            self.at += 1
        elif self.text.startswith(("<(", ">("), self.at):
            self._begin_word(frame)
            self._push(Kind.COMMAND, ")", 2)
            return
        elif self.text.startswith("<<", self.at) and not self.text.startswith("<<<", self.at):
            self._here()
        else:
            self._run(OPERATOR)
        frame.word_start = True

    def _here(self) -> None:
        found = read_operator(self.text, self.at, self.limit)
        if found is None:
            self.at += 2
            return
        here, end = found
        self._leaf(end, replace(BARE, problem=IN_DELIMITER))
        self.pending.append(here)
        self.at = end

    def _read_heredocs(self, heredocs: list[Here]) -> None:
        """Read the bodies, which begin here; one with expansions is gone into first."""
        for number, here in enumerate(heredocs, 1):
            closers = "".join(one for one in ")`" if any(f.closer == one for f in self.stack))
            end, resume = find_body(here, self.text, self.at, self.limit, closers)
            if not here.quoted:
                frame = self._push(Kind.HEREDOC)
                frame.limit, frame.resume, frame.outer = end, resume, self.limit
                frame.rest = heredocs[number:]
                if self.stack[-1] is frame:
                    self.limit = end
                    return
            elif self.at <= self.last:
                self._quoted_body(here, end)
            self.at = resume

    def _quoted_body(self, here: Here, end: int) -> None:
        first = bisect_left(self.offsets, self.at)
        if first < len(self.offsets) and self.offsets[first] < end:
            stand = unquote(here, self.text, self.at, end)
            if self._backticks("`"):  # which take the backslashes for themselves
                stand = replace(stand, edits=(), problem=IN_BACKTICKS)
            self._leaf(end, stand)

    def _end_heredoc(self) -> None:
        while (frame := self.stack.pop()).kind is not Kind.HEREDOC:
            pass
        self.limit, self.at = frame.outer, frame.resume
        self.pending = []
        self._read_heredocs(frame.rest)

    def _double(self, frame: Frame) -> None:
        if not self._expansion(frame, '"'):
            self._run(DOUBLE)

    def _heredoc(self, frame: Frame) -> None:
        if not self._expansion(frame, ""):
            self._run(HEREDOC)

    def _brace(self, frame: Frame) -> None:
        character = self.text[self.at]
        if character == '"':
            self._open_double(frame)
        elif character == "'" and not frame.literal:
            self._single(frame)
        elif not self._expansion(frame, "}"):
            self._run(BRACE)

    def _expansion(self, frame: Frame, closer: str) -> bool:
        """Go past what is special in quotes as well; return whether there was something."""
        character = self.text[self.at]
        if character == closer:
            self._pop()
            self.at += 1
        elif character in "\\`$":
            self.commands[character](frame)
        else:
            return False
        return True

    def _arithmetic(self, frame: Frame) -> None:
        character = self.text[self.at]
        if character in "([":
            frame.depth += 1
            self.at += 1
        elif character in ")]":
            self._close_arithmetic(frame, character)
        elif character == '"':
            self._open_double(frame)
        elif character == "'":
            self._single(frame)
        elif not self._expansion(frame, ""):
            self._run(ARITHMETIC)

    def _close_arithmetic(self, frame: Frame, character: str) -> None:
        if frame.depth:
            frame.depth -= 1
            self.at += 1
        elif self.text.startswith(frame.closer, self.at):
            self._pop()
            self.at += len(frame.closer)
        elif character == ")" and frame.closer == "))":  # no arithmetic, but ( in (
            self.no_arithmetic.add(frame.start)
            self.stack.pop()
            self.at = frame.start
        else:
            self.at += 1


def _covers(match: re.Match[str], at: int) -> bool:
    return match.start() <= at < match.end()
