"""The analyses of GitHub's workflows that several rules share."""

from collections.abc import Iterator

from ciconv.ir.expression import Call, walk
from ciconv.syntax.node import Mapping
from ciconv.validators.github.expressions import expression_faults, placed
from ciconv.validators.github.metadata import Metadata
from ciconv.validators.github.workflow import (
    OWN,
    Used,
    Workflow,
    composite_steps,
    scalar_of,
    text_of,
)
from ciconv.validators.shapes.files import files
from ciconv.validators.shapes.walk import Fault
from ciconv.validators.subject import Subject


def analyse(subject: Subject) -> Iterator[Fault]:
    """Yield what is wrong with the expressions of all workflows."""
    for workflow in workflows(subject):
        yield from expression_faults(workflow, metadata(subject), subject)


def workflows(subject: Subject) -> tuple[Workflow, ...]:
    """Return the workflow files of a run."""
    return subject.once("_workflows", lambda: tuple(map(Workflow, files(subject))))


def actions(subject: Subject) -> Iterator[Used]:
    """Yield the uses of actions by the steps of all workflows, and of actions at hand."""
    for step in steps(subject):
        if (uses := scalar_of(step, "uses")) is not None:
            yield Used(uses, step)


def references(subject: Subject) -> Iterator[Used]:
    """Yield the uses of actions and of workflows."""
    yield from actions(subject)
    for workflow in workflows(subject):
        yield from workflow.calls()


def steps(subject: Subject) -> Iterator[Mapping]:
    """Yield the steps of all workflows, and those of the actions of the repository they use."""
    known, seen = metadata(subject), set()
    waiting = [step for workflow in workflows(subject) for _, _, step in workflow.all_steps()]
    for step in waiting:
        yield step
        uses = text_of(step, "uses") or ""
        if uses.startswith(OWN) and uses not in seen:
            seen.add(uses)
            found = known.action(uses)
            waiting += () if found is None else composite_steps(found.root)


def calls(subject: Subject) -> Iterator[Call]:
    """Yield the calls of functions in all expressions, those inside of others as well."""
    for workflow in workflows(subject):
        for one in placed(workflow, subject):
            for part in one.parts:
                yield from (found for found in walk(part) if isinstance(found, Call))


def metadata(subject: Subject) -> Metadata:
    """Return where interfaces of actions and workflows are looked up."""
    return subject.once("_metadata", lambda: Metadata(subject.context))
