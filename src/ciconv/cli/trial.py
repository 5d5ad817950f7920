"""A conversion that is tried out: what it would write, change and run."""

import json

from msgspec import Struct

from ciconv.api import convert, read, simulate, verify
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostic
from ciconv.report import plan as plans
from ciconv.report import verification as verifications
from ciconv.report.json import as_object
from ciconv.simulation.coverage import usual_events
from ciconv.simulation.plan import Plan
from ciconv.simulation.verify import Verification
from ciconv.source import Workspace

MAX_PLANS = 10


class Trial(Struct, frozen=True, kw_only=True):
    """The files, the comparison (None: the target cannot be read), and the source's plans."""

    files: dict[str, str]
    verification: Verification | None
    plans: tuple[Plan, ...]
    diagnostics: tuple[Diagnostic, ...]


def of_conversion(source: Workspace, *, to: str, format: str | None) -> Trial:
    """Return what a conversion would do; nothing is written."""
    conversion = convert(source, to=to, format=format)
    said = {_key(one): one for one in conversion.diagnostics}
    project = read(source, format=format).project
    if project is None or not conversion.files:
        return Trial(files={}, verification=None, plans=(), diagnostics=conversion.diagnostics)
    verified = None
    if registry.get(to).read is not None:
        verified = verify(source, conversion.files, formats=(project.origin, to))
        said |= {_key(one): one for one in verified.diagnostics}
    events = usual_events(project)[:MAX_PLANS]
    return Trial(
        files=conversion.files,
        verification=verified,
        plans=tuple(simulate(project, event) for event in events),
        diagnostics=tuple(said.values()),
    )


def _key(one: Diagnostic) -> tuple[object, ...]:
    return one.code, one.message, one.span


def render_text(trial: Trial) -> str:
    """Return the three parts, one below the other."""
    files = "".join(
        f"  {path}  {text.count(chr(10))} lines\n" for path, text in trial.files.items()
    )
    parts = [f"would write:\n{files}" if files else "would write nothing\n"]
    if trial.verification is not None:
        parts.append(verifications.render_text(trial.verification))
    elif files:
        parts.append("not compared: this format cannot be read back yet\n")
    parts += [plans.render_text(one) for one in trial.plans]
    return "\n".join(parts)


def render_json(trial: Trial) -> str:
    """Return one JSON object: `files`, `verification`, `plans`, `diagnostics`."""
    verification = None
    if trial.verification is not None:
        verification = json.loads(verifications.render_json(trial.verification))
    data = {
        "files": trial.files,
        "verification": verification,
        "plans": [json.loads(plans.render_json(one)) for one in trial.plans],
        "diagnostics": [as_object(one) for one in trial.diagnostics],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
