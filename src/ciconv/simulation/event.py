"""Events: what happened, as far as it decides what would run. Given whole, or made up.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""

from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import force_setattr

from ciconv.ir.expression import Constant
from ciconv.ir.trigger import EventKind

Facts: TypeAlias = tuple[tuple[str, Constant], ...]

_NATIVE = {
    EventKind.MANUAL: "workflow_dispatch",
    EventKind.API: "repository_dispatch",
    EventKind.UPSTREAM: "workflow_run",
    EventKind.CALL: "workflow_call",
    EventKind.MERGE_QUEUE: "merge_group",
}
_KINDS = {native: kind for kind, native in _NATIVE.items()}
_ACTIVITIES = {
    EventKind.PULL_REQUEST: "opened",
    EventKind.PULL_REQUEST_TARGET: "opened",
    EventKind.MERGE_QUEUE: "checks_requested",
    EventKind.UPSTREAM: "completed",
    EventKind.RELEASE: "published",
}
PULL_REQUESTS = (EventKind.PULL_REQUEST, EventKind.PULL_REQUEST_TARGET)


class Event(Struct, frozen=True, kw_only=True):
    """One thing that happened. What is not said is taken as usual, or as not known.

    `branch` is the branch pushed to, the head of a pull request, or where the run stands;
    `changed_files` None means that nobody knows them, so that filters of paths cannot decide.
    `facts` are values of other names, dotted as in expressions: `("github.actor", "octocat")`.
    """

    kind: EventKind
    native: str = ""  # GitHub's word where the kind has several: `issues`
    activity: str | None = None
    branch: str | None = None
    tag: str | None = None
    base_branch: str | None = None
    changed_files: tuple[str, ...] | None = None
    inputs: Facts = ()
    actor: str | None = None
    cron: str | None = None
    upstream: str | None = None  # the name of the pipeline that ended
    number: int = 1  # of the pull request
    default_branch: str = "main"
    facts: Facts = ()

    def __post_init__(self) -> None:
        force_setattr(self, "kind", EventKind(self.kind))  # "push" is as good as EventKind.PUSH

    def __str__(self) -> str:
        return _described(self)


def event_of(word: str, **values: object) -> Event:
    """Return the event of a kind or of GitHub's name for it: `manual`, `workflow_dispatch`."""
    known = {kind.value: kind for kind in EventKind} | _KINDS
    kind = known.get(word, EventKind.OTHER)
    native = "" if word in known else word
    return Event(kind=kind, native=native, **values)  # type: ignore[arg-type]


def native_of(event: Event) -> str:
    """Return GitHub's name of the event."""
    return event.native or _NATIVE.get(event.kind, event.kind.value)


def activity_of(event: Event) -> str | None:
    """Return what was done, the usual one where nothing is said; None: nobody knows."""
    return event.activity or _ACTIVITIES.get(event.kind)


def branch_of(event: Event) -> str | None:
    """Return the branch of an event; None for a tag."""
    if event.tag is not None:
        return None
    if event.branch is not None:
        return event.branch
    return "topic" if event.kind in PULL_REQUESTS else event.default_branch


def base_of(event: Event) -> str:
    """Return the branch that a pull request, or a merge queue, goes into."""
    return event.base_branch or event.default_branch


def id_of(event: Event) -> int:
    """Return what a system calls a pull request inside: some number that is not its own."""
    return 1_000_000_000 + event.number


def _described(event: Event) -> str:
    """The event in the words of the command line."""
    words = [event.native or event.kind.value]
    values: list[tuple[str, object]] = [
        ("activity", event.activity),
        ("branch", event.branch),
        ("tag", event.tag),
        ("base", event.base_branch),
        ("cron", event.cron),
        ("upstream", event.upstream),
        ("actor", event.actor),
    ]
    words += [f"{name} {value}" for name, value in values if value is not None]
    words += [f"changed {path}" for path in event.changed_files or ()]
    words += ["no changed file"] if event.changed_files == () else []
    words += [f"{name}={_value(value)}" for name, value in (*event.inputs, *event.facts)]
    return ", ".join(words)


def _value(value: Constant) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else f"{value:g}" if isinstance(value, float) else value
