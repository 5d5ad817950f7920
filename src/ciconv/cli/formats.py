"""`ciconv formats`: what can be read and written."""

import typer


def formats() -> None:
    """List the formats: name, other names, what is possible today."""
    from ciconv.converters import registry
    from ciconv.converters.format import Format

    def directions(card: Format) -> str:
        ways = (("reads", card.read), ("writes", card.write))
        return ", ".join(way for way, function in ways if function is not None)

    cards = [registry.get(name) for name in registry.names()]
    for card in cards:
        names = ", ".join((card.name, *card.aliases))
        typer.echo(f"{names:<24}{directions(card):<16}{card.title}")
