"""Outputs of a job as a dotenv report: its last step writes them, jobs that need it read them.

https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv
"""

import re

from ciconv.converters.gitlab.steps.artifacts_write import DOTENV
from ciconv.ir.expression import Expr, Literal, Template, text
from ciconv.ir.job import Job
from ciconv.ir.step import Run
from ciconv.ir.trigger import Output


def outputs_step(job: Job) -> Run | None:
    """Return the step that writes the outputs of a job, None without any."""
    if not job.outputs:
        return None
    parts: list[Expr] = []
    for number, one in enumerate(job.outputs):
        start = f'{END if number else ""}echo "{variable_of(job.id, one)}='
        parts += [Literal(value=start), *one.value.parts]
    parts.append(Literal(value=END))
    comments = tuple(comment for one in job.outputs for comment in one.comments)
    script = Template(parts=tuple(_joined(parts)), span=job.outputs[0].span)
    return Run(name=text("Outputs"), script=script, span=job.outputs[0].span, comments=comments)


END = f'" >> {DOTENV}\n'


def variable_of(job: str, output: Output) -> str:
    """Return the variable that an output of a job is handed on in."""
    return re.sub(r"[^A-Za-z0-9]", "_", f"NEEDS_{job}_OUTPUTS_{output.name}").upper()


def _joined(parts: list[Expr]) -> list[Expr]:
    """The parts, with neighbouring texts made one."""
    found: list[Expr] = []
    for one in parts:
        last = found[-1] if found else None
        if isinstance(one, Literal) and isinstance(last, Literal):
            found[-1] = Literal(value=f"{last.value}{one.value}")
        else:
            found.append(one)
    return found
