"""`ciconv A-to-B`: `convert` with both ends set, for every two systems."""

from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any

from ciconv.cli.convert import convert
from ciconv.cli.router import PAIRS


def commands() -> Iterator[tuple[str, Callable[..., None]]]:
    """Yield the name of each pair, and `convert` without the options for its ends."""
    whole = signature(convert)
    others = [one for name, one in whole.parameters.items() if name not in ("to", "origin")]
    for name, (origin, target) in PAIRS.items():
        command = _between(origin, target)
        command.__signature__ = whole.replace(parameters=others)  # type: ignore[attr-defined]
        command.__annotations__ = {one.name: one.annotation for one in others}
        yield name, command


def _between(origin: str, target: str) -> Callable[..., None]:
    def command(**given: Any) -> None:
        convert(**given, origin=origin, to=target)

    command.__doc__ = f"Convert {origin} to {target}."
    return command
