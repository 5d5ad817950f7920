"""`ciconv A-to-B`: `convert` with both ends set."""

from ciconv.cli import options
from ciconv.cli.convert import convert


def gha_to_nix(
    path: options.Source = None,
    *,
    output: options.Output = None,
    check: options.Check = False,
    strict: options.Strict = False,
    report: options.ReportForm = options.Report.TEXT,
    force: options.Force = False,
    flake: options.Flake = False,
    flake_parts: options.FlakeParts = False,
    pin: options.PinTo = options.Pin.MAJOR,
) -> None:
    """Convert GitHub Actions workflows to NixActions."""
    convert(
        path,
        to="nixactions",
        origin="github",
        output=output,
        check=check,
        strict=strict,
        report=report,
        force=force,
        flake=flake,
        flake_parts=flake_parts,
        pin=pin,
    )
