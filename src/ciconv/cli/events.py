"""The options that say what happened, with their help."""

from typing import Annotated, TypeAlias

import typer

from ciconv.cli.options import Report

Kind: TypeAlias = Annotated[
    str,
    typer.Option(
        "--event",
        metavar="KIND",
        help="push, pull_request, schedule, manual, release, call … or GitHub's name of an event.",
    ),
]
Branch: TypeAlias = Annotated[
    str | None, typer.Option("--branch", help="The branch pushed to; a pull request's own branch.")
]
Tag: TypeAlias = Annotated[str | None, typer.Option("--tag", help="The tag pushed or released.")]
Base: TypeAlias = Annotated[
    str | None, typer.Option("--base", help="The branch a pull request goes into.")
]
Changed: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--changed", metavar="FILE", help="A changed file; may stand several times."),
]
Inputs: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--input", metavar="NAME=VALUE", help="An input; may stand several times."),
]
Activity: TypeAlias = Annotated[
    str | None, typer.Option("--activity", help="What was done: opened, labeled, published …")
]
Cron: TypeAlias = Annotated[
    str | None, typer.Option("--cron", help="Which schedule it is (any), as the file writes it.")
]
Upstream: TypeAlias = Annotated[
    str | None, typer.Option("--upstream", metavar="NAME", help="The pipeline that has ended.")
]
Actor: TypeAlias = Annotated[str | None, typer.Option("--actor", help="Who did it.")]
DefaultBranch: TypeAlias = Annotated[
    str, typer.Option("--default-branch", help="The default branch of the repository.")
]
Steps: TypeAlias = Annotated[bool, typer.Option("--steps", help="List the steps of each job, too.")]
Form: TypeAlias = Annotated[
    Report, typer.Option("--report", help="A table (text), or all that is known (json).")
]
