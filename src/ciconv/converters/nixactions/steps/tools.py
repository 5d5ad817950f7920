"""Tools of the catalog that are packages: `deps` of the steps after them."""

from ciconv.catalog.packages import choose, reader
from ciconv.converters.nixactions.steps.writer import StepWriter
from ciconv.ir.expression import Expr, Ref, Template, constant
from ciconv.ir.step import Argument, Use
from ciconv.profile import Feature
from ciconv.syntax import nix


def write_tool(step: Use, writer: StepWriter) -> list[nix.Expr]:
    """Return no step: the packages of the tool go to the later steps of the job."""
    tool = writer.context.catalog.tool(step.tool or "")
    column = None if tool is None else tool.targets.get("nixactions")
    if tool is None or column is None:
        raise TypeError(f"{step.ref.written} has to be mapped before it is written")
    name = step.ref.name
    if step.condition is not None:
        said = f"{name!r}: its packages are there whatever the condition says"
        writer.lose(Feature.TOOL, step.condition, step, said)
    handled = [one for one in step.arguments if one.name in column.picks]
    cells = range(len(writer.owner.row_values) or 1)
    choices = [
        choose(
            column,
            _constants(handled, cell, writer),
            writer.context.catalog,
            reader(writer.context.workspace),
        )
        for cell in cells
    ]
    differs = next((one.differs for one in choices if one.differs), "")
    if differs:
        at = handled[0] if handled else step.ref
        writer.lose(Feature.TOOL_VERSION, at, step, f"{name!r}: {differs}")
    for one in handled:
        if writer.owner.static(one.value) is None:
            said = f"{name!r}: {one.name!r} is only known during the run, so the usual one is used"
            writer.lose(Feature.TOOL_VERSION, one, step, said)
    for number in range(max(len(one.packages) for one in choices)):
        chosen = [one.packages[number] if number < len(one.packages) else "" for one in choices]
        _add(tool.name, chosen, handled, writer)
    return []


def _constants(arguments: list[Argument], cell: int, writer: StepWriter) -> dict[str, str]:
    """The inputs of a tool that are known in one cell of the matrix."""
    found = {}
    for one in arguments:
        parts = [_known(part, cell, writer) for part in one.value.parts]
        if None not in parts:
            found[one.name] = "".join(part or "" for part in parts)
    return found


def _known(part: Expr, cell: int, writer: StepWriter) -> str | None:
    if isinstance(part, Ref) and part.path[0] == "matrix" and writer.scope.cells:
        texts = writer.scope.cells.texts(part.path[1:])
        return texts[cell] if texts else None
    return constant(part)


def _add(tool: str, chosen: list[str], arguments: list[Argument], writer: StepWriter) -> None:
    """Add a package: the same in all cells, one that follows the matrix, or a value of the row."""
    if len(set(chosen)) == 1:
        writer.packages[chosen[0]] = nix.names("pkgs", *chosen[0].split("."))
        return
    for path in filter(None, (_matrix_path(one.value) for one in arguments)):
        texts = writer.scope.cells.texts(path) if writer.scope.cells else None
        prefix = chosen[0].removesuffix(texts[0]) if texts else ""
        if texts and chosen == [prefix + text for text in texts]:
            name = nix.Str((prefix, nix.names("matrix", *path)))
            writer.packages[prefix] = nix.Select(nix.Name("pkgs"), (name,))
            return
    rows = writer.owner.row_values
    key = tool
    while any(key in row for row in rows):
        key += "-2"
    for row, package in zip(rows, chosen, strict=True):
        row[key] = package
    name = nix.Str((nix.names("matrix", key),))
    writer.packages[key] = nix.Select(nix.Name("pkgs"), (name,))


def _matrix_path(value: Template) -> tuple[str, ...] | None:
    part = value.parts[0] if len(value.parts) == 1 else None
    return part.path[1:] if isinstance(part, Ref) and part.path[0] == "matrix" else None
