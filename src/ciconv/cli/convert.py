"""`ciconv convert`: one format to another."""

import typer

from ciconv.cli import options


def convert(
    path: options.Source = None,
    *,
    to: options.To,
    origin: options.From = None,
    output: options.Output = None,
    check: options.Check = False,
    strict: options.Strict = False,
    report: options.ReportForm = options.Report.TEXT,
    force: options.Force = False,
    flake: options.Flake = False,
    flake_parts: options.FlakeParts = False,
    pin: options.PinTo = options.Pin.MAJOR,
    include_root: options.IncludeRoot = None,
    online: options.Online = None,
) -> None:
    """Convert pipelines; print the files, or write them with -o."""
    from ciconv.cli.choices import Choices, flake_kind
    from ciconv.cli.conversion import run
    from ciconv.cli.outcome import WrongUse

    try:
        choices = Choices(
            to=to,
            origin=origin,
            output=output,
            check=check,
            strict=strict,
            report=report,
            force=force,
            flake=flake_kind(flake=flake, flake_parts=flake_parts),
            pin=pin,
            include_root=include_root,
            online=online,
        )
        code = run(path, choices)
    except WrongUse as error:
        raise typer.BadParameter(str(error), param_hint=error.hint) from None
    raise typer.Exit(code)
