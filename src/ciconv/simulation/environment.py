"""What an event makes known: the values that conditions and texts are worked out with.

https://docs.github.com/en/actions/reference/workflows-and-actions/contexts
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeAlias

from ciconv.catalog.catalog import Catalog
from ciconv.ir.evaluate import UNKNOWN, Environment
from ciconv.ir.evaluate.files import CHANGED
from ciconv.ir.evaluate.value import MISSING
from ciconv.ir.expression import Constant, Ref, constant, written
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import EventKind, Input
from ciconv.simulation.event import (
    PULL_REQUESTS,
    Event,
    activity_of,
    base_of,
    branch_of,
    id_of,
    native_of,
)
from ciconv.simulation.systems import System, values_of

Path: TypeAlias = tuple[str, ...]
Known: TypeAlias = dict[Path, Any]

# Which events have an object in their payload; for all others it is null.
# https://docs.github.com/en/webhooks/webhook-events-and-payloads
_PAYLOADS = {
    "pull_request": "pull_request pull_request_target pull_request_review "
    "pull_request_review_comment",
    "number": "pull_request pull_request_target",
    "review": "pull_request_review",
    "issue": "issues issue_comment",
    "comment": "issue_comment pull_request_review_comment discussion_comment commit_comment",
    "label": "pull_request pull_request_target issues label discussion",
    "release": "release",
    "workflow_run": "workflow_run",
    "workflow": "workflow_run workflow_dispatch",
    "head_commit": "push",
    "commits": "push",
    "before": "push pull_request pull_request_target",
    "after": "push pull_request pull_request_target",
    "schedule": "schedule",
    "inputs": "workflow_dispatch",
    "client_payload": "repository_dispatch",
    "merge_group": "merge_group",
    "deployment": "deployment deployment_status",
    "deployment_status": "deployment_status",
    "check_run": "check_run",
    "check_suite": "check_suite",
    "discussion": "discussion discussion_comment",
}
_WITHOUT_ACTION = ("push", "schedule", "workflow_dispatch", "create", "delete", "fork", "gollum")


def may_have(event: Event, path: Path) -> bool:
    """Return whether an event can have a value of this name, which only some events have."""
    if path[:2] != ("github", "event") or len(path) < 3:
        return True
    events = _PAYLOADS.get(path[2])
    return events is None or native_of(event) in events.split()


def environment_of(
    event: Event, pipeline: Pipeline, catalog: Catalog, system: System
) -> Environment:
    """Return what is known of a run of a pipeline before its first job starts."""
    native = Environment.of(_contexts(event, pipeline))
    known: Known = dict(_canonical(native, catalog, system))
    known |= {("ref", name): value for name, value in _names(event, system).items()}
    if event.kind is not EventKind.SCHEDULE or event.cron is not None:
        known["run", "schedule"] = event.cron  # its name: people choose one; ours is its time
    known |= {("env", name): Ref(path=path) for name, path in values_of(system, event).items()}
    known |= {("env", name): value for name, value in system.variables(event).items()}
    known |= system.names(event)
    if system.every_file(event):
        known[CHANGED] = True
    elif event.changed_files is not None:
        known[CHANGED] = list(event.changed_files)
    return native.extended(known)


def _canonical(native: Environment, catalog: Catalog, system: System) -> Iterator[tuple[Path, Any]]:
    """Canonical names with what GitHub's have for values; what has none is the system's nothing."""
    for canonical, path in _natives(catalog):
        value = native.find(path)
        if value is not MISSING:
            yield canonical, system.undefined if value == "" else value


def _names(event: Event, system: System) -> dict[str, Constant]:
    """The names of the branch or the tag a run stands on; a change request is neither."""
    branch = None if event.kind in PULL_REQUESTS else branch_of(event)
    # where GitHub's rules hold, these names are those of a system that tells nothing from empty
    undefined = None if system.asks_all else system.undefined
    return {"branch": branch or undefined, "tag": event.tag or undefined}


@lru_cache(maxsize=16)
def _natives(catalog: Catalog) -> tuple[tuple[Path, Path], ...]:
    """Canonical names, each with GitHub's."""
    names = catalog.names().items()
    return tuple((path, tuple(name.github.split("."))) for path, name in names if name.github)


def _contexts(event: Event, pipeline: Pipeline) -> Known:
    known: Known = {}
    if event.kind is not EventKind.CALL or event.branch or event.tag:
        known |= {("github", name): value for name, value in _ref(event).items()}
    if event.kind is not EventKind.CALL:
        known[("github", "event_name")] = native_of(event)
        known |= {("github", "event", *path): value for path, value in _payload(event).items()}
    if event.actor is not None:
        known[("github", "actor")] = event.actor
    inputs = dict(_inputs(event, pipeline))
    known[("inputs",)] = inputs
    if event.kind is EventKind.MANUAL:
        texts = {name: _text(value) for name, value in inputs.items()}
        known[("github", "event", "inputs")] = texts
    name = constant(pipeline.name)
    if name is not None or pipeline.path:
        known[("github", "workflow")] = name or pipeline.path
    for name, value in event.facts:
        known |= _facts(tuple(name.split(".")), value)
    return known


