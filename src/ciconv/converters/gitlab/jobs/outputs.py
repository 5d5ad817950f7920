"""Outputs of a job as a dotenv report: its last step writes them, jobs that need it read them.

https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv
"""

import re

from ciconv.converters.gitlab.steps.artifacts_write import DOTENV
from ciconv.ir.expression import text
from ciconv.ir.job import Job
from ciconv.ir.step import EnvVar, Run


def outputs_step(job: Job) -> Run | None:
    """Return the step that writes the outputs of a job, None without any."""
    if not job.outputs:
        return None
    names = [variable_of(job.id, one.name) for one in job.outputs]
    lines = [f"printf '%s=%s\\n' {name} \"${name}\" >> {DOTENV}" for name in names]
    env = (
        EnvVar(name=name, value=one.value, span=one.span, comments=one.comments)
        for name, one in zip(names, job.outputs, strict=True)
    )
    return Run(
        name=text("Outputs"), script=text("\n".join(lines) + "\n"), env=tuple(env), span=job.span
    )


def variable_of(job: str, output: str) -> str:
    """Return the variable that an output of a job is handed on in."""
    return re.sub(r"[^A-Za-z0-9]", "_", f"NEEDS_{job}_OUTPUTS_{output}").upper()
