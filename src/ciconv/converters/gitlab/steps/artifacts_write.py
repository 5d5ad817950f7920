"""Artifacts: files that jobs keep as `artifacts`, and that later jobs get by `needs`.

https://docs.gitlab.com/ci/jobs/job_artifacts/
"""

import fnmatch
import re
from collections.abc import Iterator

from msgspec import Struct

from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.converters.gitlab.steps.lines import lines_of
from ciconv.converters.gitlab.steps.outside import is_copy
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Call, Expr, Index, Ref, Template, constant, text, walk
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import DownloadArtifact, PublishReport, Run, Step, UploadArtifact
from ciconv.ir.walk import ancestors, comments_of
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping

DOTENV = "outputs.env"

_REPORTS = {
    "junit": "junit",
    "sarif": "sast",
    "coverage": "coverage_report",
}


class Flow(Struct, frozen=True, kw_only=True):
    """Which jobs a job gets files of, and the steps that put them where they are expected."""

    sources: frozenset[str]
    steps: tuple[Step, ...]


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
            writer.lose(Feature.ARTIFACT, Outcome.APPROXIMATED, said, one.artifact)
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
            if is_copy(path):
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
            at = _missing(step)
            writer.lose(Feature.TOOL_INPUT, Outcome.APPROXIMATED, said, at)
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


def _missing(step: UploadArtifact) -> UploadArtifact:
    return step


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


def flow_into(job: Job, pipeline: Pipeline, writer: Writer) -> Flow:
    """Return where the files a job downloads come from.

    GitLab brings every file back to where it was; what is expected elsewhere is copied there.
    """
    before = set(ancestors(pipeline, job))
    uploads = [
        (one.id, step)
        for one in pipeline.jobs
        if isinstance(one, Job) and one.id in before
        for step in one.steps
        if isinstance(step, UploadArtifact)
    ]
    sources: set[str] = set()
    steps: list[Step] = []
    for step in job.steps:
        if not isinstance(step, DownloadArtifact):
            steps.append(step)
            continue
        found = [(name, upload) for name, upload in uploads if _is_meant(step, upload)]
        sources |= {name for name, _ in found}
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
    lines = dict.fromkeys(f"{constant(last.script)}{constant(made.script)}".splitlines())
    steps[-1] = replace(last, script=text("\n".join(lines) + "\n"))


def _is_meant(step: DownloadArtifact, upload: UploadArtifact) -> bool:
    if step.artifact is not None and step.artifact.parts:
        if step.artifact == upload.artifact:
            return True
        return _may_be_equal(step.artifact, upload.artifact)
    if step.pattern is not None:
        return fnmatch.fnmatchcase(_shape(upload.artifact, "?"), _shape(step.pattern, "*")) or (
            _may_be_equal(step.pattern, upload.artifact)
        )
    return True


def _may_be_equal(one: Template, other: Template) -> bool:
    """Whether two names can be the same one, whatever the expressions in them give."""
    here, there = _shape(one, "\0"), _shape(other, "\0")
    if "\0" not in here + there and "*" not in here:
        return here == there
    wanted = re.escape(here).replace("\0", ".*").replace(r"\*", ".*")
    backwards = re.escape(there).replace("\0", ".*")
    return bool(re.fullmatch(wanted, there) or re.fullmatch(backwards, here))


def _shape(template: Template, hole: str) -> str:
    return "".join(constant(one) if constant(one) is not None else hole for one in template.parts)  # type: ignore[misc]


def _moved(step: DownloadArtifact, uploads: list[UploadArtifact], writer: Writer) -> Iterator[Run]:
    """A script that copies files from where they were kept to where they are expected."""
    target = "" if step.path is None else _target(step.path)
    plain = _plain("" if target is None else target)
    moves = dict.fromkeys(
        _Move(root, _plain_name(step, upload, plain), _known_paths(upload))
        for upload in uploads
        if (root := _root(upload)) is not None
    )
    wrong = [one for one in moves if one.root != one.goal and one.is_sayable]
    comments = comments_of(replace(step, ref=None))
    unknown = any(_root(upload) is None for upload in uploads)
    if target is None or unknown or not all(one.is_sayable for one in moves):
        said = "some files arrive where they were kept, not in the folder that is named"
        writer.lose(Feature.ARTIFACT, Outcome.MANUAL, said, step)
        wrong = [] if target is None else wrong
    if not wrong:
        return
    lines = [line for one in wrong for line in one.lines()]
    given = {name: getattr(step, name) for name in Step.__struct_fields__}
    given |= {"tool": "download-artifact", "comments": comments}
    yield Run(script=text("\n".join(lines) + "\n"), **given)


