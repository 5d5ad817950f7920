"""In which container a step runs: a mark on the step, until its job is put together."""

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
