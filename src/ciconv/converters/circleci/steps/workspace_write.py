"""Artifacts: kept for people, and handed to later jobs through the workspace.

An artifact lies in a folder of its name below /tmp/workspace in every job that has it.
https://circleci.com/docs/guides/orchestrate/workspaces/
"""

import posixpath
import re
from collections.abc import Iterator

from ciconv.converters.circleci.jobs.writer import Writer
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Template, constant, text
from ciconv.ir.job import Job
from ciconv.ir.step import DownloadArtifact, Extra, Run, Step, UploadArtifact
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry

FOLDER = "/tmp/workspace"
_TEMPLATE = re.compile(r"(<< [\w.-]+ >>)")
OUTPUTS = "outputs"  # the folder with what jobs hand on as variables


def upload(step: UploadArtifact, writer: Writer) -> Iterator[Step]:
    """Yield the steps that keep an artifact."""
    name = _name(step.artifact, writer)
    folder = f"{FOLDER}/{name}"
    said = "the files are kept with the job, and for later jobs in the workspace"
    writer.lose(Feature.ARTIFACT, Outcome.LOWERED, said, step)
    yield Run(
        name=text(f"Collect {name}"),
        script=text(_collecting(step, folder, writer)),
        condition=step.condition,
        span=step.span,
        comments=step.comments,
    )
    yield _own(
        "store_artifacts",
        step,
        build.entry("path", build.text(folder)),
        build.entry("destination", build.text(name)),
    )
    if _is_wanted(step, writer):
        yield _own(
            "persist_to_workspace",
            step,
            build.entry("root", build.text(FOLDER)),
            build.entry("paths", build.sequence(build.text(name))),
        )


def _own(name: str, step: Step, *entries: Entry) -> Step:
    extra = Extra(format="circleci", key=name, value=build.mapping(*entries))
    return Step(extras=(extra,), span=step.span)


def _name(artifact: Template | None, writer: Writer) -> str:
    """The name of an artifact as that of a folder."""
    if artifact is None:
        return "artifact"
    try:
        said = writer.text(artifact)
    except CannotSay as error:
        message = f"the name of the artifact is cut short: {error}"
        writer.lose(Feature.ARTIFACT, Outcome.APPROXIMATED, message, error.expr)
        said = "".join(constant(part) or "" for part in artifact.parts).strip("-._")
    parts = _TEMPLATE.split(said)
    clean = (one if _TEMPLATE.fullmatch(one) else one.replace(" ", "-") for one in parts)
    return "".join(clean) or "artifact"


def _is_wanted(step: UploadArtifact, writer: Writer) -> bool:
    """Whether a later job asks for artifacts."""
    return any(
        isinstance(one, DownloadArtifact)
        for job in writer.pipeline.jobs
        if isinstance(job, Job)
        for one in job.steps
    )


def _collecting(step: UploadArtifact, folder: str, writer: Writer) -> str:
    """A script that copies the files: below the folder that all of them share."""
    try:
        said = writer.text(step.paths)
    except CannotSay as error:
        message = f"the files of the artifact are only known to the run: {error}"
        writer.lose(Feature.ARTIFACT, Outcome.MANUAL, message, error.expr)
        return f"echo {_quoted(message)} >&2\nexit 1\n"
    paths = [one.strip() for one in said.splitlines() if one.strip()]
    wanted = [one for one in paths if not one.startswith("!")]
    if len(wanted) < len(paths):
        message = "what is left out of the artifact is in it now"
        writer.lose(Feature.ARTIFACT, Outcome.APPROXIMATED, message, step)
    base = _base(wanted) if step.root is None else constant(step.root) or "."
    lines = ["shopt -s nullglob globstar", f"mkdir -p {_quoted(folder)}"]
    missing = _MISSING.get(step.missing, "")
    if len(wanted) == 1 and not re.search(r"[*?\[]", wanted[0]) and step.root is None:
        path = _word(wanted[0])
        lines += [
            f"if [ -d {path} ]; then cp -R {path}/. {_quoted(folder)}",
            f"elif [ -e {path} ]; then cp {path} {_quoted(folder)}",
            *([f"else {missing}"] if missing else []),
            "fi",
        ]
        return "\n".join(lines) + "\n"
    below = " ".join(_word(_relative(one, base)) for one in wanted)
    lines += [
        f"cd {_word(base)}",
        "for file in " + below + "; do",
        f'  mkdir -p {_quoted(folder)}/"$(dirname "$file")"',
        f'  cp -R "$file" {_quoted(folder)}/"$(dirname "$file")"',
        "done",
    ]
    return "\n".join(lines) + "\n"


