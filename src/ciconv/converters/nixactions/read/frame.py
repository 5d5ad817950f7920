"""What the helper library puts around the commands of a step, and the commands inside of it."""

import re
from collections.abc import Mapping

from msgspec import Struct

from ciconv.converters.shell_tests import bash
from ciconv.converters.shell_tests.bash import NotUnderstood

_FRAME = re.compile(
    r"""(?P<tolerate>\#\ shellcheck\ disable=SC2034\nCICONV_TOLERATE=true\n)?
    set\ \+o\ nounset\ \+o\ pipefail\n\#\ shellcheck\ disable=all\n\{\n
    \.\ (?P<library>\S+-ciconv-lib\.sh)\ntrap\ 'ciconv_exit\ "\$\?"'\ EXIT\n
    (?P<body>.*)\n\}\n""",
    re.VERBOSE | re.DOTALL,
)


class Frame(Struct, frozen=True):
    """The bash of a step that the library made."""

    body: str
    tolerated: bool  # the job does not fail with it


class Call(Struct, frozen=True):
    """The command a step ends with; what stands before it, and the options of `ciconv_step`.

    `variables` are set before, all those of one list at once. `command` is as it is written.
    """

    words: tuple[bash.Word, ...]
    options: Mapping[str, bash.Word] = {}
    variables: tuple[tuple[tuple[str, bash.Word], ...], ...] = ()
    directory: bash.Word | None = None
    before: tuple[bash.Simple, ...] = ()  # other commands before the last one


def frame(text: str) -> Frame | None:
    """Return what a step does, None where the library did not make it."""
    match = _FRAME.fullmatch(text)
    return None if match is None else Frame(match["body"], match["tolerate"] is not None)


def call(body: str) -> Call | None:
    """Return the call of the library a step ends with, None for any other commands."""
    try:
        commands = bash.parse(body).commands
    except NotUnderstood:
        return None
    simple = tuple(one for one in commands if isinstance(one, bash.Simple))
    if len(simple) < len(commands) or not simple or not simple[-1].name.startswith("ciconv_"):
        return None
    return _Reader(simple).call()


class _Reader:
    """Sorts the commands of a step."""

    def __init__(self, commands: tuple[bash.Simple, ...]) -> None:
        self._commands = commands
        self._variables: list[tuple[tuple[str, bash.Word], ...]] = []
        self._before: list[bash.Simple] = []
        self._directory: bash.Word | None = None

    def call(self) -> Call:
        for command in self._commands[:-1]:
            self._prepare(command)
        words = self._commands[-1].words
        options: dict[str, bash.Word] = {}
        if self._commands[-1].name == "ciconv_step":
            at = next(n for n, word in enumerate(words) if word.raw == "--")
            names = words[1:at:2]
            values = words[2:at:2]
            options = {(n.plain or "")[2:]: v for n, v in zip(names, values, strict=False)}
            words = words[at + 1 :]
        return Call(
            words,
            options,
            tuple(self._variables),
            self._directory,
            tuple(self._before),
        )

    def _prepare(self, command: bash.Simple) -> None:
        if command.name == "export":
            self._variables.append(tuple(map(_assigned, command.words[1:])))
        elif command.name == "cd" and len(command.words) == 2:
            self._directory = command.words[1]
        elif command.name != "ciconv_container":
            self._before.append(command)


def _assigned(word: bash.Word) -> tuple[str, bash.Word]:
    """The name and the value of `NAME="value"`, an argument of export."""
    first = word.parts[0] if word.parts else None
    name = first.text.partition("=")[0] if isinstance(first, bash.Text) else ""
    if not isinstance(first, bash.Text) or first.quoted or "=" not in first.text:
        return word.raw, bash.Word(())
    rest = first.text[len(name) + 1 :]
    kept = (bash.Text(rest, False), *word.parts[1:]) if rest else word.parts[1:]
    return name, bash.Word(kept, word.raw[len(name) + 1 :])
