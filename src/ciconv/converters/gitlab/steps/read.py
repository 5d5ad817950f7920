"""Reading scripts."""

from ciconv.converters.fields import Fields
from ciconv.ir.expression import text
from ciconv.ir.step import Run, Step


def read_script(fields: Fields) -> tuple[Step, ...]:
    """Return the one step that `script` is."""
    lines = [one.text for one in fields.scalars("script") or ()]
    return (Run(script=text("\n".join(lines))),) if lines else ()
