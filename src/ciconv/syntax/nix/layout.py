"""The text of a Nix tree, laid out as Nix formatters do.

What fits stays on one line, the rest gets one item per line, indented by two blanks. Trees are as
deep as the conditions of a pipeline, which readers cap.
"""

from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from ciconv.syntax.nix.text import (
    Hole,
    Pieces,
    attribute,
    block_string,
    comment_lines,
    is_block,
    line_string,
    one_line,
    quoted,
)
from ciconv.syntax.nix.tree import (
    OPERATORS,
    Apply,
    Attrs,
    Binding,
    Bindings,
    Bool,
    Expr,
    Formals,
    If,
    Inherit,
    Int,
    Lambda,
    Let,
    List,
    Name,
    Null,
    Operation,
    Path,
    Select,
    Str,
)

WIDTH = 100
_ATOM, _APPLY, _ANY = 1, 2, 99


def render(expr: Expr, *, header: tuple[str, ...] = ()) -> str:
    """Return the text of a file: the header as comments, then the expression."""
    lines = "".join(f"{line}\n" for line in comment_lines(header, 0))
    return f"{lines}{_Layout(_ANY).text(expr)}\n"


class _Layout(Struct, frozen=True):
    """Where an expression stands: what may stand bare, its indent, what is on its line already."""

    level: int  # weakest construct that needs no parentheses here
    indent: int = 0
    before: int = 0  # columns taken on the line in front of it
    after: int = 0  # columns that follow on its last line

    def text(self, expr: Expr) -> str:
        """The expression on one line if it fits, else on several."""
        flat = _flat(expr, self.level)
        if flat is not None and self.before + len(flat) + self.after <= WIDTH:
            return flat
        if _strength(expr) > self.level:
            inner = replace(self, level=_ANY, before=self.before + 1, after=self.after + 1)
            return f"({inner.text(expr)})"
        if flat is not None and not isinstance(expr, _BREAKABLE):
            return flat
        return _broken(expr, self)

    def at(self, level: int, before: int, after: int = 0) -> "_Layout":
        """The same line, further on."""
        return _Layout(level, self.indent, before, after)

    def line(self, level: int, lead: int = 0, after: int = 0) -> "_Layout":
        """A line of its own at this indent, behind `lead` columns."""
        return _Layout(level, self.indent, self.indent + lead, after)

    def deeper(self) -> "_Layout":
        """A line of its own, one step further in."""
        return _Layout(_ANY, self.indent + 2, self.indent + 2)

    @property
    def margin(self) -> str:
        return " " * self.indent


# what can take several lines even if one would do
_BREAKABLE = (List, Attrs, Apply, Operation, Lambda, If)


def _broken(expr: Expr, layout: _Layout) -> str:
    match expr:
        case Str():
            return block_string(_pieces(expr, layout.indent + 2), layout.indent)
        case List():
            return _break_list(expr, layout)
        case Attrs():
            return _break_attrs(expr, layout)
        case Apply():
            return _break_apply(expr, layout)
        case Operation():
            return _break_operation(expr, layout)
        case Lambda():
            return _break_lambda(expr, layout)
        case Let():
            return _break_let(expr, layout)
        case If():
            return _break_if(expr, layout)
        case Select():
            return _break_select(expr, layout)
    raise TypeError(f"{type(expr).__name__} is not an expression")


def _strength(expr: Expr) -> int:
    match expr:
        case Apply():
            return _APPLY
        case Operation():
            return OPERATORS[expr.op][0]
        case Lambda() | Let() | If():
            return _ANY
        case Int() if expr.value < 0:
            return _APPLY + 1
        case _:
            return _ATOM


def _flat(expr: Expr, level: int = _ANY) -> str | None:
    """The expression on one line, None where it needs several."""
    text = _flat_text(expr)
    return f"({text})" if text is not None and _strength(expr) > level else text


def _flat_text(expr: Expr) -> str | None:
    match expr:
        case List():
            return _joined("[ ", (_flat_item(item) for item in expr.items), " ", " ]")
        case Attrs():
            return _flat_attrs(expr)
        case Apply():
            parts = ((expr.function, _APPLY), *((one, _ATOM) for one in expr.arguments))
            return _joined("", (_flat(*one) for one in parts), " ", "")
        case Operation():
            return _joined("", (_flat(*one) for one in _operands(expr)), f" {expr.op} ", "")
        case Lambda():
            return _joined(f"{_parameter(expr.parameter)}: ", iter((_flat(expr.body),)), "", "")
        case If():
            words = zip(("if", "then", "else"), (expr.condition, expr.yes, expr.no), strict=True)
            return _joined(
                "", (_joined(f"{w} ", iter((_flat(e),)), "", "") for w, e in words), " ", ""
            )
        case Let():
            return None
        case _:
            return _atom(expr)


