"""Steps: what a job does, one after the other."""

from collections.abc import Iterable
from typing import TypeVar

from ciconv.ir.expression import Expr, Template, constant
from ciconv.ir.node import Node, replace
from ciconv.syntax.node import Node as Tree

S = TypeVar("S", bound="Step")


class EnvVar(Node, frozen=True, kw_only=True, eq=False):
    """One environment variable."""

    name: str
    value: Template


def env_within(outer: Iterable[EnvVar], inner: tuple[EnvVar, ...]) -> tuple[EnvVar, ...]:
    """Return the variables of a place with those from around it, which its own ones replace."""
    own = {one.name for one in inner}
    return (*(one for one in outer if one.name not in own), *inner)


def without_env(step: S, env: tuple[EnvVar, ...]) -> S:
    """Return a step without some of its variables."""
    return replace(step, env=tuple(one for one in step.env if one not in env)) if env else step


class Argument(Node, frozen=True, kw_only=True, eq=False):
    """One named value handed to an action, an orb command or a called pipeline."""

    name: str
    value: Template


class Extra(Node, frozen=True, kw_only=True, eq=False):
    """A key one format alone knows, kept as it is written: exact on the way back."""

    format: str
    key: str
    value: Tree
    known: bool = True  # False: nobody knows the key, which was said when it was read
    matters: bool = True  # False: it changes only what is shown to people


class ActionRef(Node, frozen=True, kw_only=True, eq=False):
    """A reusable step of one format's market: `actions/checkout@v4`, an orb's command, a plugin.

    `name` is without version and path; `written` is the whole reference as the source has it.
    """

    format: str
    name: str
    version: str | None = None
    path: str | None = None
    written: str = ""

    @property
    def whole_name(self) -> str:
        """The name with the folder of its repository, if it stands in one."""
        return self.name if self.path is None else f"{self.name}/{self.path}"


class Retry(Node, frozen=True, kw_only=True, eq=False):
    """How often something is tried in all."""

    attempts: int


class Step(Node, frozen=True, kw_only=True, eq=False):
    """What all steps have. No condition: the step runs while everything before it went well."""

    id: str | None = None
    name: Template | None = None
    condition: Expr | None = None
    env: tuple[EnvVar, ...] = ()
    directory: Template | None = None
    may_fail: Expr | None = None  # the job goes on, and succeeds, when this is true
    timeout: Expr | None = None  # minutes
    retry: Retry | None = None
    background: bool = False
    extras: tuple[Extra, ...] = ()


class Run(Step, frozen=True, kw_only=True, eq=False):
    """A script for a shell. The script is never changed, but for the expressions in it."""

    script: Template
    shell: Template | None = None  # the source's word; None: the system's default
    packages: tuple[str, ...] = ()  # of nixpkgs, that a pass knows the script to need
    tool: str | None = None  # the tool of the catalog whose script it is


class Use(Step, frozen=True, kw_only=True, eq=False):
    """A reusable step. `tool` is its canonical name once catalog/ knew it, else None."""

    ref: ActionRef
    tool: str | None = None
    arguments: tuple[Argument, ...] = ()


class Checkout(Step, frozen=True, kw_only=True, eq=False):
    """Brings the repository's files into the workspace. `arguments` have canonical names."""

    arguments: tuple[Argument, ...] = ()  # repository ref path depth submodules lfs token clean …
    ref: ActionRef | None = None


class RestoreCache(Step, frozen=True, kw_only=True, eq=False):
    """Brings files back that an earlier run saved under the key; `save`: and saves at the end."""

    key: Template
    fallbacks: Template | None = None  # prefixes, one a line
    paths: Template | None = None  # one a line
    save: bool = False
    arguments: tuple[Argument, ...] = ()
    ref: ActionRef | None = None


class SaveCache(Step, frozen=True, kw_only=True, eq=False):
    """Saves files under a key for later runs."""

    key: Template
    paths: Template | None = None
    arguments: tuple[Argument, ...] = ()
    ref: ActionRef | None = None


class UploadArtifact(Step, frozen=True, kw_only=True, eq=False):
    """Keeps files of the job under a name."""

    artifact: Template
    paths: Template
    missing: str = "warn"  # warn, error or ignore, when nothing matches
    root: Template | None = None  # paths keep their place below it; None: below what they share
    arguments: tuple[Argument, ...] = ()
    ref: ActionRef | None = None


class DownloadArtifact(Step, frozen=True, kw_only=True, eq=False):
    """Brings the files of an artifact into the workspace; no name: those of all."""

    artifact: Template | None = None
    pattern: Template | None = None
    path: Template | None = None
    arguments: tuple[Argument, ...] = ()
    ref: ActionRef | None = None

    @property
    def is_merged(self) -> bool:
        """Whether the files of several artifacts come into one folder."""
        return any(one.name == "merge" and constant(one.value) == "true" for one in self.arguments)


class PublishReport(Step, frozen=True, kw_only=True, eq=False):
    """Hands a report of tests or coverage to the system."""

    kind: str
    paths: Template
    arguments: tuple[Argument, ...] = ()
    ref: ActionRef | None = None


class Group(Step, frozen=True, kw_only=True, eq=False):
    """Steps that belong together: a composite action, a stage on a shared agent, parallel steps."""

    steps: tuple[Step, ...] = ()
    parallel: bool = False
    outputs: tuple[Argument, ...] = ()  # values that `steps.ID.outputs` of the group has


class Wait(Step, frozen=True, kw_only=True, eq=False):
    """Waits for background steps; no targets: for all."""

    targets: tuple[str, ...] = ()


class Cancel(Step, frozen=True, kw_only=True, eq=False):
    """Ends background steps; no targets: all."""

    targets: tuple[str, ...] = ()


class Placeholder(Step, frozen=True, kw_only=True, eq=False):
    """A step that fails loudly, in place of what could not be converted."""

    what: str  # the action, orb or construct
    reason: str  # one sentence for the log
    arguments: tuple[Argument, ...] = ()
