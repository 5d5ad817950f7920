"""The stages of a pipeline → its jobs."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace as replace_struct

from ciconv.converters.jenkins.jobs.agents import read_agent
from ciconv.converters.jenkins.jobs.drafts import (
    join_workspaces,
    make_job,
    name_drafts,
    output_names,
)
from ciconv.converters.jenkins.jobs.flow import Around, Flow
from ciconv.converters.jenkins.jobs.histories import with_histories
from ciconv.converters.jenkins.jobs.limits import Limits
from ciconv.converters.jenkins.jobs.outputs_across import with_outputs
from ciconv.converters.jenkins.jobs.posts import results_of, steps_of
from ciconv.converters.jenkins.jobs.programs import tell_of_programs
from ciconv.converters.jenkins.jobs.references import with_references
from ciconv.converters.jenkins.sections import Directive
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.second_checkouts import checked_out_once
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.step import Step


class Beginning(Struct, frozen=True):
    """The steps before those of stages: of the first job, and of every job."""

    once: Sequence[Step]
    always: tuple[Step, ...]


def read_jobs(
    stages: Directive | None,
    agent: Directive | None,
    place: Place,
    limits: Limits,
    beginning: Beginning,
) -> tuple[Flow, Around]:
    """Return the stages as they flow, and what is around them."""
    machine = None if agent is None else read_agent(agent, place.scope)
    around = Around(machine=machine, workspace=id(machine), limits=limits, first=beginning.always)
    flow = Flow(place)
    if beginning.once:
        flow.open(around).first[:0] = beginning.once
    if stages is not None:
        flow.stages(stages, around)
    return flow, around


def finish(
    flow: Flow, around: Around, post: Directive | None, whole: Directive
) -> tuple[JobBase, ...]:
    """Return the jobs; `post` stands in the only job, or in jobs behind all others."""
    drafts = flow.drafts
    lone = len(drafts) == 1 and drafts[0].machine is around.machine and drafts[0].matrix is None
    if lone and around.machine is not None:
        results = replace_struct(results_of(drafts[0].blemishes), failed=())  # which fail the job
        endings = flow.post(post, whole.statement, around, results)
        drafts[0].last += [step for one in endings for step in steps_of(one, None)]
    elif post is not None:
        flow.endings(flow.post(post, whole.statement, around), around, list(drafts))
    name_drafts(drafts)
    join_workspaces(drafts)
    given = {
        variable: ("needs", one.id, "outputs", name)
        for one in drafts
        for variable, name in output_names(one).items()
    }
    jobs = tuple(make_job(one) for one in drafts)
    if flow.place.scope.context.expand:
        jobs = tuple(_checked_out_once(one) for one in jobs)
        for draft in drafts:
            tell_of_programs(draft, flow.place.scope.context)
    return with_histories(with_outputs(with_references(jobs, given)))


def _checked_out_once(job: JobBase) -> JobBase:
    return replace(job, steps=tuple(checked_out_once(job.steps))) if isinstance(job, Job) else job
