"""What `audit` does: find repositories, look at each file in a process of its own pool, sum up."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, as_completed
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import msgspec
import typer
from msgspec import Struct

import ciconv
from ciconv.api import convert_to_each
from ciconv.cli.outcome import FINE
from ciconv.cli.values import AuditForm
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.pipeline import Project
from ciconv.ir.walk import all_steps
from ciconv.profile import Feature, Outcome
from ciconv.report import audit as audits
from ciconv.report.audit import Audit, Row, Target, effort_of
from ciconv.source import Workspace

MAX_DEPTH = 4  # folders below one that is given, in which a repository may lie
_SKIPPED = frozenset({".git", "node_modules"})
_QUIET = frozenset({Outcome.LOWERED})


class Task(Struct, frozen=True, kw_only=True):
    """One file to look at."""

    root: str
    repository: str
    path: str
    format: str
    targets: tuple[str, ...]


def show_audit(
    folders: list[Path],
    *,
    to: list[str],
    form: AuditForm,
    output: Path | None,
    state: Path | None,
    workers: int,
) -> int:
    """Print or write what an audit of all repositories below the folders finds; return the code."""
    targets = tuple(to) or tuple(name for name in registry.names() if registry.get(name).write)
    tasks, unreadable = _tasks(folders, targets)
    known = _known(state)
    rows = tuple(_rows(tasks, known, state, workers))
    audit = Audit(rows=rows, targets=targets, unreadable=unreadable)
    text = _rendered(audit, form)
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
        typer.echo(f"wrote {output}", err=True)
    return FINE


def _rendered(audit: Audit, form: AuditForm) -> str:
    if form is AuditForm.JSON:
        return audits.render_json(audit)
    if form is AuditForm.CSV:
        return audits.render_csv(audit)
    if form is AuditForm.HTML:
        from ciconv.report.audit_html import render_html

        return render_html(audit)
    return audits.render_text(audit)


def _tasks(folders: list[Path], targets: tuple[str, ...]) -> tuple[list[Task], dict[str, str]]:
    tasks: list[Task] = []
    unreadable: dict[str, str] = {}
    for folder in folders:
        for root in _repositories(folder):
            name = root.name if root == folder else root.relative_to(folder).as_posix()
            try:
                found = registry.detect(Workspace.of(root))
            except OSError as error:
                unreadable[name] = error.strerror or str(error)
                continue
            tasks += (
                Task(root=str(root), repository=name, path=path, format=card.name, targets=targets)
                for card, paths in found
                for path in paths
            )
    return tasks, unreadable


def _repositories(folder: Path) -> Iterator[Path]:
    """The repositories in a folder, itself if it is one: those with git, or with pipelines."""
    waiting = [(folder, 0)]
    while waiting:
        one, depth = waiting.pop(0)
        if (one / ".git").exists() or depth == MAX_DEPTH or _has_pipeline(one):
            yield one
            continue
        children = sorted(child for child in _children(one) if child.name not in _SKIPPED)
        waiting = [(child, depth + 1) for child in children] + waiting


def _has_pipeline(folder: Path) -> bool:
    return any(
        any(one.is_file() for one in folder.glob(pattern))
        for name in registry.names()
        for pattern in registry.get(name).paths
        if not registry.get(name).mark
    )


def _children(folder: Path) -> list[Path]:
    try:
        return [one for one in folder.iterdir() if one.is_dir() and not one.is_symlink()]
    except OSError:
        return []


def _known(state: Path | None) -> dict[str, Row]:
    """What an earlier audit found, by what it depends on; a broken line is looked at again."""
    if state is None or not state.exists():
        return {}
    found: dict[str, Row] = {}
    for line in state.read_bytes().splitlines():
        try:
            row = msgspec.json.decode(line, type=Row)
        except msgspec.MsgspecError:
            continue
        found[row.digest] = row
    return found


def _rows(
    tasks: list[Task], known: dict[str, Row], state: Path | None, workers: int
) -> Iterator[Row]:
    """A row for each task, in their order; new ones are noted as they come."""
    digests = [_digest(task) for task in tasks]
    new = {digest: task for digest, task in zip(digests, tasks, strict=True) if digest not in known}
    rows = dict(known)
    with typer.progressbar(length=len(tasks), file=_stderr(), label="looking") as bar:
        bar.update(len(tasks) - len(new))
        for row in _looked_at(new.values(), workers):
            rows[row.digest] = row
            _note(row, state)
            bar.update(1)
    for digest in digests:
        yield rows[digest]


def _stderr() -> typer.FileTextWrite:
    import sys

    return sys.stderr  # type: ignore[return-value]


def _looked_at(tasks: Iterable[Task], workers: int) -> Iterator[Row]:
    waiting = list(tasks)
    if workers < 2 or len(waiting) < 2:
        yield from map(look_at, waiting)
        return
    left = []  # when a process ends, the pool gives up everything that it was handed
    with _pool(workers) as pool:
        futures: dict[Future[Row], Task] = {pool.submit(look_at, one): one for one in waiting}
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenExecutor:
                left.append(futures[future])
            except Exception as error:  # one bad file never stops the others
                yield _failed(futures[future], f"{type(error).__name__}: {error}")
    yield from _one_by_one(left)


def _one_by_one(tasks: list[Task]) -> Iterator[Row]:
    """Look at files so that it can be told which of them ends a process."""
    pool = None
    for task in tasks:
        pool = pool or _pool(1)
        try:
            yield pool.submit(look_at, task).result()
        except BrokenExecutor:
            pool = None
            yield _failed(task, "the process that looked at it ended: it may need too much memory")
    if pool is not None:
        pool.shutdown()


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def _note(row: Row, state: Path | None) -> None:
    if state is not None:
        with state.open("ab") as file:
            file.write(msgspec.json.encode(row) + b"\n")


def look_at(task: Task) -> Row:
    """Return the row of one file; a fault of ciconv is one of its errors."""
    try:
        return _row(task)
    except Exception as error:
        return _failed(task, f"a fault of ciconv: {type(error).__name__}: {error}")


def _failed(task: Task, message: str) -> Row:
    return Row(
        repository=task.repository,
        path=task.path,
        format=task.format,
        digest=_digest(task),
        errors=(message.splitlines()[0],),
    )


def _row(task: Task) -> Row:
    source = Path(task.root) / task.path
    others = tuple(name for name in task.targets if name != task.format)
    reading, converted = convert_to_each(source, to=others, format=task.format)
    conversions = {name: one.diagnostics for name, one in converted.items()}
    losses = [one for said in conversions.values() for one in said]
    return Row(
        repository=task.repository,
        path=task.path,
        format=task.format,
        digest=_digest(task),
        jobs=_count_jobs(reading.project),
        steps=_count_steps(reading.project),
        features=_features(losses),
        unmapped=_unmapped(losses),
        errors=tuple(one.message for one in reading.diagnostics if one.severity is Severity.ERROR),
        targets={name: _target(said) for name, said in conversions.items()},
    )


def _digest(task: Task) -> str:
    try:
        data = (Path(task.root) / task.path).read_bytes()
    except OSError as error:
        data = str(error).encode()
    about = "\0".join((task.repository, task.path, task.format, ciconv.__version__, *task.targets))
    return sha256(about.encode() + b"\0" + data).hexdigest()


def _count_jobs(project: Project | None) -> int:
    return 0 if project is None else sum(len(one.jobs) for one in project.pipelines)


def _count_steps(project: Project | None) -> int:
    pipelines = () if project is None else project.pipelines
    return sum(1 for pipeline in pipelines for _ in all_steps(pipeline))


def _features(diagnostics: list[Diagnostic]) -> dict[str, int]:
    """The features of losses worth a look, by how often they are reported."""
    worth = (
        one.loss.feature.value
        for one in diagnostics
        if one.loss is not None and one.loss.outcome not in _QUIET
    )
    return dict(sorted(Counter(worth).items()))


def _unmapped(diagnostics: list[Diagnostic]) -> dict[str, int]:
    """The names of reusable steps that became failing ones, by the text they stand at."""
    names = (
        one.span.text.strip()
        for one in diagnostics
        if one.loss is not None and one.span is not None
        if one.loss.feature is Feature.TOOL and one.loss.outcome is Outcome.MANUAL
    )
    short = (name.partition("@")[0].strip("\"'") for name in names)
    return dict(sorted(Counter(name for name in short if name and "\n" not in name).items()))


def _target(diagnostics: tuple[Diagnostic, ...]) -> Target:
    losses = [one.loss for one in diagnostics if one.loss is not None]
    outcomes = Counter(one.outcome.value for one in losses)
    failed = any(one.severity is Severity.ERROR for one in diagnostics)
    heavy = Counter(one.feature.value for one in losses if one.outcome not in _QUIET)
    reasons = sorted(heavy, key=lambda name: (-heavy[name], name))[: audits.MAX_REASONS]
    return Target(
        outcomes=dict(sorted(outcomes.items())),
        effort=effort_of(outcomes, failed),
        reasons=tuple(reasons),
    )


def usual_workers() -> int:
    """Return how many processes to use: one for each processor."""
    return os.cpu_count() or 1
