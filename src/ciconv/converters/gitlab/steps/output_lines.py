"""Outputs of a job as a dotenv report: its last step writes them, jobs that need it have them.

    echo "NEEDS_BUILD_OUTPUTS_VERSION=$STEPS_META_OUTPUTS_VERSION" >> outputs.env

Both directions. https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv
"""

import re

from msgspec import Struct

from ciconv.converters.gitlab.steps.artifacts_write import DOTENV
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, join_texts, text, written
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.step import Run, Step
from ciconv.ir.trigger import Output

_END = f'" >> {DOTENV}\n'
_LINE = re.compile(rf'echo "(NEEDS_\w+?_OUTPUTS_(\w+))=(.*)" >> {re.escape(DOTENV)}')
_VARIABLE = re.compile(r"(?<!\\)\$(?:\{(\w+)\}|(\w+))")


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
        parts += [Literal(value=start), *map(_quoted, one.value.parts)]
    parts.append(Literal(value=_END))
    comments = tuple(comment for one in job.outputs for comment in one.comments)
    script = Template(parts=join_texts(parts), span=job.outputs[0].span)
    return Run(name=text("Outputs"), script=script, span=job.outputs[0].span, comments=comments)


def _quoted(part: Expr) -> Expr:
    """A text as it stands between double quotes of a shell; what is no text is put in later."""
    if not isinstance(part, Literal):
        return part
    return replace(part, value=_SIGNS.sub(r"\\\g<0>", written(part.value)))


_SIGNS = re.compile(r'[\\"$`]')  # that a shell reads between double quotes
_ESCAPED = re.compile(r'\\([\\"$`])')


def _variable(job: str, output: Output) -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", f"NEEDS_{job}_OUTPUTS_{output.name}").upper()


def read_outputs(steps: tuple[Step, ...]) -> OutputLines | None:
    """Return what the last lines of some steps hand on, None where they do anything else."""
    last = steps[-1] if steps else None
    script = constant(last.script) if isinstance(last, Run) else None
    before, found = _last_lines((script or "").rstrip("\n").split("\n"))
    if not isinstance(last, Run) or not found:
        return None
    ids = {re.sub(r"[^A-Za-z0-9]", "_", one.id).upper(): one.id for one in steps if one.id}
    outputs = tuple(
        Output(name=one[2].lower(), value=_value(one[3], ids, last), span=last.span)
        for one in found
    )
    rest = (replace(last, script=text(before, of=last.script)),) if before.strip() else ()
    variables = tuple(one[1] for one in found)
    return OutputLines(steps=(*steps[:-1], *rest), outputs=outputs, variables=variables)


def _last_lines(lines: list[str]) -> tuple[str, list[re.Match[str]]]:
    """The lines before those that write outputs, and these."""
    found: list[re.Match[str]] = []
    while lines and (match := _LINE.fullmatch(lines[-1])):
        found.insert(0, match)
        lines = lines[:-1]
    return "\n".join(lines), found


def _value(value: str, ids: dict[str, str], step: Step) -> Template:
    """A text between double quotes, its variables as what they stand for."""
    parts: list[Expr] = []
    end = 0
    for match in _VARIABLE.finditer(value):
        if match.start() > end:
            parts.append(_unquoted(value[end : match.start()], step))
        parts.append(Ref(path=_path(match[1] or match[2], ids), span=step.span))
        end = match.end()
    if end < len(value):
        parts.append(_unquoted(value[end:], step))
    return Template(parts=tuple(parts), span=step.span)


def _unquoted(text: str, step: Step) -> Literal:
    return Literal(value=_ESCAPED.sub(r"\1", text), span=step.span)


def _path(variable: str, ids: dict[str, str]) -> tuple[str, ...]:
    for known, id in ids.items():
        prefix = f"STEPS_{known}_OUTPUTS_"
        if variable.startswith(prefix):
            return ("steps", id, "outputs", variable.removeprefix(prefix).lower())
        if variable in (f"STEPS_{known}_OUTCOME", f"STEPS_{known}_CONCLUSION"):
            return ("steps", id, variable.rpartition("_")[2].lower())
    return ("env", variable)
