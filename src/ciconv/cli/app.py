"""The commands of `ciconv`, as typer wants them."""

from collections.abc import Callable
from typing import Annotated

import typer

import ciconv
from ciconv.cli import (
    audit,
    convert,
    dry_run,
    formats,
    graph,
    guide,
    list,
    pairs,
    plan,
    status,
    verify,
)

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
_COMMANDS: dict[str, Callable[..., None]] = {
    "convert": convert.convert,
    "dry-run": dry_run.dry_run,
    "plan": plan.plan,
    "verify": verify.verify,
    "guide": guide.guide,
    "graph": graph.graph,
    "audit": audit.audit,
    "status": status.status,
    "rollback": status.rollback,
    "list": list.list_pipelines,
    "formats": formats.formats,
    **dict(pairs.commands()),
}
for _name, _command in _COMMANDS.items():
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
