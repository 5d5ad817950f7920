"""The schedules of pipelines, as texts with places."""

from collections.abc import Iterator

from ciconv.syntax.node import Mapping, Scalar, Sequence, resolve
from ciconv.validators.github.workflow import scalar_of
from ciconv.validators.subject import Subject


def schedules(subject: Subject) -> Iterator[Scalar]:
    """Yield the cron expressions of all files."""
    yield from _scalars(subject, "cron")


def timezones(subject: Subject) -> Iterator[Scalar]:
    """Yield the time zones of all schedules."""
    yield from _scalars(subject, "timezone")


def _scalars(subject: Subject, name: str) -> Iterator[Scalar]:
    for holder in _holders(subject):
        scalar = scalar_of(holder, name)
        if scalar is not None and scalar.text.strip():
            yield scalar


def _holders(subject: Subject) -> Iterator[Mapping]:
    for _, root in subject.mappings():
        on = root.get("on") if subject.format == "github" else None
        schedule = on.get("schedule") if isinstance(on, Mapping) else None
        for item in schedule.items if isinstance(schedule, Sequence) else ():
            node = resolve(item)
            if isinstance(node, Mapping):
                yield node
        if subject.format == "circleci":
            yield from _of_workflows(root)


def _of_workflows(root: Mapping) -> Iterator[Mapping]:
    """The schedules of CircleCI: `workflows.NAME.triggers.N.schedule`."""
    workflows = root.get("workflows")
    for entry in workflows.entries if isinstance(workflows, Mapping) else ():
        workflow = resolve(entry.value)
        triggers = workflow.get("triggers") if isinstance(workflow, Mapping) else None
        for item in triggers.items if isinstance(triggers, Sequence) else ():
            trigger = resolve(item)
            schedule = trigger.get("schedule") if isinstance(trigger, Mapping) else None
            if isinstance(schedule, Mapping):
                yield schedule
