"""A plan for people, as a table, and for programs, as JSON."""

import json
from collections.abc import Iterator, Sequence

from ciconv.catalog.catalog import Catalog
from ciconv.report.json import as_object
from ciconv.report.text import printable
from ciconv.simulation.plan import SUCCESS, JobPlan, PipelinePlan, Plan, State, StepPlan, Why, dump
from ciconv.simulation.speaking import spoken
from ciconv.simulation.systems import system_of

_HEAD = ("job", "state", "runs on", "needs", "steps", "when, or why not")
_GAP = "  "
MAX_CELL = 48  # characters of all columns but the last


def render_json(plan: Plan) -> str:
    """Return the plan as one JSON object: `event`, `pipelines`, `diagnostics`."""
    data = dump(plan) | {"diagnostics": [as_object(one) for one in plan.diagnostics]}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def render_text(plan: Plan, *, steps: bool = False) -> str:
    """Return a table for each pipeline that starts, and why the others do not."""
    blocks = [f"event: {printable(str(plan.event))}"]
    started = [one for one in plan.pipelines if one.starts]
    blocks += ["\n".join(_pipeline(one, plan.system, steps)) for one in started]
    others = [_title(one) for one in plan.pipelines if not one.starts]
    return "\n\n".join([*blocks, "\n".join(others)]).rstrip() + "\n"


def _title(pipeline: PipelinePlan) -> str:
    name = printable(pipeline.name)
    where = "" if name == pipeline.path else f" ({printable(pipeline.path)})"
    if not pipeline.starts:
        return f"{name}{where} does not start: {_why(pipeline.why)}"
    perhaps = "" if pipeline.why is None else f", perhaps: {_why(pipeline.why)}"
    return f"{name}{where} starts{perhaps}"


def _why(why: Why | None) -> str:
    if why is None:
        return ""
    place = f" ({why.span})" if why.span is not None and why.span.source.path else ""
    return printable(f"{why.message}{place}")


def _pipeline(pipeline: PipelinePlan, system: str, steps: bool) -> Iterator[str]:
    yield _title(pipeline)
    rows: list[tuple[str, ...]] = [_HEAD]
    for job in pipeline.jobs:
        rows.append(_row(job, system))
        rows += [_step_row(one, system) for one in job.steps] if steps else []
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD) - 1)]
    for row in rows:
        yield _line(row, widths)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
    return _GAP + _GAP.join([*cells, row[-1]]).rstrip()


def _row(job: JobPlan, system: str) -> tuple[str, ...]:
    ran = sum(one.state is not State.SKIP for one in job.steps)
    count = f"{ran} of {len(job.steps)}" if ran < len(job.steps) else str(ran)
    image = "" if job.container is None else job.container.image
    where = job.call or ", ".join(job.runner) or image
    steps = count if job.steps else ""
    cells = (job.name or job.id, job.state.value, where, ", ".join(job.needs), steps)
    return (*(_short(printable(one)) for one in cells), _when(job, system))


def _step_row(step: StepPlan, system: str) -> tuple[str, ...]:
    said = step.name or step.uses or step.script.partition("\n")[0]
    first = _short(printable(f"  {said or step.kind}"))
    return (first, step.state.value, "", "", "", _when(step, system))


def _short(text: str) -> str:
    return text if len(text) <= MAX_CELL else f"{text[: MAX_CELL - 1]}…"


def _when(plan: JobPlan | StepPlan, system: str) -> str:
    if plan.why is not None:
        return _why(plan.why)
    matrix = getattr(plan, "matrix", "")
    if matrix:
        return printable(f"one for each of {matrix}")
    if plan.condition in (SUCCESS, "false"):
        return ""
    if plan.condition == "true" or plan.test is None:
        return "always"
    return printable(f"if {spoken(plan.test, system_of(system), Catalog.builtin())}")
