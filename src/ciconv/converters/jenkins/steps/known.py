"""Steps with a meaning of their own: what each becomes.

https://www.jenkins.io/doc/pipeline/steps/
"""

import json
import re
from collections.abc import Callable
from typing import Any

from ciconv.converters.jenkins.expressions.read import read_expression, read_template
from ciconv.converters.jenkins.expressions.unknown import as_template, is_known
from ciconv.converters.jenkins.scope import Data, Scope
from ciconv.converters.jenkins.steps.checkouts import read_checkout, read_git
from ciconv.converters.jenkins.steps.cleaning import read_cleaning
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.kept_files import (
    given,
    is_true,
    read_archive,
    read_junit,
    read_pages,
    read_stash,
    read_unstash,
)
from ciconv.converters.jenkins.steps.outcomes import blemished
from ciconv.converters.jenkins.steps.packing import read_touch, read_unzip, read_zip
from ciconv.converters.jenkins.steps.scripts import (
    make_run,
    quoted,
    read_script_step,
    script,
    script_of,
)
from ciconv.ir.expression import Expr, Literal, Template, constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import Step
from ciconv.syntax.groovy import tree

ReadStep = Callable[[tree.Call, Place], tuple[Step, ...] | None]

_SECONDS = {
    "NANOSECONDS": 1e-9,
    "MICROSECONDS": 1e-6,
    "MILLISECONDS": 1e-3,
    "SECONDS": 1,
    "MINUTES": 60,
    "HOURS": 3600,
    "DAYS": 86400,
}


