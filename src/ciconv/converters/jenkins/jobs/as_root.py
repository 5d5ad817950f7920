"""Containers whose scripts need root: Jenkins starts each as the agent's user, others as its own.

https://www.jenkins.io/doc/book/pipeline/docker/
"""

import re
from collections.abc import Iterator

from ciconv.ir.expression import Literal, Template, constant_text
from ciconv.ir.job import Container, Job
from ciconv.ir.node import replace
from ciconv.ir.step import Run
from ciconv.ir.walk import steps_of

_AS = re.compile(r"(?:^|\s)(?:-u|--user)\b")
_OF_ROOT = re.compile(
    r"(?:^|[;&|({`]|\b(?:then|do|else|if|!))[ \t]*"
    r"(?P<program>sudo|apt(?:-get)?|apk|dnf|microdnf|yum|zypper|pacman|apt-key|dpkg)[ \t]",
    re.MULTILINE,
)


def as_root(job: Job) -> tuple[Job, str]:
    """Return the job in a container of root, and the program that asks for it; "" for none."""
    container = job.container
    if container is None or _says_user(container):
        return job, ""
    program = next(_programs(job, container), "")
    if not program:
        return job, ""
    said = container.options
    before = (*said.parts, Literal(value=" ")) if said is not None and said.parts else ()
    options = Template(parts=(*before, Literal(value="--user root")), span=container.span)
    return replace(job, container=replace(container, options=options)), program


def _says_user(container: Container) -> bool:
    return container.options is not None and bool(_AS.search(constant_text(container.options)))


def _programs(job: Job, container: Container) -> Iterator[str]:
    """The socket of the agent's Docker is open to root, and to a group that the image has not."""
    if any("docker.sock" in constant_text(one) for one in container.volumes):
        yield "docker"
    for step in steps_of((*job.steps, *job.finally_steps)):
        if isinstance(step, Run):
            for match in _OF_ROOT.finditer(constant_text(step.script)):
                yield match["program"]
