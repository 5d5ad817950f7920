"""Steps that fail loudly, as scripts, and the way back."""

import re
from collections.abc import Iterator

from ciconv.ir.expression import Call, Expr, Literal, Ref, Template, constant, text
from ciconv.ir.node import shared
from ciconv.ir.step import Argument, Placeholder, Run, Step

_SAID = r"(?:[^']|(?(throws)''|'\\''))"  # a letter; quotes as in _QUOTE
_SCRIPT = re.compile(
    rf"(?P<arguments>(?:#   .*\n)*)(?:echo|(?P<throws>throw)) '"
    rf"ciconv: (?P<what>{_SAID}*?) was not converted: (?P<reason>{_SAID}*)'"
    rf"(?(throws)| >&2\nexit 1)"
)

_QUOTE = {False: "'\\''", True: "''"}  # inside of quotes, by whether it is PowerShell


def script_of(step: Placeholder, *, throws: bool = False) -> Run:
    """Return a script that fails and says why, with what the step was handed as comments.

    `throws`: for PowerShell instead of a POSIX shell.
    """
    said = f"ciconv: {step.what} was not converted: {step.reason}"
    lines = [line for name, value in _handed(step) for line in _lines(name, value)]
    quoted = " ".join(said.split()).replace("'", _QUOTE[throws])
    fails = (f"throw '{quoted}'",) if throws else (f"echo '{quoted}' >&2", "exit 1")
    script = "\n".join((*lines, *fails))
    fields = shared(step, Step) | {"directory": None, "env": ()}
    return Run(script=text(script, of=step), **fields)


def _handed(step: Placeholder) -> Iterator[tuple[str, Template]]:
    """What the step was handed, for whoever puts another one in its place."""
    yield from ((one.name, one.value) for one in step.arguments)
    yield from ((f"env.{one.name}", one.value) for one in step.env)
    if step.directory is not None:
        yield "directory", step.directory


def _lines(name: str, value: Template) -> Iterator[str]:
    first, *rest = source_text(value).rstrip("\n").split("\n")
    yield f"#   {name}: {first}" if name or ": " in first else f"#   {first}"
    yield from (f"#     {line}" for line in rest)


def source_text(template: Template) -> str:
    """Return a text with its expressions as the source has them."""
    pieces = []
    for part in template.parts:
        known = constant(part)
        if known is not None:
            pieces.append(known)
            continue
        written = part.span.text if part.span else "an expression"
        if isinstance(part, Ref) and "\n" in written:  # ours: the step that made us put it in
            written = ".".join(part.path)
        others = [one for one in outcomes(part) if one not in written]
        written += f" (or {', '.join(others)})" if others else ""
        is_all = len(template.parts) == 1 or written.startswith("${")
        pieces.append(written if is_all else f"${{{{ {written} }}}}")
    return "".join(pieces)


def outcomes(part: Expr) -> Iterator[str]:
    """Yield the texts that one of several conditions picks."""
    if isinstance(part, Call) and part.function == "case":
        for one in dict.fromkeys((*part.arguments[1::2], part.arguments[-1])):
            if isinstance(one, Literal) and isinstance(one.value, str) and one.value:
                yield one.value


def placeholder_of(script: str) -> Placeholder | None:
    """Return the placeholder that a script was written for, None for any other script."""
    match = _SCRIPT.fullmatch(script.rstrip("\n")) if "'ciconv: " in script else None
    if match is None:
        return None
    quote = _QUOTE[match["throws"] is not None]
    what, reason = (match[key].replace(quote, "'") for key in ("what", "reason"))
    arguments: list[tuple[str, str]] = []
    for line in match["arguments"].splitlines():
        if line.startswith("#     ") and arguments:
            name, value = arguments.pop()
            arguments.append((name, f"{value}\n{line[6:]}"))
        else:
            name, named, value = line[4:].partition(": ")
            arguments.append((name, value) if named else ("", name))
    handed = tuple(Argument(name=name, value=text(value)) for name, value in arguments)
    return Placeholder(what=what, reason=reason, arguments=handed)
