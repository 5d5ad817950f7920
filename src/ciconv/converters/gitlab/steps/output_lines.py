"""Outputs of a job as a dotenv report: its last step writes them, jobs that need it have them.

    echo "NEEDS_BUILD_OUTPUTS_VERSION=$STEPS_META_OUTPUTS_VERSION" >> outputs.env

Both directions. https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv
"""

import re

from msgspec import Struct

from ciconv.converters.gitlab.steps.artifacts_write import DOTENV
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, join_texts, text
from ciconv.ir.job import Job
from ciconv.ir.step import Run, Step
from ciconv.ir.trigger import Output

_END = f'" >> {DOTENV}\n'
_LINE = re.compile(rf'echo "(NEEDS_\w+?_OUTPUTS_(\w+))=(.*)" >> {re.escape(DOTENV)}')
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


class OutputLines(Struct, frozen=True, kw_only=True):
    """The steps without the one that writes outputs, and what it hands on in which variables."""

    steps: tuple[Step, ...]
    outputs: tuple[Output, ...]
    variables: tuple[str, ...]


def write_outputs(job: Job) -> Run | None:
    """Return the step that writes the outputs of a job, None without any."""
    if not job.outputs:
        return None
    parts: list[Expr] = []
    for number, one in enumerate(job.outputs):
        start = f'{_END if number else ""}echo "{_variable(job.id, one)}='
        parts += [Literal(value=start), *one.value.parts]
    parts.append(Literal(value=_END))
    comments = tuple(comment for one in job.outputs for comment in one.comments)
    script = Template(parts=join_texts(parts), span=job.outputs[0].span)
    return Run(name=text("Outputs"), script=script, span=job.outputs[0].span, comments=comments)


def _variable(job: str, output: Output) -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", f"NEEDS_{job}_OUTPUTS_{output.name}").upper()


def read_outputs(steps: tuple[Step, ...]) -> OutputLines | None:
    """Return what the last of some steps hands on, None where it does anything else."""
    last = steps[-1] if steps else None
    script = constant(last.script) if isinstance(last, Run) else None
    found = [_LINE.fullmatch(line) for line in (script or "").strip("\n").split("\n")]
    lines = [one for one in found if one is not None]
    if len(lines) < len(found) or last is None:
        return None
    ids = {re.sub(r"[^A-Za-z0-9]", "_", one.id).upper(): one.id for one in steps if one.id}
    outputs = tuple(
        Output(name=one[2].lower(), value=_value(one[3], ids, last), span=last.span)
        for one in lines
    )
    return OutputLines(steps=steps[:-1], outputs=outputs, variables=tuple(one[1] for one in lines))


def _value(value: str, ids: dict[str, str], step: Step) -> Template:
    """A text between double quotes, its variables as what they stand for."""
    parts: list[Expr] = []
    end = 0
    for match in _VARIABLE.finditer(value):
        if match.start() > end:
            parts.append(Literal(value=value[end : match.start()], span=step.span))
        parts.append(Ref(path=_path(match[1] or match[2], ids), span=step.span))
        end = match.end()
    if end < len(value):
        parts.append(Literal(value=value[end:], span=step.span))
    return Template(parts=tuple(parts), span=step.span)


def _path(variable: str, ids: dict[str, str]) -> tuple[str, ...]:
    for known, id in ids.items():
        prefix = f"STEPS_{known}_OUTPUTS_"
        if variable.startswith(prefix):
            return ("steps", id, "outputs", variable.removeprefix(prefix).lower())
        if variable in (f"STEPS_{known}_OUTCOME", f"STEPS_{known}_CONCLUSION"):
            return ("steps", id, variable.rpartition("_")[2].lower())
    return ("env", variable)
