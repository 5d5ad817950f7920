"""What brings the artifacts of earlier jobs: `needs`, and scripts that copy them.

GitLab brings every file back to where it was kept; what is expected elsewhere is copied there.
https://docs.gitlab.com/ci/jobs/job_artifacts/
"""

from collections.abc import Iterator

from msgspec import Struct

from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.converters.gitlab.steps.artifact_folders import copied, has_folder, mixed_up
from ciconv.converters.gitlab.steps.artifacts_flow import (
    Move,
    goal_of,
    is_meant,
    is_named,
    kept_before,
    known_paths,
    plain,
    root_of,
    target_of,
)
from ciconv.ir.expression import Template, constant, text
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import DownloadArtifact, Run, Step, UploadArtifact
from ciconv.ir.walk import comments_of
from ciconv.profile import Feature, Outcome


class Flow(Struct, frozen=True, kw_only=True):
    """Which jobs a job gets files of, and the steps that put them where they are expected."""

    sources: frozenset[str]
    steps: tuple[Step, ...]


def flow_into(job: Job, pipeline: Pipeline, writer: Writer) -> Flow:
    """Return where the files a job downloads come from.

    GitLab brings every file back to where it was; what is expected elsewhere is copied there.
    """
    kept = kept_before(job, pipeline)
    mixed = {id(one) for one in mixed_up(job, pipeline)}
    sources: set[str] = set()
    steps: list[Step] = []
    for step in job.steps:
        if not isinstance(step, DownloadArtifact):
            steps.append(step)
            continue
        found = [(one.id, upload) for one, upload in kept if is_meant(step, upload)]
        sources |= {name for name, _ in found}
        if any(id(upload) in mixed for _, upload in found):
            said = "files of other artifacts, or of other cells of a matrix, come to the same place"
            writer.lose(Feature.ARTIFACT, Outcome.MANUAL, said, step)
        if not found:
            said = "nothing before this job keeps such files"
            writer.lose(Feature.ARTIFACT, Outcome.MANUAL, said, step)
        for one in step.arguments:
            if one.name != "merge":
                said = (
                    f"the input {one.name!r} is left out: artifacts come from jobs of this pipeline"
                )
                writer.lose(Feature.TOOL_INPUT, Outcome.APPROXIMATED, said, one)
        for made in _moved(step, [upload for _, upload in found], writer):
            _add(made, steps)
    return Flow(sources=frozenset(sources), steps=tuple(steps))


def _add(made: Run, steps: list[Step]) -> None:
    """Add a script, without what the one before does, where both are of one step of the source."""
    last = steps[-1] if steps else None
    if not isinstance(last, Run) or last.tool != made.tool or last.span != made.span:
        steps.append(made)
        return
    scripts = (constant(last.script), constant(made.script))
    if None in scripts:
        steps.append(made)
        return
    lines = dict.fromkeys("".join(one or "" for one in scripts).splitlines())
    steps[-1] = replace(last, script=text("\n".join(lines) + "\n"))


def _moved(step: DownloadArtifact, uploads: list[UploadArtifact], writer: Writer) -> Iterator[Run]:
    """Scripts that copy files from where they were kept to where they are expected."""
    target = target_of(step)
    folder = plain(target or "")
    own = [one for one in uploads if has_folder(one)]
    others = [one for one in uploads if not has_folder(one)]
    moves = dict.fromkeys(
        Move(root, goal_of(step, upload, folder), known_paths(upload))
        for upload in others
        if (root := root_of(upload)) is not None
    )
    wrong = [one for one in moves if one.root != one.goal and one.is_sayable]
    unknown = any(root_of(one) is None or _is_unnamed(step, one) for one in others)
    if target is None or unknown or not all(one.is_sayable for one in moves):
        said = "some files arrive where they were kept, not in the folder that is named"
        writer.lose(Feature.ARTIFACT, Outcome.MANUAL, said, step)
        wrong = [] if target is None else wrong
    if wrong:
        lines = [line for one in wrong for line in one.lines()]
        yield _script(step, text("\n".join(lines) + "\n"))
    if own and target is not None:
        yield _script(step, copied(step, own, folder))


def _is_unnamed(step: DownloadArtifact, upload: UploadArtifact) -> bool:
    """Whether files are to come into a folder of the artifact's name, which only the run knows."""
    return not (is_named(step) or step.is_merged) and constant(upload.artifact) is None


def _script(step: DownloadArtifact, script: Template) -> Run:
    comments = comments_of(replace(step, ref=None))
    given = {name: getattr(step, name) for name in Step.__struct_fields__}
    given |= {"tool": "download-artifact", "comments": comments}
    return Run(script=script, **given)
