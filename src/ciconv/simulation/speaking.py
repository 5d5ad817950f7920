"""Expressions and events in the words of the system whose files they stand in."""

from functools import partial

from ciconv.catalog.catalog import Catalog
from ciconv.ir.expression import Binary, Call, Expr, Literal, Ref, Template, conjuncts
from ciconv.ir.node import Node, replace
from ciconv.ir.trigger import EventKind
from ciconv.ir.walk import rewrite
from ciconv.simulation.event import PULL_REQUESTS, Event, base_of, branch_of, event_of, native_of
from ciconv.simulation.systems import System
from ciconv.simulation.wording import expression_text

_EVENT = ("event",)
_KINDS = {
    EventKind.PUSH: "a push",
    EventKind.SCHEDULE: "a schedule",
    EventKind.MANUAL: "a manual start",
    EventKind.API: "a call of the API",
    EventKind.UPSTREAM: "another pipeline",
    EventKind.CALL: "a call",
    EventKind.MERGE_QUEUE: "a merge queue",
    EventKind.RELEASE: "a release",
}


def subject_of(event: Event, system: System) -> str:
    """Return who the event is about, for messages: `branch 'dev'`, `tag 'v1'`."""
    if event.kind in PULL_REQUESTS:
        return f"a {system.request} from {branch_of(event)!r} into {base_of(event)!r}"
    if event.tag is not None:
        return f"tag {event.tag!r}"
    if event.kind is EventKind.SCHEDULE:
        return f"the schedule {event.cron!r}" if event.cron else "a schedule"
    if event.kind is EventKind.PUSH:
        return f"branch {branch_of(event)!r}"
    return f"{kind_of(event, system)} on branch {branch_of(event)!r}"


def kind_of(event: Event, system: System) -> str:
    """Return what happened: GitHub's own word for it on GitHub, a plain one elsewhere."""
    if event.kind in PULL_REQUESTS and not system.has_events:
        return f"a {system.request}"
    known = None if system.has_events or event.native else _KINDS.get(event.kind)
    return known or f"the event {native_of(event)!r}"


def spoken(expr: Expr, system: System, catalog: Catalog) -> str:
    """Return an expression as the system would say it, without what it asks of itself."""
    asked = rewrite(expr, partial(_spoken, system, catalog))
    parts = conjuncts(asked)
    others = tuple(one for one in parts if one != Call(function="success"))
    if len(others) == 1:
        return expression_text(others[0], catalog)
    return expression_text(asked, catalog)


def _spoken(system: System, catalog: Catalog, node: Node) -> Node:
    if isinstance(node, Template) and len(node.parts) == 1:
        return node.parts[0]
    if isinstance(node, Ref):
        word = _name(node, system, catalog)
        return node if word is None else Ref(path=(word,))
    if isinstance(node, Binary) and node.left == Ref(path=(system.spoken.get(_EVENT, ""),)):
        kind = event_of(str(node.right.value)).kind if isinstance(node.right, Literal) else None
        word = None if kind is None else system.events.get(kind)
        return node if word is None else replace(node, right=Literal(value=word))
    return node


def _name(ref: Ref, system: System, catalog: Catalog) -> str | None:
    """What a system calls a value; None where it has GitHub's name, or none."""
    own = system.spoken.get(ref.path)
    if own is not None or system.has_events:
        return own
    beginning = system.spoken.get(ref.path[:1])
    if beginning is not None and len(ref.path) > 1:
        return f"{beginning}{'.'.join(ref.path[1:])}"
    native = catalog.native_name(system.name, ref.path)
    variables = system.spoken.get(("env",))
    return None if native is None or variables is None else f"{variables}{native}"
