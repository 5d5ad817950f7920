"""Where the steps of a job run: other systems have the repository where steps begin.

CircleCI checks it out wherever a step says, and steps may begin in a folder of it.
https://circleci.com/docs/reference/configuration-reference/#checkout
"""

import posixpath
import re

from msgspec import Struct

from ciconv.converters.circleci.scalars import HOME, join_text
from ciconv.ir.expression import Literal, Template, constant
from ciconv.ir.node import replace

_OWN_HOME = re.compile(r"^(?:/home/circleci|\$HOME|\$\{HOME\})(?=/|$)")  # of CircleCI's images


class Place(Struct, frozen=True, kw_only=True):
    """`root`: the folder with the repository; `inside`: the one below it where steps begin."""

    root: str = HOME
    inside: str = ""

    def at(self, path: Template) -> Template:
        """Return a path as it is seen from the folder with the repository."""
        first = path.parts[0] if path.parts else None
        said = constant(path)
        begin = constant(first) if isinstance(first, Literal) else None
        if said is None:
            if not self.inside or (begin or "").startswith(("/", "~")):
                return path
            lead = Literal(value=f"{self.inside}/", span=path.span)
            return replace(path, parts=join_text((lead, *path.parts)).parts)
        clean = self._below(said)
        if clean == said or not clean:
            return path
        return replace(path, parts=(Literal(value=clean, span=path.span),))

    def _below(self, said: str) -> str:
        whole = plain(said)
        if whole.startswith(("/", "~")):
            if whole != self.root and not whole.startswith(f"{self.root}/"):
                return said
            rest = whole[len(self.root) :].lstrip("/")
            return rest + "/" if rest and said.endswith("/") else rest or "."
        if not self.inside:
            return re.sub(r"^(\./)+(?=.)", "", said)
        joined = posixpath.normpath(posixpath.join(self.inside, said))
        return joined + "/" if said.endswith("/") and joined != "." else joined


def place_of(folder: str, checkout: str | None) -> Place:
    """Return where steps run that begin in a folder, of a repository that is checked out.

    `checkout`: the path that a step says, None for the folder itself.
    """
    start = plain(folder)
    root = start if checkout is None else plain(checkout)
    if not root.startswith(("/", "~")):
        root = posixpath.normpath(posixpath.join(start, root))
    if start.startswith(f"{root}/"):
        return Place(root=root, inside=start[len(root) + 1 :])
    return Place(root=start)


def plain(path: str) -> str:
    """Return a path without what says nothing; the home folder is `~`."""
    return posixpath.normpath(_OWN_HOME.sub("~", path.strip()))
