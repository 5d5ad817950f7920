"""`before_script`, `script` and `after_script`; `run`; `hooks`.

The lines of `before_script` and `script` run in one shell, those of `after_script` in another.
https://docs.gitlab.com/ci/yaml/#script
"""

from collections.abc import Iterator

from msgspec import Struct

from ciconv.converters.fields import Fields
from ciconv.converters.gitlab.expressions.variables import Variables
from ciconv.converters.gitlab.scalars import Scope, flat
from ciconv.converters.script_steps.host import GITLAB
from ciconv.converters.script_steps.unwrap import unwrap
from ciconv.ir.expression import Call, Expr, Literal, Ref, Template, constant
from ciconv.ir.expression import text as text_of
from ciconv.ir.job import Runner
from ciconv.ir.node import replace
from ciconv.ir.step import Run, Step
from ciconv.ir.walk import replace_references
from ciconv.passes.split_triggers import is_windows
from ciconv.source import Comment
from ciconv.syntax.node import Entry, Scalar

SHELL = "bash -eo pipefail {0}"
SHELL_OF_WINDOWS = "pwsh"


class Scripts(Struct, frozen=True, kw_only=True):
    """What a job runs: before the files are there, then, and at the end."""

    hooks: tuple[Step, ...] = ()
    main: tuple[Step, ...] = ()
    last: tuple[Step, ...] = ()


def read_scripts(fields: Fields, scope: Scope) -> Scripts:
    """Take all scripts of a job."""
    inner = Fields(fields.node("hooks"), scope.context, "'hooks'")
    hook = inner.entry("pre_get_sources_script")
    inner.leftovers("gitlab")
    entries = [fields.entry(name) for name in ("before_script", "script")]
    last = fields.entry("after_script")
    return Scripts(
        hooks=tuple(_steps([hook], fields)),
        main=tuple(_meant(step, scope.variables) for step in _steps(entries, fields)),
        last=tuple(_at_the_end(step, scope) for step in _steps([last], fields)),
    )


def in_shell_of(runner: Runner | None, scripts: Scripts) -> Scripts:
    """Return scripts in the shell of the system that they run on: on Windows that of PowerShell.

    https://docs.gitlab.com/runner/shells/#powershell
    """
    if runner is None or not is_windows(runner):
        return scripts
    shell = text_of(SHELL_OF_WINDOWS)

    def changed(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(
            replace(one, shell=shell) if isinstance(one, Run) and has_usual_shell(one) else one
            for one in steps
        )

    return Scripts(
        hooks=changed(scripts.hooks), main=changed(scripts.main), last=changed(scripts.last)
    )


def has_usual_shell(step: Run) -> bool:
    """Whether a script is read by the shell of its job: it names no other one, nor the same."""
    return step.shell is not None and step.shell.span is None and constant(step.shell) == SHELL


def _at_the_end(step: Step, scope: Scope) -> Step:
    """Runs whatever happened, and changes nothing about the result, unless a variable says so.

    https://docs.gitlab.com/ci/yaml/#after_script
    """
    counts = scope.variables.constant("AFTER_SCRIPT_IGNORE_ERRORS") == "false"
    tolerated = None if counts else Literal(value=True, span=step.span)
    return replace(step, condition=Call(function="always", span=step.span), may_fail=tolerated)


def _steps(entries: list[Entry | None], fields: Fields) -> Iterator[Step]:
    """The steps of scripts that share a shell: one, unless a conversion has put several there."""
    items: list[Scalar] = []
    comments: list[Comment] = []
    for entry in entries:
        if entry is not None:
            comments.extend(entry.comments)
            items.extend(fields.only_scalars(flat(entry.value), entry.name))
            comments.extend(getattr(entry.value, "trailing", ()))
    if not items:
        fields.comments.extend(comments)
        return
    known = unwrap(tuple(_run([item], item.comments) for item in items), GITLAB)
    if known is not None:
        yield from map(_named, known)
        return
    for item in items:
        comments.extend(item.comments)
    yield _run(items, tuple(comments))


def _meant(step: Step, variables: Variables) -> Step:
    """A step with what its variables are given, in the words that everything else is read in."""
    if not step.env:
        return step

    def value_of(ref: Ref) -> Expr | None:
        name = ref.path[1] if ref.path[0] == "env" and len(ref.path) == 2 else None
        if name is None or variables.find(name) is not None or name in variables.cells:
            return None
        return variables.value(name, ref.span)

    env = tuple(
        replace(one, value=replace_references(one.value, value_of))
        if one.name.startswith(_HANDED)
        else one
        for one in step.env
    )
    return replace(step, env=env)


# what a starter hands to its program
_HANDED = ("VARS_", "SECRETS_", "INPUT_", "EXPR_")


def _named(step: Step) -> Step:
    """A step that a conversion wrote, with the comment above its script as its name."""
    first = step.comments[0] if step.comments else None
    if step.name is not None or first is None or first.inline:
        return step
    return replace(step, name=text_of(first.text.strip(), of=step), comments=step.comments[1:])


def _run(items: list[Scalar], comments: tuple[Comment, ...]) -> Run:
    script = "\n".join(item.text.rstrip("\n") for item in items)
    first, last = items[0].span, items[-1].span
    same = first.source.path == last.source.path and first.start_offset <= last.start_offset
    span = first.to(last) if same else first
    is_there = all(item.text.strip() in item.span.text or item.offsets for item in items)
    parts = (Literal(value=script, span=span if is_there else None),) if script else ()
    return Run(
        script=Template(parts=parts, span=span),
        shell=text_of(SHELL),
        span=span,
        comments=comments,
    )
