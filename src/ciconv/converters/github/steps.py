"""`jobs.<id>.steps`: scripts, actions, and steps that run beside each other.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idsteps
"""

from collections.abc import Iterator
from typing import Any

from ciconv.context import Context
from ciconv.converters.fields import Fields, is_null
from ciconv.converters.github.actions import inline_action
from ciconv.converters.github.expressions.write import write_template
from ciconv.converters.github.known_steps import write_known_step
from ciconv.converters.github.scalars import (
    add_text,
    read_arguments,
    read_env,
    take_boolean,
    take_condition,
    take_number,
    take_text,
    write_extras,
    write_if,
    write_number,
    write_pairs,
    write_text,
)
from ciconv.ir.expression import text
from ciconv.ir.node import replace, shared
from ciconv.ir.step import ActionRef, Cancel, Group, Placeholder, Run, Step, Use, Wait
from ciconv.source import NOWHERE, Comment
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Style, resolve

_KINDS = ("run", "uses", "wait", "wait-all", "cancel", "parallel")


def read_steps(node: Node | None, context: Context, owner: Fields) -> tuple[Step, ...]:
    """Return the steps of a list; local composite actions stand in their place as groups."""
    if node is None:
        return ()
    found = (read_step(item, context) for item in owner.as_items(node, "steps"))
    return tuple(step for step in found if step is not None)


def read_step(item: Node, context: Context) -> Step | None:
    """Return one step, None (and an error) when it does nothing known."""
    fields = Fields(item, context, "a step")
    kinds = [kind for kind in _KINDS if kind in fields]
    if len(kinds) != 1:
        _report_kind(item, fields, kinds, context)
        return None
    step = _with_body(kinds[0], fields, _read_shared(fields, context), context)
    extras = (*step.extras, *fields.leftovers("github"))
    step = replace(step, extras=extras, span=item.span, comments=(*item.comments, *fields.comments))
    return inline_action(step, context, read_steps) if isinstance(step, Use) else step


def _report_kind(item: Node, fields: Fields, kinds: list[str], context: Context) -> None:
    if isinstance(resolve(item), Mapping):
        said = f"both {kinds[0]!r} and {kinds[1]!r}" if kinds else "neither 'run' nor 'uses'"
        context.diagnostics.error("step-kind", f"the step has {said}", item.span)
    elif is_null(resolve(item)):
        fields.wrong(item, "a mapping")


def _read_shared(fields: Fields, context: Context) -> Step:
    env, extras = read_env(fields, context)
    return Step(
        id=fields.text("id"),
        name=take_text(fields, "name", context),
        condition=take_condition(fields, "if", context),
        env=env,
        may_fail=take_boolean(fields, "continue-on-error", context),
        timeout=take_number(fields, "timeout-minutes", context),
        background=fields.boolean("background"),
        extras=extras,
    )


def _with_body(kind: str, fields: Fields, step: Step, context: Context) -> Step:
    given = shared(step, Step)
    if kind == "run":
        given["directory"] = take_text(fields, "working-directory", context)
        shell = take_text(fields, "shell", context)
        script = take_text(fields, "run", context) or text("")
        return Run(script=script, shell=shell, **given)
    if kind == "uses":
        return _read_use(fields, given, context)
    if kind == "parallel":
        return Group(
            steps=read_steps(fields.node("parallel"), context, fields), parallel=True, **given
        )
    targets = tuple(one.text for one in fields.scalars(kind) or () if kind != "wait-all")
    return Cancel(targets=targets, **given) if kind == "cancel" else Wait(targets=targets, **given)


def _read_use(fields: Fields, given: dict[str, Any], context: Context) -> Use:
    entry = fields.entry("uses")
    scalar = None if entry is None else resolve(entry.value)
    if entry is None or not isinstance(scalar, Scalar):
        if scalar is not None:
            fields.wrong(scalar, "text", "uses")
        scalar = None
    ref = replace(read_ref(scalar), comments=() if entry is None else entry.comments)
    arguments, extras = read_arguments(fields, context, "with")
    given["extras"] = (*given["extras"], *extras)
    return Use(ref=ref, arguments=arguments, **given)