def read_known(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the steps of a call; None for one that nobody knows, or not with these arguments."""
    reader = _KNOWN.get(call.name)
    return None if reader is None else reader(call, place)


def _script(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """A script; one that only returns its status, at which nobody looks, may fail."""
    if script_of(call) is None:
        return None
    run, status = read_script_step(call, place), call.named("returnStatus")
    if status is None:
        return (run,)
    yes = is_true(status, place)
    return (replace(run, may_fail=Literal(value=True, span=status.span)) if yes else run,)


def _echo(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    node = given(call, "message")
    if node is None:
        return None
    message = _message(node, place)
    if message is None:
        return None
    said = script("echo ", quoted(message, place.scope))
    return (make_run(replace(said, span=call.span), place),)


def _message(node: tree.Expr, place: Place) -> Template | None:
    """What is said; what only the run knows of it stands there as it is written.

    Whoever keeps the format keeps the code.
    """
    message = read_template(node, place.scope)
    if is_known(message):
        return message
    if not place.scope.context.expand or not all(map(_only_looks, tree.walk(node))):
        return None
    said = "the parts of this message that only Jenkins can compute are printed as written"
    place.notes.say(said, node)
    parts = tuple(_written(one) for one in message.parts)
    return as_template(replace(message, parts=parts))


_LOOKS = re.compile(
    r"(get|is|has|to|as)[A-Z]\w*|size|length|trim|strip|split|tokenize|join|collect|findAll|first"
    r"|last|replace|replaceAll|imageName|dump|inspect"
)


def _only_looks(node: tree.Node) -> bool:
    """Whether it does nothing besides: no call but of what is called like a look at something."""
    if not isinstance(node, tree.Call):
        return not isinstance(node, tree.New | tree.Assignment)
    function = tree.plain(node.function)
    name = node.name or (function.name if isinstance(function, tree.Property) else "")
    return isinstance(name, str) and _LOOKS.fullmatch(name) is not None


def _written(part: Expr) -> Expr:
    """An expression; as it is written where part of it is unknown."""
    if is_known(part):
        return part
    shown = "" if part.span is None else part.span.text
    shown = shown if shown.startswith("$") else f"${{{shown}}}"
    return Literal(value=" ".join(shown.split()), span=part.span)


def _error(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    node = given(call, "message")
    message = text("failed") if node is None else _message(node, place)
    if message is None:
        return None
    said = script("echo ", quoted(message, place.scope), " >&2\nexit 1\n")
    return (make_run(replace(said, span=call.span), place),)


def _unstable(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    found = _error(call, place)
    steps = tuple(replace(one, may_fail=Literal(value=True)) for one in found or ())
    return found and blemished(steps, "UNSTABLE", "UNSTABLE", place)


def _sleep(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    seconds = duration(call, place, 1)
    if seconds is None:
        return None
    return (make_run(replace(text(f"sleep {seconds:g}"), span=call.span), place),)


def duration(call: tree.Call, place: Place, usual: float) -> float | None:
    """Return a time in seconds; `usual` are the seconds of the unit that need not be named."""
    time = given(call, "time")
    unit = call.named("unit")
    value = None if time is None else read_expression(time, place.scope)
    number = _number(value)
    if number is None:
        return None
    if unit is None:
        return number * usual
    word = constant(read_expression(unit, place.scope)) or unit.span.text.rpartition(".")[2]
    factor = _SECONDS.get(word)
    return None if factor is None else number * factor


def counts_silence(node: tree.Expr | None, place: Place) -> bool:
    """Return whether `activity` makes a time one since the last line of the log."""
    return node is not None and constant(read_expression(node, place.scope)) != "false"


def _number(value: Expr | None) -> float | None:
    if isinstance(value, Literal) and isinstance(value.value, float):
        return value.value
    said = None if value is None else constant(value)
    return float(said) if said is not None and re.fullmatch(r"\d+(\.\d+)?", said) else None


def _write_file(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    file, content = call.named("file"), call.named("text")
    if file is None or content is None:
        return None
    name, value = read_template(file, place.scope), read_template(content, place.scope)
    if not (is_known(name) and is_known(value)):
        return None
    return _written_to(name, value, call, place)


def _written_to(name: Template, value: Template, call: tree.Call, place: Place) -> tuple[Step, ...]:
    scope = place.scope
    said = script("printf '%s' ", quoted(value, scope), " > ", quoted(name, scope), "\n")
    return (make_run(replace(said, span=call.span), place),)


def _write_data(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """`writeJSON` and `writeYaml` of what is known; a reader of YAML takes JSON."""
    known = ("file", "json", "data", "overwrite")
    file, data = call.named("file"), call.named("json") or call.named("data")
    if file is None or data is None or any(one.name not in known for one in call.arguments):
        return None
    name, value = read_template(file, place.scope), _data(data, place.scope)
    if value is None or not is_known(name):
        return None
    return _written_to(name, text(json.dumps(value)), call, place)


def _data(node: tree.Expr, scope: Scope) -> Any:
    """What lists, maps, texts and numbers say; None where only the run knows part of it."""
    node = tree.plain(node)
    kept = scope.get(node.name) if isinstance(node, tree.Name) else None
    if isinstance(kept, Data):
        return _data(kept.node, kept.scope)
    if isinstance(node, tree.MapLiteral):
        found = {one.name: _data(one.value, scope) for one in node.entries}
        return None if None in found or None in found.values() else found
    if isinstance(node, tree.ListLiteral):
        items = [None if one.spread else _data(one.value, scope) for one in node.items]
        return None if None in items else items
    value = read_expression(node, scope)
    if not isinstance(value, Literal):
        return constant(value)
    is_whole = isinstance(value.value, float) and value.value.is_integer()
    return int(value.value or 0) if is_whole else value.value


def _milestone(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Older builds end here when a newer one was faster; no system ends runs at a step."""
    place.notes.keep("steps.milestone", call)
    return ()


_KNOWN: dict[str, ReadStep] = {
    "milestone": _milestone,
    "deleteDir": read_cleaning,
    "cleanWs": read_cleaning,
    "sh": _script,
    "bat": _script,
    "powershell": _script,
    "pwsh": _script,
    "echo": _echo,
    "println": _echo,
    "print": _echo,
    "error": _error,
    "unstable": _unstable,
    "sleep": _sleep,
    "touch": read_touch,
    "unzip": read_unzip,
    "zip": read_zip,
    "writeFile": _write_file,
    "writeJSON": _write_data,
    "writeYaml": _write_data,
    "stash": read_stash,
    "unstash": read_unstash,
    "archiveArtifacts": read_archive,
    "archive": read_archive,
    "junit": read_junit,
    "publishHTML": read_pages,
    "checkout": read_checkout,
    "git": read_git,
}
