"""What several jobs say alike, said once in a hidden job that they extend.

https://docs.gitlab.com/ci/yaml/#extends
"""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import TypeAlias

from msgspec import Struct

from ciconv.ir.naming import unused
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

_KEYS = ("image", "services", "tags", "rules", "cache", "artifacts", "retry")
_ALONG = ("resource_group", "interruptible", "timeout")  # lines for which alone none is worth it
_BEFORE = ("before_script",)
_LEAST = 6  # lines that a template has to save
_MAX_JOBS = 60  # that are compared with each other
_MAX_TEMPLATES = 8

Said: TypeAlias = tuple[object, ...]  # a value with its comments, in a form to compare
Part: TypeAlias = tuple[str, ...]  # a key, or `variables` and a name


class Template(Struct, frozen=True, kw_only=True):
    """A hidden job, and the numbers of the jobs that extend it."""

    parts: tuple[Part, ...]
    jobs: tuple[int, ...]


def with_templates(
    jobs: tuple[Entry, ...], *, begun: bool
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Return hidden jobs, and the jobs with what they extend in place of what these say.

    `begun`: all jobs have a `before_script` by default, in whose place theirs would come.
    """
    said = [dict(_said(job)) for job in jobs]
    if begun:
        said = [{part: value for part, value in one.items() if part != _BEFORE} for one in said]
    found = list(jobs)
    hidden: list[Entry] = []
    free = set(range(min(len(jobs), _MAX_JOBS)))
    for _ in range(_MAX_TEMPLATES):
        template = _best(said, free)
        if template is None:
            break
        first = jobs[template.jobs[0]]
        taken = {one.name for one in hidden}
        entry = build.entry(
            _name(template, [jobs[n] for n in template.jobs], taken), _body(first, template)
        )
        hidden.append(entry)
        for number in template.jobs:
            found[number] = _extending(found[number], entry.name, template)
        free -= set(template.jobs)
    return tuple(hidden), tuple(found)


def said_by(node: Node) -> Said:
    """Return a value and all its comments in a form that is equal for equal ones only."""
    comments = tuple(one.text for one in node.comments)
    match node:
        case Mapping():
            inner = ((one.name, _comments(one), said_by(one.value)) for one in node.entries)
            return "map", comments, tuple(inner)
        case Sequence():
            return "list", comments, tuple(map(said_by, node.items))
        case Scalar():
            return "text", comments, node.text, type(node.value).__name__
    return "other", id(node)


def _comments(entry: Entry) -> tuple[str, ...]:
    return tuple(one.text for one in entry.comments)


def _said(job: Entry) -> Iterator[tuple[Part, Said]]:
    """What a job says that a template can say for it."""
    entries = {one.name: one for one in entries_in(job)}
    for key in (*_KEYS, *_ALONG):
        if key in entries:
            yield (key,), (_comments(entries[key]), said_by(entries[key].value))
    for one in entries_in(entries.get("variables")):
        yield ("variables", one.name), (_comments(one), said_by(one.value))
    first = first_line(job)
    if first is not None:
        yield _BEFORE, said_by(first)


def first_line(job: Entry) -> Node | None:
    """Return the script that a job begins with, if more stands behind it and nothing before."""
    entries = {one.name: one.value for one in entries_in(job)}
    script = entries.get("script")
    if not isinstance(script, Sequence) or len(script.items) < 2 or "before_script" in entries:
        return None
    return script.items[0]


def entries_in(entry: Entry | None) -> tuple[Entry, ...]:
    """Return what stands below an entry; () for one that is no mapping, or none."""
    value = None if entry is None else entry.value
    return value.entries if isinstance(value, Mapping) else ()


def _best(said: list[dict[Part, Said]], free: set[int]) -> Template | None:
    """The template that saves most lines; None where none is worth it."""
    best: tuple[int, Template] | None = None
    seen: set[tuple[tuple[Part, Said], ...]] = set()
    for one, other in combinations(sorted(free), 2):
        common = tuple(pair for pair in said[one].items() if said[other].get(pair[0]) == pair[1])
        if not common or common in seen:
            continue
        seen.add(common)
        jobs = tuple(n for n in sorted(free) if said[n].items() >= dict(common).items())
        saved = (len(jobs) - 1) * sum(map(_lines, common)) - len(jobs) - 2
        if saved >= _LEAST and (best is None or saved > best[0]):
            best = saved, Template(parts=tuple(part for part, _ in common), jobs=jobs)
    return None if best is None else best[1]


def _lines(pair: tuple[Part, Said]) -> int:
    """How many lines a part saves, nearly."""
    if pair[0][0] in _ALONG:
        return 0
    if pair[0] == _BEFORE:  # the same code twice is worse than the same settings
        return 2 + sum(one.count("\n") + 1 for one in _texts(pair[1][1:-1]))
    return 1 + sum(one.count("\n") + 1 for one in _texts(pair[1])) // 2


def _texts(said: object) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, tuple):
        for one in said:
            yield from _texts(one)


def _body(job: Entry, template: Template) -> Mapping:
    """The content of a hidden job, in the order the job has it in."""
    entries: list[Entry] = []
    for one in entries_in(job):
        if (one.name,) in template.parts:
            entries.append(one)
        elif one.name == "variables":
            kept = [own for own in entries_in(one) if ("variables", own.name) in template.parts]
            if kept:
                entries.append(build.entry(one.name, build.mapping(*kept)))
        elif one.name == "script" and _BEFORE in template.parts:
            first = first_line(job)
            assert first is not None
            entries.append(build.entry("before_script", build.sequence(first)))
    return build.mapping(*entries)


def _extending(job: Entry, name: str, template: Template) -> Entry:
    """The job without what the template says."""
    entries = [build.entry("extends", build.text(name))]
    for one in entries_in(job):
        if one.name == "variables":
            left = [own for own in entries_in(one) if ("variables", own.name) not in template.parts]
            if left:
                entries.append(build.entry(one.name, build.mapping(*left), one.comments))
        elif one.name == "script" and _BEFORE in template.parts:
            entries.append(without_first_line(one))
        elif (one.name,) not in template.parts:
            entries.append(one)
    return build.entry(job.name, build.mapping(*entries), job.comments)


def without_first_line(script: Entry) -> Entry:
    """Return the entry of a script without its first item."""
    items = script.value.items if isinstance(script.value, Sequence) else ()
    return build.entry(script.name, build.sequence(*items[1:]), script.comments)


def _name(template: Template, jobs: list[Entry], taken: set[str]) -> str:
    """What a template is called: as its jobs begin, or as what it is about."""
    begins = {job.name.partition(":")[0] for job in jobs if ":" in job.name}
    keys = {part[0] for part in template.parts}
    if len(begins) == 1 and all(":" in job.name for job in jobs):
        word = begins.pop()
    elif "image" in keys and (image := _image(jobs[0])):
        word = image
    elif "rules" in keys and not keys.isdisjoint(_OF_WORK):
        word = "common"
    else:
        word = next(word for key, word in _NAMES if key in keys)
    return unused(f".{word}", taken)


_OF_WORK = ("cache", "services", "before_script", "variables", "artifacts")
_NAMES = (
    ("rules", "rules"),
    ("cache", "cached"),
    ("services", "with-services"),
    ("before_script", "steps"),
    ("variables", "variables"),
    ("artifacts", "artifacts"),
    ("image", "image"),
    ("tags", "tagged"),
    ("retry", "retried"),
)


def _image(job: Entry) -> str:
    """The last word in the name of an image: `node` of `cimg/node:22.0`."""
    value = next((one.value for one in entries_in(job) if one.name == "image"), None)
    text = value.text if isinstance(value, Scalar) else ""
    match = re.match(r"[a-z][\w-]*", text.rpartition("/")[2].lower())
    return match[0] if match else ""
