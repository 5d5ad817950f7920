"""`ciconv validate`: what is wrong with pipelines."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from ciconv.cli import options
from ciconv.cli.values import Findings

Codes: TypeAlias = list[str] | None


def validate(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Files, or folders of repositories."),
    ] = None,
    *,
    origin: options.From = None,
    report: Annotated[
        Findings, typer.Option("--report", help="How to write what is found, to stdout.")
    ] = Findings.TEXT,
    select: Annotated[
        Codes, typer.Option("--select", metavar="CODE", help="Run this rule only (repeatable).")
    ] = None,
    ignore: Annotated[
        Codes, typer.Option("--ignore", metavar="CODE", help="Leave this out (repeatable).")
    ] = None,
    enable: Annotated[
        Codes, typer.Option("--enable", metavar="CODE", help="Also run this opt-in rule.")
    ] = None,
    targets: Annotated[
        Codes, typer.Option("--for", metavar="FORMAT", help="Say what a format would lose.")
    ] = None,
    shellcheck: Annotated[
        bool,
        typer.Option(
            "--shellcheck/--no-shellcheck",
            help="Ask shellcheck, where it is installed, about scripts of up to 100 files.",
        ),
    ] = True,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended safely.")] = False,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="With --fix: also the rest.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 for warnings, too.")
    ] = False,
    online: options.Online = None,
    workers: Annotated[int, typer.Option("--workers", help="Processes for many files.")] = 1,
) -> None:
    """Find faults in pipelines of all systems; exit with 1 when there is an error."""
    from ciconv.cli.outcome import WrongUse
    from ciconv.cli.validation import Choices, run

    choices = Choices(
        origin=origin,
        report=report,
        select=tuple(select or ()),
        ignore=tuple(ignore or ()),
        enable=tuple(enable or ()),
        targets=tuple(targets or ()),
        fix=fix,
        unsafe=unsafe,
        strict=strict,
        online=online,
        workers=workers,
        shellcheck=shellcheck,
    )
    try:
        raise typer.Exit(run(tuple(paths or ()), choices))
    except WrongUse as error:
        raise typer.BadParameter(str(error), param_hint=error.hint) from None