def _atom(expr: Expr) -> str | None:
    match expr:
        case Str():
            pieces = _pieces(expr, 0)
            return None if is_block(pieces) else line_string(pieces)
        case Int():
            return str(expr.value)
        case Bool():
            return "true" if expr.value else "false"
        case Null():
            return "null"
        case Path():
            return expr.text
        case Name():
            return expr.name
        case Select():
            base = _flat(expr.base, _ATOM)
            return None if base is None else base + _steps(expr)
    raise TypeError(f"{type(expr).__name__} is not an expression")


def _steps(expr: Select) -> str:
    return "".join(
        f".{attribute(one)}" if isinstance(one, str) else f".{quoted(_pieces(one, 0))}"
        for one in expr.path
    )


def _pieces(expr: Str, indent: int) -> Pieces:
    """The parts as text: plain parts that touch are one, as an escape may need both."""
    found: list[str] = []
    for plain, parts in groupby(expr.parts, lambda one: isinstance(one, str)):
        if plain:
            found.append("".join(one for one in parts if isinstance(one, str)))
        else:
            found += (
                Hole(_Layout(_ANY, indent).text(one)) for one in parts if isinstance(one, Expr)
            )
    return tuple(found)


def _joined(start: str, parts: Iterator[str | None], between: str, end: str) -> str | None:
    texts: list[str] = []
    for part in parts:
        if part is None:
            return None
        texts.append(part)
    return f"{start}{between.join(texts)}{end}" if texts else f"{start.strip()} {end.strip()}"


def _flat_item(item: Expr) -> str | None:
    return None if item.comments else _flat(item, _ATOM)


def _flat_attrs(expr: Attrs) -> str | None:
    """Only sets of up to three plain values: more of them, or sets in sets, read better apart."""
    nested = any(
        isinstance(one, Binding) and isinstance(one.value, Attrs) and one.value.bindings
        for one in expr.bindings
    )
    if nested or len(expr.bindings) > 3:
        return None
    start = "rec { " if expr.recursive else "{ "
    return _joined(start, (_flat_binding(one) for one in expr.bindings), " ", " }")


def _flat_binding(binding: Binding | Inherit) -> str | None:
    if binding.comments:
        return None
    if isinstance(binding, Inherit):
        source = "" if binding.source is None else _flat(binding.source)
        return None if source is None else _inherit(binding, source)
    value = _flat(binding.value)
    return None if value is None or binding.inline else f"{_path(binding.path)} = {value};"


def _inherit(binding: Inherit, source: str) -> str:
    listed = " ".join(attribute(name) for name in binding.names)
    return f"inherit ({source}) {listed};" if source else f"inherit {listed};"


def _path(path: tuple[str, ...]) -> str:
    return ".".join(attribute(name) for name in path)


def _parameter(parameter: str | Formals) -> str:
    return parameter if isinstance(parameter, str) else f"{{ {', '.join(_formals(parameter))} }}"


def _formals(parameter: Formals) -> Iterator[str]:
    for formal in parameter.formals:
        if formal.default is None:
            yield formal.name
        else:
            yield f"{formal.name} ? {_Layout(_ANY).text(formal.default)}"
    if parameter.ellipsis:
        yield "..."


def _operands(expr: Operation) -> list[tuple[Expr, int]]:
    """The operands of a chain of one operator, each with the weakest level that stands bare."""
    strength, side = OPERATORS[expr.op]
    found: list[tuple[Expr, int]] = []
    rest: Expr = expr
    while isinstance(rest, Operation) and rest.op == expr.op and (side or rest is expr):
        near, rest = (rest.right, rest.left) if side == "left" else (rest.left, rest.right)
        found.append((near, strength - 1))
    found.append((rest, strength - 1))
    return found[::-1] if side == "left" else found


def _break_list(expr: List, layout: _Layout) -> str:
    inner = replace(layout.deeper(), level=_ATOM)
    lines = ["["]
    for item in expr.items:
        lines += comment_lines(item.comments, inner.indent)
        lines.append(f"{inner.margin}{inner.text(item)}")
    return "\n".join((*lines, f"{layout.margin}]"))


def _break_attrs(expr: Attrs, layout: _Layout) -> str:
    lines = ["rec {" if expr.recursive else "{"]
    lines += _binding_lines(expr.bindings, layout.deeper())
    return "\n".join((*lines, f"{layout.margin}}}"))