_MISSING = {
    "warn": "echo 'no files were found' >&2",
    "error": "echo 'no files were found' >&2; exit 1",
}


def _base(paths: list[str]) -> str:
    """The folder that paths share, up to the first wildcard."""
    heads = []
    for path in paths:
        fixed = re.split(r"[*?\[]", path)[0]
        heads.append(fixed if fixed == path and len(paths) == 1 else posixpath.dirname(fixed))
    kinds = {head.startswith(("/", "~")) for head in heads}
    if len(kinds) != 1:
        return "."
    return posixpath.commonpath(heads) or "." if all(heads) else "."


def _relative(path: str, base: str) -> str:
    if base in (".", ""):
        return path.removeprefix("./")
    return path.removeprefix(base).lstrip("/") or "."


def _word(path: str) -> str:
    """A path for a shell, its wildcards and `~` left to it; values of the pipeline are quoted."""
    parts = _TEMPLATE.split(path)
    return "".join(f'"{one}"' if _TEMPLATE.fullmatch(one) else _escaped(one) for one in parts)


def _escaped(path: str) -> str:
    if re.fullmatch(r"[\w./*?~@%+:,=-]*", path):
        return path
    return re.sub(r"[^\w./*?~-]", lambda one: f"\\{one[0]}", path)


def _quoted(text_: str) -> str:
    if re.fullmatch(r"[\w./-]+", text_):
        return text_
    return "'" + text_.replace("'", "'\\''") + "'"


def download(step: DownloadArtifact, writer: Writer) -> Iterator[Step]:
    """Yield the steps that bring an artifact: the workspace, and a copy out of it."""
    said = "the files come from the workspace, which has all that earlier jobs put there"
    writer.lose(Feature.ARTIFACT, Outcome.LOWERED, said, step)
    yield _own("attach_workspace", step, build.entry("at", build.text(FOLDER)))
    merged = any(
        one.name == "merge-multiple" and constant(one.value) == "true" for one in step.arguments
    )
    foreign = [one for one in step.arguments if one.name in ("run-id", "repository")]
    for one in foreign:
        message = "artifacts of other runs are not in the workspace"
        writer.lose(Feature.ARTIFACT, Outcome.MANUAL, message, one)
    target = "." if step.path is None else _target(step.path, writer)
    if step.artifact is not None:
        name = _name(step.artifact, writer)
        script = (
            f"mkdir -p {_quoted(target)}\ncp -R {_quoted(f'{FOLDER}/{name}')}/. {_word(target)}\n"
        )
    else:
        pattern = "*" if step.pattern is None else _name(step.pattern, writer)
        body = '  cp -R "$folder"/. .' if merged else '  cp -R "$folder" .'
        script = (
            f"mkdir -p {_quoted(target)}\ncd {_quoted(target)}\n"
            f"for folder in {FOLDER}/{pattern}; do\n{body}\ndone\n"
        )
    yield Run(
        name=text("Bring the files"),
        script=text(script),
        condition=step.condition,
        span=step.span,
        comments=step.comments,
    )


def _target(path: Template, writer: Writer) -> str:
    try:
        return writer.text(path)
    except CannotSay as error:
        message = f"the folder of the files is only known to the run: {error}"
        writer.lose(Feature.ARTIFACT, Outcome.APPROXIMATED, message, error.expr)
        return "."
