"""`ciconv update`: newer schemas for `validate`."""

import typer


def update() -> None:
    """Fetch the newest JSON schemas of the systems into the cache; `validate` then uses them."""
    from ciconv.cli.network import refreshed
    from ciconv.cli.outcome import FINDINGS, FINE, WrongUse

    try:
        found = refreshed()
    except WrongUse as error:
        raise typer.BadParameter(str(error), param_hint=error.hint) from None
    for one in found:
        became = one.problem or ("updated" if one.changed else "unchanged")
        typer.echo(f"{one.format:9} {became}", err=bool(one.problem))
    raise typer.Exit(FINDINGS if any(one.problem for one in found) else FINE)