def _binding_lines(bindings: Bindings, layout: _Layout) -> Iterator[str]:
    for one in bindings:
        yield from comment_lines(one.comments, layout.indent)
        text = _binding(one, layout) if isinstance(one, Binding) else _break_inherit(one, layout)
        yield layout.margin + text


def _binding(binding: Binding, layout: _Layout) -> str:
    name = f"{_path(binding.path)} ="
    note = f" # {one_line(binding.inline)}" if binding.inline else ""
    value = layout.at(_ANY, layout.indent + len(name) + 1, 1).text(binding.value)
    if "\n" in value and isinstance(binding.value, Operation | Let | If):
        deeper = layout.deeper()
        return f"{name}{note}\n{deeper.margin}{deeper.text(binding.value)};"
    first, newline, rest = f"{value};".partition("\n")
    if note and newline and first.endswith("''"):  # behind '' a comment would be text
        return f"{note.strip()}\n{layout.margin}{name} {value};"
    return f"{name} {first}{note}{newline}{rest}"


def _break_inherit(binding: Inherit, layout: _Layout) -> str:
    source = "" if binding.source is None else layout.deeper().text(binding.source)
    flat = _inherit(binding, source)
    if layout.indent + len(flat) <= WIDTH:
        return flat
    lines = ["inherit", *((f"  ({source})",) if source else ())]
    lines += (f"  {attribute(name)}" for name in binding.names)
    return f"\n{layout.margin}".join((*lines, "  ;"))


def _break_apply(expr: Apply, layout: _Layout) -> str:
    """Arguments on the line of the function, the last one open at its end; else below it."""
    *fixed, last = expr.arguments
    head = _joined("", (_flat(one, _ATOM) for one in (expr.function, *fixed)), " ", "")
    if head is not None and layout.before + len(head) + 3 <= WIDTH and _opens(last):
        used = layout.before + len(head) + 1
        return f"{head} {layout.at(_ATOM, used, layout.after).text(last)}"
    inner = replace(layout.deeper(), level=_ATOM)
    lines = [layout.at(_APPLY, layout.before).text(expr.function)]
    lines += (inner.margin + inner.text(argument) for argument in expr.arguments)
    return "\n".join(lines)


def _opens(expr: Expr) -> bool:
    """Whether its first line is only an opening sign, so that it may stand at a line's end."""
    if isinstance(expr, Lambda):
        return isinstance(expr.parameter, Formals) or _opens(expr.body)
    return isinstance(expr, List | Attrs) or (isinstance(expr, Str) and is_block(_pieces(expr, 0)))


def _break_operation(expr: Operation, layout: _Layout) -> str:
    first, *rest = _operands(expr)
    lines = [layout.at(first[1], layout.before).text(first[0])]
    for operand, level in rest:
        text = layout.line(level, len(expr.op) + 1).text(operand)
        lines.append(f"{layout.margin}{expr.op} {text}")
    return "\n".join(lines)


def _break_lambda(expr: Lambda, layout: _Layout) -> str:
    head = f"{_parameter(expr.parameter)}:"
    if layout.before + len(head) > WIDTH and isinstance(expr.parameter, Formals):
        listed = f",\n{layout.margin}  ".join(_formals(expr.parameter))
        end = "" if expr.parameter.ellipsis else ","
        head = f"{{\n{layout.margin}  {listed}{end}\n{layout.margin}}}:"
    if _opens(expr.body) or not isinstance(expr.body, Let | If | Operation):
        used = layout.indent + len(head.rpartition("\n")[2]) + 1
        return f"{head} {layout.at(_ANY, used, layout.after).text(expr.body)}"
    # the body of a whole file is not indented
    inner = layout.deeper() if layout.before else layout.line(_ANY, 0, layout.after)
    return f"{head}\n{inner.margin}{inner.text(expr.body)}"


def _break_let(expr: Let, layout: _Layout) -> str:
    lines = ["let", *_binding_lines(expr.bindings, layout.deeper()), f"{layout.margin}in"]
    body = layout.line(_ANY, 0, layout.after).text(expr.body)
    return "\n".join((*lines, f"{layout.margin}{body}"))


def _break_if(expr: If, layout: _Layout) -> str:
    inner = layout.deeper()
    condition = layout.at(_ANY, layout.before + 3, 5).text(expr.condition)
    yes, no = (f"{inner.margin}{inner.text(one)}" for one in (expr.yes, expr.no))
    return f"if {condition} then\n{yes}\n{layout.margin}else\n{no}"


def _break_select(expr: Select, layout: _Layout) -> str:
    return layout.at(_ATOM, layout.before).text(expr.base) + _steps(expr)
