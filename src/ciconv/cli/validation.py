"""What `validate` does: look at every path, report what is wrong, and the exit code."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ciconv.cli.network import opened
from ciconv.cli.outcome import FINDINGS, FINE, WrongUse, current_repository, say
from ciconv.cli.values import Findings
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.source import Source, Span, Workspace
from ciconv.validators.settings import Settings, settings_of
from ciconv.validators.validate import validate

if TYPE_CHECKING:  # only many files need it
    from concurrent.futures import Executor

CHUNK = 16  # files that a worker is handed at once
MAX_ROUNDS = 5  # of mending: what was mended may show something else
MIN_FILES = 200  # that make workers worth their start
MAX_SHELLCHECKED = 100  # files that it is asked about without being named: it takes its time
_SHELLCHECK = "shellcheck"


class Choices(Struct, frozen=True, kw_only=True):
    """The options of one call."""

    origin: str | None = None
    report: Findings = Findings.TEXT
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    enable: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    strict: bool = False
    fix: bool = False
    unsafe: bool = False
    online: bool | None = None
    workers: int = 1
    shellcheck: bool = True  # whether it is asked without being named, where it is installed


def run(paths: tuple[Path, ...], choices: Choices) -> int:
    """Validate what stands at the paths (default: the current repository); return the exit code.

    Raises WrongUse before anything is read.
    """
    _refuse_wrong_use(paths, choices)
    chosen = paths or (current_repository(),)
    choices = _with_shellcheck(choices, len(chosen))
    found = _all_of(chosen, choices)
    for _ in range(MAX_ROUNDS if choices.fix else 0):
        from ciconv.cli.fixing import mend

        changed = mend(found, unsafe=choices.unsafe)
        for path in changed:
            say(f"mended {path}\n", sys.stderr)
        if not changed:
            break
        found = _all_of(chosen, choices)
    say(rendered(found, choices.report), sys.stdout)
    worst = [Severity.ERROR, Severity.WARNING] if choices.strict else [Severity.ERROR]
    return FINDINGS if any(one.severity in worst for one in found) else FINE


def _refuse_wrong_use(paths: tuple[Path, ...], choices: Choices) -> None:
    for path in paths:
        if not path.exists():
            raise WrongUse(f"{str(path)!r} does not exist", "PATH")
    names = [("--from", choices.origin)] if choices.origin else []
    for option, name in (*names, *(("--for", one) for one in choices.targets)):
        try:
            registry.get(name)
        except registry.UnknownFormat as error:
            raise WrongUse(str(error), option) from None
    from ciconv.validators.runner import is_ours

    for option, codes in (("--select", choices.select), ("--ignore", choices.ignore)):
        unknown = next((code for code in codes if not is_ours(code)), None)
        if unknown is not None:
            raise WrongUse(f"{unknown!r} is not a code; `ciconv explain` lists them", option)


def _with_shellcheck(choices: Choices, count: int) -> Choices:
    """The choices with shellcheck, where it is installed and nobody decided about it."""
    from ciconv.validators.rules.shellcheck import program_path

    asked = _SHELLCHECK in (*choices.enable, *choices.ignore)
    if asked or not choices.shellcheck or program_path() is None:
        return choices
    if count > MAX_SHELLCHECKED:
        said = f"shellcheck is left out for more than {MAX_SHELLCHECKED} files"
        say(f"{said}; --enable {_SHELLCHECK} asks for it\n", sys.stderr)
        return choices
    return replace(choices, enable=(*choices.enable, _SHELLCHECK))


def _all_of(paths: tuple[Path, ...], choices: Choices) -> list[Diagnostic]:
    """The findings of all paths, in the order of the paths, whoever worked them out."""
    if len(paths) < MIN_FILES or choices.workers < 2:
        return _some_of(paths, choices)
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    method = "fork" if sys.platform == "linux" else "spawn"
    with ProcessPoolExecutor(choices.workers, mp_context=get_context(method)) as executor:
        return _chunks(paths, choices, executor)


def _chunks(paths: tuple[Path, ...], choices: Choices, executor: "Executor") -> list[Diagnostic]:
    chunks = [paths[start : start + CHUNK] for start in range(0, len(paths), CHUNK)]
    answers = [executor.submit(_some_of, chunk, choices) for chunk in chunks]
    return [one for answer in answers for one in answer.result()]


def _some_of(paths: Iterable[Path], choices: Choices) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for path in paths:
        workspace = Workspace.of(opened(path, choices.online))
        settings = _settings(workspace, choices)
        said = validate(workspace, format=choices.origin, settings=settings)
        prefix = _shown_root(workspace)
        moved: dict[int, Source] = {}
        found += [_below(prefix, one, moved, workspace.name) for one in said] if prefix else said
    return found


def _settings(workspace: Workspace, choices: Choices) -> Settings | None:
    """The settings of the repository, with what the call says besides; None: as they are."""
    if not (choices.select or choices.ignore or choices.enable or choices.targets):
        return None
    from ciconv.diagnostics import Diagnostics

    own = settings_of(workspace, Diagnostics())
    return replace(
        own,
        select=choices.select or own.select,
        enable=(*own.enable, *choices.enable),
        ignore=(*own.ignore, *choices.ignore),
        targets=choices.targets or own.targets,
    )


def _shown_root(workspace: Workspace) -> str:
    """What stands in front of a path of the workspace, seen from the current folder."""
    root = getattr(workspace.loader, "root", None)
    here = Path.cwd()
    if root is None or root == here:
        return ""
    try:
        return str(root.relative_to(here).as_posix())
    except ValueError:
        return str(root)


def _below(prefix: str, one: Diagnostic, moved: dict[int, Source], name: str) -> Diagnostic:
    """The finding with paths as they are seen from the current folder.

    Each source is moved once: it knows where its lines begin. `name` stands for the whole folder.
    """

    def at(span: Span) -> Span:
        source = span.source
        if id(source) not in moved:
            is_whole = source.path == name and not source.text
            path = prefix if is_whole else f"{prefix}/{source.path}"
            moved[id(source)] = Source(path, source.text)
        return Span(moved[id(source)], span.start_offset, span.end_offset)

    if one.span is None:
        return one
    labels = tuple(Label(at(label.span), label.message) for label in one.labels)
    fix = None if one.fix is None else replace(one.fix, span=at(one.fix.span))
    return replace(one, span=at(one.span), labels=labels, fix=fix)


def rendered(found: list[Diagnostic], report: Findings) -> str:
    """Return the findings in the form that is asked for."""
    if report is Findings.TEXT:
        from ciconv.report.text import render_text, wants_colour

        if not found:
            return "nothing found\n"
        return render_text(found, colour=wants_colour(sys.stdout))
    from importlib import import_module

    module = import_module(f"ciconv.report.{report.value}")
    text: str = getattr(module, f"render_{report.value}")(found)
    return text
