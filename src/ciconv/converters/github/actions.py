"""Local composite actions: their steps, in the place of the step that uses them.

https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from ciconv.context import Context
from ciconv.converters.fields import Fields
from ciconv.converters.github.scalars import read_text, take_text
from ciconv.diagnostics import Label
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import Argument, EnvVar, Group, Run, Step, Use
from ciconv.ir.walk import replace_references, steps_of, with_label
from ciconv.source import Source
from ciconv.syntax import yaml
from ciconv.syntax.node import Node

StepsReader: TypeAlias = Callable[[Node | None, Context, Fields], tuple[Step, ...]]

MAX_DEPTH = 10  # GitHub's own limit of composite actions inside each other
MAX_STEPS = 1000  # of an action with those it uses: actions in actions multiply
_LIMIT = "action-limit"
_ONLY_FOR_PEOPLE = ("name", "author", "description", "branding")


def inline_action(step: Use, context: Context, read_steps: StepsReader) -> Step:
    """Return the steps of a local composite action as a group; any other action as it is."""
    if not context.expand or not step.ref.name.startswith("./"):
        return step
    if context.diagnostics.has(_LIMIT):
        return step
    source = _metadata(step, context)
    if source is None:
        return step
    if source.path in context.within or len(context.within) >= MAX_DEPTH:
        context.diagnostics.error(
            "action-cycle", f"the action {step.ref.name!r} uses itself", step.ref.span
        )
        return step
    documents = yaml.parse(source, context.diagnostics)
    if not documents:
        return step
    inner = replace(context, within=(*context.within, source.path))
    return _read_action(step, documents[0].root, inner, read_steps)


def _metadata(step: Use, context: Context) -> Source | None:
    """The action.yml of a local action; nothing when the workspace does not hold it."""
    folder = step.ref.name.removeprefix("./").rstrip("/")
    for name in ("action.yml", "action.yaml"):
        path = f"{folder}/{name}" if folder else name
        source = context.source(path, step.ref.span)
        if source is not None:
            return source
    return None


def _read_action(step: Use, root: Node, context: Context, read_steps: StepsReader) -> Step:
    fields = Fields(root, context, "the action")
    runs = Fields(fields.node("runs"), context, "'runs'")
    if runs.text("using") != "composite":
        return step
    for name in _ONLY_FOR_PEOPLE:
        fields.entry(name)
    inputs = _inputs(fields, step, context)
    steps = read_steps(runs.node("steps"), context, runs)
    if len(tuple(steps_of(steps))) > MAX_STEPS and not context.diagnostics.has(_LIMIT):
        said = f"the action {step.ref.name!r} has more than {MAX_STEPS} steps with those inside"
        context.diagnostics.error(_LIMIT, said, step.ref.span)
    outputs = _outputs(fields, context)
    runs.leftovers("github")
    fields.leftovers("github")
    return _group(step, steps, outputs, inputs)


def _inputs(fields: Fields, step: Use, context: Context) -> dict[str, Template]:
    """The value of each input: the argument given, else its default; always text."""
    given = {one.name.lower(): one for one in step.arguments}
    values: dict[str, Template] = {}
    for entry in Fields(fields.node("inputs"), context, "'inputs'").rest():
        declared = Fields(entry.value, context, f"the input {entry.name!r}")
        default = declared.scalar("default")
        argument = given.pop(entry.name.lower(), None)
        if argument is not None:
            values[entry.name.lower()] = argument.value
        else:
            values[entry.name.lower()] = (
                text("") if default is None else read_text(default, context)
            )
        for key in ("description", "required", "deprecationMessage", "type"):
            declared.entry(key)
        declared.leftovers("github")
    for argument in given.values():
        context.diagnostics.warning(
            "unknown-input",
            f"{argument.name!r} is not an input of the action {step.ref.name!r}",
            argument.span,
        )
    return values


def _outputs(fields: Fields, context: Context) -> tuple[Argument, ...]:
    outputs = []
    for entry in Fields(fields.node("outputs"), context, "'outputs'").rest():
        declared = Fields(entry.value, context, f"the output {entry.name!r}")
        value = take_text(declared, "value", context)
        declared.entry("description")
        declared.leftovers("github")
        if value is not None:
            outputs.append(Argument(name=entry.name, value=value, span=entry.span))
    return tuple(outputs)


def _group(
    step: Use,
    steps: tuple[Step, ...],
    outputs: tuple[Argument, ...],
    inputs: dict[str, Template],
) -> Group:
    folder = step.ref.name.removeprefix("./").rstrip("/")
    line = step.span.start.line if step.span else 0
    prefix = step.id or f"{folder.rpartition('/')[2] or 'action'}-{line}"
    renamed = {one.id: f"{prefix}-{one.id}" for one in steps_of(steps) if one.id}
    below = (Literal(value=f"/{folder}"),) if folder else ()
    here = Template(parts=(Ref(path=("workspace",)), *below), span=step.ref.span)

    def value_of(ref: Ref) -> Expr | None:
        if ref.path[0] == "inputs" and len(ref.path) == 2:
            return _as_value(inputs.get(ref.path[1].lower(), Template()), ref)
        if ref.path == _FOLDER:
            return replace(here, span=ref.span)
        if ref.path[0] == "steps" and len(ref.path) > 1 and ref.path[1] in renamed:
            return replace(ref, path=("steps", renamed[ref.path[1]], *ref.path[2:]))
        return None

    group = Group(
        id=step.id,
        name=step.name or text(step.ref.name),
        condition=step.condition,
        env=(*step.env, *_folder_variable(steps, here)),
        may_fail=step.may_fail,
        timeout=step.timeout,
        background=step.background,
        steps=tuple(_renamed(replace_references(one, value_of), renamed) for one in steps),
        outputs=tuple(replace_references(one, value_of) for one in outputs),
        extras=step.extras,
        span=step.span,
        comments=step.comments,
    )
    if step.ref.span is None:
        return group
    label = Label(step.ref.span, f"the action {step.ref.name!r} is used here")
    return replace(group, steps=tuple(with_label(one, label) for one in group.steps))


_FOLDER = ("action", "path")  # github.action_path


def _folder_variable(steps: tuple[Step, ...], here: Template) -> Iterator[EnvVar]:
    """The folder of the action, where a script asks for it by its variable."""
    name = "GITHUB_ACTION_PATH"
    for step in steps_of(steps):
        if isinstance(step, Run) and name in "".join(map(_constant_part, step.script.parts)):
            yield EnvVar(name=name, value=here, span=here.span)
            return


def _constant_part(part: Expr) -> str:
    return constant(part) or ""


def _as_value(template: Template, ref: Ref) -> Expr:
    """What stands for an input: inputs of actions are always text."""
    known = constant(template)
    if known is not None:
        return Literal(value=known, span=ref.span)
    return template.parts[0] if len(template.parts) == 1 else template


def _renamed(step: Step, renamed: dict[str, str]) -> Step:
    if isinstance(step, Group):
        step = replace(step, steps=tuple(_renamed(one, renamed) for one in step.steps))
    return replace(step, id=renamed[step.id]) if step.id in renamed else step
