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
from ciconv.profile import Feature, Outcome

_USUAL = {
    ("linux", "arm64"): "ubuntu-24.04-arm",
    ("macos", None): "macos-latest",
    ("windows", None): "windows-latest",
}
# images of CircleCI's virtual machines
_UBUNTU = re.compile(r"ubuntu-(\d\d)(\d\d)(?::.*)?")
_WINDOWS = re.compile(r"windows-server-(\d{4})-.*")
_OTHERS = re.compile(r"(?:xcode-[^ ]+|android|linux-cuda-\d+|default|circleci/classic)(?::.*)?")
_HOSTED = ("22.04", "24.04")  # other releases of Ubuntu are no runners any more


def with_runners(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline, each job with a label that a runner of GitHub can have."""
    jobs = tuple(_job(job, pipeline.id, context) for job in pipeline.jobs)
    return replace(pipeline, jobs=jobs)


def _job(job: JobBase, pipeline: str, context: Context) -> JobBase:
    if not isinstance(job, Job):
        return job
    runner = job.runner or Runner(os="linux", span=job.span)
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
