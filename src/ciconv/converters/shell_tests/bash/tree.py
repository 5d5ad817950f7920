"""Commands and words of bash as a tree."""

from typing import TypeAlias

from msgspec import Struct


class NotUnderstood(Exception):
    """The text is no bash of the part that is parsed here."""


class Text(Struct, frozen=True):
    """Plain characters of a word; `quoted`: an asterisk in them is no pattern."""

    text: str
    quoted: bool


class Variable(Struct, frozen=True):
    """`$NAME`, `${NAME[index]:-default}` or `${NAME,,}`."""

    name: str
    index: str = ""
    default: "Word | None" = None
    folded: bool = False  # in lower case


class Output(Struct, frozen=True):
    """`$(commands)`."""

    body: "Sequence"


class Arithmetic(Struct, frozen=True):
    """`$((expression))`, as a word of its text."""

    word: "Word"


class Word(Struct, frozen=True):
    """One word: its parts, and as it is written."""

    parts: "tuple[Part, ...]"
    raw: str = ""

    @property
    def plain(self) -> str | None:
        """The text of a word without variables, else None."""
        if not all(isinstance(part, Text) for part in self.parts):
            return None
        return "".join(part.text for part in self.parts if isinstance(part, Text))


class Simple(Struct, frozen=True):
    """A command with its arguments, or assignments; redirections are kept as words."""

    words: tuple[Word, ...]
    assignments: tuple[tuple[str, Word], ...] = ()

    @property
    def name(self) -> str:
        """The command's name, empty where it is computed or absent."""
        return (self.words[0].plain or "") if self.words else ""


class Not(Struct, frozen=True):
    """`! command`."""

    command: "Command"


class Chain(Struct, frozen=True):
    """`left && right` or `left || right`."""

    operator: str
    left: "Command"
    right: "Command"


class If(Struct, frozen=True):
    """`if condition; then yes; else no; fi`."""

    condition: "Sequence"
    yes: "Sequence"
    no: "Sequence | None"


class Pipe(Struct, frozen=True):
    """`left | right`."""

    left: "Command"
    right: "Command"


class Case(Struct, frozen=True):
    """`case word in pattern) true ;; *) false ;; esac`: whether a text matches a pattern."""

    word: Word
    pattern: Word


class Sequence(Struct, frozen=True):
    """Commands one after the other; also what stands in `{ }` and `( )`."""

    commands: "tuple[Command, ...]"


Part: TypeAlias = Text | Variable | Output | Arithmetic
Command: TypeAlias = Simple | Not | Chain | Pipe | Case | If | Sequence
