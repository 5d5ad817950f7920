"""Where in a script something stands, and what that asks of a variable put there."""

from enum import StrEnum

from msgspec import Struct

# One character stands for each pipeline expression while a script is scanned. Which of them are
# expressions is known by their offsets: the same character in a script is just a character.
HOLE = "\ue000"


class Quoting(StrEnum):
    """What surrounds a place of a script, innermost first."""

    BARE = "bare"  # no quotes: a word of a command, or the code of a language
    SINGLE = "single"  # 'text'
    DOUBLE = "double"  # "text"
    DOLLAR_SINGLE = "dollar-single"  # $'text'
    HEREDOC = "heredoc"  # a text of many lines in which variables are expanded
    HEREDOC_QUOTED = "heredoc-quoted"  # one in which they are not
    COMMENT = "comment"
    ARITHMETIC = "arithmetic"  # $(( )), (( ))


class Edit(Struct, frozen=True):
    """A stretch of a script and the text to put in its place."""

    start: int
    end: int
    text: str


class Stand(Struct, frozen=True, kw_only=True):
    """One place of a script. A variable stands there as `opening`, its name, `closing`.

    `edits` have to be made as well, once for all places that share them. `problem`: why a
    variable cannot stand there with the same meaning.
    """

    quoting: Quoting
    opening: str = ""
    closing: str = ""
    edits: tuple[Edit, ...] = ()
    problem: str = ""
