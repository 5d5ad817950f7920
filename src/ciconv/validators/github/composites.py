"""Actions of the repository. A composite one is judged as a workflow is: one job with its steps."""

from collections.abc import Iterator

from msgspec import Struct

from ciconv.source import Span
from ciconv.syntax.node import Entry, Mapping, Node, resolve
from ciconv.validators.github.metadata import Metadata
from ciconv.validators.github.workflow import OWN, Workflow, composite_steps, entries, scalar_of
from ciconv.validators.shapes.files import File
from ciconv.validators.shapes.shape import table
from ciconv.validators.shapes.walk import Walk
from ciconv.validators.subject import Subject, own_actions_of

_JOB = ("jobs", "action")  # where its steps would stand


class Local(Struct):
    """An action of the repository: its file, where it is used first, and what starts it."""

    path: str
    root: Mapping
    used: Span | None
    events: frozenset[str] = frozenset()


class Composite(Workflow):
    """What rules ask of an action: its steps stand in the only job, `action`."""

    is_action = True

    def __init__(self, action: Local) -> None:
        super().__init__(_walked(action.path, action.root))
        self.events = tuple(sorted(action.events))
        self.jobs = {_JOB[1]: Mapping(span=action.root.span)}
        self._steps = {_JOB[1]: composite_steps(action.root)}

    def inputs(self, event: str) -> Iterator[tuple[str, str, Entry]]:
        """Yield the inputs of the action, which are texts, as those of a call."""
        node = self.root.get("inputs") if event == "workflow_call" else None
        for entry in node.entries if isinstance(node, Mapping) else ():
            yield entry.name, "string", entry


def local_actions(
    subject: Subject, workflows: tuple[Workflow, ...], metadata: Metadata
) -> tuple[Local, ...]:
    """Return the actions that workflows use, then the others of a repository that is at hand."""
    found: dict[str, Local] = {}
    waiting: list[tuple[str, Span | None, frozenset[str]]] = [
        (*use, frozenset(workflow.events))
        for workflow in workflows
        for use in _uses(step for _, _, step in workflow.all_steps())
    ]
    written = own_actions_of(subject.context.workspace)
    waiting += [(f"./{path.rpartition('/')[0]}", None, frozenset()) for path in written]
    for uses, at, events in waiting:
        action = metadata.action(uses)
        if action is None or not isinstance(action.root, Mapping):
            continue
        known = found.setdefault(action.path, Local(action.path, action.root, at))
        if at is not None and not (known.events and events <= known.events):
            known.events |= events
            inner = _uses(composite_steps(action.root))
            waiting += [(name, place, events) for name, place in inner]
    return tuple(found.values())


def _uses(steps: Iterator[Mapping] | tuple[Mapping, ...]) -> Iterator[tuple[str, Span]]:
    for step in steps:
        uses = scalar_of(step, "uses")
        if uses is not None and uses.text.startswith(OWN):
            yield uses.text, uses.span


def _walked(path: str, root: Mapping) -> File:
    shapes = table("github")
    assert shapes is not None
    walk = Walk(shapes, expressions=True)
    runs: Node | None = root.get("runs")
    for entry in runs.entries if isinstance(runs, Mapping) else ():
        if entry.name == "steps":
            walk.visit(entry.value, "composite-steps", entry.key.span, (*_JOB, "steps"))
    for name, output in entries(root.get("outputs")):
        value = output.get("value") if isinstance(output, Mapping) else None
        if value is not None:
            place = (*_JOB, "outputs", name)
            walk.visit(resolve(value), "free@composite", value.span, place)
    return File(path, root, tuple(walk.faults), tuple(walk.sites))
