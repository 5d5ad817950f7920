"""Files with a leading dot in artifacts: GitHub leaves them out unless it is told to keep them.

https://github.com/actions/upload-artifact#uploading-hidden-files
"""

from collections.abc import Iterator
from functools import partial

from ciconv.context import Context, Place
from ciconv.ir.expression import Literal, Template, constant, constant_text
from ciconv.ir.job import JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Project
from ciconv.ir.step import Argument, PublishReport, UploadArtifact
from ciconv.ir.walk import rewrite
from ciconv.profile import Feature, Outcome, Profile

LEAVES_OUT = frozenset({"github", "nixactions"})  # whose artifacts are GitHub's


def hidden_files(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project whose artifacts keep what those of their own system hold."""
    leaves_out = profile.format in LEAVES_OUT
    if leaves_out is (project.origin in LEAVES_OUT):
        return project

    def job(one: JobBase, pipeline: str) -> JobBase:
        if leaves_out:
            return rewrite(one, partial(_with_hidden, profile.format == "github"))
        return rewrite(one, partial(_told_of, Place(pipeline=pipeline, job=one.id), context))

    pipelines = (
        replace(one, jobs=tuple(job(each, one.id) for each in one.jobs))
        for one in project.pipelines
    )
    return replace(project, pipelines=tuple(pipelines))


def _with_hidden(packs: bool, node: Node) -> Node:
    """The upload or the report. `packs`: files below a root become one archive, which is none."""
    if not isinstance(node, UploadArtifact | PublishReport):
        return node
    shape = constant_text(node.paths, "x")
    if isinstance(node, PublishReport):
        has_some = _is_hidden(shape)
    else:
        has_some = not (packs and node.root is not None) and may_hold_hidden(shape)
    if not has_some or any(one.name == "hidden" for one in node.arguments):
        return node
    value = Template(parts=(Literal(value=True),), span=node.paths.span)
    hidden = Argument(name="hidden", value=value, span=node.paths.span)
    return replace(node, arguments=(*node.arguments, hidden))


def _told_of(place: Place, context: Context, node: Node) -> Node:
    """An upload without the wish for such files, where nothing leaves them out."""
    if not isinstance(node, UploadArtifact):
        return node
    wish = next((one for one in node.arguments if one.name == "hidden"), None)
    if wish is None or constant(wish.value) != "true":
        return node
    loss = place.at(node).loss(Feature.ARTIFACT, Outcome.LOWERED)
    context.lose(loss, "files with a leading dot are kept in any case", wish)
    return replace(node, arguments=tuple(one for one in node.arguments if one is not wish))


def may_hold_hidden(paths: str) -> bool:
    """Return whether some of the paths is a folder, a pattern over folders, or hidden itself."""
    return _is_hidden(paths) or any(
        "**" in path or "." not in path.rpartition("/")[2] for path in _lines(paths)
    )


def _is_hidden(paths: str) -> bool:
    parts = (part for path in _lines(paths) for part in path.split("/"))
    return any(one.startswith(".") and one.strip(".") for one in parts)


def _lines(paths: str) -> Iterator[str]:
    """The paths; not those that are left out."""
    lines = (line.strip() for line in paths.splitlines())
    return (one for one in lines if one and not one.startswith("!"))
