"""The names that a piece of configuration can use: those of the file, or those of an orb."""

from collections.abc import Mapping as Names

from msgspec import Struct, field

from ciconv.diagnostics import Label
from ciconv.ir.expression import Expr
from ciconv.source import Comment
from ciconv.syntax.node import Entry, Node


class OrbRef(Struct, frozen=True, eq=False):
    """An orb of the registry that is not at hand: `circleci/node@5.2`."""

    name: str
    version: str
    entry: Entry


class Scope(Struct, frozen=True, eq=False):
    """What the definitions of one file or orb can call. `name` is empty for the file itself."""

    name: str
    commands: Names[str, Entry] = field(default_factory=dict)
    jobs: Names[str, Entry] = field(default_factory=dict)
    executors: Names[str, Entry] = field(default_factory=dict)
    orbs: Names[str, "Scope | OrbRef"] = field(default_factory=dict)
    is_known: bool = False  # an orb that is not at hand, as ciconv knows it


class Value(Struct, frozen=True, eq=False):
    """What a parameter is: a node, written in a scope; the steps of one of type `steps`."""

    node: Node
    scope: Scope
    steps: "tuple[Placed, ...] | None" = None


class Frame(Struct, frozen=True, eq=False):
    """Where a body is expanded: its scope, its parameters, and how one came here."""

    scope: Scope
    values: Names[str, Value] = field(default_factory=dict)
    labels: tuple[Label, ...] = ()
    calls: tuple[str, ...] = ()  # names of the commands around it, outermost first


class Placed(Struct, frozen=True, eq=False):
    """One step with everything in it worked out that can be before the pipeline starts."""

    name: str  # run, checkout, …; the name of an orb's command
    value: Node | None
    item: Node
    labels: tuple[Label, ...] = ()
    conditions: tuple[Expr, ...] = ()  # of `when` steps around it that a pipeline value decides
    orb: OrbRef | None = None
    comments: tuple[Comment, ...] = ()  # of the calls and definitions that brought it here
