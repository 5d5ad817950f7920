"""Artifacts: kept for people, and handed to later jobs through the workspace.

An artifact lies where its job had it, or in a folder of its name below /tmp/workspace.
https://circleci.com/docs/guides/orchestrate/workspaces/
"""

import posixpath
import re
from collections.abc import Iterator

from ciconv.converters.circleci.jobs.workspace import (
    Kept,
    is_asked_for,
    kept_of,
    name_of,
    target_of,
)
from ciconv.converters.circleci.jobs.writer import Writer
from ciconv.converters.circleci.shells import DEFAULT
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Template, constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import DownloadArtifact, Extra, Run, Step, UploadArtifact
from ciconv.passes.own_folders import OF_WORKSPACE
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry

_TEMPLATE = re.compile(r"(<< [\w.-]+ >>)")
# what changes no file, and what a pass has seen to
_UNTOLD = ("compression-level", "hidden", "overwrite")
OUTPUTS = "outputs"  # the folder with what jobs hand on as variables


def upload(step: UploadArtifact, writer: Writer) -> Iterator[Step]:
    """Yield the steps that keep an artifact."""
    writer.report_inputs(step, "artifact", _UNTOLD)
    said = "the files are kept with the job, and for later jobs in the workspace"
    writer.lose(Feature.ARTIFACT, Outcome.LOWERED, said, step)
    name = _name(step.artifact, writer)
    kept = writer.workspace.kept.get(name_of(step))
    if kept is None and not is_asked_for(step, writer.pipeline):
        kept = kept_of(step, _text(step.paths, writer))
    if kept is not None:
        yield from _at_their_place(step, name, kept, writer)
        return
    folder = f"{OF_WORKSPACE}/{name}"
    yield Run(
        name=text(f"Collect {name}"),
        script=text(_collecting(step, folder, writer)),
        shell=text(DEFAULT),
        condition=step.condition,
        span=step.span,
        comments=step.comments,
    )
    yield _stored(step, folder, name)
    if is_asked_for(step, writer.pipeline):
        yield _persisted(step, OF_WORKSPACE, (name,))


def _text(template: Template, writer: Writer) -> str | None:
    try:
        return writer.text(template)
    except CannotSay:
        return None


def _at_their_place(step: UploadArtifact, name: str, kept: Kept, writer: Writer) -> Iterator[Step]:
    """The steps for files that stay where they are."""
    steps: list[Step] = []
    is_handed_on = kept.is_placed or is_asked_for(step, writer.pipeline)
    if step.missing == "error" and not is_handed_on:  # the workspace itself asks for them
        test = " && ".join(f"test -e {_quoted(one)}" for one in kept.paths)
        script = text(f"{test} || {{ echo {_quoted(f'no artifact {name}')} >&2; exit 1; }}")
        check = Run(script=script, shell=text(DEFAULT), span=step.span)
        steps.append(replace(check, condition=step.condition))
    if not kept.is_placed and not (kept.is_everything and is_handed_on):
        steps += (_stored(step, one, _destination(name, one, kept)) for one in kept.paths)
    if is_handed_on:
        steps.append(_persisted(step, kept.root, kept.paths))
    first, *others = steps
    yield replace(first, comments=step.comments)
    yield from others


def _destination(name: str, path: str, kept: Kept) -> str:
    """Where a file or a folder is shown: below the name of its artifact."""
    base = path if kept.base is None else kept.base
    below = posixpath.relpath(path, base)
    return name if below == "." else f"{name}/{below}"


def _stored(step: Step, path: str, destination: str) -> Step:
    return _own(
        "store_artifacts",
        step,
        build.entry("path", build.text(path)),
        build.entry("destination", build.text(destination)),
    )


