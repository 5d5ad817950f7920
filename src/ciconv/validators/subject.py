"""What rules look at: the pipelines of one format, as they were read and as they were written."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from msgspec import Struct

from ciconv.context import Context
from ciconv.diagnostics import Diagnostics
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.source import Workspace
from ciconv.syntax.node import Mapping, Node

_T = TypeVar("_T")
_TEST_DATA = frozenset(
    ("test", "tests", "__tests__", "testdata", "test-data", "fixtures", "node_modules", "vendor")
)


class Subject(Struct, frozen=True, kw_only=True, dict=True):
    """One run of the rules. What several rules need is worked out once, by `once`."""

    format: str
    project: Project
    roots: tuple[tuple[str, Node], ...]  # the files by path, as trees (none of a Jenkinsfile)
    context: Context
    asked: tuple[str, ...] = ()  # the paths of the pipelines that were read
    asks_schema: bool = True  # whether the JSON schemas of the systems count
    targets: tuple[str, ...] = ()  # formats that the pipelines are to be portable to
    allowed_actions: tuple[str, ...] = ()  # by the settings; empty: all
    forbidden_actions: tuple[str, ...] = ()

    def once(self, key: str, make: Callable[[], _T]) -> _T:
        """Return what `make` gives, made once under this key."""
        if key not in self.__dict__:
            self.__dict__[key] = make()
        found: _T = self.__dict__[key]
        return found

    def mappings(self) -> Iterator[tuple[str, Mapping]]:
        """Yield the files whose root is a mapping."""
        for path, root in self.roots:
            if isinstance(root, Mapping):
                yield path, root

    def document(self, path: str) -> Node | None:
        """Return the root of another YAML file of the repository, None where there is none."""
        from ciconv.syntax import yaml  # what is wrong with it is for somebody else to say

        source = self.context.workspace.readable(path)
        documents = () if source is None else yaml.parse(source, Diagnostics())
        return documents[0].root if documents else None

    def paths(self) -> tuple[str, ...]:
        """Return the paths of the repository (bounded), sorted."""
        return self.once("_paths", self.context.workspace.paths)

    def pipelines(self) -> tuple[Pipeline, ...]:
        """Return the pipelines."""
        return self.project.pipelines


def is_action(path: str) -> bool:
    """Return whether a file is that of an action of GitHub."""
    return path.rpartition("/")[2] in ("action.yml", "action.yaml")


def own_actions_of(workspace: Workspace) -> tuple[str, ...]:
    """Return the files of actions that are asked for, or those of a repository, no test data."""
    if workspace.focus:
        return tuple(filter(is_action, workspace.focus))
    return tuple(
        path
        for path in filter(is_action, workspace.paths())
        if _TEST_DATA.isdisjoint(path.lower().split("/"))
    )
