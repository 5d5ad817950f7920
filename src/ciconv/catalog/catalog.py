"""The catalog: tools, names, functions, runners and packages, each table read when it is asked."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from ciconv.catalog.tool import ActionColumn as ActionColumn
from ciconv.catalog.tool import Column as Column
from ciconv.catalog.tool import Kind as Kind
from ciconv.catalog.tool import SourceColumn as SourceColumn
from ciconv.catalog.tool import Tool as Tool
from ciconv.catalog.tool import VersionRule as VersionRule
from ciconv.catalog.tool import load, made
from ciconv.source import FolderLoader, Source, UnreadableFile, Workspace

USER_FOLDER = ".ciconv/catalog"
MAX_USER_TABLES = 500

FOLDER = Path(__file__).parent
COMPILED = ("names", "runners")  # tables that nearly every run reads
COMPILED_TOOLS = (
    *("cache", "checkout", "codeql-analyze", "codeql-init", "docker-build-push", "docker-login"),
    *("docker-setup-buildx", "download-artifact", "github-script", "setup-go", "setup-java"),
    *("setup-node", "setup-python", "setup-uv", "upload-artifact"),
)
_T = TypeVar("_T")
_Index: TypeAlias = dict[str, dict[str, str]]  # format → name of an action → name of the tool


class Problem(Struct, frozen=True):
    """A table of the user that cannot be used, and why."""

    path: str
    message: str


class Near(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name of another format that is not the same for every event, and how it differs."""

    name: str
    differs: str
    only: tuple[str, ...] = ()  # kinds of events it differs for; empty: for all
    words: Mapping[str, str] = {}  # GitHub's word for a value → the format's


