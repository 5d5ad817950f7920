"""Source and target of a conversion in one picture, with what the comparison says of each job."""

from ciconv.api import Input, convert, read, verify
from ciconv.catalog.catalog import Catalog
from ciconv.graph.beside import beside, with_verdicts
from ciconv.graph.build import graph_of
from ciconv.graph.draw import Drawing, View, draw


def draw_beside(
    source: Input, target: str, *, form: str, origin: str | None, view: View
) -> Drawing:
    """Return the picture of a source and of what it converts to, differences coloured."""
    before = read(source, format=origin)
    converted = convert(source, to=target, format=origin)
    if before.project is None or not converted.files:
        return Drawing(data=b"", diagnostics=converted.diagnostics)
    after = read(converted.files, format=target)
    if after.project is None:
        return Drawing(data=b"", diagnostics=after.diagnostics)
    found = verify(source, converted.files, formats=(before.project.origin, target))
    graphs = (
        with_verdicts(graph_of(one, Catalog.builtin()), found.differences)
        for one in (before.project, after.project)
    )
    return draw(beside(*graphs), form, view)