def _persisted(step: Step, root: str, paths: tuple[str, ...]) -> Step:
    return _own(
        "persist_to_workspace",
        step,
        build.entry("root", build.text(root)),
        build.entry("paths", build.sequence(*map(build.text, paths))),
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
    if len(wanted) == 1 and not re.search(r"[*?\[]", wanted[0]) and step.root is None:
        path = _word(wanted[0].rstrip("/") or "/")
        lines = [
            f"mkdir -p {_quoted(folder)}",
            f"if [ -d {path} ]; then cp -R {path}/. {_quoted(folder)}",
            f"elif [ -e {path} ]; then cp {path} {_quoted(folder)}",
            *([f"else {_NOTHING}"] if step.missing == "error" else []),
            "fi",
        ]
        return "\n".join(lines) + "\n"
    return "\n".join((*_copied_files(wanted, base, folder), *_checked(step))) + "\n"


def _copied_files(wanted: list[str], base: str, folder: str) -> Iterator[str]:
    """The lines that copy files, which keep their places below the folder that they share."""
    below = [_relative(one, base) for one in wanted]
    yield f"to={_quoted(folder)}"
    if any("**" in one for one in below):
        yield "shopt -s globstar"
    if not any("/" in one.rstrip("/") for one in below):
        yield 'mkdir -p "$to"'
        yield f"for file in {' '.join(_word(one.rstrip('/')) for one in wanted)}; do"
        yield '  if [ -e "$file" ]; then cp -R "$file" "$to"; fi'
        yield "done"
        return
    yield 'mkdir -p "$to"'
    if base != ".":
        yield f"cd {_word(base)}"
    yield f"for file in {' '.join(map(_word, below))}; do"
    yield '  if [ ! -e "$file" ]; then continue; fi'
    yield '  mkdir -p "$to/$(dirname "$file")"'
    yield '  cp -R "$file" "$to/$(dirname "$file")"'
    yield "done"


def _checked(step: UploadArtifact) -> Iterator[str]:
    """The line that asks whether there are any files."""
    if step.missing == "error":
        yield f'if [ -z "$(ls -A "$to")" ]; then {_NOTHING}; fi'


_NOTHING = "echo 'no files were found' >&2; exit 1"


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
    if re.fullmatch(r"[\w./*?\[\]~@%+:,=-]*", path):
        return path
    return re.sub(r"[^\w./*?\[\]~-]", lambda one: f"\\{one[0]}", path)


def _quoted(text_: str) -> str:
    if re.fullmatch(r"[\w./-]+", text_):
        return text_
    return "'" + text_.replace("'", "'\\''") + "'"


def download(step: DownloadArtifact, writer: Writer) -> Iterator[Step]:
    """Yield the steps that bring an artifact: the workspace, and a copy out of it."""
    said = "the files come from the workspace, which has all that earlier jobs put there"
    writer.lose(Feature.ARTIFACT, Outcome.LOWERED, said, step)
    foreign = [one for one in step.arguments if one.name in ("run-id", "repository")]
    for one in foreign:
        message = "artifacts of other runs are not in the workspace"
        writer.lose(Feature.ARTIFACT, Outcome.MANUAL, message, one)
    folder = writer.workspace.attached.get(writer.job.id)
    if not writer.is_attached:
        writer.is_attached = True
        attached = _own(
            "attach_workspace", step, build.entry("at", build.text(folder or OF_WORKSPACE))
        )
        yield attached if folder is None else replace(attached, comments=step.comments)
    if folder is None:
        yield _bringing(step, writer)


def _bringing(step: DownloadArtifact, writer: Writer) -> Run:
    """The script that copies files out of the workspace."""
    target = "." if step.path is None else _target(step.path, writer)
    name = "the files" if step.artifact is None else _name(step.artifact, writer)
    kept = writer.workspace.kept.get(name)
    made = [] if target == "." else [f"mkdir -p {_word(target)}"]
    if kept is not None:
        lines = [*_copying(kept, target_of(step) or target)]
    elif step.artifact is not None:
        lines = [*made, f"cp -R {_quoted(f'{OF_WORKSPACE}/{name}')}/. {_word(target)}"]
    else:
        pattern = "*" if step.pattern is None else _name(step.pattern, writer)
        inner = "/." if step.is_merged else ""
        lines = [*made, *_all_of(f"{OF_WORKSPACE}/{pattern}", inner, _word(target))]
        if "*" not in pattern:
            name = pattern
    return Run(
        name=text(f"Bring {name}"),
        script=text("\n".join(lines) + "\n"),
        shell=text(DEFAULT),
        condition=step.condition,
        span=step.span,
        comments=step.comments,
    )


def _all_of(folders: str, inner: str, target: str) -> tuple[str, ...]:
    """The lines that copy the folders there are: a job that did not run has left none."""
    if "*" not in folders:
        return (f"if [ -d {folders} ]; then cp -R {folders}{inner} {target}; fi",)
    return (
        f"for folder in {folders}; do",
        f'  if [ -d "$folder" ]; then cp -R "$folder"{inner} {target}; fi',
        "done",
    )


def _copying(kept: Kept, target: str) -> Iterator[str]:
    """The lines that copy an artifact which lies at its own place in the workspace."""
    first = f"{OF_WORKSPACE}/{kept.paths[0]}"
    is_folder = kept.base == kept.paths[0] or (kept.base is None and target == kept.paths[0])
    if target != ".":
        yield f"mkdir -p {_quoted(target)}"
    if is_folder:
        yield f"cp -R {_quoted(first)}/. {_quoted(target)}"
    elif kept.base is None:
        yield f"if [ -d {_quoted(first)} ]; then cp -R {_quoted(first)}/. {_quoted(target)}"
        yield f"else cp {_quoted(first)} {_quoted(target)}; fi"
    else:
        for path in kept.paths:
            below = posixpath.join(target, posixpath.dirname(posixpath.relpath(path, kept.base)))
            folder = posixpath.normpath(below)
            if folder not in (".", target):
                yield f"mkdir -p {_quoted(folder)}"
            yield f"cp -R {_quoted(f'{OF_WORKSPACE}/{path}')} {_quoted(folder)}"


def _target(path: Template, writer: Writer) -> str:
    try:
        return writer.text(path)
    except CannotSay as error:
        message = f"the folder of the files is only known to the run: {error}"
        writer.lose(Feature.ARTIFACT, Outcome.APPROXIMATED, message, error.expr)
        return "."
