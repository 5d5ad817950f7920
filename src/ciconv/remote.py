"""Files that are in no repository at hand: how readers ask for them, and where answers are kept.

Readers name a file in the words of its system, and get its text from what a workspace was given
(`Workspace.remote`); how it is had is the business of `ciconv.fetch` alone.
"""

import os
import sys
from pathlib import Path
from typing import Protocol

from msgspec import Struct


class WebFile(Struct, frozen=True):
    """A file at an address, such as GitLab's `include: remote`."""

    url: str

    def __str__(self) -> str:
        return self.url


class GitLabFile(Struct, frozen=True):
    """A file of a GitLab project. Without `host` it is the instance's; without `ref` HEAD's."""

    project: str
    path: str
    ref: str = ""
    host: str = ""

    def __str__(self) -> str:
        return f"{self.host}/{self.project}/-/{self.ref or 'HEAD'}/{self.path}".lstrip("/")


class GitLabComponent(Struct, frozen=True):
    """A component: `version` is a tag, a branch, a commit, `~latest`, or the front of a version."""

    project: str
    name: str
    version: str
    host: str = ""

    def __str__(self) -> str:
        return f"{self.host}/{self.project}/{self.name}@{self.version}".lstrip("/")


class Orb(Struct, frozen=True):
    """An orb of CircleCI's registry: `namespace/name`, and a version or the front of one."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


Address = WebFile | GitLabFile | GitLabComponent | Orb


class Answer(Struct, frozen=True):
    """The text of a file. `origin` is what other files of the same place are asked for with."""

    text: str
    origin: Address
    stale: bool = False  # the server did not answer, and this is older than answers are kept


class Unreachable(Exception):
    """A file that could not be had; the message says why, and holds no secret."""


class Remote(Protocol):
    """What has files that are in no repository at hand."""

    def ask(self, address: Address) -> Answer:
        """Return a file; raise Unreachable where there is none."""


def cache_folder() -> Path:
    """Return the folder where answers are kept, as is usual on the system; it may not be there.

    `CICONV_CACHE_DIR` puts it elsewhere.
    """
    chosen = os.environ.get("CICONV_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "ciconv" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ciconv"
    usual = os.environ.get("XDG_CACHE_HOME", "")
    # the rule: a relative one is to be ignored
    root = Path(usual) if os.path.isabs(usual) else Path.home() / ".cache"
    return root / "ciconv"


def schema_file(format: str) -> Path:
    """Return where a JSON schema that was fetched (`ciconv update`) is kept, if there is one."""
    return cache_folder() / "schemas" / f"{format}.json"
