"""The options of a conversion, as the command line gives them."""

from pathlib import Path

from msgspec import Struct

from ciconv.cli.outcome import WrongUse
from ciconv.cli.values import Pin, Report


class Choices(Struct, frozen=True, kw_only=True):
    """The options of one call."""

    to: str  # a format, or `ir`
    origin: str | None = None
    output: Path | None = None
    check: bool = False
    strict: bool = False
    report: Report = Report.TEXT
    force: bool = False
    flake: str | None = None
    pin: Pin = Pin.MAJOR
    include_root: str | None = None  # in the repository
    online: bool | None = None  # fetch what is included; False: from the cache alone


def flake_kind(*, flake: bool, flake_parts: bool) -> str | None:
    """Return the value of Options.flake; WrongUse when both are asked for."""
    if flake and flake_parts:
        raise WrongUse("choose one of --flake and --flake-parts")
    return "flake" if flake else "flake-parts" if flake_parts else None
