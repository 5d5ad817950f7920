"""Artifacts: files that jobs keep as `artifacts`, and that later jobs get by `needs`.

https://docs.gitlab.com/ci/jobs/job_artifacts/
"""

import re
from collections.abc import Iterator

from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.converters.gitlab.steps.artifact_folders import has_folder
from ciconv.converters.gitlab.steps.lines import lines_of
from ciconv.converters.gitlab.steps.outside import is_copy
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Call, Expr, Index, Ref, constant, walk
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.step import PublishReport, UploadArtifact
from ciconv.ir.walk import comments_of
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping

DOTENV = "outputs.env"

_REPORTS = {
    "junit": "junit",
    "sarif": "sast",
    "coverage": "coverage_report",
}


def write_artifacts(job: Job, writer: Writer, *, dotenv: bool) -> Entry | None:
    """Return the entry `artifacts` for what a job keeps and reports."""
    uploads = [one for one in job.steps if isinstance(one, UploadArtifact)]
    reports = [one for one in (*job.steps, *job.finally_steps) if isinstance(one, PublishReport)]
    entries: list[Entry] = []
    if len(uploads) == 1:
        entries += _name(uploads[0], writer)
    paths = [path for one in uploads for path in _paths(one, writer)]
    kept = dict.fromkeys(one for one in paths if not one.startswith("!"))
    excluded = dict.fromkeys(one[1:] for one in paths if one.startswith("!"))
    if kept:
        entries.append(build.entry("paths", build.sequence(*map(build.text, kept))))
    if excluded:
        entries.append(build.entry("exclude", build.sequence(*map(build.text, excluded))))
    entries += _when(uploads)
    entries += _expiry(uploads, writer)
    told = _reports(reports, writer, dotenv=dotenv)
    if told:
        entries.append(build.entry("reports", build.mapping(*told)))
    if len(uploads) > 1:
        for one in uploads:
            said = "all files a job keeps are one artifact, without a name of its own"
            at = one if one.artifact.span is None else one.artifact
            writer.lose(Feature.ARTIFACT, Outcome.APPROXIMATED, said, at)
    if not entries:
        return None
    comments = tuple(
        comment for one in (*uploads, *reports) for comment in comments_of(replace(one, ref=None))
    )
    return build.entry("artifacts", build.mapping(*entries), comments)


def _name(step: UploadArtifact, writer: Writer) -> list[Entry]:
    try:
        return [build.entry("name", build.text(writer.text(step.artifact)))]
    except CannotSay as error:
        said = f"the artifact has no name of its own: {error}"
        writer.lose(Feature.ARTIFACT, Outcome.APPROXIMATED, said, error.expr)
        return []


def _paths(step: UploadArtifact, writer: Writer) -> Iterator[str]:
    for line in lines_of(step.paths):
        try:
            path = writer.text(line).strip()
        except CannotSay as error:
            said = f"a path of the artifact is left out: {error}"
            writer.lose(Feature.ARTIFACT, Outcome.MANUAL, said, error.expr)
            continue
        if path.lstrip("!").startswith(("~", "/", "..")):
            said = f"{path!r} is outside of the project's folder, so nothing of it is kept"
            writer.lose(Feature.ARTIFACT, Outcome.MANUAL, said, line)
        elif path:
            if has_folder(step):
                said = (
                    "copies are kept in a folder of its own: another one has files at their place"
                )
                writer.lose(Feature.ARTIFACT, Outcome.LOWERED, said, step)
            elif is_copy(path):
                said = "a copy is kept, as the files are outside of the project's folder"
                writer.lose(Feature.ARTIFACT, Outcome.LOWERED, said, line)
            yield re.sub(r"^(!?)(\./)+", r"\1", path)


def _when(uploads: list[UploadArtifact]) -> list[Entry]:
    """Whether files are kept after a failure: if any of the steps does so, all are."""
    words = {_word(one.condition) for one in uploads}
    word = "on_success" if not words else words.pop() if len(words) == 1 else "always"
    return [] if word == "on_success" else [build.entry("when", build.text(word))]


def _word(condition: Expr | None) -> str:
    calls = (
        {one.function for one in walk(condition) if isinstance(one, Call)} if condition else set()
    )
    if calls & {"always", "cancelled"}:
        return "always"
    return "on_failure" if "failure" in calls else "on_success"


def _expiry(uploads: list[UploadArtifact], writer: Writer) -> list[Entry]:
    days = []
    for step in uploads:
        if step.missing != "warn":
            said = f"'{step.missing}' is left out: the runner warns when there is no file to keep"
            writer.lose(Feature.TOOL_INPUT, Outcome.APPROXIMATED, said, step)
        if step.condition is not None and _has_more(step.condition):
            said = "the files are kept whatever else the condition says"
            writer.lose(Feature.ARTIFACT, Outcome.APPROXIMATED, said, step.condition)
        for one in step.arguments:
            value = constant(one.value)
            if one.name == "retention" and value is not None and value.isdigit():
                days.append(int(value))
                continue
            said = f"the input {one.name!r} of the artifact is left out: the runner does not do so"
            writer.lose(Feature.TOOL_INPUT, Outcome.APPROXIMATED, said, one)
    if not days or not max(days):
        return []
    number = max(days)
    return [build.entry("expire_in", build.text(f"{number} day{'s' if number > 1 else ''}"))]


def _has_more(condition: Expr) -> bool:
    """Whether a condition asks for more than how the job went."""
    return any(isinstance(one, Ref | Index) for one in walk(condition))


def _reports(reports: list[PublishReport], writer: Writer, *, dotenv: bool) -> list[Entry]:
    """The entries of `reports`, one for each kind."""
    found: dict[str, list[str]] = {}
    for step in reports:
        kind = _REPORTS.get(step.kind, step.kind)
        for line in lines_of(step.paths):
            try:
                path = writer.text(line).strip()
            except CannotSay as error:
                said = f"the report is left out: {error}"
                writer.lose(Feature.REPORT, Outcome.MANUAL, said, step)
                continue
            if is_copy(path):
                said = "a copy is reported, as the files are outside of the project's folder"
                writer.lose(Feature.REPORT, Outcome.LOWERED, said, step)
            path = _of_results(path) if kind == "junit" else path
            if path and path not in found.setdefault(kind, []):
                found[kind].append(path)
    entries = [build.entry("dotenv", build.text(DOTENV))] if dotenv else []
    for kind, paths in found.items():
        value = build.sequence(*map(build.text, paths))
        if kind == "coverage_report":
            entries.append(build.entry(kind, _coverage(paths[0])))
        else:
            entries.append(build.entry(kind, value if len(paths) > 1 else value.items[0]))
    return entries


def _of_results(path: str) -> str:
    """What holds results of tests: of a folder its files of XML, since GitLab takes no folders.

    https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsjunit
    """
    last = path.rstrip("/").rpartition("/")[2]
    is_folder = bool(path) and not re.search(r"[.$*?[{]", last)
    return f"{path.rstrip('/')}/**/*.xml" if is_folder else path


def _coverage(path: str) -> Mapping:
    """A report of coverage, whose format is told by its name."""
    format = "jacoco" if "jacoco" in path.lower() else "cobertura"
    return build.mapping(
        build.entry("coverage_format", build.text(format)), build.entry("path", build.text(path))
    )
