"""The part of bash that workflows of the helper library are made of."""

from ciconv.converters.shell_tests.bash.parser import parse, parse_word
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

__all__ = [
    "Arithmetic",
    "Case",
    "Chain",
    "Command",
    "If",
    "Not",
    "NotUnderstood",
    "Output",
    "Part",
    "Pipe",
    "Sequence",
    "Simple",
    "Text",
    "Variable",
    "Word",
    "parse",
    "parse_word",
]