class Name(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One predefined name and its spelling where a format has the very same value."""

    github: str | None = None
    github_env: str | None = None  # the environment variable of GitHub's runner
    gitlab: str | None = None
    circleci: str | None = None
    jenkins: str | None = None
    nixactions: str | None = None  # an environment variable
    near: Mapping[str, Near] = {}
    setting: str | None = None  # a variable to create where the system does not provide it
    shell: Mapping[str, str] = {}  # format → what a shell makes of its variables, in double quotes


class Function(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A function of expressions, under GitHub's name."""

    name: str
    minimum: int
    maximum: int | None  # None: any number
    result: str  # string, number, boolean or any
    odd: bool = False  # the number of arguments must be odd
    status: bool = False  # asks how earlier steps or jobs went
    keys: tuple[str, ...] = ()  # workflow keys it is allowed in; empty: all with expressions


class RunnerInfo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The machine behind a label."""

    os: str  # linux, macos or windows
    arch: str | None = None  # x64 or arm64; None: not known
    size: str | None = None
    version: str | None = None  # of the operating system
    hosted: bool = True  # by the vendor
    retired: bool = False  # the vendor runs no such machine any more


class Catalog(Struct, frozen=True, dict=True):
    """All tables. Tables of the user come before ours and replace them."""

    user: tuple[Source, ...] = ()  # texts of .ciconv/catalog/*.toml
    unreadable: tuple[Problem, ...] = ()

    @classmethod
    @cache
    def builtin(cls) -> "Catalog":
        """Return the catalog without tables of a user: always the same, as its tables are."""
        return cls()

    @classmethod
    def of(cls, workspace: Workspace) -> "Catalog":
        """Return the catalog with the tables of a repository in front of ours."""
        found = tuple(_user_tables(workspace))
        if not found:
            return cls.builtin()
        return cls(
            tuple(one for one in found if isinstance(one, Source)),
            tuple(one for one in found if isinstance(one, Problem)),
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the user's tables; they count as absent."""
        self._user_tools()
        broken: list[Problem] = self.__dict__["_problems"]
        return (*self.unreadable, *broken)

    def tool_for(self, format: str, name: str) -> Tool | None:
        """Return the tool a format calls so: `('github', 'actions/setup-node')`, in any case."""
        wanted = name.lower()
        for tool in self._user_tools().values():
            source = tool.source(format)
            if source is not None and wanted in source.names:
                return tool
        found = self._actions().get(format, {}).get(wanted)
        return None if found is None else self.tool(found)

    def tool(self, name: str) -> Tool | None:
        """Return a tool by its canonical name."""
        own = self._user_tools()
        if name in own:
            return own[name]
        cache: dict[str, Tool | None] = self.__dict__.setdefault("_tools", {})
        if name in COMPILED_TOOLS and name not in cache:
            cache[name] = made(name, self._compiled().tools[name])
        if name not in cache:
            file = FOLDER / "tools" / f"{name}.toml"
            is_name = file.parent == FOLDER / "tools" and "\0" not in name
            text = file.read_text("utf-8") if is_name and file.is_file() else None
            cache[name] = None if text is None else load(name, text)
        return cache[name]

    def canonical_name(self, format: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the canonical path of a predefined name, `('github', 'sha')`, in any case."""
        cache: dict[str, dict[tuple[str, ...], tuple[str, ...]]]
        cache = self.__dict__.setdefault("_canonical", {})
        if format not in cache:
            cache[format] = {
                tuple(native.lower().split(".")): canonical
                for canonical, name in self.names().items()
                if (native := getattr(name, format, None)) is not None
            }
        return cache[format].get(tuple(part.lower() for part in path))

    def native_name(self, format: str, canonical: tuple[str, ...]) -> str | None:
        """Return how a format writes a canonical name; for `nixactions` a variable's name."""
        name = self.names().get(canonical)
        native: str | None = None if name is None else getattr(name, format, None)
        return native

    def names(self) -> Mapping[tuple[str, ...], Name]:
        """Return all predefined names by canonical path."""
        return self._cached(
            "_names",
            lambda: {
                tuple(key.split(".")): msgspec.convert(value, Name)
                for key, value in self._table("names").items()
            },
        )

    def function(self, name: str) -> Function | None:
        """Return a function of expressions; GitHub ignores the case of its name."""
        functions = self._cached(
            "_functions",
            lambda: {
                key.lower(): msgspec.convert({"name": key, "maximum": None, **value}, Function)
                for key, value in self._table("functions").items()
            },
        )
        return functions.get(name.lower())

    def runner(self, label: str) -> RunnerInfo | None:
        """Return the machine behind a runner's label, in any case."""
        runners = self._cached(
            "_runners",
            lambda: msgspec.convert(self._table("runners")["runners"], dict[str, RunnerInfo]),
        )
        return runners.get(label.lower())

    def package(self, program: str) -> str | None:
        """Return the attribute of nixpkgs that has a program."""
        found: str | None = self._table("packages")["programs"].get(program.lower())
        return found

    def _actions(self) -> _Index:
        # Made by a program, so it may be JSON, which is read a hundred times as fast.
        return self._cached("_index", lambda: msgspec.json.decode(_read("index.json"), type=_Index))

    def _table(self, name: str) -> dict[str, Any]:
        if name in COMPILED:
            return self._compiled().tables[name]
        return self._cached(f"_table_{name}", lambda: _read_table(name))

    def _compiled(self) -> "_Compiled":
        return self._cached(
            "_compiled_tables", lambda: msgspec.json.decode(_read("tables.json"), type=_Compiled)
        )

    def _user_tools(self) -> dict[str, Tool]:
        return self._cached("_own_tools", self._load_user_tools)

    def _load_user_tools(self) -> dict[str, Tool]:
        problems: list[Problem] = []
        tools: dict[str, Tool] = {}
        for source in self.user:
            name = source.path.rpartition("/")[2].removesuffix(".toml")
            try:
                tools[name] = load(name, source.text)
            except (ValueError, RecursionError) as error:
                problems.append(Problem(source.path, str(error)))
        self.__dict__["_problems"] = problems
        return tools

    def _cached(self, key: str, make: Callable[[], _T]) -> _T:
        if key not in self.__dict__:
            self.__dict__[key] = make()
        value: _T = self.__dict__[key]
        return value


class _Compiled(Struct, frozen=True):
    """What tables.json holds."""

    tables: dict[str, dict[str, Any]]
    tools: dict[str, dict[str, Any]]


def _read_table(name: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(_read(f"{name}.toml"))


def _read(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def _user_tables(workspace: Workspace) -> Iterator[Source | Problem]:
    for path in _user_paths(workspace)[:MAX_USER_TABLES]:
        try:
            source = workspace.read(path)
        except UnreadableFile as error:
            yield Problem(path, str(error))
        else:
            if source is not None:
                yield source


def _user_paths(workspace: Workspace) -> tuple[str, ...]:
    loader = workspace.loader
    if isinstance(loader, FolderLoader):  # spares a walk through the whole repository
        files = sorted((loader.root / USER_FOLDER).glob("*.toml"))
        return tuple(f"{USER_FOLDER}/{file.name}" for file in files)
    folder = f"{USER_FOLDER}/"
    return tuple(
        path
        for path in workspace.paths()
        if path.startswith(folder) and path.endswith(".toml") and "/" not in path[len(folder) :]
    )


def compiled() -> str:
    """Return the text of tables.json: the tables that nearly every run reads, of tools as well.

    JSON is read a hundred times as fast. `pytest tests/catalog --update-golden` writes it anew.
    """
    tools = {name: _read_table(f"tools/{name}") for name in COMPILED_TOOLS}
    whole = _Compiled({name: _read_table(name) for name in COMPILED}, tools)
    return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode() + "\n"


def index(tools: Iterable[Tool]) -> str:
    """Return the text of index.json: which tool stands behind which reusable step.

    `pytest tests/catalog --update-golden` writes it anew.
    """
    known = list(tools)
    parts = []
    for format in ("github", "circleci", "jenkins"):
        names = sorted(
            (name, tool.name)
            for tool in known
            if (source := tool.source(format)) is not None
            for name in source.names
        )
        lines = ",\n".join(f'    "{name}": "{tool}"' for name, tool in names)
        parts.append(f'  "{format}": {{\n{lines}\n  }}')
    return "{\n" + ",\n".join(parts) + "\n}\n"
