"""What a tool itself keeps between runs (`cache: npm` of actions/setup-node), as a cache."""

from collections.abc import Mapping

from ciconv.catalog.packages import reader
from ciconv.catalog.tool import Kept, Tool
from ciconv.context import Context
from ciconv.ir.expression import Call, Expr, Literal, Template, constant, text
from ciconv.ir.node import replace, shared
from ciconv.ir.step import Argument, RestoreCache, Step, Use


def kept_by(step: Use, tool: Tool) -> Kept | None:
    """Return what a tool keeps with the inputs it is given, by canonical names."""
    given = {one.name: constant(one.value) for one in step.arguments}
    return next((one for one in tool.keeps if _is_asked(one, given)), None)


def _is_asked(kept: Kept, given: Mapping[str, str | None]) -> bool:
    return not kept.input or given.get(kept.input) == kept.value


def asking(step: Use, kept: Kept) -> tuple[Argument, ...]:
    """Return the inputs that say what is kept."""
    return tuple(one for one in step.arguments if one.name in (kept.input, kept.files_input))


def cache_of(step: Use, kept: Kept, context: Context) -> RestoreCache:
    """Return the step that restores the files, and saves them at the end of the job."""
    asked = asking(step, kept)
    place = asked[0] if asked else step.ref
    said = next((one.value for one in asked if one.name == kept.files_input), None)
    names = _lines(said) if said is not None else (Literal(value=_found(kept, context)),)
    files = Call(function="hashFiles", arguments=names, span=place.span)
    fields = shared(step, Step) | {"id": None, "name": None, "env": (), "span": place.span}
    return RestoreCache(
        key=Template(parts=(Literal(value=f"{kept.name}-"), files), span=place.span),
        paths=text("\n".join(kept.paths), of=place),
        save=True,
        ref=replace(step.ref, span=place.span),
        **fields,
    )


def _lines(value: Template) -> tuple[Expr, ...]:
    """The names of files, one a line; all of it where only the run knows them."""
    said = constant(value)
    if said is None:
        return (value,)
    lines = filter(None, map(str.strip, said.split("\n")))
    return tuple(Literal(value=one, span=value.span) for one in lines)


def _found(kept: Kept, context: Context) -> str:
    """The first of the files that the repository has; the usual one without a repository."""
    read = reader(context.workspace)
    return next((one for one in kept.files if read(one) is not None), kept.files[0])
