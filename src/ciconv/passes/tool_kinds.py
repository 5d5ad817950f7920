"""Tools of which the IR has steps of its own: checkouts, caches, artifacts."""

from collections.abc import Iterator

from ciconv.catalog.tool import Kind, Tool
from ciconv.ir.expression import Template, constant, text
from ciconv.ir.node import shared
from ciconv.ir.step import (
    Argument,
    Checkout,
    DownloadArtifact,
    RestoreCache,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
)
from ciconv.profile import Feature


def defaults_of(tool: Tool, given: tuple[Argument, ...], step: Use) -> Iterator[Argument]:
    """Yield what holds for inputs of an artifact that are not given."""
    names = {one.name for one in given}
    for name, default in tool.defaults.items():
        if name in _FIELDS and name not in names and isinstance(default, str):
            yield Argument(name=name, value=text(default, of=step.ref), span=step.ref.span)


def _split(step: Use, *names: str) -> tuple[dict[str, Template], tuple[Argument, ...]]:
    """The arguments of these names, and the others."""
    taken = {one.name: one.value for one in step.arguments if one.name in names}
    return taken, tuple(one for one in step.arguments if one.name not in names)


def _checkout(step: Use) -> Checkout:
    return Checkout(arguments=step.arguments, ref=step.ref, **shared(step, Step))


def _cache(step: Use) -> RestoreCache:
    return _restore(step, save=True)


def _restore(step: Use, *, save: bool = False) -> RestoreCache:
    taken, others = _split(step, "key", "paths", "fallbacks")
    return RestoreCache(
        key=taken.get("key", text("")),
        paths=taken.get("paths"),
        fallbacks=taken.get("fallbacks"),
        save=save,
        arguments=others,
        ref=step.ref,
        **shared(step, Step),
    )


def _save(step: Use) -> SaveCache:
    taken, others = _split(step, "key", "paths")
    return SaveCache(
        key=taken.get("key", text("")),
        paths=taken.get("paths"),
        arguments=others,
        ref=step.ref,
        **shared(step, Step),
    )


def _upload(step: Use) -> UploadArtifact:
    taken, others = _split(step, "artifact", "paths", "missing")
    return UploadArtifact(
        artifact=taken.get("artifact", text("artifact")),
        paths=taken.get("paths", text("")),
        missing=constant(taken.get("missing", text("warn"))) or "warn",
        arguments=others,
        ref=step.ref,
        **shared(step, Step),
    )


def _download(step: Use) -> DownloadArtifact:
    taken, others = _split(step, "artifact", "pattern", "path")
    return DownloadArtifact(
        artifact=taken.get("artifact"),
        pattern=taken.get("pattern"),
        path=taken.get("path"),
        arguments=others,
        ref=step.ref,
        **shared(step, Step),
    )


_FIELDS = frozenset({"artifact", "paths", "missing", "path"})
KINDS = {
    Kind.CHECKOUT: (Feature.CHECKOUT, _checkout),
    Kind.CACHE: (Feature.CACHE, _cache),
    Kind.RESTORE_CACHE: (Feature.CACHE, _restore),
    Kind.SAVE_CACHE: (Feature.CACHE, _save),
    Kind.UPLOAD_ARTIFACT: (Feature.ARTIFACT, _upload),
    Kind.DOWNLOAD_ARTIFACT: (Feature.ARTIFACT, _download),
}
