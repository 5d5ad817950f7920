"""Steps with a meaning of their own: what each becomes.

https://www.jenkins.io/doc/pipeline/steps/
"""

import re
from collections.abc import Callable

from ciconv.converters.jenkins.expressions.read import read_expression, read_template
from ciconv.converters.jenkins.expressions.unknown import as_template, is_known
from ciconv.converters.jenkins.sections import extra
from ciconv.converters.jenkins.steps.checkouts import read_checkout, read_git
from ciconv.converters.jenkins.steps.cleaning import read_cleaning
from ciconv.converters.jenkins.steps.frame import Place, joined_path
from ciconv.converters.jenkins.steps.scripts import (
    make_run,
    quoted,
    read_script_step,
    script,
    script_of,
)
from ciconv.ir.expression import Expr, Literal, Raw, Template, constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import (
    DownloadArtifact,
    Extra,
    PublishReport,
    Step,
    UploadArtifact,
)
from ciconv.ir.walk import nodes
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


def given(call: tree.Call, name: str) -> tree.Expr | None:
    """Return an argument by its name, or the only one when it has none."""
    return call.named(name) or next(iter(call.positional), None)


def _script(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """A script; one that only returns its status, at which nobody looks, may fail."""
    if script_of(call) is None:
        return None
    run, status = read_script_step(call, place), call.named("returnStatus")
    if status is None:
        return (run,)
    yes = _is_true(status, place)
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
    place.notes.say("what only Jenkins knows of this message is said as it is written", node)
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
    return found and tuple(replace(one, may_fail=Literal(value=True)) for one in found)


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
    said = script(
        "printf '%s' ", quoted(value, place.scope), " > ", quoted(name, place.scope), "\n"
    )
    return (make_run(replace(said, span=call.span), place),)


def _stash(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    name = given(call, "name")
    if name is None:
        return None
    root = place.frame.directory
    missing = call.named("allowEmpty")
    upload = UploadArtifact(
        artifact=read_template(name, place.scope),
        paths=_paths(call, "includes", place) or _below(root, "**", call),
        missing="ignore" if _is_true(missing, place) else "error",
        root=root or text("."),  # files come back to where they were below it
        span=call.span,
    )
    return _checked(replace(upload, extras=_others(call, _STASH)))


def _archive(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    paths = _paths(call, "artifacts", place) or (
        _listed(call.positional[0], call, place) if call.positional else None
    )
    if paths is None:
        return None
    empty = call.named("allowEmptyArchive")
    upload = UploadArtifact(
        artifact=text(place.notes.unique("artifacts")),
        paths=paths,
        missing="warn" if _is_true(empty, place) else "error",
        extras=_others(call, _ARCHIVE),
        span=call.span,
    )
    return _checked(upload)


_STASH = ("name", "includes", "excludes", "allowEmpty")
_ARCHIVE = ("artifacts", "excludes", "allowEmptyArchive")


def _checked(step: Step) -> tuple[Step, ...] | None:
    """The step, None where it has something that only the run knows."""
    return None if any(isinstance(one, Raw) for one in nodes(step)) else (step,)


def _is_true(node: tree.Expr | None, place: Place) -> bool:
    return node is not None and constant(read_expression(node, place.scope)) == "true"


def _paths(call: tree.Call, name: str, place: Place) -> Template | None:
    node = call.named(name)
    return None if node is None else _listed(node, call, place)


def _listed(node: tree.Expr, call: tree.Call, place: Place) -> Template:
    """Patterns between commas, one a line, seen from the workspace; excluded ones with `!`."""
    excluded = call.named("excludes")
    found = _one_a_line(read_template(node, place.scope), place, "")
    if excluded is None:
        return found
    others = _one_a_line(read_template(excluded, place.scope), place, "!")
    return replace(script(found, "\n", others), span=found.span)


def _one_a_line(paths: Template, place: Place, sign: str) -> Template:
    said = constant(paths)
    pieces = [place.frame.inside(paths)]
    if said is not None:
        names = [one for one in re.split(r"\s*,\s*|\n", said.strip()) if one]
        pieces = [place.frame.inside(text(one, of=paths)) for one in names]
    whole: list[str | Template] = []
    for number, piece in enumerate(pieces):
        whole += ["\n" if number else "", sign, piece]
    return replace(script(*whole), span=paths.span)


def _below(root: Template | None, pattern: str, call: tree.Call) -> Template:
    return joined_path(root, replace(text(pattern), span=call.span))


def _others(call: tree.Call, known: tuple[str, ...]) -> tuple[Extra, ...]:
    """The arguments that only Jenkins knows."""
    return tuple(
        extra(f"steps.{call.name}.{one.name}", one)
        for one in call.arguments
        if one.name is not None and one.name not in known
    )


def _unstash(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    name = given(call, "name")
    if name is None:
        return None
    download = DownloadArtifact(
        artifact=read_template(name, place.scope), path=place.frame.directory, span=call.span
    )
    return _checked(download)


def _junit(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    return _report("junit", "testResults", call, place)


def _report(kind: str, name: str, call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    node = given(call, name)
    if node is None:
        return None
    paths = _one_a_line(read_template(node, place.scope), place, "")
    may_miss = _is_true(call.named("allowEmptyResults"), place)  # as it is everywhere else
    known = (name, "allowEmptyResults") if may_miss else (name,)
    report = PublishReport(kind=kind, paths=paths, extras=_others(call, known), span=call.span)
    return _checked(report)


def _milestone(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Older builds end here when a newer one was faster; no system ends runs at a step."""
    place.notes.keep("steps.milestone", call)
    return ()


# classes of plug-ins, and the steps that they are called by today
_CLASSES = {
    "ArtifactArchiver": "archiveArtifacts",
    "JUnitResultArchiver": "junit",
    "GitSCM": "checkout",
}


def _general(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """`step([$class: 'Name', …])`, as it was written before steps had names."""
    only = tree.plain(call.positional[0]) if len(call.positional) == 1 else None
    entries = only.entries if isinstance(only, tree.MapLiteral) else call.arguments
    kind = next((one.value for one in entries if one.name == "$class"), None)
    said = None if kind is None else constant(read_expression(kind, place.scope))
    name = _CLASSES.get((said or "").rpartition(".")[2])
    if name is None:
        return None
    arguments = tuple(one for one in entries if one.name != "$class")
    function = tree.Name(name=name, span=call.function.span)
    return read_known(tree.Call(function=function, arguments=arguments, span=call.span), place)


_KNOWN: dict[str, ReadStep] = {
    "step": _general,
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
    "writeFile": _write_file,
    "stash": _stash,
    "unstash": _unstash,
    "archiveArtifacts": _archive,
    "archive": _archive,
    "junit": _junit,
    "checkout": read_checkout,
    "git": read_git,
}
