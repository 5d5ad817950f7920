"""What a job runs on as `image`, `services` and `tags`.

https://docs.gitlab.com/ci/yaml/#image
"""

import re
from collections.abc import Iterator

from ciconv.converters.docker_service import is_docker
from ciconv.converters.gitlab.jobs.machines import Machine
from ciconv.converters.gitlab.jobs.service_names import host_name
from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Template
from ciconv.ir.job import Container, Job, Runner
from ciconv.ir.walk import comments_of
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Node

# GitLab's own runners: https://docs.gitlab.com/ci/runners/hosted_runners/
_TAGS = {
    ("linux", "arm64"): "saas-linux-small-arm64",
    ("macos", "arm64"): "saas-macos-medium-m1",
    ("macos", "x64"): "saas-macos-medium-m1",
    ("windows", "x64"): "saas-windows-medium-amd64",
}
_MAC_IMAGES = {"26": "macos-26-xcode-26", "15": "macos-15-xcode-16", "14": "macos-14-xcode-15"}

# an image with compilers, git and curl, for each release of Ubuntu
_UBUNTU = {"24.04": "buildpack-deps:noble", "22.04": "buildpack-deps:jammy"}
_USUAL_IMAGE = _UBUNTU["24.04"]


def write_machine(job: Job, machine: Machine, writer: Writer) -> list[Entry]:
    """Return the entries for what a job runs on."""
    entries = []
    shown = _image(job, machine, writer)
    if shown is not None:
        comments = () if job.container is None else job.container.comments
        entries.append(build.entry("image", shown, comments))
    if job.services:
        services = build.sequence(*(_service(one, writer) for one in job.services))
        entries.append(build.entry("services", services))
    runner = job.runner
    tags = tuple(dict.fromkeys(_tags(runner, machine, writer))) if runner is not None else ()
    above = () if runner is None else comments_of(runner)
    if tags:
        items = build.sequence(*map(build.text, tags), flow=True)
        entries.append(build.entry("tags", items, above))
    elif entries and above:
        first = entries[0]
        entries[0] = build.entry(first.name, first.value, (*above, *first.comments))
    return entries


def _image(job: Job, machine: Machine, writer: Writer) -> Node | None:
    if job.container is not None:
        if machine.is_hosted and job.runner is not None:
            said = "the image runs on whatever runner takes the job"
            writer.tell(Feature.RUNNER, Outcome.APPROXIMATED, said, job.runner)
        return _container(job.container, writer)
    if not machine.is_hosted or job.runner is None:
        return None
    name = None
    if machine.os == "linux":
        name = _UBUNTU.get(machine.version or "", _USUAL_IMAGE)
    elif machine.os == "macos":
        name = _MAC_IMAGES.get(machine.version or "", _MAC_IMAGES["15"])
    if name is None:
        return None
    said = (
        f"the image {name!r} stands for a machine with many programs: install what the scripts "
        "use beyond compilers, git and curl"
    )
    writer.tell(Feature.CONTAINER, Outcome.APPROXIMATED, said, job.runner)
    if (machine.os, machine.arch or "x64") not in _TAGS:
        said = "the job runs on any runner that takes jobs without tags"
        writer.tell(Feature.RUNNER, Outcome.LOWERED, said, job.runner)
    return build.text(name)


def _tags(runner: Runner, machine: Machine, writer: Writer) -> Iterator[str]:
    if machine.is_hosted and machine.os is not None:
        tag = _TAGS.get((machine.os, machine.arch or "x64"))
        if tag is not None:
            said = f"the tag {tag!r} is that of GitLab's own runner for this system"
            writer.tell(Feature.RUNNER, Outcome.APPROXIMATED, said, runner)
            yield tag
        return
    if machine.is_hosted:
        said = "the labels are tags now: give them to runners with these systems"
        writer.lose(Feature.RUNNER, Outcome.MANUAL, said, runner)
    if runner.group is not None:
        said = "GitLab has no groups of runners: the group is a tag now, for its runners to have"
        writer.lose(Feature.RUNNER, Outcome.MANUAL, said, runner.group)
    for label in (*runner.labels, *(() if runner.group is None else (runner.group,))):
        try:
            yield writer.text(label)
        except CannotSay as error:
            said = f"the runner is chosen by nothing here: {error}"
            writer.lose(Feature.RUNNER, Outcome.MANUAL, said, label)


def _container(container: Container, writer: Writer) -> Node | None:
    _report_options(container, writer)
    name = _text(container.image, writer, Feature.CONTAINER)
    return None if name is None else build.text(name)


def _text(template: Template, writer: Writer, feature: Feature) -> str | None:
    try:
        return writer.text(template)
    except CannotSay as error:
        writer.lose(feature, Outcome.MANUAL, f"the image is left out: {error}", template)
        return None


def _report_options(container: Container, writer: Writer, *, service: bool = False) -> None:
    """Say what of a container is a setting of GitLab's runner."""
    feature = Feature.SERVICE if service else Feature.CONTAINER
    given = [("volumes", one) for one in container.volumes]
    given += [("ports", one) for one in container.ports if not service]
    given += [("options", container.options)] if container.options is not None else []
    for name, value in given:
        said = f"{name!r} is left out: the configuration of the runner says how containers start"
        writer.lose(feature, Outcome.APPROXIMATED, said, value)
    login = container.username or container.password
    if login is not None:
        said = "the login of a registry is the CI/CD variable DOCKER_AUTH_CONFIG: create it"
        writer.lose(feature, Outcome.MANUAL, said, login)
        if container.username is not None and container.password is not None:
            writer.lose(feature, Outcome.MANUAL, said, container.password)


def _service(service: Container, writer: Writer) -> Node:
    """One service; its ports are all open, under the name of the service."""
    _report_options(service, writer, service=True)
    if is_docker(service):
        said = "Docker in Docker needs a runner with privileged containers"
        writer.lose(Feature.SERVICE, Outcome.MANUAL, said, service)
    for port in service.ports:
        said = f"the service is at {service.name!r} with its own ports, not at localhost"
        writer.lose(Feature.SERVICE, Outcome.APPROXIMATED, said, port)
    image = _text(service.image, writer, Feature.SERVICE) or ""
    alias = _alias(service.name)
    variables = []
    for one in service.env:
        try:
            value = build.text(writer.text(one.value))
        except CannotSay as error:
            said = f"the variable {one.name!r} of the service is left out: {error}"
            writer.lose(Feature.SERVICE, Outcome.MANUAL, said, one)
        else:
            variables.append(build.entry(one.name, value, one.comments))
    if alias == host_name(image) and not variables:
        return build.text(image, service.comments)
    entries = [build.entry("name", build.text(image))]
    if alias and alias != host_name(image):
        entries.append(build.entry("alias", build.text(alias)))
    if variables:
        entries.append(build.entry("variables", build.mapping(*variables)))
    return build.mapping(*entries, comments=service.comments)


def _alias(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]+", "-", name)
