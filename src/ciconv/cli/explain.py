"""`ciconv explain`: what a code means."""

from typing import Annotated

import typer


def explain(
    code: Annotated[
        str | None, typer.Argument(metavar="[CODE]", help="A code; none: list all.")
    ] = None,
) -> None:
    """Explain a code of a finding, or list all codes."""
    from difflib import get_close_matches

    from ciconv.report.features import feature_page, features
    from ciconv.validators.reference import all_codes, page

    codes = all_codes()
    known = features() | codes
    if code is None:
        width = max(map(len, known))
        for name, summary in sorted(known.items()):
            typer.echo(f"{name:<{width}}  {summary}")
        return
    if code not in known:
        close = get_close_matches(code, known, 1)
        said = f"did you mean {close[0]!r}?" if close else "`ciconv explain` lists all"
        raise typer.BadParameter(f"{code!r} is not a code; {said}", param_hint="CODE")
    typer.echo(page(code) if code in codes else feature_page(code), nl=False)
