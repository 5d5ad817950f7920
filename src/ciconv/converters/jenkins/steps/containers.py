"""In which container a script runs: a mark on its step, until the job is put together."""

import re

from ciconv.ir.expression import Expr, Literal, Ref, Template, constant
from ciconv.ir.node import replace
from ciconv.ir.step import Extra, Run, Step
from ciconv.syntax.node import Scalar

KEY = "container"


def marked(run: Run, name: str) -> Run:
    """Return a script of the user with the container it runs in; empty: that of the job."""
    value = Scalar(text=name, value=name)
    return replace(run, extras=(*run.extras, Extra(format="jenkins", key=KEY, value=value)))


def container_of(step: Step) -> str | None:
    """Return the container that a script was marked with; None for what is none of the user."""
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
