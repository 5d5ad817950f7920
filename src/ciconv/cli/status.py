"""`ciconv status` and `ciconv rollback`: whether generated files are up to date, and undo."""

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[
    Path | None,
    typer.Argument(
        metavar="[DIR]",
        help="The folder that files were written to (the current repository).",
        show_default=False,
    ),
]


def status(
    folder: Folder = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 1 when a file is not up to date.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change.")] = False,
) -> None:
    """Show which generated files are up to date, were edited by hand, or are missing."""
    from ciconv.cli.drift import show_status

    raise typer.Exit(show_status(folder, check=check, diff=diff))


def rollback(
    folder: Folder = None,
    *,
    force: Annotated[
        bool,
        typer.Option("--force", help="Also where files were changed since: the changes are lost."),
    ] = False,
) -> None:
    """Undo the last conversion into a folder: its files go, what they replaced comes back."""
    from ciconv.cli.drift import undo

    raise typer.Exit(undo(folder, force=force))
