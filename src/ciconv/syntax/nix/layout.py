"""The text of a Nix tree, laid out as Nix formatters do.

What fits stays on one line, the rest gets one item per line, indented by two blanks. Trees nest
less than a few hundred levels: readers cap expressions and YAML.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from ciconv.syntax.nix.flat import (
    ANY,
    APPLY,
    ATOM,
    BREAKABLE,
    WIDTH,
    Flat,
    dotted,
    formals,
    inherit,
    merged,
    operands,
    strength,
)
from ciconv.syntax.nix.text import (
    attribute,
    block_string,
    comment_lines,
    is_block,
    line_string,
    one_line,
)
from ciconv.syntax.nix.tree import (
    Apply,
    Attrs,
    Binding,
    Bindings,
    Expr,
    Formals,
    If,
    Inherit,
    Lambda,
    Let,
    List,
    Operation,
    Select,
    Str,
)


def render(expr: Expr, *, header: tuple[str, ...] = ()) -> str:
    """Return the text of a file: the header as comments, then the expression."""
    lines = "".join(f"{line}\n" for line in comment_lines(header, 0))
    return f"{lines}{_Layout(Flat(), ANY).text(expr)}\n"


def render_inside(expr: Expr, line: str) -> str:
    """Return the text of an expression that stands on a line behind other text, before a `;`."""
    indent = len(line) - len(line.lstrip())
    return _Layout(Flat(), ANY, indent, len(line), 1).text(expr)


class _Layout(Struct, frozen=True):
    """Where an expression stands: what may stand bare, its indent, what is on its line already."""

    flat: Flat
    level: int  # weakest construct that needs no parentheses here
    indent: int = 0
    before: int = 0  # columns taken on the line in front of it
    after: int = 0  # columns that follow on its last line

    def text(self, expr: Expr) -> str:
        """The expression on one line if it fits, else on several."""
        flat = self.flat.text(expr, self.level)
        fits = flat is not None and self.before + len(flat) + self.after <= WIDTH
        if flat is not None and (fits or type(expr) not in BREAKABLE):
            return flat
        write = _WRITERS[type(expr)]
        if strength(expr) <= self.level:
            return write(expr, self)
        inner = self.at(ANY, self.before + 1, self.after + 1)
        return f"({write(expr, inner)})"

    def at(self, level: int, before: int, after: int = 0) -> "_Layout":
        """The same line, further on."""
        return _Layout(self.flat, level, self.indent, before, after)

    def line(self, level: int, lead: int = 0, after: int = 0) -> "_Layout":
        """A line of its own at this indent, behind `lead` columns."""
        return _Layout(self.flat, level, self.indent, self.indent + lead, after)

    def deeper(self, level: int = ANY) -> "_Layout":
        """A line of its own, one step further in."""
        indent = self.indent + 2
        return _Layout(self.flat, level, indent, indent)

    @property
    def margin(self) -> str:
        return " " * self.indent


def _write_string(expr: Str, layout: _Layout) -> str:
    inner = layout.deeper()
    texts = (one if isinstance(one, str) else inner.text(one) for one in expr.parts)
    pieces = merged(zip(expr.parts, texts, strict=True))
    return block_string(pieces, layout.indent) if is_block(pieces) else line_string(pieces)


def _write_list(expr: List, layout: _Layout) -> str:
    inner = layout.deeper(ATOM)
    margin, lines = inner.margin, ["["]
    for item in expr.items:
        if item.comments:
            lines += comment_lines(item.comments, inner.indent)
        lines.append(margin + inner.text(item))
    return "\n".join((*lines, f"{layout.margin}]"))


def _write_attrs(expr: Attrs, layout: _Layout) -> str:
    lines = ["rec {" if expr.recursive else "{"]
    lines += _bindings(expr.bindings, layout.deeper())
    return "\n".join((*lines, f"{layout.margin}}}"))


def _bindings(bindings: Bindings, layout: _Layout) -> list[str]:
    lines: list[str] = []
    margin = layout.margin
    for one in bindings:
        if one.comments:
            lines += comment_lines(one.comments, layout.indent)
        text = _binding(one, layout) if isinstance(one, Binding) else _inherit(one, layout)
        lines.append(margin + text)
    return lines


def _binding(binding: Binding, layout: _Layout) -> str:
    name = f"{dotted(binding.path)} ="
    note = f" # {one_line(binding.inline)}" if binding.inline else ""
    value = layout.at(ANY, layout.indent + len(name) + 1, 1).text(binding.value)
    if "\n" in value and isinstance(binding.value, Operation | Let | If):
        deeper = layout.deeper()
        return f"{name}{note}\n{deeper.margin}{deeper.text(binding.value)};"
    first, newline, rest = f"{value};".partition("\n")
    if note and newline and first.endswith("''"):  # behind '' a comment would be text
        return f"{note.strip()}\n{layout.margin}{name} {value};"
    return f"{name} {first}{note}{newline}{rest}"


def _inherit(binding: Inherit, layout: _Layout) -> str:
    source = "" if binding.source is None else layout.deeper().text(binding.source)
    flat = inherit(binding, source)
    if layout.indent + len(flat) <= WIDTH:
        return flat
    lines = ["inherit", *((f"  ({source})",) if source else ())]
    lines += (f"  {attribute(name)}" for name in binding.names)
    return f"\n{layout.margin}".join((*lines, "  ;"))


def _write_apply(expr: Apply, layout: _Layout) -> str:
    """Arguments on the line of the function, the last one open at its end; else below it."""
    *fixed, last = expr.arguments
    texts = [layout.flat.text(one, ATOM) for one in (expr.function, *fixed)]
    head = " ".join(one for one in texts if one is not None)
    used = layout.before + len(head)
    if None not in texts and used + 3 <= WIDTH and _opens(last, layout.flat):
        return f"{head} {layout.at(ATOM, used + 1, layout.after).text(last)}"
    inner = layout.deeper(ATOM)
    lines = [layout.at(APPLY, layout.before).text(expr.function)]
    lines += (inner.margin + inner.text(argument) for argument in expr.arguments)
    return "\n".join(lines)


def _opens(expr: Expr, flat: Flat) -> bool:
    """Whether its first line is only an opening sign, so that it may stand at a line's end."""
    if isinstance(expr, Lambda):
        return isinstance(expr.parameter, Formals) or _opens(expr.body, flat)
    return isinstance(expr, List | Attrs) or (isinstance(expr, Str) and flat.text(expr) is None)