class _Move(Struct, frozen=True):
    """Files below a folder that have to be below another one."""

    root: str
    goal: str
    paths: tuple[str, ...]  # all of them

    @property
    def _is_inside(self) -> bool:
        """Whether the folder would be copied into itself."""
        return not self.root or self.goal.startswith(f"{self.root}/")

    @property
    def is_sayable(self) -> bool:
        """Whether a shell can name the files, and the folders they are in."""
        folders = (one.rpartition("/")[0] for one in self.paths)
        return not self._is_inside or self.root == self.goal or "*" not in "".join(folders)

    def lines(self) -> Iterator[str]:
        """Yield the commands of a script."""
        if self._is_inside:
            yield from self._by_name()
            return
        root, goal = _quoted(self.root), _quoted(self.goal or ".")
        if self.goal:
            yield f"mkdir -p {goal}"
        only = self.paths[0] if len(self.paths) == 1 else ""
        if _plain(only) == self.root and not only.endswith("/"):  # which may be a file as well
            there = _plain(only).rpartition("/")[0] == self.goal
            otherwise = "" if there else f"; else cp {root} {goal}"
            yield f"if [ -d {root} ]; then cp -R {root}/. {goal}{otherwise}; fi"
        else:
            yield f"cp -R {root}/. {goal}"

    def _by_name(self) -> Iterator[str]:
        """The files one by one, in the folders they are in."""
        folders: dict[str, list[str]] = {}
        for path in map(_plain, self.paths):
            folder = path.rpartition("/")[0][len(self.root) :].strip("/")
            folders.setdefault(f"{self.goal}/{folder}".strip("/"), []).append(_quoted(path))
        for folder, names in folders.items():
            yield f"mkdir -p {_quoted(folder)}"
            yield f"cp -R {' '.join(names)} {_quoted(folder)}"


def _known_paths(upload: UploadArtifact) -> tuple[str, ...]:
    paths = (constant(line) for line in lines_of(upload.paths))
    known = (one.strip() for one in paths if one is not None)
    return tuple(one for one in known if one and not one.startswith("!"))


def _target(path: Template) -> str | None:
    """A folder that is known beforehand; below the workspace it is one of the project."""
    first = path.parts[0] if path.parts else None
    if isinstance(first, Ref) and first.path == ("workspace",):
        path = replace(path, parts=path.parts[1:])
        return (constant(path) or "").lstrip("/") if constant(path) is not None else None
    return constant(path)


def _quoted(path: str) -> str:
    """A path as a word of a shell, which expands `~` and patterns alone."""
    if re.fullmatch(r"[\w./@%+=:,*?~-]+", path):
        return path
    return "'" + path.replace("'", "'\\''") + "'"


def _plain_name(step: DownloadArtifact, upload: UploadArtifact, folder: str) -> str:
    """Where the files of one artifact are expected: without a name each has its own folder."""
    merged = any(one.name == "merge" and constant(one.value) == "true" for one in step.arguments)
    if (step.artifact is not None and step.artifact.parts) or merged:
        return folder
    name = constant(upload.artifact) or ""
    return f"{folder}/{name}".strip("/") if name else folder


def _plain(path: str) -> str:
    """A path without what does not count in it."""
    begin = "/" if path.startswith("/") else ""
    return begin + "/".join(part for part in path.split("/") if part not in ("", "."))


def _root(upload: UploadArtifact) -> str | None:
    """The folder whose content an artifact has: what comes before a `*`, or is common to all."""
    if upload.root is not None:
        folder = constant(upload.root)
        return None if folder is None else _plain(folder)
    if any((constant(one) or "").strip().startswith(("~", "/")) for one in lines_of(upload.paths)):
        return None
    paths = [constant(line) for line in lines_of(upload.paths)]
    known = [one.strip() for one in paths if one is not None and one.strip()]
    known = [one for one in known if not one.startswith("!")]
    if len(known) < len([one for one in lines_of(upload.paths) if one.parts]) or not known:
        return None
    roots = [_root_of(one, alone=len(known) == 1) for one in known]
    common = roots[0].split("/")
    for other in roots[1:]:
        parts = other.split("/")
        while common and parts[: len(common)] != common:
            common.pop()
    return "/".join(common)


def _root_of(path: str, *, alone: bool) -> str:
    plain = _plain(path)
    if "*" in plain or "?" in plain or "[" in plain:
        return "/".join(plain.split("/")[: _first_glob(plain)])
    last = plain.rpartition("/")[2]
    is_file = "." in last.lstrip(".") and not path.endswith("/")
    return plain.rpartition("/")[0] if is_file or not alone else plain


def _first_glob(path: str) -> int:
    parts = path.split("/")
    return next(n for n, part in enumerate(parts) if re.search(r"[*?\[]", part))
