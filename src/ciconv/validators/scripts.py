"""The scripts of pipelines that a POSIX shell runs, and where their lines stand in the source."""

import re
from collections.abc import Iterator

from msgspec import Struct

from ciconv.ir.expression import constant, constant_text
from ciconv.ir.job import Job
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Run
from ciconv.ir.walk import all_steps
from ciconv.source import Span
from ciconv.validators.subject import Subject

SHELLS = ("bash", "sh", "dash", "ksh")
_HOLE = "\0"  # stands for an expression: no script has it


class Script(Struct, frozen=True):
    """The script of a step with `_` in the place of each expression."""

    step: Run
    shell: str  # one of SHELLS
    text: str
    lines: tuple[str, ...]  # with a hole for each expression

    def line(self, number: int) -> Span | None:
        """Return where a line (from 1) stands; the whole script where that cannot be told."""
        whole = self.step.script.span or self.step.span
        wanted = self.lines[number - 1].strip() if number <= len(self.lines) else ""
        if whole is None or not wanted.strip(_HOLE):
            return whole
        pattern = ".+?".join(map(re.escape, wanted.split(_HOLE)))
        earlier = sum(one.strip() == wanted for one in self.lines[: number - 1])
        for count, found in enumerate(re.finditer(pattern, whole.text)):
            if count == earlier:
                start = whole.start_offset + found.start()
                return whole.source.span(start, start + len(found[0]))
        return whole


def scripts_of(subject: Subject) -> Iterator[Script]:
    """Yield the scripts of all pipelines whose shell is known to be one of SHELLS."""
    for pipeline in subject.pipelines():
        for job, step in all_steps(pipeline):
            shell = _shell(step, job, pipeline) if isinstance(step, Run) else None
            if isinstance(step, Run) and shell is not None:
                text = constant_text(step.script, _HOLE)
                yield Script(step, shell, text.replace(_HOLE, "_"), tuple(text.splitlines()))


def _shell(step: Run, job: Job, pipeline: Pipeline) -> str | None:
    """The shell that runs a script; None for another kind, and where the machine decides."""
    defaults = [one.shell for one in (job.defaults, pipeline.defaults) if one is not None]
    for given in (step.shell, *defaults):
        if given is not None:
            program = ((constant(given) or "").split() or [""])[0]
            word = program.rpartition("/")[2]
            return word if word in SHELLS else None
    labels = () if job.runner is None else job.runner.labels
    if job.container is not None or not labels:
        return "bash"
    names = [(constant(one) or "").lower() for one in labels]
    return "bash" if all(name and "windows" not in name for name in names) else None
