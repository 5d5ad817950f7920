"""The analyses of GitHub's workflows that several rules share."""

from collections.abc import Iterator

from ciconv.ir.expression import Call, walk
from ciconv.syntax.node import Mapping
from ciconv.validators.github.composites import Composite, Local, local_actions
from ciconv.validators.github.expressions import expression_faults, placed
from ciconv.validators.github.metadata import Metadata
from ciconv.validators.github.workflow import Used, Workflow, composite_steps, scalar_of
from ciconv.validators.shapes.files import files
from ciconv.validators.shapes.walk import Fault
from ciconv.validators.subject import Subject


def analyse(subject: Subject) -> Iterator[Fault]:
    """Yield what is wrong with the expressions of all workflows, and with composite actions."""
    for workflow in with_actions(subject):
        if workflow.is_action:
            yield from workflow.file.faults
        yield from expression_faults(workflow, metadata(subject), subject)


def workflows(subject: Subject) -> tuple[Workflow, ...]:
    """Return the workflow files of a run."""
    return subject.once("_workflows", lambda: tuple(map(Workflow, files(subject))))


def with_actions(subject: Subject) -> tuple[Workflow, ...]:
    """Return the workflows, and the composite actions of the repository as if they were some."""
    return (*workflows(subject), *subject.once("_composites", lambda: _composites(subject)))


def own_actions(subject: Subject) -> tuple[Local, ...]:
    """Return the actions of the repository, of any kind."""
    known = workflows(subject)
    return subject.once("_actions", lambda: local_actions(subject, known, metadata(subject)))


def _composites(subject: Subject) -> tuple[Workflow, ...]:
    return tuple(Composite(one) for one in own_actions(subject) if composite_steps(one.root))


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
    """Yield the steps of all workflows and of the actions of the repository."""
    for workflow in with_actions(subject):
        yield from (step for _, _, step in workflow.all_steps())


def calls(subject: Subject) -> Iterator[Call]:
    """Yield the calls of functions in all expressions, those inside of others as well."""
    for workflow in with_actions(subject):
        for one in placed(workflow, subject):
            for part in one.parts:
                yield from (found for found in walk(part) if isinstance(found, Call))


def metadata(subject: Subject) -> Metadata:
    """Return where interfaces of actions and workflows are looked up."""
    return subject.once("_metadata", lambda: Metadata(subject.context))
