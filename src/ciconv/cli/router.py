"""The short way into a conversion: a plain call needs no typer, which takes as long to load.

Plain are the options of the help, each once, with ordinary words as values. Everything else is
typer's: help, mistakes, other spellings. Why: docs/decisions/0005-router.md.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ciconv.converters import BUILT_IN

if TYPE_CHECKING:
    from ciconv.cli.choices import Choices

_SHORT = {"github": "gha", "nixactions": "nix"}  # what people call them in `A-to-B`
PAIRS = {  # every `A-to-B`, with the formats; A-to-A keeps what is written as it is
    f"{_SHORT.get(a, a)}-to-{_SHORT.get(b, b)}": (a, b) for a in BUILT_IN for b in BUILT_IN
}
_COMMANDS: dict[str, dict[str, str]] = {
    "convert": {},
    **{name: {"--from": a, "--to": b} for name, (a, b) in PAIRS.items()},
}
_VALUES = {
    **{name: name for name in ("--to", "--from", "-o", "--report", "--pin")},
    "--output": "-o",
}
_FLAGS = ("--check", "--strict", "--force", "--flake", "--flake-parts")
_PATTERN = frozenset("*?[~$%")  # typer expands such words on Windows


def plain_call(words: Sequence[str]) -> "tuple[Path | None, Choices] | None":
    """Return what `conversion.run` is to be called with, None for a call that is not plain."""
    if not words or words[0] not in _COMMANDS:
        return None
    options: dict[str, str] = dict(_COMMANDS[words[0]])
    flags, paths = set(), []
    rest = iter(words[1:])
    for word in rest:
        name, sign, value = word.partition("=")
        if word in _FLAGS:
            flags.add(word)
        elif name not in _VALUES or (sign and name == "-o"):
            paths.append(word)
        elif _VALUES[name] in options:
            return None
        else:
            options[_VALUES[name]] = value if sign else next(rest, "")
    if len(paths) > 1 or not all(_is_plain(word) for word in (*options.values(), *paths)):
        return None
    choices = _choices(options, flags)
    return None if choices is None else (Path(paths[0]) if paths else None, choices)


class PlainValidation(NamedTuple):
    """The words of a plain `validate`."""

    paths: tuple[Path, ...]
    report: str
    flags: frozenset[str]


_CHECKS = ("--no-shellcheck", "--strict")


def plain_validation(words: Sequence[str]) -> PlainValidation | None:
    """Return what `validate` is called with; None for another call."""
    report, paths, flags = "text", [], set()
    for word in words:
        if word.startswith("--report="):
            report = word.removeprefix("--report=")
        elif word in _CHECKS:
            flags.add(word)
        elif _is_plain(word):
            paths.append(Path(word))
        else:
            return None
    return PlainValidation(tuple(paths), report, frozenset(flags))


def _is_plain(word: str) -> bool:
    return word != "" and word[0] != "-" and _PATTERN.isdisjoint(word)


def _choices(options: dict[str, str], flags: set[str]) -> "Choices | None":
    if "--to" not in options:
        return None
    from ciconv.cli.choices import Choices, flake_kind
    from ciconv.cli.outcome import WrongUse
    from ciconv.cli.values import Pin, Report

    try:
        return Choices(
            to=options["--to"],
            origin=options.get("--from"),
            output=Path(options["-o"]) if "-o" in options else None,
            check="--check" in flags,
            strict="--strict" in flags,
            report=Report(options.get("--report", Report.TEXT)),
            force="--force" in flags,
            flake=flake_kind(flake="--flake" in flags, flake_parts="--flake-parts" in flags),
            pin=Pin(options.get("--pin", Pin.MAJOR)),
        )
    except (ValueError, WrongUse):
        return None
