"""Docker as a service beside a job, as GitLab has it, where other systems bring their own."""

import re
from collections.abc import Callable

from ciconv.ir.expression import constant_text, text
from ciconv.ir.job import Container, Job
from ciconv.ir.node import Node, replace
from ciconv.ir.step import EnvVar

SOCKET = "/var/run/docker.sock"
# what says where Docker is, which whoever brings another one says itself
OF_DOCKER = ("DOCKER_HOST", "DOCKER_TLS_CERTDIR", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
# what a docker that is asked through its socket is told, where the pipeline says something else
_USUAL = {"DOCKER_HOST": text(f"unix://{SOCKET}"), "DOCKER_TLS_VERIFY": text("")}
_DIND = re.compile(r"(?:^|/)docker:(?:[\w.-]*-)?dind\b")


def is_docker(service: Container) -> bool:
    """Return whether a service is docker in docker."""
    return _DIND.search(constant_text(service.image)) is not None


Lose = Callable[[str, Node], None]


def with_docker(job: Job, around: tuple[EnvVar, ...], lose: Lose, whose: str) -> Job:
    """Return the job with the docker of its machine in the place of one that runs beside it.

    `around`: variables of the pipeline, which the job sees; `lose`: says which values are left out;
    `whose`: the machine, in the system's words.
    """
    others = tuple(one for one in job.services if not is_docker(one))
    if len(others) == len(job.services):
        return job
    replaced = [one for one in around if one.name in _USUAL]  # the others say nothing to a socket
    for one in (*replaced, *(one for one in job.env if one.name in OF_DOCKER)):
        lose(f"the variable {one.name!r} is left out: the docker is that of the {whose}", one)
    own = (one for one in job.env if one.name not in OF_DOCKER)
    usual = (EnvVar(name=one.name, value=_USUAL[one.name]) for one in replaced)
    return replace(job, services=others, env=(*own, *usual))
