"""The expressions of a workflow, each in its place: parsed, typed, judged."""

from collections.abc import Iterator

from msgspec import Struct

from ciconv.converters.github.expressions.read import read_condition, read_template
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import Expr, Literal, Raw, Template
from ciconv.validators.github.checker import Checker
from ciconv.validators.github.environment import Environment
from ciconv.validators.github.metadata import Metadata
from ciconv.validators.github.native import Native
from ciconv.validators.github.types import Kind, Type, has_text
from ciconv.validators.github.workflow import Workflow
from ciconv.validators.shapes.shape import Availability, Shape, Table, table
from ciconv.validators.shapes.walk import Fault, Site
from ciconv.validators.subject import Subject

MAX_CHARACTERS = 21_000  # of a text with expressions, which GitHub makes one expression of

_OPENING = "${{"


class Placed(Struct, frozen=True):
    """An expression with its place and its type."""

    site: Site
    expr: Expr  # a Template where text stands around
    is_condition: bool = False

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The expressions of a text, or the one."""
        return self.expr.parts if isinstance(self.expr, Template) else (self.expr,)


def placed(workflow: Workflow, subject: Subject) -> tuple[Placed, ...]:
    """Return the expressions of a workflow, read once."""
    key = f"_placed {workflow.path}"
    return subject.once(key, lambda: _read_all(workflow))[0]


def _read_all(workflow: Workflow) -> tuple[tuple[Placed, ...], Diagnostics]:
    diagnostics = Diagnostics()
    names = Native()
    found = []
    for site in workflow.file.sites:
        condition = site.shape.startswith("condition")
        if not condition and _OPENING not in site.scalar.text:
            continue
        if not site.available:
            continue
        if condition:
            expr: Expr = read_condition(site.scalar, names, diagnostics)
        else:
            expr = read_template(site.scalar, names, diagnostics)
        found.append(Placed(site, expr, condition))
    return tuple(found), diagnostics


def expression_faults(workflow: Workflow, metadata: Metadata, subject: Subject) -> Iterator[Fault]:
    """Yield what is wrong with the expressions of a workflow."""
    shapes = table("github")
    assert shapes is not None
    key = f"_placed {workflow.path}"
    found, diagnostics = subject.once(key, lambda: _read_all(workflow))
    for said in diagnostics:
        if said.span is not None and said.code != "constant-condition":
            yield Fault(said.code, said.message, said.span, said.help)
    environment = Environment(workflow, metadata)
    for one in found:
        yield from _judge(one, environment, shapes)
        if len(one.site.scalar.text) > MAX_CHARACTERS:
            longer = f"the text with an expression has {len(one.site.scalar.text)} characters"
            advice = f"GitHub takes at most {MAX_CHARACTERS}; hand the values over by 'env'"
            yield Fault("expression-depth", longer, one.site.scalar.span, advice)
    for site in workflow.file.sites:
        if not site.available and _OPENING in site.scalar.text and site.shape != "any":
            yield from _misplaced(site)


def _misplaced(site: Site) -> Iterator[Fault]:
    start = site.scalar.text.index(_OPENING)
    span = site.scalar.span_of(start, start + len(_OPENING))
    said = f"no expression can be used in {site.path[-1]!r}"
    yield Fault("context-availability", said, span)


def _judge(one: Placed, environment: Environment, shapes: Table) -> Iterator[Fault]:
    available = shapes.available.get(one.site.available, Availability())
    contexts = environment.at(one.site.path)
    checker = Checker(contexts, available, one.site.scalar.span)
    shape = shapes.shapes[one.site.shape.partition("@")[0]]
    for part in one.parts:
        if isinstance(part, Literal | Raw):
            continue
        found = checker.type_of(part)
        if not one.is_condition:
            checker.faults.extend(_as_value(found, one, shape, part, environment))
    yield from checker.faults


def _as_value(
    found: Type, one: Placed, shape: Shape, part: Expr, environment: Environment
) -> Iterator[Fault]:
    """Whether a value of the type can stand where the expression stands."""
    at = part.span or one.site.scalar.span
    key = one.site.path[-1]
    wanted = _wanted(shape)
    if one.site.path[:3] == ("on", "workflow_call", "inputs"):
        kind = environment.declared_type(one.site.path[3])
        if Kind.ANY not in (kind, found.kind) and found.kind is not kind:
            said = f"the default of a {kind.value} cannot be {found}"
            yield Fault("expression-type", said, at)
        return
    mapping = shape.keys and shape.scalar and not shape.values and _is_data(one, shape)
    known = found.kind is Kind.OBJECT and found.rest is None
    if mapping and known and not set(found.fields) & set(shape.keys):
        names = " or ".join(sorted(shape.keys))
        said = f"{key!r} cannot be an object without {names}"
        yield Fault("expression-type", said, at)
    if one.site.whole or shape.scalar in ("boolean", "number", "integer"):
        if wanted and found.kind not in (*wanted, Kind.ANY):
            said = f"{key!r} has to be {' or '.join(map(_shown, wanted))}, not {found}"
            yield Fault("expression-type", said, at)
    elif shape.scalar == "text" and not _is_data(one, shape) and not has_text(found):
        said = f"the expression is {found}, which means nothing in a text"
        is_output = one.site.path[2:3] == ("outputs",)
        yield Fault("object-in-text", said, at, "toJSON(…) makes a text of it", error=not is_output)


def _wanted(shape: Shape) -> tuple[Kind, ...]:
    if shape.scalar == "boolean":
        return (Kind.BOOLEAN,)
    if shape.scalar in ("number", "integer"):
        return (Kind.NUMBER,)
    kinds: list[Kind] = [Kind.STRING] if shape.scalar == "text" else []
    if shape.keys or shape.values:
        kinds.append(Kind.OBJECT)
    if shape.list:
        kinds.append(Kind.ARRAY)
    return tuple(kinds)


def _is_data(one: Placed, shape: Shape) -> bool:
    """Whether the text may be any value: a cell of a matrix, labels, a list of needs."""
    text = one.site.scalar.text.strip()
    single = len(one.parts) == 1 and text.startswith(_OPENING) and text.endswith("}}")
    return single and bool(shape.list or shape.keys or shape.values)


def _shown(kind: Kind) -> str:
    return {Kind.OBJECT: "an object", Kind.ARRAY: "a list"}.get(kind, f"a {kind.value}")
