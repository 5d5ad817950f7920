"""Outputs of jobs: files in the workspace that later jobs read as variables.

https://circleci.com/docs/guides/orchestrate/workspaces/
"""

import re

from ciconv.converters.circleci.jobs.ready import ready_of
from ciconv.converters.circleci.jobs.writer import Writer
from ciconv.converters.circleci.shells import DEFAULT
from ciconv.converters.circleci.steps.workspace_write import OUTPUTS
from ciconv.ir.expression import Ref, text
from ciconv.ir.job import Job, Status
from ciconv.ir.step import EnvVar, Extra, Run, Step
from ciconv.ir.walk import nodes
from ciconv.passes.own_folders import OF_WORKSPACE
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build


def outputs_steps(job: Job, writer: Writer) -> tuple[Step, ...]:
    """Return the steps that hand on the outputs of a job."""
    if not job.outputs:
        return ()
    names = [variable_of(job.id, one.name) for one in job.outputs]
    file = f"{OF_WORKSPACE}/{OUTPUTS}/{_file(job.id)}"
    lines = [f"mkdir -p {OF_WORKSPACE}/{OUTPUTS}"]
    lines += [f"printf 'export %s=%q\\n' {name} \"${name}\" >> {file}" for name in names]
    env = tuple(
        EnvVar(name=name, value=one.value, span=one.span, comments=one.comments)
        for name, one in zip(names, job.outputs, strict=True)
    )
    for one in job.outputs:
        said = f"the output {one.name!r} is passed on in a file of the workspace"
        writer.lose(Feature.OUTPUT, Outcome.LOWERED, said, one)
    said = f"the outputs {', '.join(repr(one.name) for one in job.outputs)} become files at its end"
    writer.lose(Feature.ARTIFACT, Outcome.LOWERED, said, job)
    script = text("\n".join(lines) + "\n")
    collect = Run(name=text("Outputs"), script=script, shell=text(DEFAULT), env=env)
    keep = build.mapping(
        ("root", build.text(OF_WORKSPACE)), ("paths", build.sequence(build.text(OUTPUTS)))
    )
    return (collect, Step(extras=(_own("persist_to_workspace", keep),)))


def _own(name: str, value: object) -> Extra:
    return Extra(format="circleci", key=name, value=value)  # type: ignore[arg-type]


def attached_step(job: Job, writer: Writer) -> tuple[Step, ...]:
    """Return the steps that bring what jobs before handed on."""
    wanted = {
        one.path[1]
        for one in nodes(job)
        if isinstance(one, Ref) and one.path[0] == "needs" and one.path[2:3] == ("outputs",)
    }
    known = {one.id for one in writer.pipeline.jobs if isinstance(one, Job) and one.outputs}
    names = [need.job for need in job.needs or () if need.job in wanted & known]
    if not names:
        return ()
    said = f"the outputs of {', '.join(map(repr, names))} come in files of the workspace"
    writer.lose(Feature.ARTIFACT, Outcome.LOWERED, said, job)
    at = build.mapping(("at", build.text(OF_WORKSPACE)))
    files = " ".join(f"{OF_WORKSPACE}/{OUTPUTS}/{_file(name)}" for name in names)
    script = f'cat {files} >> "$BASH_ENV"'
    if _may_lack(job):
        script = (
            f"for file in {files}; do\n"
            '  if [ -f "$file" ]; then cat "$file"; fi\n'
            'done >> "$BASH_ENV"\n'
        )
    read = Run(name=text("Outputs of earlier jobs"), script=text(script), shell=text(DEFAULT))
    writer.is_attached = True
    return (Step(extras=(_own("attach_workspace", at),)), read)


def _may_lack(job: Job) -> bool:
    """Whether a job also runs where one before it did not get to its end."""
    accept = ready_of(job).accept.values()
    return any(one != {Status.SUCCESS} for one in accept)


def _file(job: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", job) + ".sh"


def variable_of(job: str, output: str) -> str:
    """Return the variable that an output of a job is handed on in."""
    return re.sub(r"[^A-Za-z0-9]", "_", f"NEEDS_{job}_OUTPUTS_{output}").upper()
