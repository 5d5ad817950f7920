"""Docker and sudo for jobs of machines that have them: images do not.

https://docs.gitlab.com/ci/docker/using_docker_build/#use-docker-in-docker
"""

import re

from ciconv.context import Context, Place
from ciconv.converters.docker_service import is_docker
from ciconv.converters.gitlab.jobs.machines import machine_of
from ciconv.ir.expression import text
from ciconv.ir.job import Container, Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar, Run
from ciconv.ir.walk import with_jobs
from ciconv.passes.machine_programs import calls_docker, calls_sudo, installing, scripts_of
from ciconv.profile import Feature, Outcome

_IMAGE, _SERVICE = "docker:27", "docker:27-dind"
# what that image has, with the packages that the first script adds
_ADDED = "apk add --no-cache bash curl git jq"
_KNOWN = (
    "docker echo printf cd pwd set export unset mkdir cp mv rm cat ls touch chmod sleep git curl jq"
    " tar sed grep awk cut tr head tail wc xargs tee date test true false exit if then else elif fi"
    " for while until do done case esac [ [[ { } sh bash ."
)
_NEXT = re.compile(r";|&&|\|\|?|\$\(|`")  # behind it another command begins
_BEFORE = frozenset(["if", "then", "elif", "else", "while", "until", "do", "!", "{", "("])
_GIVEN = re.compile(r"\w+=")
_CLIENT = ("docker.io", "docker-buildx", "docker-compose-v2")
_ENV = {
    _IMAGE: (("DOCKER_TLS_CERTDIR", "/certs"),),
    "": (("DOCKER_HOST", "tcp://docker:2375"), ("DOCKER_TLS_CERTDIR", "")),
}


def with_machine_programs(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline, jobs of hosted machines with what their scripts call of these."""
    return with_jobs(pipeline, lambda job: _job(job, pipeline, context))


def _job(job: Job, pipeline: Pipeline, context: Context) -> Job:
    if job.container is not None:
        return job
    machine = machine_of(job, context.catalog)
    if not machine.is_hosted or machine.os != "linux":
        return job
    has_docker = calls_docker(job) and not any(map(is_docker, job.services))
    sudo = ("sudo",) if calls_sudo(job) else ()
    if has_docker:
        return _with_docker(job, sudo, Place(pipeline=pipeline.id, job=job.id), context)
    return _begun(job, installing(*sudo), "sudo") if sudo else job


def _begun(job: Job, script: str, title: str) -> Job:
    name = text(f"Install {title}") if title else None
    first = Run(name=name, script=text(script), tool="machine-programs", span=job.span)
    return replace(job, steps=(replace(first, shell=text("sh -e {0}")), *job.steps))


def _with_docker(job: Job, others: tuple[str, ...], place: Place, context: Context) -> Job:
    image = _IMAGE if _is_enough(job) else ""
    said = f"scripts call Docker, which is the service {_SERVICE!r} beside the job: what its"
    said = f"{said} containers publish is at 'docker', and they see no other files than the job's"
    context.lose(place.loss(Feature.SERVICE, Outcome.APPROXIMATED), said, job)
    if image:
        said = f"scripts call little but Docker: the job runs in the image {image!r}"
        context.lose(place.loss(Feature.CONTAINER, Outcome.APPROXIMATED), said, job)
    for name, _ in _ENV[image]:
        said = f"scripts that call Docker need the variable {name!r}"
        context.lose(place.loss(Feature.VARIABLE, Outcome.APPROXIMATED), said, job)
    env = (EnvVar(name=name, value=text(value), span=job.span) for name, value in _ENV[image])
    job = replace(
        job,
        container=Container(image=text(image), span=job.span) if image else None,
        services=(*job.services, Container(name="docker", image=text(_SERVICE), span=job.span)),
        env=(*env, *job.env),
    )
    if image:
        return _begun(job, _ADDED, "")
    return _begun(job, installing(*_CLIENT, *others), " and ".join(("docker", *others)))


def _is_enough(job: Job) -> bool:
    """Whether the image of Docker has what the scripts call, as far as their lines tell."""
    if any(isinstance(one, Run) and one.tool is not None for one in job.steps) or job.services:
        return False
    lines = re.sub(r"\\\n", " ", scripts_of(job)).splitlines()
    commands = (one for line in lines if line.strip()[:1] != "#" for one in _NEXT.split(line))
    known = frozenset(_KNOWN.split())
    return all(_first(one) in known or _GIVEN.match(_first(one)) for one in commands)


def _first(command: str) -> str:
    """The word that says what a command does; that before it is of the shell's grammar."""
    words = [one for one in command.replace(")", " ").split() if one not in _BEFORE]
    return words[0] if words else "true"
