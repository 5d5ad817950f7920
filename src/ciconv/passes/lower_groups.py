"""Puts the steps of composite actions into the job, for targets whose steps do not nest."""

from collections.abc import Iterator
from functools import partial

from ciconv.context import Context
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, together
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Project
from ciconv.ir.step import Extra, Group, Step, env_within
from ciconv.ir.walk import replace_references, with_jobs
from ciconv.profile import Profile
from ciconv.source import Comment


def lower_groups(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project with groups replaced by their steps; parallel groups stay."""
    return replace(project, pipelines=tuple(with_jobs(one, _job) for one in project.pipelines))


def _job(job: Job) -> Job:
    if not any(isinstance(step, Group) and not _is_flat(step) for step in job.steps):
        return job
    outputs: dict[tuple[str, str], Expr] = {}
    steps = tuple(one for step in job.steps for one in _flat(step, outputs))
    extras = (*job.extras, *(one for step in job.steps for one in _extras(step)))
    lowered = replace(job, steps=steps, extras=extras)
    return replace_references(lowered, partial(_output, outputs))


def _extras(step: Step) -> Iterator[Extra]:
    """What only the format of the source knows of a group, and of those inside: nothing keeps it.

    It is the job's, so that it is told.
    """
    if isinstance(step, Group) and not _is_flat(step):
        yield from step.extras
        for one in step.steps:
            yield from _extras(one)


def _output(outputs: dict[tuple[str, str], Expr], ref: Ref) -> Expr | None:
    if ref.path[0] == "steps" and len(ref.path) == 4 and ref.path[2] == "outputs":
        return outputs.get((ref.path[1], ref.path[3].lower()))
    return None


def _is_flat(group: Group) -> bool:
    """Whether a group is of steps beside each other, none of which is a group."""
    return group.parallel and not any(isinstance(one, Group) for one in group.steps)


def _flat(step: Step, outputs: dict[tuple[str, str], Expr]) -> Iterator[Step]:
    if not isinstance(step, Group) or _is_flat(step):
        yield step
        return
    if step.parallel:
        branches = [tuple(_flat(one, outputs)) for one in step.steps]
        if all(len(one) == 1 and not isinstance(one[0], Group) for one in branches):
            yield replace(
                step, steps=tuple(_named(*pair) for pair in zip(step.steps, branches, strict=True))
            )
            return
        # branches of several steps: nothing has these in one job, so they run in turn
    for number, inner in enumerate(step.steps):
        for one in _flat(inner, outputs):
            yield _within(step, one, first=number == 0)
    if step.id:
        for output in step.outputs:  # which may be those of groups inside, known by now
            value = replace_references(output.value, partial(_output, outputs))
            outputs[step.id, output.name.lower()] = _value(value)


def _named(branch: Step, steps: tuple[Step, ...]) -> Step:
    """The only step of a branch, under the branch's name where it has none."""
    return replace(steps[0], name=steps[0].name or branch.name)


def _value(template: Template) -> Expr:
    known = constant(template)
    if known is not None:
        return Literal(value=known, span=template.span)
    return template.parts[0] if len(template.parts) == 1 else template


def _within(group: Group, step: Step, *, first: bool) -> Step:
    env = env_within(group.env, step.env)
    return replace(
        step,
        condition=together(group.condition, step.condition),
        env=env,
        may_fail=step.may_fail or group.may_fail,
        timeout=step.timeout or group.timeout,
        retry=step.retry or group.retry,
        comments=(*_label(group), *group.comments, *step.comments) if first else step.comments,
    )


def _label(group: Group) -> tuple[Comment, ...]:
    """The group's name, as a comment of its first step."""
    span = None if group.name is None else group.name.span
    if span is None or group.name is None:
        return ()
    return (Comment(constant(group.name) or span.text, span),)
