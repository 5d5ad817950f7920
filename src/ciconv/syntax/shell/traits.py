"""What a script of a POSIX shell leaves behind, and which shells read it alike.

All answers are safe: a script that is not understood shares nothing and is for its own shell.
https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from ciconv.syntax.shell.heredoc import find_body, read_operator

MAX_SCRIPT = 50_000  # characters of a script that is looked into
MAX_DEPTH = 50  # commands and variables inside of each other

# commands that change the process they run in, end it, or read more code into it
_CHANGING = frozenset(
    (
        *("cd", "pushd", "popd", "export", "set", "shopt", "unset", "exit", "exec", "trap"),
        *("source", ".", "eval", "alias", "unalias", "declare", "typeset", "local", "readonly"),
        *("read", "return", "umask", "ulimit", "wait", "disown", "hash", "enable", "getopts"),
        *("let", "mapfile", "readarray", "break", "continue", "bg", "fg", "function", "shift"),
        *("builtin", "command", "nvm", "conda", "sdk", "rvm", "pyenv", "deactivate", "workon"),
    )
)
_BEFORE_COMMAND = frozenset(
    ("if", "then", "elif", "else", "while", "until", "do", "!", "{", "time")
)
_CLOSING = frozenset(("fi", "done", "}"))
_COMPOUND = frozenset(("for", "case", "select", "coproc", "((", "[["))
_WORD = re.compile(r"(?:[^\s\\'\"$`;&|()<>]|\\.)+", re.DOTALL)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(\[[^\]]*\])?\+?=")
_FAILS = re.compile(r"exit [1-9]\d*")
_SETS = re.compile(r"\w*:?=")
_DIRECTION = re.compile(r"&>>?|<&|<>?|>[>&|]?")
_INSIDE = re.compile(r"[^\"'`${}\n\\]+|(?=\$[A-Za-z_{])")
_NOT_PORTABLE = re.compile(
    r"""\[\[|\(\(|\$'|\$"|<\(|>\(|&>|<<<|\|&|=\(|\+=|;;&|;&
    |\$\{[A-Za-z_]\w*(\[|,|\^|/|@|:[^-=?+])|\$\{!|\$\{\#?\w+\[
    |\{(?=[^{}\s]*\})[^{}\s]*?(,|\.\.)|\*\*
    |(?<![\w./-])
    (function|source|declare|typeset|local|shopt|pushd|popd|mapfile|readarray|select|let|time)
    (?![\w./=-])
    |\b(echo|printf|wait|type|ulimit|disown|enable|builtin|coproc|getopts)[ ]+-|\bread[ ]+-[^r]
    |\bset[ ]+[-+](?![eux]+\b)|[ ]==[ ]|\becho\b(?:(?!\becho\b)[^\n])*?\\(?!'')
    |\btrap\b(?:(?!\btrap\b)[^\n])*?\b(ERR|DEBUG|RETURN)\b
    |\$(RANDOM|BASH\w*|SECONDS|EUID|UID|HOSTNAME|PIPESTATUS|FUNCNAME|OSTYPE)
    |~[+-]|\bpipefail\b""",
    re.VERBOSE,
)
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)  # of a heredoc it is no pipe either
# what is said, with the program behind it that reads all of it: where that goes well, none fails
_SAID = re.compile(
    r"""\b(?:echo|printf)\b[^|;&\n()`]*
    (?:\|[ \t]*(?:docker[ ]login|base64|cut|gpg|sort|ssh-add|tee|tr|wc)\b)?""",
    re.VERBOSE,
)
_DECLARED = re.compile(
    r"""\b(?:export|readonly)[ ]+((?:"[^"\n]*"|'[^'\n]*'|[^\n;&|"'])*)(["']?)""",
)
_SPLIT = re.compile(r"""=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'`$=])*[$`]""")


class Traits(Struct, frozen=True):
    """What is known of a script."""

    shares: bool = False  # nothing of it is left for what runs after it in the same process
    is_whole: bool = False  # it ends where its text ends: brackets may stand around it
    indents: bool = False  # all its lines may be indented
    is_chain: bool = False  # one line of commands joined by `&&` and `|`
    is_portable: bool = False  # bash and all other POSIX shells read it alike
    has_pipe: bool = True  # so that `pipefail` may count


@lru_cache(maxsize=512)
def traits(script: str) -> Traits:
    """Return what is known of a script for a POSIX shell."""
    has_pipe = "|" in _SAID.sub("-", _COMMENT.sub("", script)).replace("||", "")
    if len(script) > MAX_SCRIPT:
        return Traits(has_pipe=has_pipe)
    reader = _Reader(script)
    try:
        statements = list(reader.statements())
    except _NotUnderstood:
        return Traits(has_pipe=has_pipe)
    return Traits(
        shares=bool(statements) and _shares(statements),
        is_whole=bool(statements),
        indents=bool(statements) and reader.plain_lines,
        is_chain=bool(statements) and _is_chain(script, statements),
        is_portable=not _NOT_PORTABLE.search(script) and not _is_split(script),
        has_pipe=has_pipe,
    )


def _is_split(script: str) -> bool:
    """Whether `export` may have values without quotes, which bash alone takes for one word."""
    return any(one[2] or _SPLIT.search(one[1]) for one in _DECLARED.finditer(script))


class _NotUnderstood(Exception):
    """The script has something that is not looked into."""


class _Statement(Struct, frozen=True):
    """A command of the process itself: its words, and what joins it to the one before."""

    words: tuple[str, ...]
    joined: str  # "", "&&", "||", "|"


def _shares(statements: list[_Statement]) -> bool:
    """Whether no command changes the process, and the last one's failure ends a script."""
    for one in statements:
        words = list(one.words)
        while words and words[0] in _BEFORE_COMMAND:
            words.pop(0)
        assigned = 0
        while assigned < len(words) and _ASSIGNMENT.match(words[assigned]):
            assigned += 1
        if words and assigned == len(words):
            return False
        command = words[assigned] if words else ""
        changes = command in _CHANGING | _COMPOUND or command.startswith("$")
        if changes and not _FAILS.fullmatch(" ".join(words)):  # which ends all, as errexit does
            return False
    last = statements[-1]
    if last.words and last.words[0] in _CLOSING:
        return not any(one.joined == "&&" or "!" in one.words[:2] for one in statements)
    return last.joined != "&&" and "!" not in last.words[:1]


def _is_chain(script: str, statements: list[_Statement]) -> bool:
    body = script.strip()
    is_line = not re.search(r"[\n#]|[&;]$", body)
    return is_line and all(one.joined in ("&&", "|") for one in statements[1:])


class _Reader:
    """Goes through a script once; what stands in `$( )` and `( )` is only skipped."""

    def __init__(self, script: str) -> None:
        self._text, self._at, self._depth = script, 0, 0
        self.plain_lines = True  # no line ends inside a word or stands in a heredoc

    def statements(self) -> Iterator[_Statement]:
        """Yield the commands of the process itself, in order."""
        words: list[str] = []
        joined = ""
        while self._at < len(self._text):
            operator = self._operator()
            if operator is None:
                word = self._word()
                if word == "(" and words and words[-1] not in _BEFORE_COMMAND:
                    raise _NotUnderstood  # a function
                words += [word] if word else []
                continue
            if words:
                yield _Statement(tuple(words), joined)
                words, joined = [], ""
            if operator in ("&&", "||", "|"):
                joined = operator
        if words:
            yield _Statement(tuple(words), joined)

    def _operator(self) -> str | None:
        """Take what ends a command, None when none stands here."""
        text, at = self._text, self._at
        for sign in ("&&", "||"):
            if text.startswith(sign, at):
                self._at += 2
                return sign
        sign = text[at]
        if sign == "&" and not text.startswith("&>", at) and text[at - 1 : at] not in (">", "<"):
            self._at += 1
            return sign
        if sign in ";|\n":
            if text.startswith((";;", ";&", "|&"), at):
                raise _NotUnderstood
            self._at += 1
            return sign
        return None

    def _word(self) -> str:
        """Take a word, or what stands between words, which is empty."""
        text, start = self._text, self._at
        sign = text[start]
        if sign in " \t":
            self._at += 1
            return ""
        if sign == "\\" and text.startswith("\\\n", start):
            self._at += 2
            return ""
        if sign == "#":
            end = text.find("\n", start)
            self._at = len(text) if end < 0 else end
            return ""
        if sign in "<>" or text.startswith("&>", start):
            self._redirection()
            return ""
        if sign == "(":
            self._bracketed(1)
            return "("
        while self._at < len(text) and self._piece():
            pass
        if self._at == start:
            raise _NotUnderstood
        return text[start : self._at]

    def _piece(self) -> bool:
        """Take a part of a word; False where the word ends."""
        text, at = self._text, self._at
        if match := _WORD.match(text, at):
            self._at = match.end()
            self.plain_lines &= "\n" not in match[0]
            return True
        sign = text[at]
        if sign == "'":
            self._to(text.find("'", at + 1))
        elif sign == '"':
            self._double()
        elif sign == "`":
            self._to(text.find("`", at + 1))
        elif sign == "$":
            self._dollar()
        elif sign == "(":
            raise _NotUnderstood  # a function or an array
        else:
            return False
        return True

    def _to(self, end: int) -> None:
        if end < 0:
            raise _NotUnderstood
        self.plain_lines &= "\n" not in self._text[self._at : end]
        self._at = end + 1

    def _double(self) -> None:
        text = self._text
        self._at += 1
        while self._at < len(text):
            sign = text[self._at]
            if sign == '"':
                self._at += 1
                return
            if sign == "\\":
                self._at += 2
            elif sign == "$":
                self._dollar()
            elif sign == "`":
                self._to(text.find("`", self._at + 1))
            else:
                self.plain_lines &= sign != "\n"
                self._at += 1
        raise _NotUnderstood

    def _dollar(self) -> None:
        text, at = self._text, self._at
        if text.startswith("$(", at):
            self._bracketed(2)
        elif text.startswith("${", at):
            self._braced()
        elif text.startswith("$'", at):
            raise _NotUnderstood
        else:
            self._at += 1

    def _braced(self) -> None:
        """Skip `${…}`, which may have other variables inside of it."""
        self._enter()
        start = self._at = self._at + 2
        while match := _INSIDE.match(self._text, self._at):
            self._at = match.end()
            if self._text.startswith("$", self._at):
                self._dollar()
        if not self._text.startswith("}", self._at) or _SETS.match(self._text, start):
            raise _NotUnderstood
        self._at += 1
        self._depth -= 1

    def _bracketed(self, opening: int) -> None:
        """Skip `( … )`, whose commands are those of another process."""
        self._enter()
        if self._text.startswith("((", self._at + opening - 1):
            raise _NotUnderstood
        self._at += opening
        while self._at < len(self._text):
            if self._text[self._at] == ")":
                self._at += 1
                self._depth -= 1
                return
            if self._operator() is None:
                if self._text[self._at] == "#" and self._text[self._at - 1] not in " \t\n;(":
                    self._at += 1
                elif self._word() in ("case", "esac"):
                    raise _NotUnderstood
        raise _NotUnderstood

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _NotUnderstood

    def _redirection(self) -> None:
        text = self._text
        if text.startswith("<<<", self._at):
            self._at += 3
            return
        if not text.startswith("<<", self._at):
            sign = _DIRECTION.match(text, self._at)
            self._at += len(sign[0]) if sign else 1
            return
        found = read_operator(text, self._at, len(text))
        line = text.find("\n", self._at)
        if found is None or line < 0 or "<<" in text[found[1] : line]:
            raise _NotUnderstood
        rest = text[found[1] : line]
        if re.search(r"['\"`$\\(]", rest):
            raise _NotUnderstood
        _, self._at = find_body(found[0], text, line + 1, len(text), "")
        if not text[: self._at].rstrip("\n").endswith(found[0].delimiter):
            raise _NotUnderstood
        self.plain_lines = False
        self._at -= text[self._at - 1] == "\n"
        if rest.strip() and not re.fullmatch(
            r"\s*(\|\s*[\w./-]+(\s+[\w./=-]+)*|>+\s*[\w./-]+)?\s*", rest
        ):
            raise _NotUnderstood
