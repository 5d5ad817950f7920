"""What a format is: a card with its name, the files it lives in, its profile and two functions."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from ciconv.context import Context
from ciconv.ir.pipeline import Project
from ciconv.profile import Profile
from ciconv.source import Workspace

Files: TypeAlias = tuple[tuple[str, str], ...]  # repository-relative path and text, in order
Reader: TypeAlias = Callable[[Workspace, tuple[str, ...], Context], Project]
Writer: TypeAlias = Callable[[Project, Context], Files]


class Format(Struct, frozen=True, kw_only=True):
    """The card of a format. `read` or `write` is None where that direction does not exist yet.

    `mark`: a word that tells a pipeline from other files of the same paths.
    """

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()  # glob patterns of the files that are pipelines of this format
    mark: str = ""
    profile: Profile
    read: Reader | None = None
    write: Writer | None = None
