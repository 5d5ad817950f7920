"""What can be open at a place of a POSIX shell's script, and the shapes of its words."""

import re
from enum import Enum, auto

from ciconv.syntax.shell.heredoc import Here
from ciconv.syntax.shell.stand import HOLE, Quoting, Stand

MAX_DEPTH = 100  # what nests deeper is scanned as if it did not nest: it only bounds the time

IN_NAME = "it is part of a variable's name"
IN_ASSIGNMENT = "it is part of the name of what is assigned or declared"
IN_DELIMITER = "it is part of a heredoc's delimiter"
AFTER_BACKSLASH = "a backslash stands before it"
IN_EVAL = "'eval' reads its value as code"
IN_RANGE = "a range in braces is expanded before variables are"
AFTER_TILDE = "a tilde is expanded before variables are"
TOO_DEEP = f"the script nests more than {MAX_DEPTH} levels"
IN_BACKTICKS = "the heredoc stands in backticks"

WINDOW = 100  # how far around a place to look for what has to stand near it

NAME_GOES_ON = re.compile(r"[A-Za-z0-9_]")
WORD = re.compile(rf"[^\s\\'\"`$#;&|()<>{HOLE}]+")
DOUBLE = re.compile(rf"[^\"\\$`{HOLE}]+")
BRACE = re.compile(rf"[^}}\"'\\$`{HOLE}]+")
ARITHMETIC = re.compile(rf"[^()\[\]\"'\\$`{HOLE}]+")
HEREDOC = re.compile(rf"[^\\$`{HOLE}]+")
DOLLAR_SINGLE = re.compile(r"(?:[^'\\]++|\\.)*", re.DOTALL)
VARIABLE = re.compile(r"\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])")
PARAMETER = re.compile(r"\$\{[!#]?[A-Za-z0-9_]*")
NAME = re.compile(r"[A-Za-z0-9_]*")
DEFAULT = re.compile(r"(?:\[[^]]*\])?:?[-=?+]")  # in double quotes, ' is no quote behind these
ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\[[^]]*\])?\+?=")
ASSIGNED = re.compile(rf"[A-Za-z0-9_{HOLE}]*(?:\+?=(?!=)|[ \t]*\(\))")
RANGE = re.compile(r"(?<!\$)\{[^\s{}]*\.\.[^\s{}]*\}")

COMMAND_FOLLOWS = frozenset(
    ["if", "then", "elif", "else", "while", "until", "do", "!", "time", "{", "coproc"]
)
NAME_FOLLOWS = frozenset(("for", "select", "function"))

ASSIGNED_BEFORE = re.compile(rf"[A-Za-z0-9_{HOLE}]*")
SPECIAL = re.compile(r"[0-9@*#?$!-]")
CLAUSE_END = re.compile(r";;&?|;&")
OPERATOR = re.compile(r"<<<|[<>]+[&|]?")


class Kind(Enum):
    """What is open."""

    COMMAND = auto()  # commands; `closer` says of what
    CASE = auto()  # case … esac
    TEST = auto()  # [[ … ]]
    DOUBLE = auto()
    BRACE = auto()  # ${ … }
    ARITHMETIC = auto()
    HEREDOC = auto()


QUOTING = {
    Kind.COMMAND: Quoting.BARE,
    Kind.CASE: Quoting.BARE,
    Kind.TEST: Quoting.BARE,
    Kind.DOUBLE: Quoting.DOUBLE,
    Kind.BRACE: Quoting.BARE,
    Kind.ARITHMETIC: Quoting.ARITHMETIC,
    Kind.HEREDOC: Quoting.HEREDOC,
}
BARE = Stand(quoting=Quoting.BARE, opening="${", closing="}")


class Mode(Enum):
    """Which part of a `case` it is."""

    SUBJECT = auto()  # of a `case`: what stands before `in`
    PATTERN = auto()
    BODY = auto()


class Frame:
    """Something that was opened and not closed yet."""

    __slots__ = (
        "closer",
        "command",
        "depth",
        "evaluates",
        "kind",
        "limit",
        "literal",
        "mode",
        "names",
        "outer",
        "quoted",
        "rest",
        "resume",
        "start",
        "word_at",
        "word_command",
        "word_start",
    )

    def __init__(self, kind: Kind, closer: str = "", start: int = 0) -> None:
        self.kind = kind
        self.closer = closer
        self.start = start
        self.word_start = True  # whether a word would begin here
        self.word_at = start  # where the word began
        self.word_command = True  # whether it began where a command is expected
        self.command = True  # whether a word would be a command; in a pattern: the first of it
        self.evaluates = False  # in the arguments of `eval`
        self.names = False  # a name has to follow
        self.mode = Mode.SUBJECT
        self.depth = 0  # of brackets in arithmetic
        self.quoted = False  # a ${ } in double quotes
        self.literal = False  # a ${ } in which ' is no quote
        self.limit = 0  # of a heredoc: where its body ends
        self.resume = 0  # where the script goes on behind it
        self.outer = 0  # the limit around it
        self.rest: list[Here] = []  # those whose bodies follow
