"""The arguments and options that commands share, with their help."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from ciconv.cli.values import Pin as Pin
from ciconv.cli.values import Report as Report

Source: TypeAlias = Annotated[
    Path | None,
    typer.Argument(
        metavar="[PATH]",
        help="A pipeline file, or the folder of a repository (the current one).",
        show_default=False,
    ),
]
To: TypeAlias = Annotated[
    str, typer.Option("--to", metavar="FORMAT|ir", help="The format to write.", show_default=False)
]
From: TypeAlias = Annotated[
    str | None,
    typer.Option("--from", metavar="FORMAT", help="The format to read (found out by the files)."),
]
Output: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "-o", "--output", metavar="DIR", help="Write the files below DIR instead of printing them."
    ),
]
Check: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--check",
        help="Write nothing; exit with 1 when the files in place (in DIR, else in the "
        "repository) are not what would be written.",
    ),
]
Strict: TypeAlias = Annotated[
    bool, typer.Option("--strict", help="Exit with 1 when anything was lost but `lowered`.")
]
ReportForm: TypeAlias = Annotated[
    Report, typer.Option("--report", help="How to write the diagnostics, to stderr.")
]
Force: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--force", help="Replace files that differ; the old ones are kept in .ciconv/backup."
    ),
]
IncludeRoot: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--include-root",
        metavar="DIR",
        help="GitLab: the folder, in the repository, with files of other projects that are "
        "included (.ciconv/includes).",
    ),
]
Online: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--online/--offline",
        help="Fetch files of other projects, components and orbs; --offline takes those that "
        "were fetched before.",
    ),
]
Flake: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--flake",
        help="Nix: a flake.nix that runs each workflow (the default, where there is none).",
    ),
]
FlakeParts: TypeAlias = Annotated[
    bool,
    typer.Option("--flake-parts", help="Nix: a module for flake-parts in place of a flake.nix."),
]
PinTo: TypeAlias = Annotated[
    Pin,
    typer.Option(
        "--pin",
        help="GitHub: pin the actions that the conversion adds to their major version or to a "
        "commit; those of your own stay as they are.",
    ),
]