def _facts(path: Path, value: object) -> Known:
    """What is known by one fact; of a list of labels it is the only one."""
    if path != _LABELS:
        return {path: value}
    return {path: [{"name": value}], ("pr", "labels"): value}


_LABELS = ("github", "event", "pull_request", "labels")


def _text(value: object) -> object:
    return value if value is UNKNOWN else written(value)  # type: ignore[arg-type]


def _ref(event: Event) -> dict[str, str]:
    """The names of what the run stands at.

    https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
    """
    base, head, name, kind = "", "", branch_of(event) or event.tag or "", "branch"
    full = f"refs/heads/{name}"
    if event.kind in PULL_REQUESTS:
        base, head = base_of(event), name
    if event.kind is EventKind.PULL_REQUEST:
        name = f"{event.number}/merge"
        full = f"refs/pull/{name}"
    elif event.kind is EventKind.PULL_REQUEST_TARGET:
        name, full = base, f"refs/heads/{base}"
    elif event.kind is EventKind.MERGE_QUEUE:
        name = f"gh-readonly-queue/{base_of(event)}/pr-{event.number}"
        full = f"refs/heads/{name}"
    elif event.kind is EventKind.UPSTREAM:
        name, full = event.default_branch, f"refs/heads/{event.default_branch}"
    elif event.tag is not None:
        full, kind = f"refs/tags/{name}", "tag"
    return {"ref": full, "ref_name": name, "ref_type": kind, "head_ref": head, "base_ref": base}


def _payload(event: Event) -> Known:
    native = native_of(event)
    known: Known = {
        (key,): None for key, events in _PAYLOADS.items() if native not in events.split()
    }
    known[("repository", "default_branch")] = event.default_branch
    if native in _WITHOUT_ACTION:
        known[("action",)] = None
    elif activity_of(event) is not None:
        known[("action",)] = activity_of(event)
    return known | dict(_own_payload(event))


def _own_payload(event: Event) -> Iterator[tuple[Path, Any]]:
    """What the payload of just this kind of event says."""
    match event.kind:
        case EventKind.PUSH:
            yield ("ref",), _ref(event)["ref"]
        case EventKind.PULL_REQUEST | EventKind.PULL_REQUEST_TARGET:
            yield ("number",), event.number
            yield ("pull_request", "number"), event.number
            yield ("pull_request", "id"), id_of(event)
            yield ("pull_request", "head", "ref"), branch_of(event)
            yield ("pull_request", "base", "ref"), base_of(event)
        case EventKind.SCHEDULE:
            yield ("schedule",), event.cron if event.cron is not None else UNKNOWN
        case EventKind.UPSTREAM:
            yield ("workflow_run", "head_branch"), branch_of(event)
            if event.upstream is not None:
                yield ("workflow_run", "name"), event.upstream
        case EventKind.RELEASE:
            yield ("release", "tag_name"), event.tag if event.tag is not None else UNKNOWN
        case EventKind.MERGE_QUEUE:
            yield ("merge_group", "base_ref"), f"refs/heads/{base_of(event)}"
            yield ("merge_group", "head_ref"), _ref(event)["ref"]


def _inputs(event: Event, pipeline: Pipeline) -> Iterator[tuple[str, Any]]:
    """The inputs that are declared for this kind of start; those of no kind hold in every run."""
    given = {_key(name): value for name, value in event.inputs}
    for declared in pipeline.inputs:
        if declared.of is None or declared.of is event.kind:
            yield declared.name, input_value(declared, given)


def _key(name: str) -> str:
    """What of a name all systems keep: where an input is a variable, its name has no `-`."""
    return name.lower().replace("-", "_")


def input_value(declared: Input, given: dict[str, Constant]) -> Any:
    """Return what an input is when these values are given, by names in lower case."""
    if _key(declared.name) in given:
        return _typed(given[_key(declared.name)], declared.type)
    if declared.default is not None:
        default = constant(declared.default)
        return UNKNOWN if default is None else _typed(default, declared.type)
    if declared.type == "boolean":
        return False
    if declared.type == "choice" and declared.options:
        return declared.options[0].text  # the form on GitHub's page has chosen it
    return UNKNOWN if declared.required or declared.type == "number" else ""


def _typed(value: Constant, kind: str) -> Constant:
    text = written(value)
    if kind == "boolean":
        return text.strip().lower() == "true"
    if kind == "number":
        try:
            return float(text)
        except ValueError:
            return text
    return text
