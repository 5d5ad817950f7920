"""Docker and sudo, which a hosted machine has, and the image of another tool has not."""

import re

from ciconv.ir.expression import Literal, written
from ciconv.ir.job import Job
from ciconv.ir.step import Run
from ciconv.ir.walk import nodes, steps_of

_DOCKER = re.compile(r"(?:^|[\s;&|(])docker(?:-compose)? [a-z]", re.MULTILINE)
_SUDO = re.compile(r"(?:^|[;&|(])[ \t]*sudo -?\w", re.MULTILINE)


def calls_docker(job: Job) -> bool:
    """Return whether a script of a job calls Docker."""
    return _DOCKER.search(scripts_of(job)) is not None


def calls_sudo(job: Job) -> bool:
    """Return whether a script of a job runs commands as another user."""
    return _SUDO.search(scripts_of(job)) is not None


def installing(*packages: str) -> str:
    """Return the script that adds packages to an image of Debian or Ubuntu."""
    return f"apt-get update\napt-get install --yes {' '.join(packages)}\n"


def scripts_of(job: Job) -> str:
    """Return what is written in the scripts of a job."""
    return "\n".join(
        written(one.value)
        for step in steps_of(job.steps)
        if isinstance(step, Run)
        for one in nodes(step.script)
        if isinstance(one, Literal)
    )