def read_ref(scalar: Scalar | None) -> ActionRef:
    """Return the parts of `owner/name/path@version`, `./path` or `docker://image:tag`."""
    written = "" if scalar is None else scalar.text
    span = None if scalar is None else scalar.span
    if written.startswith("$/"):  # the same, from the commit of the workflow
        return ActionRef(format="github", name=f".{written[1:]}", written=written, span=span)
    if written.startswith(("./", ".\\", "docker://", "../")):
        return ActionRef(format="github", name=written, written=written, span=span)
    name, _, version = written.partition("@")
    parts = name.split("/", 2)
    return ActionRef(
        format="github",
        name="/".join(parts[:2]),
        path=parts[2] if len(parts) == 3 else None,
        version=version or None,
        written=written,
        span=span,
    )


def write_steps(steps: tuple[Step, ...], context: Context) -> Node:
    """Return the list of steps."""
    return build.sequence(*(write_step(step, context) for step in steps))


def write_step(step: Step, context: Context) -> Mapping:
    """Return one step, its keys in the order people write them."""
    entries: list[Entry] = []
    add_text(entries, "name", step.name, context)
    if step.id is not None:
        entries.append(build.entry("id", build.text(step.id)))
    if step.condition is not None:
        entries.append(
            build.entry("if", write_if(step.condition, context), step.condition.comments)
        )
    add_text(entries, "continue-on-error", step.may_fail, context)
    if step.timeout is not None:
        minutes = write_number(step.timeout, context)
        entries.append(build.entry("timeout-minutes", minutes, step.timeout.comments))
    if step.background:
        entries.append(build.entry("background", build.boolean(True)))
    env = write_pairs(step.env, context)
    around = [] if env is None else [build.entry("env", env)]
    if isinstance(step, Run):
        entries.extend(_write_run(step, around, titled=bool(entries), context=context))
    else:
        entries.extend((*_write_body(step, context), *around))
    entries.extend(write_extras(step.extras))
    return build.mapping(*entries, comments=(*step.comments, *_handed(step, context)))


def _handed(step: Step, context: Context) -> Iterator[Comment]:
    """What a step that became a placeholder was handed, for whoever puts another in its place."""
    for one in step.arguments if isinstance(step, Placeholder) else ():
        value = write_template(one.value, context.catalog)
        yield Comment(f"with {one.name}: {value}" if one.name else f"with {value}", NOWHERE)


def _write_run(step: Run, env: list[Entry], *, titled: bool, context: Context) -> list[Entry]:
    """The script and what it runs with; a long script stands last, unless it begins the step."""
    around: list[Entry] = []
    add_text(around, "shell", step.shell, context)
    add_text(around, "working-directory", step.directory, context)
    around += env
    script = write_text(step.script, context)
    is_long = isinstance(script, Scalar) and "\n" in script.text
    if is_long:
        script = replace(script, style=Style.LITERAL)
    run = build.entry("run", script, step.script.comments)
    return [*around, run] if is_long and titled else [run, *around]


def _write_body(step: Step, context: Context) -> list[Entry]:
    if known := write_known_step(step, context):
        return known
    match step:
        case Use() if step.ref.format == "github":
            entries = [build.entry("uses", build.text(step.ref.written), step.ref.comments)]
            arguments = write_pairs(step.arguments, context)
            if arguments is not None:
                entries.append(build.entry("with", arguments))
            return entries
        case Group():
            return [build.entry("parallel", write_steps(step.steps, context))]
        case Wait() | Cancel():
            return [_write_targets(step)]
        case Placeholder():
            return [_write_placeholder(step.what, step.reason, context)]
    return [_write_placeholder(f"a step {type(step).__name__}", "GitHub has none", context)]


def _write_targets(step: Wait | Cancel) -> Entry:
    key = "wait" if isinstance(step, Wait) else "cancel"
    if not step.targets:
        return build.entry("wait-all", build.null())
    names = [build.text(one) for one in step.targets]
    return build.entry(key, names[0] if len(names) == 1 else build.sequence(*names, flow=True))


def _write_placeholder(what: str, reason: str, context: Context) -> Entry:
    """A script that fails and says why; nothing in it is an expression."""
    quoted = f"ciconv: {what} was not converted: {reason}".replace("'", "'\\''")
    script = write_text(text(f"echo '{quoted}' >&2\nexit 1\n"), context)
    return build.entry("run", script)
