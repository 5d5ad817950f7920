"""Containers: the one a job runs in, and services beside it."""

from ciconv.converters.nixactions.expressions import CannotSay
from ciconv.converters.nixactions.steps.files import input_variable
from ciconv.converters.nixactions.steps.scripts import write_run
from ciconv.converters.nixactions.steps.writer import StepWriter
from ciconv.ir.expression import text
from ciconv.ir.job import Container, Job
from ciconv.ir.step import Argument, Run
from ciconv.ir.walk import steps_of
from ciconv.profile import Feature, Outcome
from ciconv.syntax import nix

_LOGIN = """\
registry=${INPUT_IMAGE%%/*}
case $registry in *.*) ;; *) registry=docker.io ;; esac
printf '%s' "$INPUT_PASSWORD" | docker login "$registry" -u "$INPUT_USERNAME" --password-stdin
"""


def write_services(job: Job, writer: StepWriter) -> list[nix.Expr]:
    """Return the steps that start the services of a job."""
    return [
        writer.call("service", nix.attrs({"name": nix.string(one.name)} | _options(one, writer)))
        for one in job.services
    ]


def write_stop(job: Job, writer: StepWriter) -> list[nix.Expr]:
    """Return the step that stops them, in every case."""
    if not job.services:
        return []
    names = nix.List(tuple(nix.string(one.name) for one in job.services))
    return [writer.call("stopServices", names)]


def write_container(container: Container, writer: StepWriter) -> nix.Expr:
    """Return the container the scripts of a job run in, with the variables they get."""
    values = _options(container, writer)
    if sum(isinstance(one, Run) for one in steps_of(writer.job.steps)) > 1:
        loss = writer.owner.place.loss(Feature.CONTAINER, Outcome.APPROXIMATED)
        said = "what a step changes outside of the job's folder is gone with its container"
        writer.workflow.context.lose(loss, said, container)
    passed = [one.name for one in (*writer.workflow.pipeline.env, *writer.job.env)]
    passed += [name for name in writer.scope.secrets if name not in passed]
    if passed:
        values["pass"] = nix.List(tuple(nix.string(one) for one in dict.fromkeys(passed)))
    return nix.attrs(values)


def write_login(job: Job, writer: StepWriter) -> list[nix.Expr]:
    """Return the steps that log in to the registries of private images."""
    items: list[nix.Expr] = []
    for one in (job.container, *job.services):
        if one is None or one.username is None or one.password is None:
            continue
        inputs = (("image", one.image), ("username", one.username), ("password", one.password))
        run = Run(
            name=text("docker login"),
            script=text(_LOGIN),
            env=tuple(input_variable(Argument(name=key, value=value)) for key, value in inputs),
            packages=("docker-client",),
            span=one.span,
        )
        items.extend(write_run(run, writer))
    return items


def _options(container: Container, writer: StepWriter) -> dict[str, nix.Expr]:
    try:
        return _docker(container, writer)
    except CannotSay as error:
        writer.owner.fail(error, "the container")
        return {"image": nix.string("unsupported")}


def _docker(container: Container, writer: StepWriter) -> dict[str, nix.Expr]:
    values: dict[str, nix.Expr] = {"image": writer.word(container.image)}
    env = {one.name: writer.word(one.value) for one in container.env}
    if env:
        values["env"] = nix.attrs(env)
    for key, items in (("ports", container.ports), ("volumes", container.volumes)):
        if items:
            values[key] = nix.List(tuple(writer.word(one) for one in items))
    if container.options is not None:
        values["options"] = writer.word(container.options)
    return values
