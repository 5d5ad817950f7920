"""The commands of `ciconv`, as typer wants them."""

from typing import Annotated

import typer

import ciconv
from ciconv.cli.commands import COMMANDS

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
for _name, _command in COMMANDS.items():
    # all of it: what typer makes of a text by itself ends in the middle of a sentence
    app.command(_name, short_help=_command.__doc__)(_command)


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
