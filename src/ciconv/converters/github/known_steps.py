"""Steps that every system has in some form, as the actions that the catalog knows for them."""

from collections.abc import Iterator
from itertools import chain, count

from msgspec import Struct

from ciconv.catalog.catalog import ActionColumn, Tool
from ciconv.context import Context
from ciconv.converters.github.scalars import write_pairs
from ciconv.ir.expression import Literal, Ref, Template, constant, text
from ciconv.ir.job import Job
from ciconv.ir.node import Node, shared
from ciconv.ir.step import (
    ActionRef,
    Argument,
    Checkout,
    DownloadArtifact,
    PublishReport,
    RestoreCache,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
)
from ciconv.ir.walk import nodes, rewrite
from ciconv.source import NOWHERE, Comment, Span
from ciconv.syntax import build
from ciconv.syntax.node import Entry


class _Known(Struct, frozen=True, kw_only=True):
    """A step in the catalog's words, and the action that it was, if it was one."""

    tool: str
    arguments: tuple[Argument, ...]
    ref: ActionRef | None = None


def write_known_step(step: Step, context: Context) -> list[Entry]:
    """Return `uses` and `with`; [] for a step that the catalog has no action for."""
    known = _known(step)
    tool = None if known is None else context.catalog.tool(known.tool)
    if known is None or tool is None or tool.github is None:
        return []
    entries = [_write_uses(tool.github, known.ref, step.span, context)]
    arguments = write_pairs(tuple(_native(known, tool, tool.github)), context)
    return entries if arguments is None else [*entries, build.entry("with", arguments)]


def reports_as_artifacts(job: Job) -> tuple[Step, ...]:
    """Return the steps of a job with its reports kept as artifacts: GitHub shows none."""
    uploads = (one for one in nodes(job) if isinstance(one, UploadArtifact))
    uploaded = {constant(one.artifact) for one in uploads}
    taken = set(uploaded)

    def kept(step: Node) -> Node:
        if not isinstance(step, PublishReport):
            return step
        first = f"{job.id}-{step.kind}"
        first = f"{first}-report" if first in uploaded else first
        numbered = (f"{first}-{number}" for number in count(2))
        free = next(one for one in chain([first], numbered) if one not in taken)
        taken.add(free)
        name = _artifact_name(free, step, job)
        paths, arguments = step.paths, step.arguments
        given = shared(step, Step)
        return UploadArtifact(artifact=name, paths=paths, arguments=arguments, **given)

    return tuple(rewrite(one, kept) for one in job.steps)


def _artifact_name(name: str, step: PublishReport, job: Job) -> Template:
    """The name, with the number of the cell in a matrix: each name is given once a run."""
    if job.matrix is None:
        return text(name, of=step)
    cell = Ref(path=("node", "index"))
    return Template(parts=(Literal(value=f"{name}-"), cell), span=step.span)


def _known(step: Step) -> _Known | None:
    match step:
        case Checkout():
            return _Known(tool="checkout", arguments=step.arguments, ref=step.ref)
        case RestoreCache():
            tool = "cache" if step.save else "cache-restore"
            own = _given(key=step.key, paths=step.paths, fallbacks=step.fallbacks)
            return _Known(tool=tool, arguments=(*own, *step.arguments), ref=step.ref)
        case SaveCache():
            own = _given(key=step.key, paths=step.paths)
            return _Known(tool="cache-save", arguments=(*own, *step.arguments), ref=step.ref)
        case UploadArtifact():
            own = _given(artifact=step.artifact, paths=step.paths, missing=text(step.missing))
            return _Known(tool="upload-artifact", arguments=(*own, *step.arguments), ref=step.ref)
        case DownloadArtifact():
            own = _given(artifact=step.artifact, pattern=step.pattern, path=step.path)
            return _Known(tool="download-artifact", arguments=(*own, *step.arguments), ref=step.ref)
        case Use(tool=str(tool)):
            return _Known(tool=tool, arguments=step.arguments, ref=step.ref)
    return None


def _given(**arguments: Template | None) -> tuple[Argument, ...]:
    return tuple(
        Argument(name=name, value=value, span=value.span, comments=value.comments)
        for name, value in arguments.items()
        if value is not None
    )


def _native(known: _Known, tool: Tool, action: ActionColumn) -> Iterator[Argument]:
    """The arguments as inputs of the action; what it does without being told is left out."""
    for one in known.arguments:
        if one.name not in tool.defaults or constant(one.value) != tool.defaults[one.name]:
            name = action.native_input(one.name) or one.name
            yield Argument(name=name, value=one.value, span=one.span, comments=one.comments)


def _write_uses(
    action: ActionColumn, ref: ActionRef | None, at: Span | None, context: Context
) -> Entry:
    """An action of the source as it is written there, any other one with the pin asked for."""
    if ref is not None and ref.format == "github":
        return build.entry("uses", build.text(ref.written), ref.comments)
    if action.uses.startswith("docker://"):
        return build.entry("uses", build.text(action.uses))
    if context.options.pin != "sha":
        return build.entry("uses", build.text(f"{action.uses}@{action.major}"))
    if action.sha is None or action.version is None:
        context.diagnostics.warning(
            "unpinned-action",
            f"{action.uses!r} is pinned to {action.major!r}: no commit of it is known",
            at,
            "look up the commit of its newest release, and put it into .ciconv/catalog/",
        )
        return build.entry("uses", build.text(f"{action.uses}@{action.major}"))
    release = Comment(action.version, NOWHERE, inline=True)
    return build.entry("uses", build.text(f"{action.uses}@{action.sha}"), (release,))
