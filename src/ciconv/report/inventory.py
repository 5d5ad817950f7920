"""What has to be there before a pipeline can run: secrets, variables, environments, machines."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from shlex import quote

from msgspec import Struct

from ciconv.catalog.catalog import Catalog
from ciconv.ir.expression import Index, Literal, Ref, Template, constant
from ciconv.ir.job import ApprovalJob, CallJob, Job, Start
from ciconv.ir.node import Node
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.walk import nodes
from ciconv.source import Span

_GIVEN = frozenset({"GITHUB_TOKEN", "github_token"})  # every run has it
_OF_ANY_MACHINE = frozenset({"self-hosted", "linux", "macos", "windows", "x64", "arm", "arm64"})
_WITHOUT_MACHINES = frozenset({"jenkins"})  # systems whose users bring all machines
_KINDS = ("secret", "variable", "environment", "approval", "schedule", "runner")


class Item(Struct, frozen=True, kw_only=True):
    """One thing to create in the target."""

    kind: str  # one of secret, variable, environment, approval, schedule, runner
    name: str
    places: tuple[Span, ...] = ()  # where the source speaks of it
    command: str = ""  # what to type, or where to click; empty: nothing to do


def inventory_of(
    project: Project,
    target: str,
    catalog: Catalog,
    written: Project | None = None,
    after: Project | None = None,
) -> tuple[Item, ...]:
    """Return what a project needs of the target's settings, by kind and in order of use.

    `written` is the project as it is written in the target: it has the secrets and variables that
    the settings gave scripts without a word in the source. `after` is what the target then says:
    only machines that it asks for are needed.
    """
    found: dict[tuple[str, str], list[Span]] = {}
    labels = None if after is None else _labels(after)
    hosted = None if target in _WITHOUT_MACHINES else catalog
    for pipeline, is_source in _pipelines(project, written):
        for kind, name, at in _things(pipeline, hosted):
            if kind == "runner" and (is_source and written is not None or _is_gone(name, labels)):
                continue
            places = found.setdefault((kind, name), [])
            if at.span is not None and at.span not in places:
                places.append(at.span)
    return tuple(
        Item(kind=kind, name=name, places=tuple(places), command=command(target, kind, name))
        for wanted in _KINDS
        for (kind, name), places in found.items()
        if kind == wanted
    )


def _labels(project: Project) -> frozenset[str]:
    jobs = (job for pipeline in project.pipelines for job in pipeline.jobs)
    runners = (job.runner for job in jobs if isinstance(job, Job) and job.runner is not None)
    return frozenset(constant(label) or "" for runner in runners for label in runner.labels)


def _is_gone(label: str, labels: frozenset[str] | None) -> bool:
    return labels is not None and label not in labels


def _pipelines(project: Project, written: Project | None) -> Iterator[tuple[Pipeline, bool]]:
    yield from ((one, True) for one in project.pipelines)
    yield from ((one, False) for one in (() if written is None else written.pipelines))


def command(target: str, kind: str, name: str) -> str:
    """Return what to type in a target for a thing, or where to click; empty: nothing to do."""
    pattern = _commands().get(target, {}).get(kind, "")
    return pattern.format(name=quote(name), bare=name)


@cache
def _commands() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "commands.toml").read_text("utf-8"))


def _things(pipeline: Pipeline, hosted: Catalog | None) -> Iterator[tuple[str, str, Node]]:
    for trigger in pipeline.triggers:
        if trigger.cron:
            yield "schedule", trigger.cron, trigger
    for job in pipeline.jobs:
        if isinstance(job, ApprovalJob) or any(one.start is Start.MANUAL for one in job.choices):
            yield "approval", job.id, job
        if isinstance(job, Job) and job.environment is not None:
            name = constant(job.environment.name)
            if name:
                yield "environment", name, job.environment
        yield from _machines(job, hosted) if isinstance(job, Job) else ()
        if isinstance(job, CallJob):
            for argument in job.secrets:
                yield "secret", argument.name, argument
    yield from _values(pipeline)


def _machines(job: Job, hosted: Catalog | None) -> Iterator[tuple[str, str, Node]]:
    """The labels that no hosted machine has; without such machines, all of them."""
    for label in () if job.runner is None else job.runner.labels:
        name = constant(label)
        if name and (hosted is None or _is_own(name, hosted)):
            yield "runner", name, label


def _is_own(label: str, hosted: Catalog) -> bool:
    return label.lower() not in _OF_ANY_MACHINE and hosted.runner(label) is None


def _values(pipeline: Pipeline) -> Iterator[tuple[str, str, Node]]:
    kinds = {"secrets": "secret", "vars": "variable"}
    for node in nodes(pipeline):
        head, name = _named(node)
        if head in kinds and name and name not in _GIVEN:
            yield kinds[head], name, node


def _named(node: Node) -> tuple[str, str]:
    """The context and the name of a value: `secrets.X` and `secrets['X']`."""
    if isinstance(node, Ref) and len(node.path) == 2:
        return node.path[0], node.path[1]
    if isinstance(node, Index) and isinstance(node.base, Ref) and len(node.base.path) == 1:
        key = node.key
        if isinstance(key, Literal | Template):
            return node.base.path[0], constant(key) or ""
    return "", ""
