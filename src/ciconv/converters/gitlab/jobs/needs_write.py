"""`needs` of a job: what it waits for, and whose files it gets; `dependencies` where they are many.

https://docs.gitlab.com/ci/yaml/#needs
"""

from collections.abc import Iterator

from msgspec import Struct

from ciconv.converters.gitlab.jobs.setting import Setting
from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.converters.script_steps.meaning import is_call
from ciconv.ir.expression import Ref, walk
from ciconv.ir.job import Job, JobBase, Need
from ciconv.ir.step import UploadArtifact
from ciconv.ir.walk import ancestors, nodes
from ciconv.profile import Feature, Outcome
from ciconv.source import Comment
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Scalar
from ciconv.syntax.node import Node as Tree

MAX_NEEDS = 50
MAX_FLOW = 4  # needs on one line


class _Item(Struct, frozen=True, kw_only=True):
    """A job that another one waits for. `brings`: whether it has files, and they are wanted."""

    name: str
    brings: bool
    artifacts: bool = True
    optional: bool = False
    comments: tuple[Comment, ...] = ()

    def node(self) -> Tree:
        """Return the item of `needs`."""
        if self.artifacts and not self.optional:
            return build.text(self.name, self.comments)
        entries = [build.entry("job", build.text(self.name))]
        if not self.artifacts:
            entries.append(build.entry("artifacts", build.boolean(False)))
        if self.optional:
            entries.append(build.entry("optional", build.boolean(True)))
        return build.mapping(*entries, comments=self.comments)


def write_needs(
    job: JobBase, writer: Writer, setting: Setting, sources: frozenset[str] = frozenset()
) -> list[Entry]:
    """Return the entry `needs`, or nothing; `sources`: the jobs whose files are downloaded."""
    if job.needs is None:
        return []
    if not job.needs:
        return [] if setting.is_first else [build.entry("needs", build.sequence())]
    jobs = {one.id: one for one in writer.pipeline.jobs}
    items = [_item(need, jobs.get(need.job), writer, setting, sources) for need in job.needs]
    others = sources - {need.job for need in job.needs}
    for name in sorted(others, key=lambda one: list(jobs).index(one)):
        may_lack = name in setting.presence.optional | setting.may_lack
        known = setting.names.get(name, name)
        items.append(_Item(name=known, brings=True, optional=may_lack))
    items += _failing_before(job, others, writer, setting)
    if len(items) > MAX_NEEDS:
        said = f"GitLab takes no more than {MAX_NEEDS} needs: it waits for all stages before"
        writer.lose(Feature.STAGE, Outcome.APPROXIMATED, said, job)
        names = (build.text(one.name, one.comments) for one in items if one.brings)
        above = tuple(said for one in items if not one.brings for said in one.comments)
        return [build.entry("dependencies", build.sequence(*names), above)]
    found = [one.node() for one in items]
    plain = all(isinstance(one, Scalar) and not one.comments for one in found)
    flow = plain and len(items) <= MAX_FLOW
    return [build.entry("needs", build.sequence(*found, flow=flow))]


def _failing_before(
    job: JobBase, others: frozenset[str], writer: Writer, setting: Setting
) -> Iterator[_Item]:
    """What a job has to need that asks whether anything failed: GitLab asks the needed jobs alone.

    One that was skipped for the failure of another is none that failed.
    """
    parts = (part for one in job.choices if one.condition for part in walk(one.condition))
    asks = any(is_call(part, "failure") for part in parts)
    known = {need.job for need in job.needs or ()} | others
    for name in ancestors(writer.pipeline, job) if asks else ():
        if name not in known:
            other = next(one for one in writer.pipeline.jobs if one.id == name)
            yield _item(Need(job=name, artifacts=False), other, writer, setting, frozenset())


def _item(
    need: Need, other: JobBase | None, writer: Writer, setting: Setting, sources: frozenset[str]
) -> _Item:
    wants = bool(need.artifacts) or need.job in sources
    if not wants and _reads(need.job, writer):
        wants = True
        _report_brought_along(need, other, writer)
    keeps = isinstance(other, Job) and (bool(other.outputs) or _uploads(other))
    return _Item(
        name=setting.names.get(need.job, need.job),
        brings=wants and keeps,
        artifacts=wants or not keeps,
        optional=need.optional or need.job in setting.presence.optional,
        comments=need.comments,
    )


def _reads(id: str, writer: Writer) -> bool:
    """Whether an expression of the job is about the outputs of another."""
    calls = next((one.calls for one in writer.pipeline.jobs if one.id == id), ())
    names = {id.lower(), *(one.lower() for one in calls)}
    return any(
        isinstance(one, Ref)
        and one.path[0] == "needs"
        and (len(one.path) == 1 or one.path[1].lower() in names)
        for one in nodes(writer.job)
    )


def _report_brought_along(need: Need, other: JobBase | None, writer: Writer) -> None:
    """Say that outputs do not come without the files of the job that has them."""
    if isinstance(other, Job) and _uploads(other):
        said = f"with the outputs of {other.id!r} come the files of its artifacts"
        writer.lose(Feature.ARTIFACT, Outcome.APPROXIMATED, said, need)


def _uploads(job: Job) -> bool:
    return any(isinstance(one, UploadArtifact) for one in job.steps)
