"""One after the other: which function writes a step."""

from collections.abc import Callable

from msgspec import Struct

from ciconv.converters.nixactions.draft import JobDraft, holds, unsupported
from ciconv.converters.nixactions.expressions import CannotSay
from ciconv.converters.nixactions.names import slug
from ciconv.converters.nixactions.steps import files, machines, scripts, tools
from ciconv.converters.nixactions.steps.titles import source_text, title
from ciconv.converters.nixactions.steps.writer import StepWriter
from ciconv.converters.shell_tests.scope import shell_name
from ciconv.ir.node import replace
from ciconv.ir.step import (
    Checkout,
    DownloadArtifact,
    Placeholder,
    RestoreCache,
    Run,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
)
from ciconv.ir.walk import comments_of
from ciconv.profile import Feature
from ciconv.syntax import nix


class Steps(Struct, frozen=True):
    """The written steps of a job: the items, names for a `let`, whether it starts empty."""

    items: tuple[nix.Expr, ...]
    bindings: tuple[nix.Binding, ...]
    empty: bool


def write_steps(draft: JobDraft) -> Steps:
    """Return the steps of a job, and what has to stand around them."""
    job = draft.job
    writer = StepWriter(draft, empty=files.needs_empty_job(job.steps))
    _report_clashes(writer)
    items = [*machines.write_login(job, writer), *machines.write_services(job, writer)]
    for step in job.steps:
        items.extend(_commented(step, writer))
    if items and writer.pending:  # comments of last steps that became nothing
        items[-1] = replace(items[-1], comments=(*items[-1].comments, *writer.pending))
    items.extend(reversed(writer.at_end))
    items.extend(machines.write_stop(job, writer))
    bindings = []
    if writer.packages:
        deps = nix.List(tuple(writer.packages.values()))
        bindings.append(nix.Binding(("deps",), deps))
    if job.container is not None and writer.uses_container:
        container = machines.write_container(job.container, writer)
        bindings.append(nix.Binding(("container",), container))
    return Steps(tuple(items), tuple(bindings), writer.empty)


def _report_clashes(writer: StepWriter) -> None:
    """Say which steps give their outputs to the same variables."""
    seen: dict[str, str] = {}
    for step in writer.job.steps:
        name = shell_name(step.id or "")
        other = seen.setdefault(name, step.id or "")
        if other != (step.id or ""):
            said = f"the steps {other!r} and {step.id!r} share the variables of their outputs"
            writer.lose(Feature.OUTPUT, step, step, said)


def _commented(step: Step, writer: StepWriter) -> list[nix.Expr]:
    writer.pending.extend(_comments(step))
    items = _step(step, writer)
    if items and writer.pending:
        items[0] = replace(items[0], comments=(*writer.pending, *items[0].comments))
        writer.pending = []
    return items


def _step(step: Step, writer: StepWriter) -> list[nix.Expr]:
    write = _WRITERS.get(type(step))
    if write is None:
        raise TypeError(f"{type(step).__name__} has to be lowered before it is written")
    try:
        return write(step, writer)
    except CannotSay as error:
        at = None if holds(step, error.expr) else step  # a folder around several steps
        writer.owner.lose(error, f"the step {title(step)!r}", at=at)
        what = error.expr.span.text if error.expr.span else title(step)
        kept = unsupported(writer.name(step), what, str(error), _arguments(step))
        bindings = (nix.Binding((key,), one) for key, one in _sayable(step, writer).items())
        return [writer.call("unsupported", nix.Attrs((*kept.bindings, *bindings)))]


def _sayable(step: Step, writer: StepWriter) -> dict[str, nix.Expr]:
    """The options of a step that fails, as far as they can be said."""
    try:
        found = writer.options(step)
    except CannotSay:
        return {}
    return {key: one for key, one in found.items() if key != "timeout"}


def _placeholder(step: Placeholder, writer: StepWriter) -> list[nix.Expr]:
    values = unsupported(writer.name(step), step.what, step.reason, _arguments(step))
    options = {key: one for key, one in writer.options(step).items() if key != "timeout"}
    bindings = tuple(nix.Binding((key,), one) for key, one in options.items())
    return [writer.call("unsupported", nix.Attrs((*values.bindings, *bindings)))]


def _arguments(step: Step) -> dict[str, str]:
    """What a step that could not be said says, as the source has it."""
    found: dict[str, str] = {}
    if isinstance(step, Placeholder):
        found = {one.name: source_text(one.value) for one in step.arguments}
    if isinstance(step, Run):
        found["run"] = source_text(step.script)
        for key, value in (("shell", step.shell), ("working-directory", step.directory)):
            if value is not None:
                found[key] = source_text(value)
    return found | {f"env.{one.name}": source_text(one.value) for one in step.env}


def _comments(step: Step) -> tuple[str, ...]:
    """The label of a step where its name cannot say it, and its comments."""
    found = [comment.text for comment in comments_of(step)]
    if step.name is not None:
        label = source_text(step.name)
        if slug(label) not in (label, label.lower().replace(" ", "-")):
            return (label, *found)
    return tuple(found)


_WRITERS: dict[type[Step], Callable[..., list[nix.Expr]]] = {
    Run: scripts.write_run,
    Use: tools.write_tool,
    Checkout: files.write_checkout,
    RestoreCache: files.write_restore,
    SaveCache: files.write_save,
    UploadArtifact: files.write_upload,
    DownloadArtifact: files.write_download,
    Placeholder: _placeholder,
}
