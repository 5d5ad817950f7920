"""What `convert` and its kin do: convert, print or write or compare, report, and the exit code."""

import sys
from collections.abc import Iterable
from pathlib import Path

from ciconv.api import Conversion, convert, read
from ciconv.cli.choices import Choices
from ciconv.cli.network import opened
from ciconv.cli.outcome import FINDINGS, FINE, WrongUse, current_repository, say
from ciconv.cli.values import Report
from ciconv.context import Options
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.profile import Outcome
from ciconv.source import Workspace


def run(path: Path | None, choices: Choices) -> int:
    """Convert what stands at the path (default: the current repository); return the exit code.

    Raises WrongUse before anything is read or written.
    """
    _refuse_wrong_use(path, choices)
    source = path or current_repository()
    conversion = _convert(source, choices)
    diagnostics = list(conversion.diagnostics)
    if not has_errors(diagnostics):
        diagnostics += _deliver(conversion.files, source, choices)
    write_report(diagnostics, choices.report)
    return FINDINGS if has_errors(diagnostics) or _too_lossy(diagnostics, choices) else FINE


def write_report(diagnostics: list[Diagnostic], report: Report) -> None:
    """Write the diagnostics to stderr."""
    if report is Report.JSON:
        from ciconv.report.json import render_json

        text = render_json(diagnostics)
    else:
        from ciconv.report.text import render_text, wants_colour

        text = render_text(diagnostics, colour=wants_colour(sys.stderr))
    say(text, sys.stderr)


def _refuse_wrong_use(path: Path | None, choices: Choices) -> None:
    if path is not None and not path.exists():
        raise WrongUse(f"{str(path)!r} does not exist", "PATH")
    names = [("--from", choices.origin)] if choices.origin else []
    names += [("--to", choices.to)] if choices.to != "ir" else []
    for option, name in names:
        try:
            registry.get(str(name))
        except registry.UnknownFormat as error:
            raise WrongUse(str(error), option) from None
    if choices.output is not None and choices.output.exists() and not choices.output.is_dir():
        raise WrongUse(f"{str(choices.output)!r} is not a folder", "-o")


def _convert(path: Path, choices: Choices) -> Conversion:
    source = opened(path, choices.online)
    if choices.to != "ir":
        chosen = Options(flake=choices.flake, pin=choices.pin, include_root=choices.include_root)
        return convert(source, to=choices.to, format=choices.origin, options=chosen)
    import json

    from ciconv.ir.dump import dump

    reading = read(source, format=choices.origin)
    files = {}
    if reading.project is not None:
        files["ir.json"] = json.dumps(dump(reading.project), indent=2, ensure_ascii=False) + "\n"
    return Conversion(files=files, project=reading.project, diagnostics=reading.diagnostics)


def _deliver(files: dict[str, str], source: Path, choices: Choices) -> list[Diagnostic]:
    """Print, write or compare the files; return what went wrong with that."""
    if choices.check:
        from ciconv.cli.files import compare

        return compare(choices.output or _root_of(source), files)
    if choices.output is not None:
        return _write(choices.output, files, source, choices)
    _print(files)
    return []


def _write(root: Path, files: dict[str, str], source: Path, choices: Choices) -> list[Diagnostic]:
    """Write the files, and note in the manifest what was written from what."""
    from ciconv.cli.files import write
    from ciconv.cli.manifest import record

    written, problems = write(root, files, force=choices.force)
    for change in written:
        say(f"wrote {change.target}\n", sys.stdout)
    if not problems and choices.to != "ir":
        record(root, source, choices, files, written)
    return problems


def _root_of(source: Path) -> Path:
    """The folder that paths of the output hang from."""
    workspace = Workspace.of(source)
    return getattr(workspace.loader, "root", source)


def _print(files: dict[str, str]) -> None:
    """One file comes out as it is; several have a line with their path in front of each."""
    for path, text in files.items():
        if len(files) > 1:
            say(f"# ---- {path}\n", sys.stdout)
        say(text, sys.stdout)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any is an error."""
    return any(one.severity is Severity.ERROR for one in diagnostics)


def _too_lossy(diagnostics: list[Diagnostic], choices: Choices) -> bool:
    losses = (one.loss for one in diagnostics if one.loss is not None)
    return choices.strict and any(loss.outcome is not Outcome.LOWERED for loss in losses)
