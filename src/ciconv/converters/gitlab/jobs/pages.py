"""`pages`: a folder among the files of a job becomes the site of the project.

https://docs.gitlab.com/user/project/pages/
"""

from typing import TYPE_CHECKING

from ciconv.converters.fields import Fields, is_null
from ciconv.converters.gitlab.scalars import FORMAT, Scope, extras
from ciconv.ir.expression import Expr, Ref, Template, constant, text
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.step import (
    ActionRef,
    Argument,
    DownloadArtifact,
    Extra,
    Placeholder,
    Step,
    UploadArtifact,
    Use,
)
from ciconv.ir.walk import ancestors, replace_references
from ciconv.profile import Feature, Outcome
from ciconv.source import Span
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Scalar, resolve

if TYPE_CHECKING:  # who reads needs none
    from ciconv.converters.gitlab.jobs.writer import Writer

TOOL = "deploy-pages"
NAME = "pages"
PUBLIC = "public"
_ARTIFACT = "github-pages"  # where no other one is named
_ADDRESS = Ref(path=("env", "CI_PAGES_URL"))


def read_pages(fields: Fields, scope: Scope) -> tuple[Step, ...]:
    """Take `pages`, and the older `publish`: nothing but a job of that name says so without."""
    entry, outer = fields.entry("pages"), scope.take(fields, "publish")
    node = None if entry is None else resolve(entry.value)
    kept: tuple[Extra, ...] = ()
    folder = outer
    if isinstance(node, Mapping):
        inner = Fields(node, scope.context, "'pages'")
        folder = scope.take(inner, "publish") or outer
        kept = extras(inner, "path_prefix", "expire_in", prefix="pages:")
        kept = (*kept, *inner.leftovers(FORMAT))
    elif isinstance(node, Scalar) and not is_null(node):
        if node.value is False:
            return ()
    elif scope.name != NAME:
        _report_publish(outer, scope)
        return ()
    at = scope.at if entry is None else entry.span
    folder = folder or text(PUBLIC)
    step = Use(
        ref=ActionRef(format=FORMAT, name=NAME, written=NAME, span=at),
        tool=TOOL,
        arguments=(Argument(name="paths", value=folder, span=folder.span or at),),
        extras=kept,
        span=at,
        comments=() if entry is None else entry.comments,
    )
    return (step,)


def _report_publish(folder: Template | None, scope: Scope) -> None:
    if folder is not None:
        message = f"'publish' has no effect: the job {scope.name!r} publishes no pages"
        scope.context.diagnostics.warning("without-effect", message, folder.span)


def write_pages(job: Job, writer: "Writer") -> tuple[Job, Entry | None]:
    """Return the job without its step that deploys pages, and the keyword in its place."""
    step = next((one for one in job.steps if isinstance(one, Use) and one.tool == TOOL), None)
    if step is None:
        return job, None
    found = _site(step, job, writer)
    folder = None if found is None else (constant(found.paths) or "").strip().strip("/")
    if found is None or not folder or "\n" in folder or folder.startswith(("~", "..", "$")):
        return _with(job, step, _failing(step, writer)), None
    if step.condition is not None:
        said = "the site is published whatever else the condition says"
        writer.lose(Feature.CHOICE, Outcome.APPROXIMATED, said, step.condition)
    own = any(one is found for one in job.steps)
    steps: tuple[Step, ...] = () if own else _handed_on(found, step.span)
    job = replace_references(_with(job, step, *steps), lambda ref: _address(ref, step))
    publish = build.entry("publish", build.text(folder))
    whole = build.boolean(True) if folder == PUBLIC else build.mapping(publish)
    return job, build.entry(NAME, whole, step.comments)


def _site(step: Use, job: Job, writer: "Writer") -> UploadArtifact | None:
    """The step, of the job or of one before it, that keeps the files of the site."""
    named = next((one.value for one in step.arguments if one.name == "artifact_name"), None)
    wanted = _ARTIFACT if named is None else constant(named)
    before = set(ancestors(writer.pipeline, job))
    jobs = (job, *(one for one in writer.pipeline.jobs if one.id in before))
    uploads = (one for other in jobs if isinstance(other, Job) for one in other.steps)
    return next(
        (
            one
            for one in uploads
            if isinstance(one, UploadArtifact) and constant(one.artifact) == wanted
        ),
        None,
    )


def _handed_on(found: UploadArtifact, span: Span | None) -> tuple[Step, ...]:
    """What brings the files of the site here, and keeps them: a job publishes its own."""
    files = DownloadArtifact(artifact=found.artifact, path=found.paths, span=span)
    return files, UploadArtifact(artifact=found.artifact, paths=found.paths, span=span)


def _failing(step: Use, writer: "Writer") -> Placeholder:
    reason = "no job before it keeps the files of the site in a folder of the project"
    said = f"{step.ref.written!r} became a step that fails: {reason}"
    writer.lose(Feature.TOOL, Outcome.MANUAL, said, step)
    return Placeholder(what=step.ref.written, reason=reason, span=step.span)


def _with(job: Job, step: Use, *made: Step) -> Job:
    """The job with other steps in the place of one."""
    steps = ((one,) if one is not step else made for one in job.steps)
    return replace(job, steps=tuple(one for group in steps for one in group))


def _address(ref: Ref, step: Use) -> Expr | None:
    asked = tuple(part.lower() for part in ref.path)
    own = ("steps", (step.id or "").lower(), "outputs", "page_url")
    return replace(_ADDRESS, span=ref.span) if asked == own else None
