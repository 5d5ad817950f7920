"""The commands of `ciconv`, as typer wants them."""

from typing import Annotated

import typer

import ciconv
from ciconv.cli import convert, dry_run, formats, graph, list, pairs, plan, status, verify

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
for _command in (convert.convert, formats.formats, plan.plan, verify.verify):
    app.command()(_command)
for _command in (graph.graph, status.status, status.rollback):
    app.command()(_command)
app.command("dry-run")(dry_run.dry_run)
app.command("list")(list.list_pipelines)
for _name, _command in pairs.commands():
    app.command(_name)(_command)


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
