"""A tool of the catalog: one reusable step, what each format calls it and what stands in for it.

The fields are the keys of a table `tools/<name>.toml`; docs/how-to/map-a-tool.md explains them.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

Default: TypeAlias = str | tuple[str, ...]  # a text, or the path of a canonical name

_CANONICAL = re.compile(r"[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*")
_COMMIT = re.compile(r"[0-9a-f]{40}")


class Kind(StrEnum):
    """Which step of the IR a tool becomes; for all but USE the inputs are that class's fields."""

    USE = "use"
    CHECKOUT = "checkout"
    CACHE = "cache"  # RestoreCache with `save`
    RESTORE_CACHE = "restore-cache"
    SAVE_CACHE = "save-cache"
    UPLOAD_ARTIFACT = "upload-artifact"
    DOWNLOAD_ARTIFACT = "download-artifact"


class SourceColumn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tool as the reusable step of a system: what it is called there, and its inputs."""

    uses: str  # its name there
    aliases: tuple[str, ...] = ()  # steps with the same inputs, outputs and behaviour
    ref: str | None = None  # canonical input that `@…` gives, where it is no version of the step
    plain_refs: tuple[str, ...] = ()  # with `ref`: names that are versions after all
    inputs: Mapping[str, str] = {}  # its input → canonical input
    others: tuple[str, ...] = ()  # further inputs: canonical under their own name
    outputs: tuple[str, ...] = ()  # canonical under the same name
    numbers: tuple[str, ...] = ()  # canonical inputs whose values are names with a version in them
    variables: tuple[str, ...] = ()  # canonical inputs that may be the name of a variable
    given: Mapping[str, Default] = {}  # canonical inputs it always has, and their values
    when: Mapping[str, Mapping[str, str]] = {}  # its input → value → status function it runs by

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which it is used, in lower case."""
        return tuple(name.lower() for name in (self.uses, *self.aliases))

    def canonical_input(self, name: str) -> str | None:
        """Return the canonical input an input is; its case is ignored."""
        wanted = name.lower()
        for native, canonical in self.inputs.items():
            if native.lower() == wanted:
                return canonical
        return next((other for other in self.others if other.lower() == wanted), None)

    def native_input(self, canonical: str) -> str | None:
        """Return its name of a canonical input."""
        for native, known in self.inputs.items():
            if known == canonical:
                return native
        return canonical if canonical in self.others else None

    def ref_value(self, version: str | None) -> str | None:
        """Return what the part behind `@` says for the input `ref`, None when it says nothing."""
        if self.ref is None or not version or version in self.plain_refs:
            return None
        return None if _COMMIT.fullmatch(version) else version


