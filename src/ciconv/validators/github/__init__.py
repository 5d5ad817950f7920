"""The analyses of GitHub's workflows that several rules share."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ciconv.validators.github.expressions import expression_faults
from ciconv.validators.github.metadata import Metadata
from ciconv.validators.github.workflow import Workflow
from ciconv.validators.shapes.files import files
from ciconv.validators.shapes.walk import Fault

if TYPE_CHECKING:
    from ciconv.validators.subject import Subject


def analyse(subject: "Subject") -> Iterator[Fault]:
    """Yield what is wrong with the expressions of all workflows."""
    for workflow in workflows(subject):
        yield from expression_faults(workflow, metadata(subject), subject)


def workflows(subject: "Subject") -> tuple[Workflow, ...]:
    """Return the workflow files of a run."""
    return subject.once("_workflows", lambda: tuple(map(Workflow, files(subject))))


def metadata(subject: "Subject") -> Metadata:
    """Return where interfaces of actions and workflows are looked up."""
    return subject.once("_metadata", lambda: Metadata(subject.context))
