"""What starts a NixActions workflow: nothing of its own, so the header says what the shim does."""

from ciconv.ir.expression import constant
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import Trigger
from ciconv.ir.walk import comments_of
from ciconv.passes.program_name import program_name


def header(pipeline: Pipeline) -> tuple[str, ...]:
    """Return the comment lines at the top of a workflow file."""
    title = "" if pipeline.name is None else constant(pipeline.name) or ""
    started = ", ".join(dict.fromkeys(map(_words, pipeline.triggers))) or "nothing"
    run = f"nix run .#{program_name(pipeline.id)}"
    lines = [
        f"{title or pipeline.id}: from {pipeline.path} by ciconv; run: {run}",
        f"started by {started}: that lives in the trigger shim {pipeline.path}",
    ]
    rights = pipeline.permissions or ()
    parts = (*pipeline.env, *rights, *pipeline.outputs, *pipeline.extras)
    inner = (comment for one in parts for comment in comments_of(one))
    return (*lines, *(comment.text for comment in (*pipeline.comments, *inner)))


def _words(trigger: Trigger) -> str:
    names = [one.text for part in (trigger.branches, trigger.tags) if part for one in part.patterns]
    return f"{trigger.native} [{' '.join(names)}]" if names else trigger.native
