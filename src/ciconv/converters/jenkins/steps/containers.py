"""In which container a step runs: a mark on the step, until its job is put together."""

import re

from ciconv.ir.expression import Expr, Literal, Ref, Template, constant
from ciconv.ir.node import replace
from ciconv.ir.step import Extra, Step
from ciconv.syntax.node import Scalar

KEY = "container"


def marked(step: Step, name: str) -> Step:
    """Return a step that says in which container it runs."""
    if container_of(step) is not None:
        return step
    value = Scalar(text=name, value=name)
    return replace(step, extras=(*step.extras, Extra(format="jenkins", key=KEY, value=value)))


def container_of(step: Step) -> str | None:
    """Return the container that a step was marked with."""
    for one in step.extras:
        if one.key == KEY and one.span is None and isinstance(one.value, Scalar):
            return one.value.text
    return None


_NAME = "\1"  # around a name in a text, until it is put together
_NAMES = re.compile(f"{_NAME}([^{_NAME}]*){_NAME}")


def spelled(template: Template) -> str | None:
    """Return a value as one text, with marks around names; None where it is more than these."""
    found = ""
    for part in template.parts:
        known = constant(part)
        if known is None and not isinstance(part, Ref):
            return None
        if known is None and isinstance(part, Ref):
            known = f"{_NAME}{'.'.join(part.path)}{_NAME}"
        found += known or ""
    return found


def template_of(value: str) -> Template:
    """Return what `spelled` made a text of."""
    parts: list[Expr] = []
    for number, piece in enumerate(_NAMES.split(value)):
        if number % 2:
            parts.append(Ref(path=tuple(piece.split("."))))
        elif piece:
            parts.append(Literal(value=piece))
    return Template(parts=tuple(parts) or (Literal(value=""),))
