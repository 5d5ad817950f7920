"""What a job consists of, apart from its steps, in the values of a plan."""

from typing import Any

from ciconv.catalog.catalog import Kind
from ciconv.ir.job import CallJob, Choice, Concurrency, Container, Environment, Permission
from ciconv.simulation.plan import ContainerPlan, Pairs, State, StepPlan, TurnPlan
from ciconv.simulation.texts import Texts


def rights(permissions: tuple[Permission, ...] | None) -> tuple[str, ...] | None:
    """Return what the token may do, sorted; scopes without any right are left out."""
    if permissions is None:
        return None
    return tuple(
        sorted(f"{one.scope}: {one.access}" for one in permissions if one.access != "none")
    )


def turns(value: Concurrency | None, texts: Texts) -> TurnPlan | None:
    """Return a concurrency group."""
    if value is None:
        return None
    return TurnPlan(
        group=texts.text(value.group),
        cancel=texts.text(value.cancel, "false"),
        queue=value.queue or "",
    )


def may_fail(choice: Choice, texts: Texts) -> str:
    """Return whether a job may fail, and with which exit codes."""
    said = texts.text(choice.may_fail, "false")
    codes = ", ".join(map(str, choice.exit_codes))
    return f"{said} for exit codes {codes}" if codes else said


def call_plan(job: CallJob, texts: Texts) -> dict[str, Any]:
    """Return the fields of a job that is a call."""
    secrets = (("*", "inherit"),) if job.inherit_secrets else texts.pairs(job.secrets)
    return {"call": job.pipeline, "arguments": texts.pairs(job.arguments), "secrets": secrets}


def container_plan(value: Container | None, texts: Texts) -> ContainerPlan | None:
    """Return a container; GitHub uses none when the name of the image turns out empty."""
    if value is None or not texts.text(value.image):
        return None
    return ContainerPlan(
        image=texts.text(value.image),
        name=value.name,
        env=texts.pairs(value.env),
        ports=texts.texts(value.ports),
        volumes=texts.texts(value.volumes),
        options=texts.text(value.options),
        username=texts.text(value.username),
        password=texts.text(value.password),
    )


def environment_plan(value: Environment | None, texts: Texts) -> Pairs:
    """Return a deployment target: nothing, when its name turns out empty."""
    if value is None or not texts.text(value.name):
        return ()
    fields = (("name", value.name), ("url", value.url), ("deployment", value.deployment))
    return tuple((name, texts.text(one)) for name, one in fields if one is not None)


def files_of(steps: tuple[StepPlan, ...]) -> dict[str, tuple[str, ...]]:
    """Return the artifacts and caches that go in and out."""
    places = {
        Kind.UPLOAD_ARTIFACT: (("artifacts_out", "artifact"),),
        Kind.DOWNLOAD_ARTIFACT: (("artifacts_in", "artifact"),),
        Kind.CACHE: (("caches_in", "key"), ("caches_out", "key")),
        Kind.RESTORE_CACHE: (("caches_in", "key"),),
        Kind.SAVE_CACHE: (("caches_out", "key"),),
    }
    found: dict[str, tuple[str, ...]] = {}
    for step in steps:
        for field, argument in places.get(step.kind, ()):  # type: ignore[call-overload]
            if step.state is not State.SKIP:
                named = dict(step.arguments).get(argument, "*")
                found[field] = (*found.get(field, ()), named)
    return found
