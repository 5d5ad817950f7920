"""Steps that keep files: caches, workspaces, artifacts, reports of tests."""

from typing import Any, Protocol

from ciconv.context import Context
from ciconv.converters.circleci.expressions.keys import read_key
from ciconv.converters.circleci.scalars import join_text, lines, take_text, take_texts
from ciconv.converters.fields import Fields, is_null
from ciconv.ir.expression import Call, Literal, Template, constant, opposite, text
from ciconv.ir.node import replace
from ciconv.ir.step import (
    DownloadArtifact,
    PublishReport,
    RestoreCache,
    SaveCache,
    Step,
    UploadArtifact,
)
from ciconv.source import Span
from ciconv.syntax.node import Scalar

WORKSPACE = "workspace-"  # how the artifact of a workspace begins


class JobFiles(Protocol):
    """What the steps of a job know of it: its name, where paths lie, names that are not taken."""

    job: str
    context: Context

    def at(self, path: Template) -> Template:
        """Return a path as it is seen from the folder with the repository."""

    def named(self, base: str) -> Template:
        """Return the name of an artifact: no other one of the job has it."""


def read_files(
    reader: JobFiles, name: str, fields: Fields, given: dict[str, Any]
) -> tuple[Step, ...]:
    """Return the steps of a kind that keeps files or brings them back."""
    found = _KINDS[name](reader, fields, given)
    if found is None:
        return ()
    extras = (*found.extras, *fields.leftovers("circleci"))
    return (replace(found, extras=extras, comments=(*found.comments, *fields.comments)),)


def _save_cache(reader: JobFiles, fields: Fields, given: dict[str, Any]) -> Step | None:
    fields.require("key", _at(fields))
    fields.require("paths", _at(fields))
    key = fields.scalar("key")
    paths = take_texts(fields, "paths", reader.context)
    if key is None:
        return None
    below = tuple(reader.at(one) for one in paths)
    return SaveCache(key=read_key(key, reader.context, reader.at), paths=lines(below), **given)


def _restore_cache(reader: JobFiles, fields: Fields, given: dict[str, Any]) -> Step | None:
    """The first key is looked for as it is, all of them as beginnings."""
    scalars: list[Scalar] = []
    for name in ("key", "keys"):
        scalars += [one for one in fields.scalars(name) or () if not is_null(one)]
    if not scalars:
        reader.context.diagnostics.error(
            "missing-key", f"{fields.what} needs 'key' or 'keys'", _at(fields)
        )
        return None
    first, *others = (read_key(one, reader.context, reader.at) for one in scalars)
    fallbacks = lines(tuple(others)) if others else None
    return RestoreCache(key=first, fallbacks=fallbacks, **given)


def _store_artifacts(reader: JobFiles, fields: Fields, given: dict[str, Any]) -> Step | None:
    fields.require("path", _at(fields))
    path = take_text(fields, "path", reader.context)
    destination = take_text(fields, "destination", reader.context)
    if path is None:
        return None
    below = reader.at(path)
    said = destination or below
    base = constant(said) or "artifacts"
    name = reader.named(f"{reader.job}-{base.strip('./~') or 'artifacts'}")
    name = replace(name, span=said.span)
    return UploadArtifact(artifact=name, paths=below, **_at_any_rate(given))


def _store_test_results(reader: JobFiles, fields: Fields, given: dict[str, Any]) -> Step | None:
    fields.require("path", _at(fields))
    path = take_text(fields, "path", reader.context)
    if path is None:
        return None
    below = reader.at(path)
    return PublishReport(kind="junit", paths=below, **_at_any_rate(given))


def _at_any_rate(given: dict[str, Any]) -> dict[str, Any]:
    """Results are kept even when a step before failed."""
    if given["condition"] is not None:
        return given
    always = opposite(Call(function="cancelled"))
    return given | {"condition": always}


def _persist(reader: JobFiles, fields: Fields, given: dict[str, Any]) -> Step | None:
    fields.require("root", _at(fields))
    root = take_text(fields, "root", reader.context)
    paths = take_texts(fields, "paths", reader.context)
    paths = (*paths, *take_texts(fields, "path", reader.context))
    if not paths:
        said = f"{fields.what} needs the key 'paths'"
        reader.context.diagnostics.error("missing-key", said, _at(fields))
    if root is None or not paths:
        return None
    base = reader.at(root)
    full = tuple(_joined(base, one, reader) for one in paths)
    name = replace(reader.named(f"{WORKSPACE}{reader.job}"), span=root.span)
    return UploadArtifact(artifact=name, paths=lines(full), root=base, missing="error", **given)


def _joined(root: Template, path: Template, reader: JobFiles) -> Template:
    """A path below the root; one that is absolute stays."""
    said, base = constant(path), constant(root)
    if said is not None and said.startswith(("/", "~")):
        return reader.at(path)
    if base in (".", ""):
        return path if said != "." else path
    if said in (".", ""):
        return replace(root, comments=path.comments)
    whole = join_text((*root.parts, Literal(value="/", span=path.span), *path.parts))
    return replace(whole, span=path.span, comments=path.comments)


def _attach(reader: JobFiles, fields: Fields, given: dict[str, Any]) -> Step | None:
    fields.require("at", _at(fields))
    at = take_text(fields, "at", reader.context)
    if at is None:
        return None
    below = reader.at(at)
    return DownloadArtifact(pattern=text(f"{WORKSPACE}*", of=at), path=below, **given)


_KINDS = {
    "save_cache": _save_cache,
    "restore_cache": _restore_cache,
    "store_artifacts": _store_artifacts,
    "store_test_results": _store_test_results,
    "persist_to_workspace": _persist,
    "attach_workspace": _attach,
}


def _at(fields: Fields) -> Span | None:
    return None if fields.whole is None else fields.whole.span
