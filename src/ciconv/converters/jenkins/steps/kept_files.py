"""Files that a build keeps or hands over: `stash`, `archiveArtifacts`, `junit`, `publishHTML`.

https://www.jenkins.io/doc/pipeline/steps/
"""

import re
from collections.abc import Iterator

from ciconv.converters.jenkins.expressions.read import read_expression, read_template
from ciconv.converters.jenkins.sections import extra, other_arguments
from ciconv.converters.jenkins.steps.frame import Place, joined_path
from ciconv.converters.jenkins.steps.scripts import script
from ciconv.ir.expression import Raw, Template, constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import DownloadArtifact, PublishReport, Step, UploadArtifact
from ciconv.ir.walk import nodes
from ciconv.syntax.groovy import tree


def given(call: tree.Call, name: str) -> tree.Expr | None:
    """Return an argument by its name, or the only one when it has none."""
    return call.named(name) or next(iter(call.positional), None)


def read_stash(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the step of `stash`."""
    name = given(call, "name")
    if name is None:
        return None
    root = place.frame.directory
    missing = call.named("allowEmpty")
    upload = UploadArtifact(
        artifact=read_template(name, place.scope),
        paths=_paths(call, "includes", place) or _below(root, "**", call),
        missing="ignore" if is_true(missing, place) else "error",
        root=root or text("."),  # files come back to where they were below it
        span=call.span,
    )
    return _checked(replace(upload, extras=other_arguments(call, _STASH)))


def read_archive(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the step of `archiveArtifacts`."""
    paths = _paths(call, "artifacts", place) or (
        _listed(call.positional[0], call, place) if call.positional else None
    )
    if paths is None:
        return None
    empty = call.named("allowEmptyArchive")
    upload = UploadArtifact(
        artifact=text(place.notes.unique("artifacts")),
        paths=paths,
        missing="warn" if is_true(empty, place) else "error",
        extras=other_arguments(call, _ARCHIVE),
        span=call.span,
    )
    return _checked(upload)


_STASH = ("name", "includes", "excludes", "allowEmpty")
_ARCHIVE = ("artifacts", "excludes", "allowEmptyArchive")


def _checked(step: Step) -> tuple[Step, ...] | None:
    """The step, None where it has something that only the run knows."""
    return None if any(isinstance(one, Raw) for one in nodes(step)) else (step,)


def is_true(node: tree.Expr | None, place: Place) -> bool:
    """Return whether an argument is given, and true."""
    return node is not None and constant(read_expression(node, place.scope)) == "true"


def _paths(call: tree.Call, name: str, place: Place) -> Template | None:
    node = call.named(name)
    return None if node is None else _listed(node, call, place)


def _listed(node: tree.Expr, call: tree.Call, place: Place) -> Template:
    """Patterns between commas, one a line, seen from the workspace; excluded ones with `!`."""
    excluded = call.named("excludes")
    found = _one_a_line(read_template(node, place.scope), place, "")
    if excluded is None:
        return found
    others = _one_a_line(read_template(excluded, place.scope), place, "!")
    return replace(script(found, "\n", others), span=found.span)


def _one_a_line(paths: Template, place: Place, sign: str) -> Template:
    said = constant(paths)
    pieces = [place.frame.inside(paths)]
    if said is not None:
        names = [one for one in re.split(r"\s*,\s*|\n", said.strip()) if one]
        pieces = [place.frame.inside(text(one, of=paths)) for one in names]
    return replace(script(*_lines(pieces, sign)), span=paths.span)


def _lines(pieces: list[Template], sign: str = "") -> Iterator[str | Template]:
    for number, piece in enumerate(pieces):
        yield "\n" if number else ""
        yield sign
        yield piece


def _below(root: Template | None, pattern: str, call: tree.Call) -> Template:
    return joined_path(root, replace(text(pattern), span=call.span))


def read_unstash(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the step of `unstash`."""
    name = given(call, "name")
    if name is None:
        return None
    download = DownloadArtifact(
        artifact=read_template(name, place.scope), path=place.frame.directory, span=call.span
    )
    return _checked(download)


def read_junit(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the step of `junit`."""
    return _report("junit", "testResults", call, place)


def _report(kind: str, name: str, call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    node = given(call, name)
    if node is None:
        return None
    paths = _one_a_line(read_template(node, place.scope), place, "")
    may_miss = is_true(call.named("allowEmptyResults"), place)  # as it is everywhere else
    known = (name, "allowEmptyResults") if may_miss else (name,)
    report = PublishReport(
        kind=kind, paths=paths, extras=other_arguments(call, known), span=call.span
    )
    return _checked(report)


def read_pages(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the step of `publishHTML`: the files are kept, though no page shows them."""
    target = call.named("target") or next(iter(call.positional), None)
    target = None if target is None else tree.plain(target)
    entries = target.entries if isinstance(target, tree.MapLiteral) else call.arguments
    said = {one.name: one.value for one in entries}
    if "reportDir" not in said:
        return None
    folder = place.frame.inside(read_template(said["reportDir"], place.scope))
    name = constant(read_template(said["reportName"], place.scope)) if "reportName" in said else ""
    pattern = constant(read_template(said["includes"], place.scope)) if "includes" in said else "**"
    if pattern is None:
        return None
    whole = [_below(folder, one, call) for one in re.split(r"\s*,\s*", pattern.strip()) if one]
    upload = UploadArtifact(
        artifact=text(place.notes.unique(name or "report")),
        paths=replace(script(*_lines(whole)), span=call.span),
        missing="warn" if is_true(said.get("allowMissing"), place) else "error",
        extras=(extra("steps.publishHTML.page", call),),
        span=call.span,
    )
    return _checked(upload)
