"""Texts of several lines, one by one."""

from ciconv.ir.expression import Expr, Literal, Template, constant


def lines_of(template: Template) -> list[Template]:
    """Return the lines of a text as texts of their own."""
    lines: list[list[Expr]] = [[]]
    for part in template.parts:
        if not isinstance(part, Literal):
            lines[-1].append(part)
            continue
        for number, piece in enumerate((constant(part) or "").split("\n")):
            if number:
                lines.append([])
            if piece:
                lines[-1].append(Literal(value=piece, span=part.span))
    return [Template(parts=tuple(one), span=template.span) for one in lines]
