"""A workflow file as it is written: jobs, steps, events and inputs by name, each with its place."""

from collections.abc import Iterator

from msgspec import Struct

from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, resolve
from ciconv.validators.shapes.files import File

_STEPS = ("steps", "parallel")
OWN = ("./", "$/")  # before a path in this repository: as it is checked out, at the same commit


class Used(Struct, frozen=True):
    """A use of an action or of a workflow: `uses`, and the step or job that it stands in."""

    uses: Scalar
    holder: Mapping

    @property
    def text(self) -> str:
        """The whole reference."""
        return self.uses.text

    @property
    def name(self) -> str:
        """What is used, in lower case and without its version: `owner/repository/path`."""
        return self.uses.text.partition("@")[0].lower()

    @property
    def version(self) -> str:
        """What stands behind the `@`."""
        return self.uses.text.partition("@")[2]

    @property
    def given(self) -> Node | None:
        """What is handed over by `with`."""
        return self.holder.get("with")

    @property
    def is_of_others(self) -> bool:
        """Whether it stands in another repository; an image is none."""
        return not self.uses.text.startswith((*OWN, "docker://"))


class Workflow:
    """What rules ask of one file."""

    is_action = False

    def __init__(self, file: File) -> None:
        self.file = file
        self.path = file.path
        self.root = file.root
        jobs = self.root.get("jobs")
        found = entries(jobs) if isinstance(jobs, Mapping) else ()
        self.jobs: dict[str, Mapping] = {
            name: job for name, job in found if isinstance(job, Mapping)
        }
        self.events: tuple[str, ...] = tuple(entry for entry, _ in self.triggers())
        self._steps = {name: _steps_of(job) for name, job in self.jobs.items()}

    def job(self, name: str) -> Mapping | None:
        """Return a job by its id."""
        return self.jobs.get(name)

    def steps(self, job: str) -> tuple[Mapping, ...]:
        """Return the steps of a job; what is no mapping counts as one without keys."""
        return self._steps.get(job, ())

    def step_at(self, path: tuple[str, ...]) -> Mapping:
        """Return the step that a path of keys leads through; one without keys if there is none."""
        steps, step = self.steps(path[1]), Mapping()
        for key, place in zip(path[2::2], path[3::2], strict=False):
            number = int(place) if place.isdecimal() else len(steps)
            if key not in _STEPS or number >= len(steps):
                break
            step = steps[number]
            steps = _steps_of(step, "parallel")
        return step

    def all_steps(self) -> Iterator[tuple[str, int, Mapping]]:
        """Yield job, number and step of every step; those beside each other have one number."""
        for name, steps in self._steps.items():
            for number, step in enumerate(steps):
                yield name, number, step
                for beside in _steps_of(step, "parallel"):
                    yield name, number, beside

    def calls(self) -> "Iterator[Used]":
        """Yield the uses of workflows by jobs."""
        for job in self.jobs.values():
            if (uses := scalar_of(job, "uses")) is not None:
                yield Used(uses, job)

    def triggers(self) -> Iterator[tuple[str, Node]]:
        """Yield the names of the events and where they are written."""
        node = self.root.get("on")
        if isinstance(node, Scalar):
            yield node.text, node
        elif isinstance(node, Sequence):
            for item in map(resolve, node.items):
                if isinstance(item, Scalar):
                    yield item.text, item
        elif isinstance(node, Mapping):
            for entry in node.entries:
                yield entry.name, entry.key

    def trigger_entries(self) -> tuple[Entry, ...]:
        """Return the entries of `on`, where it is a mapping."""
        node = self.root.get("on")
        return node.entries if isinstance(node, Mapping) else ()

    def event(self, name: str) -> Mapping | None:
        """Return what is said of an event."""
        node = self.root.get("on")
        found = node.get(name) if isinstance(node, Mapping) else None
        return found if isinstance(found, Mapping) else None

    def inputs(self, event: str) -> Iterator[tuple[str, str, Entry]]:
        """Yield name, type and entry of the inputs of an event; no type is an empty one."""
        declared = self.event(event)
        node = None if declared is None else declared.get("inputs")
        default = "string" if event == "workflow_dispatch" else ""
        for entry in node.entries if isinstance(node, Mapping) else ():
            kind = text_of(resolve(entry.value), "type")
            yield entry.name, kind or default, entry

    @property
    def secrets(self) -> tuple[str, ...] | None:
        """The secrets that a workflow that is called declares; None where it does not say."""
        declared = self.event("workflow_call")
        node = None if declared is None else declared.get("secrets")
        return None if node is None else tuple(name for name, _ in entries(node))


def inside_step(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys of a path from the step on, none for a path that leads elsewhere."""
    place = 2
    while path[place : place + 1] and path[place] in _STEPS:
        place += 2
    return path[place:] if place > 2 else ()


def composite_steps(action: Node | None) -> tuple[Mapping, ...]:
    """Return the steps of an action that is made of some."""
    runs = action.get("runs") if isinstance(action, Mapping) else None
    return _steps_of(runs) if isinstance(runs, Mapping) else ()


def _steps_of(job: Mapping, key: str = "steps") -> tuple[Mapping, ...]:
    node = job.get(key)
    items = map(resolve, node.items) if isinstance(node, Sequence) else ()
    return tuple(one if isinstance(one, Mapping) else Mapping(span=one.span) for one in items)


def entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield names and values of a mapping, aliases followed; nothing of anything else."""
    node = None if node is None else resolve(node)
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield entry.name, resolve(entry.value)


def entry_of(node: Node | None, name: str) -> Entry | None:
    """Return an entry of a mapping by its key."""
    if not isinstance(node, Mapping):
        return None
    return next((entry for entry in node.entries if entry.name == name), None)


def text_of(node: Node | None, name: str) -> str | None:
    """Return the text of a key, None where there is no scalar."""
    found = node.get(name) if isinstance(node, Mapping) else None
    return found.text if isinstance(found, Scalar) else None


def scalar_of(node: Node | None, name: str) -> Scalar | None:
    """Return the scalar of a key."""
    found = node.get(name) if isinstance(node, Mapping) else None
    return found if isinstance(found, Scalar) else None
