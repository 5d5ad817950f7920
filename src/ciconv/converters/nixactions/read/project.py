"""Reading the workflow files of a repository, by evaluating them."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ciconv.context import Context
from ciconv.converters.nixactions.evaluate import Evaluation, evaluate
from ciconv.converters.nixactions.read.comments import with_comments
from ciconv.converters.nixactions.read.jobs import Evaluated, read_jobs, static_env
from ciconv.converters.nixactions.read.positions import Positions
from ciconv.converters.nixactions.read.problems import report
from ciconv.ir.expression import text
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.source import FolderLoader, Source, Workspace

_NO_WORKFLOWS = frozenset({"ciconv-lib.nix", "flake-module.nix"})
_SUFFIXES = (".nix", ".sh", ".json", ".toml")


def read_project(workspace: Workspace, paths: tuple[str, ...], context: Context) -> Project:
    """Return the workflows of the files; what is wrong with them is in the diagnostics."""
    files = [path for path in paths if path.rpartition("/")[2] not in _NO_WORKFLOWS]
    with _Folder(workspace) as folder:
        pipelines = tuple(one for path in files for one in _file(path, folder, context))
    return Project(origin="nixactions", pipelines=pipelines)


class _Folder:
    """The workspace as a folder of the disk: its own, or a temporary one with its Nix files."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._made: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Path:
        loader = self._workspace.loader
        if isinstance(loader, FolderLoader):
            return loader.root.resolve()
        self._made = tempfile.TemporaryDirectory(prefix="ciconv-")
        root = Path(self._made.name).resolve()
        for path in self._workspace.paths():
            if path.endswith(_SUFFIXES):
                self._write(root, path)
        return root

    def _write(self, root: Path, path: str) -> None:
        source = self._workspace.readable(path)
        file = (root / path).resolve()
        if source is not None and file.is_relative_to(root):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(source.text, "utf-8", errors="replace")

    def __exit__(self, *unused: object) -> None:
        if self._made is not None:
            self._made.cleanup()


def _file(path: str, folder: Path, context: Context) -> Iterator[Pipeline]:
    source = context.source(path)
    if source is None:
        return
    found = evaluate(folder, path, packages_named(source.text))
    if not found.workflows:
        _report(found, source, folder, context)
        return
    sources = {str(folder / path): source}
    pipelines: list[Pipeline] = []
    for workflow, places in zip(found.workflows.values(), found.places.values(), strict=True):
        evaluated = Evaluated(
            workflow=workflow,
            texts=found.texts,
            places=places,
            positions=Positions(sources, source),
            catalog=context.catalog,
        )
        report(evaluated, context.diagnostics)
        pipelines.append(_pipeline(evaluated, source))
    yield from with_comments(tuple(pipelines), source)


def packages_named(text: str) -> tuple[str, ...]:
    """Return what a file takes from pkgs, to be known before it is evaluated."""
    return tuple(sorted(set(re.findall(r"\bpkgs\.([A-Za-z_][A-Za-z0-9_'-]*)", text))))


_STUB = re.compile(r" at /\S+?/stub/\w+\.nix:\d+:\d+(?= called)")  # where ciconv is installed
_UNEXPECTED = re.compile("called with unexpected argument '([^']+)'")


def _report(found: Evaluation, source: Source, folder: Path, context: Context) -> None:
    """Say why there is nothing to read."""
    if not found.available:
        context.diagnostics.error(
            "no-nix",
            "NixActions workflows are read by evaluating them, and there is no nix-instantiate",
            source.span(0, 0),
            help="install Nix (https://nixos.org/download), or use another format",
        )
        return
    for one in found.problems or ("it gives no workflow",):
        message = _STUB.sub("", one.replace(f"{folder}/", ""))
        context.diagnostics.error("nix-evaluation", message, _place(message, source))


def _place(message: str, source: Source) -> Any:
    match = re.search(rf"{re.escape(source.path)}:(\d+):(\d+)", message)
    if match is None:
        return source.span(0, 0)
    starts = source.line_starts
    line = min(int(match[1]), len(starts))
    at = min(starts[line - 1] + int(match[2]) - 1, len(source.text))
    unexpected = _UNEXPECTED.search(message)
    if unexpected is None:
        return source.span(at, at)
    # Nix points at the call; the argument is below it
    named = re.compile(rf"^\s*({re.escape(unexpected[1])})\s*=", re.MULTILINE)
    found = named.search(source.text, at)
    return source.span(at, at) if found is None else source.span(*found.span(1))


def _pipeline(evaluated: Evaluated, source: Source) -> Pipeline:
    workflow: Mapping[str, Any] = evaluated.workflow
    return Pipeline(
        id=str(workflow["name"]),
        path=source.path,
        name=text(str(workflow["name"])),
        env=tuple(static_env(workflow)),
        jobs=read_jobs(evaluated),
        span=source.span(0, 0),
    )
