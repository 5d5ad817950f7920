"""Machines of other systems as runners of GitHub.

https://docs.github.com/en/actions/reference/runners/github-hosted-runners
"""

import re
from collections.abc import Iterator

from ciconv.context import Context, Place
from ciconv.ir.expression import Literal, Template, constant, text
from ciconv.ir.job import Job, JobBase, Runner
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Run, Step
from ciconv.ir.walk import steps_of
from ciconv.profile import Feature, Outcome

_USUAL = {
    ("linux", "arm64"): "ubuntu-24.04-arm",
    ("macos", None): "macos-latest",
    ("windows", None): "windows-latest",
}
# images of CircleCI's virtual machines
_UBUNTU = re.compile(r"ubuntu-(\d\d)(\d\d)(?::.*)?")
_WINDOWS = re.compile(r"windows-server-(\d{4})-.*")
_OTHERS = re.compile(  # with a tag, or only known to the pipeline, it is no label of a runner
    r"(?:xcode-[^ ]+|android|linux-cuda-\d+|default|circleci/classic)(?::.*)?|[^/:]+:[\w.-]+|.*<<.*"
)
_HOSTED = ("22.04", "24.04")  # other releases of Ubuntu are no runners any more


def with_runners(pipeline: Pipeline, origin: str, context: Context) -> Pipeline:
    """Return the pipeline, each job with a label that a runner of GitHub can have."""
    jobs = tuple(_job(job, pipeline.id, context) for job in pipeline.jobs)
    if origin in _OWN_NAMES:
        jobs = tuple(_hosted_instead(job, origin, pipeline.id, context) for job in jobs)
    return replace(pipeline, jobs=jobs)


# what systems call the machines whose labels nobody else has
_OWN_NAMES = {"jenkins": ("agents", "Jenkins"), "gitlab": ("runners", "GitLab")}


def _hosted_instead(job: JobBase, origin: str, pipeline: str, context: Context) -> JobBase:
    """A job on a machine of GitHub, where its labels are those of another system's machines."""
    if not isinstance(job, Job) or job.runner is None:
        return job
    said = [constant(one) for one in job.runner.labels]
    if "self-hosted" in said or all(one is not None and _is_label(one, context) for one in said):
        return job
    machines, title = _OWN_NAMES[origin]
    label = _like(" ".join(one or "" for one in said).lower(), job)
    at = job.runner if job.runner.span is not None else job
    named = ", ".join(repr(one or "a computed label") for one in said)
    loss = Place(pipeline=pipeline, job=job.id).loss(Feature.RUNNER, Outcome.APPROXIMATED)
    context.lose(
        loss,
        f"the {machines} with {named} are those of {title}: the job {job.id!r} runs on {label!r}",
        at,
        "name the label of a machine of your own instead, if the job needs one",
    )
    return replace(job, runner=replace(job.runner, labels=(text(label),)))


def _like(words: str, job: Job) -> str:
    """The machine of GitHub that is likest to one whose labels have these words."""
    on_macos = _MACOS.search(words) is not None
    on_windows = not on_macos and "win" in words
    if on_windows or any(map(_is_of_windows, steps_of(job.steps))):
        system = "windows"
    else:
        system = "macos" if on_macos else "linux"
    arch = "arm64" if _ARM.search(words) else None
    return _usual(replace(job.runner or Runner(), os=system, arch=arch))


_MACOS = re.compile(r"mac|darwin|osx|apple")
_ARM = re.compile(r"\b(?:arm64|aarch64|arm)\b|arm64")


def _is_of_windows(step: Step) -> bool:
    shell = constant(step.shell) if isinstance(step, Run) else None
    return (shell or "").split(" ")[0] in ("cmd", "powershell")


def _is_label(label: str, context: Context) -> bool:
    known = ("self-hosted", "linux", "windows", "macos", "x64", "arm", "arm64")
    return label.lower() in known or context.catalog.runner(label) is not None


def _job(job: JobBase, pipeline: str, context: Context) -> JobBase:
    if not isinstance(job, Job):
        return job
    usual = "windows" if any(map(_is_of_windows, steps_of(job.steps))) else "linux"
    runner = job.runner or Runner(span=job.span)
    runner = replace(runner, os=runner.os or usual)
    if runner.group is not None:
        return job
    place = Place(pipeline=pipeline, job=job.id)
    if not runner.labels:
        label = _usual(runner)
        at = runner if runner.span is not None else job
        loss = place.loss(Feature.RUNNER, Outcome.LOWERED)
        context.lose(loss, f"the job {job.id!r} runs on {label!r}", at)
        return replace(job, runner=replace(runner, labels=(text(label),)))
    labels = tuple(_labels(runner, place, context))
    return replace(job, runner=replace(runner, labels=labels))


def _usual(runner: Runner) -> str:
    system = runner.os or "linux"
    return _USUAL.get((system, runner.arch)) or _USUAL.get((system, None)) or "ubuntu-latest"


def _labels(runner: Runner, place: Place, context: Context) -> Iterator[Template]:
    for label in runner.labels:
        said = constant(label)
        image = None if said is None else _hosted(said, runner)
        if said is None or image is None:
            yield label
            continue
        yield replace(label, parts=(Literal(value=image, span=label.span),))
        loss = place.loss(Feature.RUNNER, Outcome.APPROXIMATED)
        at = label if label.span is not None else runner
        context.lose(
            loss, f"the machine image {said!r} became {image!r}, which has other tools", at
        )


def _hosted(label: str, runner: Runner) -> str | None:
    ubuntu, windows = _UBUNTU.fullmatch(label), _WINDOWS.fullmatch(label)
    if ubuntu:
        release = f"{ubuntu[1]}.{ubuntu[2]}"
        known = release if release in _HOSTED else "22.04"
        return f"ubuntu-{known}-arm" if runner.arch == "arm64" else f"ubuntu-{known}"
    if windows:
        return f"windows-{windows[1]}" if windows[1] in ("2022", "2025") else "windows-latest"
    return _usual(runner) if _OTHERS.fullmatch(label) else None