class ActionColumn(SourceColumn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tool as an action of GitHub's marketplace: `uses` is owner/repository[/path]."""

    major: str  # a current major version that exists
    version: str | None = None  # a release of that major
    sha: str | None = None  # the commit of that release
    before: str | None = None  # the tool whose action hands it the other inputs
    environment: str | None = None  # that its job has to have
    setting: str = ""  # what has to be switched on for it, in one sentence


class VersionRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the version a user asks for picks a package."""

    part: str = "exact"  # major 20.1 → 20, minor 3.12 → 312, minor_ 1.22 → 1_22, exact
    known: tuple[str, ...] = ()  # versions there are today, as `part` writes them, oldest first
    default: str  # known or attribute, when none is asked for, or one that is not there
    input: str = "version"
    file: str | None = None  # canonical input that names a file with the version in it
    named: str = ""  # what .tool-versions calls the tool
    attributes: Mapping[str, str] = {}  # `lts/*`, `stable` … in lower case → known or attribute
    absent: tuple[str, ...] = ()  # attributes that the templates make up but nobody has


class TokenRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The identity token that a job shows to a service, where a job has to ask for it by a key."""

    variable: str  # that the script, or a program of it, finds the token in; `{AUDIENCE}_ID_TOKEN`
    audience: str  # whom it is for
    input: str = ""  # canonical input that says another audience, or picks one
    audiences: Mapping[str, str] = {}  # value of that input → audience; any other one: no token
    asked: str = ""  # canonical input without which none is needed
    unless: tuple[str, ...] = ()  # canonical inputs with which none is needed
    allowed: bool = False  # only jobs that may ask GitHub for one need it


class Column(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in for a tool in one format; exactly one of the five ways is set.

    The ways: packages alone, a script, a keyword, nothing and unsupported (each with the reason).
    """

    like: str | None = None  # another column, whose script and inputs hold where nothing is said
    image: str | None = (
        None  # that has the tool, for a job that needs no other one: `node:{version}`
    )
    services: tuple[str, ...] = ()  # images that have to run beside that one
    env: Mapping[str, str] = {}  # variables of a job in that image
    first: str = ""  # the script that makes that image fit for the scripts of users
    programs: tuple[str, ...] = ()  # for this and all later steps, by mise: `node@{version}`
    then: str = ""  # lines behind the installation of the programs
    packages: tuple[str, ...] = ()  # attributes of nixpkgs for this and all later steps of the job
    listed: str | None = None  # canonical input that lists programs; packages.toml knows them
    commands: tuple[tuple[str, ...], ...] = ()  # what the script is for usual inputs, in few words
    directory: str = ""  # canonical input with the folder the commands run in
    script: str | None = None  # for `bash -e`; its input x-y is "$INPUT_X_Y"
    anywhere: bool = False  # the script needs a shell and curl alone: any image will do
    script_for: tuple[str, ...] = ()  # inputs it is about: without any, the packages will do
    deps: tuple[str, ...] = ()  # attributes of nixpkgs for the script alone
    token: TokenRule | None = None  # that the job has to have
    keyword: str | None = None  # the key of a job that the writer of the format has for it
    nothing: str | None = None  # why no step is needed
    unsupported: str | None = None  # why there is no way: the step becomes a failing placeholder
    version: VersionRule | None = None
    variant: str | None = None  # canonical input that picks other packages
    variants: Mapping[str, tuple[str, ...]] = {}
    handles: tuple[str, ...] = ()  # canonical inputs the column honours
    ignored: Mapping[str, str] = {}  # canonical input → why it is left out, or what differs
    defaults: Mapping[str, Default] = {}  # of handled inputs that are not given
    outputs: tuple[str, ...] = ()  # outputs the script sets
    note: str = ""  # what the column does, in one sentence
    differs: str = ""  # what behaves differently; empty: nothing

    @property
    def picks(self) -> tuple[str, ...]:
        """The canonical inputs that decide on packages."""
        rule = self.version
        names = (self.listed, self.variant, rule and rule.input, rule and rule.file)
        return tuple(name for name in names if name)


class Kept(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files that a tool itself keeps between runs: a cache, without a step of its own."""

    input: str = ""  # canonical input that asks for it; empty: nobody has to
    value: str = "true"  # what it says then
    name: str  # the beginning of the cache's key
    paths: tuple[str, ...]
    files: tuple[str, ...]  # the key has the content of the first of them that there is
    files_input: str = ""  # canonical input that names others


class Tool(Struct, frozen=True, kw_only=True):
    """One reusable step of the world's CI systems."""

    name: str
    title: str
    kind: Kind = Kind.USE
    inputs: Mapping[str, str] = {}  # canonical input → its meaning
    defaults: Mapping[str, Default] = {}  # what holds for an input that is not given
    permissions: Mapping[str, str] = {}  # what the token of its job has to be allowed on GitHub
    keeps: tuple[Kept, ...] = ()
    github: ActionColumn | None = None
    orb: SourceColumn | None = None  # a command of an orb: `circleci/node/install`
    plugin: SourceColumn | None = None  # a step of a plug-in of Jenkins
    targets: Mapping[str, Column] = {}  # by format; `shell` is for those whose steps are scripts

    def column(self, format: str) -> Column | None:
        """Return what stands in for the tool in a format; scripts do so on GitHub, too."""
        own, shell = self.targets.get(format), self.targets.get("shell")
        is_script = format in SHELLS or format == "github"
        needs_nothing = shell is not None and shell.nothing is not None
        return own or (shell if is_script or needs_nothing else None)

    def source(self, format: str) -> SourceColumn | None:
        """Return what the tool is as a reusable step of a format."""
        return {"github": self.github, "circleci": self.orb, "jenkins": self.plugin}.get(format)


class _Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file of a tool."""

    title: str
    kind: Kind = Kind.USE
    inputs: Mapping[str, str] = {}
    defaults: Mapping[str, Default] = {}
    permissions: Mapping[str, str] = {}
    keeps: tuple[Kept, ...] = ()
    github: ActionColumn | None = None
    orb: SourceColumn | None = None
    plugin: SourceColumn | None = None
    gitlab: Column | None = None
    circleci: Column | None = None
    jenkins: Column | None = None
    nixactions: Column | None = None
    shell: Column | None = None


SHELLS = frozenset(("gitlab", "circleci", "jenkins"))
_TARGETS = ("gitlab", "circleci", "jenkins", "nixactions", "shell")
_LIKE = (
    "commands",
    "directory",
    "script",
    "script_for",
    "handles",
    "defaults",
    "outputs",
    "note",
    "differs",
)


def load(name: str, text: str) -> Tool:
    """Return the tool a text describes; ValueError says what is wrong with it."""
    import tomllib

    return made(name, tomllib.loads(text))


def made(name: str, data: Any) -> Tool:
    """Return the tool a table describes; ValueError says what is wrong with the table."""
    try:
        table = msgspec.convert(data, _Table)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
    columns = {format: getattr(table, format) for format in _TARGETS}
    tool = Tool(
        name=name,
        title=table.title,
        kind=table.kind,
        inputs=table.inputs,
        defaults=table.defaults,
        permissions=table.permissions,
        keeps=table.keeps,
        github=table.github,
        orb=table.orb,
        plugin=table.plugin,
        targets={
            format: _complete(column, columns)
            for format, column in columns.items()
            if column is not None
        },
    )
    _check(tool)
    return tool


def _complete(column: Column, columns: Mapping[str, Column | None]) -> Column:
    """A column with what it takes from another one."""
    if column.like is None:
        return column
    other = columns.get(column.like)
    if other is None or other is column or (other.like is not None and other.like != "nixactions"):
        raise ValueError(f"there is no column {column.like!r} to be like")
    other = _complete(other, columns)
    taken = {key: getattr(column, key) or getattr(other, key) for key in _LIKE}
    ignored = {**other.ignored, **column.ignored}
    taken["handles"] = tuple(one for one in taken["handles"] if one not in column.ignored)
    return replace(column, ignored=ignored, **taken)


def _check(tool: Tool) -> None:
    """Raise ValueError for what the types cannot say."""
    known = set(tool.inputs)
    for name in known:
        if not _CANONICAL.fullmatch(name):
            raise ValueError(f"canonical input {name!r} is no name")
    sources = [one for one in (tool.github, tool.orb, tool.plugin) if one is not None]
    for source in sources:
        _check_source(source, known)
    known |= {name for source in sources for name in source.others}
    for name in (name for kept in tool.keeps for name in (kept.input, kept.files_input)):
        if name and name not in known:
            raise ValueError(f"what it keeps is asked for by {name!r}, which is no input of it")
    for format, column in tool.targets.items():
        _check_column(format, column, known)


def _check_source(action: SourceColumn, known: set[str]) -> None:
    if isinstance(action, ActionColumn):
        if not re.fullmatch(r"[\w.-]+(/[\w.-]+)+|docker://\S+", action.uses):
            raise ValueError(f"{action.uses!r} is not the name of an action")
        _check_pin(action)
    for native, canonical in action.inputs.items():
        if canonical not in known:
            raise ValueError(
                f"input {native!r} of {action.uses!r} means {canonical!r}, which is not in inputs"
            )
    twice = {name.lower() for name in action.others} & {name.lower() for name in action.inputs}
    if twice:
        raise ValueError(f"input {min(twice)!r} of {action.uses!r} stands in inputs and in others")
    if action.ref is not None and action.ref not in known:
        raise ValueError(f"ref means {action.ref!r}, which is not in inputs")


def _check_pin(action: ActionColumn) -> None:
    if action.sha is None and action.version is None:
        return
    if not _COMMIT.fullmatch(action.sha or ""):
        raise ValueError(f"github sha {action.sha!r} is no commit")
    release = (action.version or "").removeprefix("v")
    if not f"{release}.".startswith(f"{action.major.removeprefix('v')}."):
        raise ValueError(f"github version {action.version!r} is no release of {action.major!r}")


def _check_column(format: str, column: Column, known: set[str]) -> None:
    ways = (
        column.script is not None,
        column.keyword is not None,
        column.nothing is not None,
        column.unsupported is not None,
        column.script is None
        and bool(column.packages or column.listed or column.image or column.programs),
    )
    if sum(ways) != 1:
        raise ValueError(f"{format} needs one of packages, script, keyword, nothing, unsupported")
    for name in (*column.handles, *column.ignored, *column.defaults, *column.script_for):
        if name not in known:
            raise ValueError(f"{format} speaks of input {name!r}, which the tool does not have")
    rule = column.token
    asked = () if rule is None else (rule.input, rule.asked, *rule.unless)
    for name in asked:
        if name and name not in known:
            raise ValueError(f"{format} asks for a token by {name!r}, which the tool does not have")
    both = set(column.handles) & set(column.ignored)
    if both:
        raise ValueError(f"{format} both handles and ignores input {min(both)!r}")
    _check_packages(format, column)


def _check_packages(format: str, column: Column) -> None:
    for name in column.picks:
        if name not in column.handles:
            raise ValueError(f"{format} picks packages by input {name!r}, which it does not handle")
    groups = (column.packages, column.programs, *column.variants.values())
    if column.version is None and any("{version}" in one for group in groups for one in group):
        raise ValueError(f"{format} has a package with '{{version}}' and no version rule")
