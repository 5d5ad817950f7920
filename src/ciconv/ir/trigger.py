"""What starts a pipeline."""

from enum import StrEnum

from ciconv.ir.expression import Template
from ciconv.ir.filter import Filter as Filter
from ciconv.ir.filter import Pattern as Pattern
from ciconv.ir.filter import PatternSyntax as PatternSyntax
from ciconv.ir.node import Node
from ciconv.ir.step import Extra


class EventKind(StrEnum):
    """What happened, in no system's words."""

    PUSH = "push"  # of a branch or a tag
    PULL_REQUEST = "pull_request"
    PULL_REQUEST_TARGET = "pull_request_target"  # with the rights of the base repository
    SCHEDULE = "schedule"
    MANUAL = "manual"
    API = "api"
    UPSTREAM = "upstream"
    CALL = "call"  # by another pipeline
    MERGE_QUEUE = "merge_queue"
    RELEASE = "release"
    OTHER = "other"  # the native name says which


class Word(Node, frozen=True, kw_only=True, eq=False):
    """A word with a place: an activity of an event, the name of an upstream pipeline."""

    text: str


class Trigger(Node, frozen=True, kw_only=True, eq=False):
    """One kind of event and which of its occurrences start the pipeline."""

    kind: EventKind
    native: str  # the source's name of the event
    activities: tuple[Word, ...] | None = None  # None: the system's default ones
    branches: Filter | None = None
    tags: Filter | None = None
    paths: Filter | None = None
    upstreams: tuple[Word, ...] = ()
    cron: str | None = None
    timezone: str | None = None
    extras: tuple[Extra, ...] = ()


class Input(Node, frozen=True, kw_only=True, eq=False):
    """A value that whoever starts the pipeline may give."""

    name: str
    type: str = "string"  # string, boolean, number, choice, environment
    description: str | None = None
    required: bool = False
    default: Template | None = None
    options: tuple[Word, ...] = ()
    deprecated: str | None = None
    of: EventKind | None = None  # for which kind of start it is declared; None: for every one


class Output(Node, frozen=True, kw_only=True, eq=False):
    """A value a pipeline or a job gives to those who come after it."""

    name: str
    value: Template
    description: str | None = None


class Secret(Node, frozen=True, kw_only=True, eq=False):
    """A secret that the caller of a pipeline hands over."""

    name: str
    description: str | None = None
    required: bool = False
