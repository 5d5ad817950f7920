"""`ciconv audit`: many repositories at once."""

from pathlib import Path
from typing import Annotated

import typer

from ciconv.cli.values import AuditForm


def audit(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Repositories, or folders of them.")
    ],
    *,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="FORMAT", help="Where to (every format); may be repeated."),
    ] = None,
    report: Annotated[AuditForm, typer.Option("--report", help="The form.")] = AuditForm.TEXT,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write it to a file.")
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="FILE", help="Note what is done there, and go on from it."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes (one a processor).")
    ] = None,
) -> None:
    """Count an organisation's pipelines: size, features, and how hard each is to convert."""
    from ciconv.cli.auditing import show_audit, usual_workers
    from ciconv.cli.simulation import known_format

    for folder in folders:
        if not folder.is_dir():
            raise typer.BadParameter(f"{str(folder)!r} is not a folder", param_hint="DIR")
    names = [str(known_format(one, "--to")) for one in to or ()]
    code = show_audit(
        folders,
        to=names,
        form=report,
        output=output,
        state=state,
        workers=workers or usual_workers(),
    )
    raise typer.Exit(code)
