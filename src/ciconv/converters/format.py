"""What a format is: a card with its name, the files it lives in, its profile and two functions."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeAlias

from msgspec import Struct

from ciconv.context import Context
from ciconv.ir.pipeline import Project
from ciconv.profile import Profile
from ciconv.source import Workspace

Files: TypeAlias = tuple[tuple[str, str], ...]  # repository-relative path and text, in order
Reader: TypeAlias = Callable[[Workspace, tuple[str, ...], Context], Project]
Writer: TypeAlias = Callable[[Project, Context], Files]


def late(module: str, name: str) -> Callable[..., Any]:
    """Return a function that loads the one of that name when it is first called.

    A card is read whenever formats are looked through; the code behind it only when it is used.
    """

    def call(*given: Any) -> Any:
        return getattr(import_module(module), name)(*given)

    return call


class Format(Struct, frozen=True, kw_only=True):
    """The card of a format. `read` or `write` is None where that direction does not exist yet.

    `mark`: a word that tells a pipeline from other files of the same paths. `signs`: regular
    expressions that are all found in the text of a pipeline, wherever it stands.
    """

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()  # glob patterns of the files that are pipelines of this format
    mark: str = ""
    signs: tuple[str, ...] = ()
    profile: Profile
    read: Reader | None = None
    write: Writer | None = None