def _write_operation(expr: Operation, layout: _Layout) -> str:
    first, *rest = operands(expr)
    lines = [layout.at(first[1], layout.before).text(first[0])]
    for operand, level in rest:
        text = layout.line(level, len(expr.op) + 1).text(operand)
        lines.append(f"{layout.margin}{expr.op} {text}")
    return "\n".join(lines)


def _write_lambda(expr: Lambda, layout: _Layout) -> str:
    flat = layout.flat.parameter(expr.parameter)
    if isinstance(expr.parameter, str) or (flat and layout.before + len(flat) < WIDTH):
        head = f"{flat}:"
    else:
        inner = layout.deeper()
        listed = f",\n{inner.margin}".join(formals(expr.parameter, inner.text))
        end = "" if expr.parameter.ellipsis else ","
        head = f"{{\n{inner.margin}{listed}{end}\n{layout.margin}}}:"
    if not isinstance(expr.body, Let | If | Operation):
        used = layout.indent + len(head.rpartition("\n")[2]) + 1
        return f"{head} {layout.at(ANY, used, layout.after).text(expr.body)}"
    # the body of a whole file is not indented
    inner = layout.deeper() if layout.before else layout.line(ANY, 0, layout.after)
    return f"{head}\n{inner.margin}{inner.text(expr.body)}"


def _write_let(expr: Let, layout: _Layout) -> str:
    lines = ["let", *_bindings(expr.bindings, layout.deeper()), f"{layout.margin}in"]
    body = layout.line(ANY, 0, layout.after).text(expr.body)
    return "\n".join((*lines, f"{layout.margin}{body}"))


def _write_if(expr: If, layout: _Layout) -> str:
    inner = layout.deeper()
    condition = layout.at(ANY, layout.before + 3, 5).text(expr.condition)
    yes, no = (f"{inner.margin}{inner.text(one)}" for one in (expr.yes, expr.no))
    return f"if {condition} then\n{yes}\n{layout.margin}else\n{no}"


def _write_select(expr: Select, layout: _Layout) -> str:
    return layout.at(ATOM, layout.before).text(expr.base) + layout.flat.steps(expr)


_WRITERS: dict[type[Expr], Callable[[Any, _Layout], str]] = {
    Str: _write_string,
    List: _write_list,
    Attrs: _write_attrs,
    Apply: _write_apply,
    Operation: _write_operation,
    Lambda: _write_lambda,
    Let: _write_let,
    If: _write_if,
    Select: _write_select,
}
