"""Two pipelines as jobs and steps that are the same, changed, added or removed."""

import json
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from ciconv.ir.job import Job, JobBase
from ciconv.ir.pipeline import Project
from ciconv.ir.walk import steps_of
from ciconv.report.text import printable
from ciconv.simulation.compare.difference import Difference, Field
from ciconv.simulation.compare.matching import plain_name
from ciconv.simulation.verify import Verification


class Sign(StrEnum):
    """What became of something from the first side to the second."""

    SAME = "="
    CHANGED = "~"
    ADDED = "+"
    REMOVED = "-"


class Part(Struct, frozen=True, kw_only=True):
    """A pipeline, a job or a step: what is said of it, and what stands in it."""

    name: str
    sign: Sign
    notes: tuple[str, ...] = ()
    parts: tuple["Part", ...] = ()
    same: int = 0  # steps that are not listed, as nothing differs in them


def diff_of(a: Project, b: Project, verification: Verification) -> tuple[Part, ...]:
    """Return what differs for any event, in the order of the first side; what is new comes last."""
    found: dict[str, list[Difference]] = {}
    for one in verification.differences:
        found.setdefault(one.pipeline, []).append(one)
    known = [pipeline.id for pipeline in a.pipelines]
    names = [*known, *(name for name in found if name not in known)]
    return tuple(_pipeline(name, a, b, found.get(name, [])) for name in names)


def _pipeline(name: str, a: Project, b: Project, differences: list[Difference]) -> Part:
    here = {job.id: job for one in a.pipelines if one.id == name for job in one.jobs}
    there = {plain_name(job.id) for one in b.pipelines for job in one.jobs}
    of_job: dict[str, list[Difference]] = {name: [] for name in here}
    own: list[Difference] = []
    for one in differences:
        (of_job.setdefault(one.job, []) if one.job else own).append(one)
    jobs = tuple(
        _job(job, here.get(job), plain_name(job) in there, found) for job, found in of_job.items()
    )
    notes = tuple(_note(one) for one in own)
    sign = _whole(own, in_a=bool(here), changed=any(one.sign is not Sign.SAME for one in jobs))
    return Part(name=name, sign=sign, notes=notes, parts=jobs)


def _whole(own: list[Difference], *, in_a: bool, changed: bool) -> Sign:
    if any(one.field is Field.PIPELINE for one in own):
        return Sign.REMOVED if in_a else Sign.ADDED
    return Sign.CHANGED if own or changed else Sign.SAME


def _job(name: str, job: JobBase | None, in_b: bool, differences: list[Difference]) -> Part:
    if not differences:
        return Part(name=name, sign=Sign.SAME)
    if any(one.field is Field.JOB for one in differences) and not (job is not None and in_b):
        return Part(name=name, sign=Sign.ADDED if job is None else Sign.REMOVED)
    of_step: dict[str, list[Difference]] = {}
    for one in differences:
        of_step.setdefault(one.step, []).append(one)
    notes = tuple(_note(one, f"job {name!r}: ") for one in of_step.pop("", []))
    steps = tuple(_step(step, name, found) for step, found in of_step.items())
    count = len(tuple(steps_of(job.steps))) if isinstance(job, Job) else 0
    listed = sum(one.sign is not Sign.ADDED for one in steps)
    same = max(0, count - listed)
    return Part(name=name, sign=Sign.CHANGED, notes=notes, parts=steps, same=same)


def _step(place: str, job: str, differences: list[Difference]) -> Part:
    """A step, called what its messages call it; `place` is its id or number."""
    ending = f" of job {job!r}: "
    called, found, _ = differences[0].message.partition(ending)
    name = called.removeprefix("step ").strip("'") if found else place.lstrip("+")
    if any(one.field is Field.STEP for one in differences):
        return Part(name=name, sign=Sign.ADDED if place.startswith("+") else Sign.REMOVED)
    notes = tuple(_note(one, ending) for one in differences)
    return Part(name=name, sign=Sign.CHANGED, notes=notes)


def _note(one: Difference, beginning: str = "") -> str:
    """The message without what it is about, which stands above it."""
    _, found, rest = one.message.partition(beginning) if beginning else ("", "", "")
    return rest if found else one.message


def is_same(parts: tuple[Part, ...]) -> bool:
    """Return whether nothing differs."""
    return all(one.sign is Sign.SAME for one in parts)


def render_text(parts: tuple[Part, ...]) -> str:
    """Return a tree, a line for each part."""
    return "".join(f"{line}\n" for one in parts for line in _lines(one, 0))


def _lines(part: Part, depth: int) -> Iterator[str]:
    indent = "  " * depth
    yield f"{indent}{part.sign} {printable(part.name)}"
    for note in part.notes:
        yield f"{indent}    {printable(note)}"
    for one in part.parts:
        yield from _lines(one, depth + 1)
    if part.same:
        yield f"{indent}  {Sign.SAME} {part.same} step{'' if part.same == 1 else 's'}"


def render_json(parts: tuple[Part, ...]) -> str:
    """Return a list of objects: `name`, `sign`, `notes`, `parts`, `same`."""
    return json.dumps([_object(one) for one in parts], indent=2, ensure_ascii=False) + "\n"


def _object(part: Part) -> dict[str, object]:
    return {
        "name": part.name,
        "sign": part.sign.name.lower(),
        "notes": list(part.notes),
        "parts": [_object(one) for one in part.parts],
        "same": part.same,
    }
