"""What several jobs have in common, said once: executors for machines, commands for first steps.

https://circleci.com/docs/reference/reusing-config/
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from ciconv.ir.naming import claimed
from ciconv.syntax import build, yaml
from ciconv.syntax.node import Document, Entry, Mapping, Node, Scalar, Sequence

_MACHINE = ("docker", "machine", "macos", "resource_class", "shell")
_STEPS_LEAST = 2  # fewer, or shorter ones, are read more easily where they stand
_LINES_LEAST = 5
_NAME_LONGEST = 40


class Shared(Struct, frozen=True, kw_only=True):
    """Definitions of jobs, and what they call."""

    jobs: tuple[Entry, ...]
    executors: tuple[Entry, ...] = ()
    commands: tuple[Entry, ...] = ()


def share(jobs: tuple[Entry, ...], executors: tuple[Entry, ...]) -> Shared:
    """Return the jobs with what they have in common taken out; `executors` are there already."""
    jobs, made = _with_executors(jobs, executors)
    jobs, commands = _with_commands(jobs)
    return Shared(jobs=jobs, executors=(*executors, *made), commands=commands)


def _with_executors(
    jobs: tuple[Entry, ...], executors: tuple[Entry, ...]
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    machines = [_machine(job) for job in jobs]
    texts = [_text(build.mapping(*machine)) if machine else "" for machine in machines]
    times = Counter(filter(_is_worth_a_name, texts))
    names = {_text(one.value): one.name for one in executors}
    taken = {one.name for one in executors}
    made: list[Entry] = []
    found: list[Entry] = []
    for job, machine, said in zip(jobs, machines, texts, strict=True):
        if times[said] < 2 and said not in names:
            found.append(job)
            continue
        if said not in names:
            names[said] = claimed(_executor_name(machine), taken)
            made.append(build.entry(names[said], build.mapping(*machine)))
        entry = build.entry("executor", build.text(names[said]))
        found.append(_with_entry(job, entry, {one.name for one in machine}))
    return tuple(found), tuple(made)


def _is_worth_a_name(machine: str) -> bool:
    """Whether a machine takes several lines, which hold for any job."""
    own = "<<" in machine or "#" in machine
    return machine.count("\n") > 1 and not own


def _machine(job: Entry) -> tuple[Entry, ...]:
    entries = job.value.entries if isinstance(job.value, Mapping) else ()
    return tuple(one for one in entries if one.name in _MACHINE)


def _with_entry(job: Entry, new: Entry, instead: set[str]) -> Entry:
    """A job with one key in the place of the first of others."""
    assert isinstance(job.value, Mapping)
    entries: list[Entry] = []
    for one in job.value.entries:
        if one.name not in instead:
            entries.append(one)
        elif new not in entries:
            entries.append(new)
    return replace(job, value=replace(job.value, entries=tuple(entries)))


def _executor_name(machine: tuple[Entry, ...]) -> str:
    """A name after the images, or after the system."""
    first = machine[0].value
    if machine[0].name == "docker" and isinstance(first, Sequence):
        images = [one.get("image") for one in first.items if isinstance(one, Mapping)]
        return _slug("-".join(_image_name(one.text) for one in images if isinstance(one, Scalar)))
    image = first.get("image") if isinstance(first, Mapping) else None
    return _slug(_image_name(image.text)) if isinstance(image, Scalar) else machine[0].name


def _image_name(image: str) -> str:
    """The last part of the name of an image, with a version that says something."""
    name, _, tag = image.split("@")[0].rpartition("/")[2].partition(":")
    tag = re.sub(r"^(latest|current|edge)$", "", tag)
    return f"{name}-{tag}" if tag else name


def _slug(said: str) -> str:
    clean = re.sub(r"[^a-z0-9]+", "-", said.lower()).strip("-")[:_NAME_LONGEST].strip("-")
    return clean if clean[:1].isalpha() else f"with-{clean}".strip("-")


def _with_commands(jobs: tuple[Entry, ...]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The jobs, those that begin with the same steps calling a command for them."""
    steps = {job.name: _steps(job) for job in jobs}
    heads = {name: tuple(_heads(items)) for name, items in steps.items()}
    commands: list[Entry] = []
    called: dict[str, tuple[str, int]] = {}
    taken = {job.name for job in jobs}
    while best := _best(heads):
        names, length = best
        items = steps[names[0]][:length]
        name = claimed(_command_name(items), taken)
        value = build.mapping(build.entry("steps", build.sequence(*items)))
        commands.append(build.entry(name, value))
        for one in names:
            called[one] = name, length
            del heads[one]
    return tuple(_calling(job, called.get(job.name)) for job in jobs), tuple(commands)


def _steps(job: Entry) -> tuple[Node, ...]:
    steps = job.value.get("steps") if isinstance(job.value, Mapping) else None
    return steps.items if isinstance(steps, Sequence) else ()


def _heads(items: tuple[Node, ...]) -> Iterator[str]:
    """The texts of the first steps, as far as they read no parameter of their job."""
    for one in items:
        text = _text(build.sequence(one))
        if "<< parameters." in text:
            return
        yield text


def _best(heads: dict[str, tuple[str, ...]]) -> tuple[tuple[str, ...], int] | None:
    """The jobs, and the number of their first steps, that save the most lines as a command."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, texts in heads.items():
        for length in range(_STEPS_LEAST, len(texts) + 1):
            groups.setdefault(texts[:length], []).append(name)
    found: tuple[int, tuple[str, ...], int] | None = None
    for texts, names in groups.items():
        lines = sum(one.count("\n") for one in texts)
        saved = (len(names) - 1) * lines
        if len(names) > 1 and lines >= _LINES_LEAST and (found is None or saved > found[0]):
            found = saved, tuple(names), len(texts)
    return None if found is None else found[1:]


def _command_name(items: Iterable[Node]) -> str:
    """A name after the last step that has one."""
    named = "prepare"
    for item in items:
        value = item.entries[0].value if isinstance(item, Mapping) else None
        title = value.get("name") if isinstance(value, Mapping) else None
        if isinstance(title, Scalar) and re.search(r"[a-z]{3}", title.text.lower()):
            named = _slug(title.text)
    return named


def _calling(job: Entry, call: tuple[str, int] | None) -> Entry:
    if call is None:
        return job
    name, length = call
    steps = build.sequence(build.text(name), *_steps(job)[length:])
    return _with_entry(job, build.entry("steps", steps), {"steps"})


def _text(node: Node) -> str:
    return yaml.render(Document(path="", root=node))
