"""The jobs that a workflow lists, each with what the list says of it.

https://circleci.com/docs/reference/configuration-reference/#jobs-in-workflow
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace as changed

from ciconv.converters.circleci.expressions.read import read_template
from ciconv.converters.circleci.jobs.matrix import Cells, in_cell, read_matrix
from ciconv.converters.circleci.reuse.config import Config
from ciconv.converters.circleci.reuse.fill import text_of
from ciconv.converters.circleci.reuse.scope import Frame, Placed
from ciconv.converters.circleci.scalars import join_text
from ciconv.converters.circleci.triggers.filters import Reach, read_filters
from ciconv.converters.fields import Fields, is_null
from ciconv.ir.expression import Expr, Literal, Ref
from ciconv.ir.job import Concurrency, Need, Status
from ciconv.ir.node import replace
from ciconv.ir.step import Extra
from ciconv.ir.trigger import Word
from ciconv.source import Comment, Span
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

_STATUSES = {
    "success": (Status.SUCCESS,),
    "failed": (Status.FAILURE,),
    "canceled": (Status.CANCELLED,),
    "not_run": (Status.SKIPPED,),
    "unauthorized": (Status.SKIPPED,),
    "terminal": tuple(Status),
}


class Listed(Struct, frozen=True, kw_only=True):
    """One item of the list `jobs` of a workflow."""

    job: str  # the name of the definition
    name: str
    needs: tuple[Need, ...] = ()
    reach: Reach = Reach()
    filters: Entry | None = None
    contexts: tuple[Word, ...] = ()
    type: str = ""
    matrix: Cells | None = None
    before: tuple[Placed, ...] = ()
    after: tuple[Placed, ...] = ()
    concurrency: Concurrency | None = None
    extras: tuple[Extra, ...] = ()
    arguments: tuple[Entry, ...] = ()
    span: Span
    comments: tuple[Comment, ...] = ()


def read_list(node: Node | None, config: Config, what: str) -> tuple[Listed, ...]:
    """Return the items of a list of jobs, groups of jobs in the place of their names."""
    if not isinstance(node, Sequence):
        return ()
    return tuple(one for item in node.items for one in _items(item, config, what))


def _items(item: Node, config: Config, what: str) -> Iterator[Listed]:
    if isinstance(item, Sequence):
        for inner in item.items:
            yield from _items(inner, config, what)
    elif isinstance(item, Scalar) and not is_null(item):
        yield Listed(job=item.text, name=item.text, span=item.span, comments=item.comments)
    elif isinstance(item, Mapping) and item.entries:
        yield _read(item, _whole(item, config), config)
    elif not is_null(item):
        config.context.diagnostics.error(
            "wrong-type", f"an item of {what} is a job's name, or a mapping of one", item.span
        )


def _whole(item: Mapping, config: Config) -> Entry:
    """The one entry of an item; with the indent forgotten, its keys stand beside it."""
    entry, others = item.entries[0], item.entries[1:]
    if not others:
        return entry
    config.context.diagnostics.warning(
        "indentation",
        f"{others[0].name!r} stands beside the job {entry.name!r}, not below it",
        others[0].span,
        help="indent it by two more blanks",
    )
    inner = entry.value.entries if isinstance(entry.value, Mapping) else ()
    return changed(entry, value=Mapping(entries=(*inner, *others), span=item.span))


def _read(item: Mapping, entry: Entry, config: Config) -> Listed:
    context = config.context
    fields = Fields(entry.value, context, f"the job {entry.name!r} of a workflow")
    name = fields.scalar("name")
    contexts = tuple(
        Word(text=one.text, span=one.span, comments=one.comments)
        for one in fields.scalars("context") or ()
        if not is_null(one)
    )
    filters = fields.entry("filters")
    matrix = read_matrix(fields.entry("matrix"), config)
    needs = _needs(fields, config)
    frame = Frame(config.scope)
    before = _steps(fields.node("pre-steps"), frame, config)
    after = _steps(fields.node("post-steps"), frame, config)
    group = fields.scalar("serial-group")
    kind = fields.text("type") or ""
    extras = fields.extra("circleci", "override-with", "max_auto_reruns")
    return Listed(
        job=entry.name,
        name=entry.name if name is None else name.text,
        needs=needs,
        reach=read_filters(filters, context),
        filters=filters,
        contexts=contexts,
        type=kind,
        matrix=matrix,
        before=before,
        after=after,
        concurrency=None if group is None else _turns(group, context),
        extras=extras,
        arguments=fields.rest(),
        span=entry.key.span,
        comments=(
            *item.comments,
            *entry.comments,
            *(() if filters is None else filters.comments),
            *fields.comments,
        ),
    )


def _steps(node: Node | None, frame: Frame, config: Config) -> tuple[Placed, ...]:
    return () if node is None else config.expander.steps(node, frame)


def _turns(group: Scalar, context: Any) -> Concurrency:
    return Concurrency(group=read_template(group, context), span=group.span)


def _needs(fields: Fields, config: Config) -> tuple[Need, ...]:
    found: list[Need] = []
    for item in fields.items("requires") or ():
        if isinstance(item, Scalar) and not is_null(item):
            found.append(Need(job=item.text, span=item.span, comments=item.comments))
        elif isinstance(item, Sequence):
            found += [
                Need(job=one.text, span=one.span) for one in item.items if isinstance(one, Scalar)
            ]
        elif isinstance(item, Mapping):
            for entry in item.entries:
                need = Need(job=entry.name, span=entry.span, comments=item.comments)
                found.append(replace(need, accept=_accepted(entry, config)))
    return tuple({one.job: one for one in found}.values())


def _accepted(entry: Entry, config: Config) -> tuple[Status, ...]:
    items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
    accepted: list[Status] = []
    for one in items:
        word = one.text if isinstance(one, Scalar) else ""
        if word not in _STATUSES:
            config.context.diagnostics.error(
                "unknown-value",
                f"{word!r} is no way for a job to end",
                one.span,
                help=f"there are {', '.join(_STATUSES)}",
            )
        accepted += _STATUSES.get(word, ())
    return tuple(dict.fromkeys(accepted)) or (Status.SUCCESS,)


def of_cell(one: Listed, row: tuple[Entry, ...]) -> Listed:
    """Return an item for one cell of its matrix: `row` has the values that it speaks of."""
    group = one.concurrency
    if group is not None:
        values = {entry.name: text_of(entry.value) for entry in row}
        said = join_text(tuple(_known(part, values) for part in group.group.parts))
        group = replace(group, group=replace(said, span=group.group.span))
    contexts = tuple(replace(word, text=in_cell(word.text, row)) for word in one.contexts)
    return changed(one, matrix=None, contexts=contexts, concurrency=group)


def _known(part: Expr, values: dict[str, str]) -> Expr:
    if isinstance(part, Ref) and part.path[0] == "matrix" and part.path[-1] in values:
        return Literal(value=values[part.path[-1]], span=part.span)
    return part
