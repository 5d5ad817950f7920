"""Steps that fail loudly, as scripts, and the way back."""

import re

from ciconv.ir.expression import Template, constant, text
from ciconv.ir.node import shared
from ciconv.ir.step import Argument, Placeholder, Run, Step

_SCRIPT = re.compile(
    r"(?P<arguments>(?:#   .*\n)*)echo 'ciconv: (?P<what>(?:[^']|'\\'')*?) was not converted: "
    r"(?P<reason>(?:[^']|'\\'')*)' >&2\nexit 1"
)


def script_of(step: Placeholder) -> Run:
    """Return a script that fails and says why, with what the step was handed as comments."""
    said = f"ciconv: {step.what} was not converted: {step.reason}"
    lines = [f"#   {one.name}: {_line(one)}" for one in step.arguments]
    quoted = " ".join(said.split()).replace("'", "'\\''")
    script = "\n".join((*lines, f"echo '{quoted}' >&2", "exit 1"))
    fields = shared(step, Step) | {"directory": None, "may_fail": step.may_fail}
    return Run(script=text(script, of=step), **fields)


def _line(argument: Argument) -> str:
    known = constant(argument.value)
    if known is None:
        known = argument.value.span.text if argument.value.span else "an expression"
    first, *rest = known.strip().split("\n") or [""]
    return f"{first} …" if rest else first


def placeholder_of(script: str) -> Placeholder | None:
    """Return the placeholder that a script was written for, None for any other script."""
    match = _SCRIPT.fullmatch(script.rstrip("\n"))
    if match is None:
        return None
    what, reason = (match[key].replace("'\\''", "'") for key in ("what", "reason"))
    arguments = []
    for line in match["arguments"].splitlines():
        name, _, value = line.removeprefix("#   ").partition(": ")
        arguments.append(Argument(name=name, value=_text(value)))
    return Placeholder(what=what, reason=reason, arguments=tuple(arguments))


def _text(value: str) -> Template:
    return text(value)
