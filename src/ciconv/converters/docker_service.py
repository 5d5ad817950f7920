"""Docker as a service beside a job, as GitLab has it, where other systems bring their own."""

import re

from ciconv.ir.expression import Literal, written
from ciconv.ir.job import Container

SOCKET = "/var/run/docker.sock"
# what says where Docker is, which whoever brings another one says itself
OF_DOCKER = ("DOCKER_HOST", "DOCKER_TLS_CERTDIR", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
_DIND = re.compile(r"(?:^|/)docker:(?:[\w.-]*-)?dind\b")


def is_docker(service: Container) -> bool:
    """Return whether a service is docker in docker."""
    said = "".join(written(one.value) for one in service.image.parts if isinstance(one, Literal))
    return _DIND.search(said) is not None
