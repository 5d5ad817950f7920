"""Steps as `script` and `after_script`: each is one item of a list, in one shell.

https://docs.gitlab.com/ci/yaml/#script
"""

from collections.abc import Iterable

from msgspec.structs import replace

from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.converters.gitlab.steps.windows import on_windows, without_idle
from ciconv.converters.script_steps.host import GITLAB, GITLAB_ON_WINDOWS
from ciconv.converters.script_steps.wrap import wrap
from ciconv.ir.expression import constant
from ciconv.ir.step import PublishReport, RestoreCache, Run, SaveCache, Step, UploadArtifact
from ciconv.ir.walk import comments_of
from ciconv.source import NOWHERE, Comment
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Scalar, Style
from ciconv.syntax.yaml.quote import is_plain


def write_script(key: str, steps: tuple[Step, ...], writer: Writer) -> Entry | None:
    """Return the entry of a script for steps that are scripts only; None without any."""
    host = GITLAB
    if writer.is_on_windows:
        steps, host = without_idle(steps, writer), GITLAB_ON_WINDOWS
    wrapped = wrap(steps, writer.names, host, writer.context, writer.place).steps
    runs = [one for one in wrapped if isinstance(one, Run)]
    if writer.is_on_windows:
        runs = on_windows(steps, runs, writer)
    items = [_item(one) for one in runs]
    if not items:
        return None
    return build.entry(key, build.sequence(*items))


def _item(step: Run) -> Scalar:
    """One script: a line of its own, or a block, which has no quotes around those in it."""
    script = constant(step.script) or ""
    found = (replace(one, inline=False) for one in comments_of(step))
    comments = (*_label(step), *found)
    body = script.rstrip("\n")
    if "\n" not in body and ("'" not in body or is_plain(body)):
        return build.text(body or ":", comments)
    return Scalar(text=body + "\n", value=body + "\n", style=Style.LITERAL, comments=comments)


def _label(step: Run) -> tuple[Comment, ...]:
    """What people call the step; it stands as a comment above its script."""
    if step.name is None:
        return ()
    known = constant(step.name)
    if known is None:
        known = step.name.span.text if step.name.span else ""
    words = " ".join(known.split())
    return (Comment(words, NOWHERE),) if words else ()


def scripts_only(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return the steps that scripts can be, without those that keys of the job stand for."""
    keys = (RestoreCache, SaveCache, UploadArtifact, PublishReport)
    return tuple(one for one in steps if not isinstance(one, keys))
