"""The program `ciconv`: its commands, and what becomes of a fault of its own."""

import os
import sys
from typing import Annotated

import typer

import ciconv
from ciconv.cli import convert, dry_run, formats, list, pairs, plan, verify

INTERNAL_ERROR = 3

app = typer.Typer(
    name="ciconv",
    help="Convert CI pipelines between systems and to Nix; nothing is lost silently.",
    epilog="Exit codes: 0 fine, 1 findings, 2 wrong use, 3 a fault of ciconv itself.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _command in (convert.convert, pairs.gha_to_nix, formats.formats, plan.plan, verify.verify):
    app.command()(_command)
app.command("dry-run")(dry_run.dry_run)
app.command("list")(list.list_pipelines)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ciconv {ciconv.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Convert CI pipelines between systems and to Nix; nothing is lost silently."""


def main() -> None:
    """Run the program; a fault of ciconv ends in one line, not in a traceback."""
    try:
        app(prog_name="ciconv")
    except Exception as error:
        if os.environ.get("CICONV_TRACEBACK"):
            raise
        kind = f"{type(error).__name__}: {error}".splitlines()[0]
        sys.stderr.write(
            f"ciconv: a fault of ciconv itself: {kind}\n"
            "  help: please report it; CICONV_TRACEBACK=1 shows where it happened\n"
        )
        sys.exit(INTERNAL_ERROR)
