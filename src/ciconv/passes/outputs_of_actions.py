"""Outputs of steps that are constructs of their own elsewhere, which give scripts none.

https://github.com/actions/download-artifact#outputs
https://github.com/actions/checkout#usage
https://github.com/actions/upload-artifact#outputs
"""

from functools import partial

from ciconv.context import Context, Place
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, join_texts
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Project
from ciconv.ir.step import Checkout, DownloadArtifact, Step, UploadArtifact
from ciconv.ir.walk import replace_references, steps_of
from ciconv.profile import Feature, Outcome, Profile

_WITHOUT_OUTPUTS = (Checkout, DownloadArtifact, UploadArtifact)
_OTHER_COMMIT = frozenset({"ref", "repository"})  # arguments that ask for another commit


def outputs_of_actions(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project with values in place of such outputs; of those nobody knows, with none."""

    def job(one: JobBase, pipeline: str) -> JobBase:
        if not isinstance(one, Job):
            return one
        place = Place(pipeline=pipeline, job=one.id)
        steps = {each.id.lower(): each for each in steps_of(one.steps) if each.id}
        return replace_references(one, partial(_value, steps, place, context))

    pipelines = (
        replace(one, jobs=tuple(job(each, one.id) for each in one.jobs))
        for one in project.pipelines
    )
    return replace(project, pipelines=tuple(pipelines))


def _value(steps: dict[str, Step], place: Place, context: Context, ref: Ref) -> Expr | None:
    if len(ref.path) != 4 or ref.path[0] != "steps" or ref.path[2] != "outputs":
        return None
    step = steps.get(ref.path[1].lower())
    if not isinstance(step, _WITHOUT_OUTPUTS):
        return None
    name = ".".join(ref.path)
    found = _known(step, ref)
    if found is None:
        said = f"{name} is empty: only GitHub's own action gives it"
        context.lose(place.loss(Feature.EXPRESSION, Outcome.APPROXIMATED), said, ref)
        return Literal(value="", span=ref.span)
    said = f"{name} is written as the value that the action gives it"
    context.lose(place.loss(Feature.EXPRESSION, Outcome.LOWERED), said, ref)
    return found


def _known(step: Step, ref: Ref) -> Expr | None:
    """The value of an output that is known before the step runs."""
    name = ref.path[3]
    if isinstance(step, DownloadArtifact) and name == "download-path":
        return _in_workspace(step.path, ref)
    if isinstance(step, Checkout) and not _OTHER_COMMIT & {one.name for one in step.arguments}:
        paths = {"commit": ("commit", "sha"), "ref": ("ref", "full")}
        return replace(ref, path=paths[name]) if name in paths else None
    return None


def _in_workspace(path: Template | None, ref: Ref) -> Expr | None:
    """The absolute path of a folder, which is the workspace if none is named."""
    workspace = replace(ref, path=("workspace",))
    if path is None or constant(path) in ("", "."):
        return workspace
    first = path.parts[0]
    if not isinstance(first, Literal) or str(first.value).startswith(("/", "~")):
        return None  # where it begins is not known here
    parts = join_texts((Literal(value="/", span=ref.span), *path.parts))
    return Template(parts=(workspace, *parts), span=ref.span)
