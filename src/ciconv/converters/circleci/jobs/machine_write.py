"""What a job runs on, in CircleCI's words.

https://circleci.com/docs/guides/execution-managed/executor-intro/
"""

import re

from ciconv.converters.circleci.jobs.writer import Writer
from ciconv.converters.circleci.shells import DEFAULT, MIXED
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Ref, Template, constant
from ciconv.ir.job import Container, Job, Runner
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping

_UBUNTU = re.compile(r"ubuntu-(\d\d)\.(\d\d)(-arm)?")
_BASE = "cimg/base:current"  # beside services, when a job names no image
_XCODE = "16.4.0"
_MACOS = "xcode-"  # how the labels of macOS begin


def write_machine(job: Job, writer: Writer, origin: str) -> list[Entry]:
    """Return `docker`, `machine` or `macos`, and `resource_class`; `origin`: the job's format."""
    if job.container is not None or job.services:
        # beside a job on GitHub's machines services have no names, but ports
        return _docker(job, writer, named=job.container is not None or origin != "github")
    if job.runner is None:
        said = "nothing says where the job runs: it gets a machine of CircleCI"
        writer.lose(Feature.RUNNER, Outcome.APPROXIMATED, said, job)
        return _virtual("", None)
    if origin == "circleci" and (labels := [constant(one) or "" for one in job.runner.labels]):
        return _of_image(labels[0], job.runner)
    return _of_runner(job.runner, writer)


def _of_image(image: str, runner: Runner) -> list[Entry]:
    """The machine with an image of CircleCI's own."""
    if not image.startswith(_MACOS):
        return _virtual(image, runner.size)
    xcode = build.mapping(("xcode", build.text(image.removeprefix(_MACOS))))
    size = [build.entry("resource_class", build.text(runner.size))] if runner.size else []
    return [build.entry("macos", xcode), *size]


def _docker(job: Job, writer: Writer, *, named: bool) -> list[Entry]:
    images = []
    if job.container is not None:
        images.append(_image(job.container, writer, named=False))
    else:
        images.append(build.mapping(("image", build.text(_BASE))))
        at = job.runner or job
        said = f"the job runs in {_BASE!r} beside its services, which has fewer tools"
        for feature in (Feature.RUNNER, Feature.CONTAINER):
            writer.lose(feature, Outcome.APPROXIMATED, said, at)
    images += [_image(one, writer, named=named and one.host != "localhost") for one in job.services]
    entries = [build.entry("docker", build.sequence(*images))]
    if job.container is not None and job.runner is not None:
        size = _size(job.runner)
        said = "the container runs on a machine of CircleCI"
        writer.lose(Feature.RUNNER, Outcome.LOWERED, said, job.runner)
        if size:
            entries.append(build.entry("resource_class", build.text(size)))
    return entries


def _size(runner: Runner) -> str:
    if runner.size:
        return runner.size
    labels = [constant(one) or "" for one in runner.labels]
    return "arm.medium" if runner.arch == "arm64" or any("-arm" in one for one in labels) else ""


def _image(container: Container, writer: Writer, *, named: bool) -> Mapping:
    entries = writer.entry("image", container.image, Feature.CONTAINER)
    if not entries:
        entries.append(build.entry("image", build.text(_BASE)))  # said to be a makeshift
    if named and container.name:
        entries.append(build.entry("name", build.text(container.name)))
    feature = Feature.SERVICE if container.name else Feature.CONTAINER
    login = []
    for key, value in (("username", container.username), ("password", container.password)):
        if value is not None:
            login.append(build.entry(key, build.text(_credential(value, feature, writer))))
    if login:
        entries.append(build.entry("auth", build.mapping(*login)))
    variables = [
        entry for one in container.env for entry in writer.entry(one.name, one.value, feature)
    ]
    if variables:
        entries.append(build.entry("environment", build.mapping(*variables)))
        if not container.name:
            said = "the variables of the container are there for the steps of the job as well"
            writer.lose(feature, Outcome.APPROXIMATED, said, container)
            for one in container.env:
                said = f"the variable {one.name!r} of the container is there for each step"
                writer.lose(Feature.VARIABLE, Outcome.LOWERED, said, one)
    entries += _rest(container, feature, writer)
    return build.mapping(*entries, comments=container.comments)


def _rest(container: Container, feature: Feature, writer: Writer) -> list[Entry]:
    """What of a container has no key: its volumes, its options, ports under other numbers."""
    entries = [
        build.entry(one.key, one.value, one.comments)
        for one in container.extras
        if one.format == "circleci"
    ]
    for volume in container.volumes:
        said = "volumes are left out: nothing can be mounted"
        writer.lose(feature, Outcome.MANUAL, said, volume)
    for port in container.ports:
        outer, _, inner = (constant(port) or "").partition(":")
        if inner and outer != inner.split("/")[0]:
            said = f"the port {constant(port)!r} is the container's own one, on localhost"
            writer.lose(feature, Outcome.APPROXIMATED, said, port)
        else:
            said = "all ports of the container are there on localhost"
            writer.lose(feature, Outcome.LOWERED, said, port)
    if container.options is not None:
        user = re.fullmatch(r"--user[ =](\S+)", (constant(container.options) or "").strip())
        if user:
            entries.append(build.entry("user", build.text(user[1])))
        else:
            said = "the options of docker are left out, and nothing waits until it is healthy"
            writer.lose(feature, Outcome.APPROXIMATED, said, container.options)
    return entries


def _credential(value: Template, feature: Feature, writer: Writer) -> str:
    """A name or a password: secrets are variables of the project."""
    (part,) = value.parts if len(value.parts) == 1 else (None,)
    if isinstance(part, Ref) and part.path[0] in ("secrets", "vars"):
        writer.lose(Feature.SECRET, Outcome.MANUAL, f"create the variable {part.path[1]!r}", value)
        return f"${part.path[1]}"
    try:
        return writer.text(value)
    except CannotSay as error:
        said = f"create the variable 'DOCKER_LOGIN', with who logs in: {error}"
        writer.lose(feature, Outcome.MANUAL, said, error.expr)
        return "$DOCKER_LOGIN"


def _of_runner(runner: Runner, writer: Writer) -> list[Entry]:
    labels = [constant(one) for one in runner.labels]
    if not labels or None in labels:
        return _unknown(runner, writer)
    known = [one or "" for one in labels]
    if "self-hosted" in known:
        return _own(known, runner, writer)
    for label in known:
        entries = machine_of(label)
        if entries is not None:
            said = f"the machine {label!r} became one of CircleCI, with other tools installed"
            writer.lose(Feature.RUNNER, Outcome.APPROXIMATED, said, runner)
            return entries
    return _own(known, runner, writer)


def _unknown(runner: Runner, writer: Writer) -> list[Entry]:
    if not runner.labels:
        system = {"macos": "macos-latest", "windows": "windows-latest"}.get(runner.os or "")
        said = "the job runs on a machine of CircleCI"
        writer.lose(Feature.RUNNER, Outcome.LOWERED, said, runner)
        usual = "ubuntu-24.04-arm" if runner.arch == "arm64" else "ubuntu-latest"
        return machine_of(system or usual) or []
    said = "which machine it is has to be known before: it became the usual one"
    writer.lose(Feature.RUNNER, Outcome.MANUAL, said, runner)
    return machine_of("ubuntu-latest") or []


def _own(labels: list[str], runner: Runner, writer: Writer) -> list[Entry]:
    """A machine of the owner: a resource class of the same name."""
    own = [one for one in labels if one not in ("self-hosted", "linux", "x64")]
    named = next((one for one in own if "/" in one), "")
    name = (
        named or f"your-namespace/{re.sub(r'[^a-z0-9-]+', '-', '-'.join(own).lower()) or 'linux'}"
    )
    said = f"the machine is one of your own: create the resource class {name!r}"
    writer.lose(Feature.RUNNER, Outcome.MANUAL, said, runner)
    entries = [
        build.entry("machine", build.boolean(True)),
        build.entry("resource_class", build.text(name)),
    ]
    if any(one.startswith("windows") for one in labels):
        entries.append(build.entry("shell", build.text("pwsh.exe")))
    return entries


def machine_of(label: str) -> list[Entry] | None:
    """Return the machine that is most like one of GitHub's; None for a label of somebody else."""
    ubuntu = _UBUNTU.fullmatch(label)
    if ubuntu:
        year, month, arm = ubuntu.groups()
        image = f"ubuntu-{year}{month}:current" if year in ("22", "24") else "ubuntu-2204:current"
        return _virtual(image, "arm.medium" if arm else None)
    if label.startswith("ubuntu-"):
        return _virtual("ubuntu-2404:current", None)
    if label.startswith("macos-"):
        macos = build.mapping(("xcode", build.text(_XCODE)))
        size = build.entry("resource_class", build.text("m4pro.medium"))
        shell = build.entry("shell", build.text("/bin/bash -eo pipefail"))  # not a login shell
        return [build.entry("macos", macos), size, shell]
    if label.startswith("windows-"):
        year = "2025" if "2025" in label else "2022"
        named = build.text(f"windows-server-{year}-gui:current")
        # as in CircleCI's own orb: its schema knows no size of Windows beside `machine`
        machine = build.mapping(("image", named), ("resource_class", build.text("windows.medium")))
        shell = build.entry("shell", build.text("pwsh.exe"))
        return [build.entry("machine", machine), shell]
    return None


def _virtual(image: str, size: str | None) -> list[Entry]:
    named = image or "ubuntu-2404:current"
    entries = [build.entry("machine", build.mapping(("image", build.text(named))))]
    if size:
        entries.append(build.entry("resource_class", build.text(size)))
    return entries


def is_fixed(runner: Runner | None) -> bool:
    """Whether the machine does not depend on the matrix."""
    return runner is None or all(constant(one) is not None for one in runner.labels)


def default_shell(job: Job) -> str:
    """Return the shell that CircleCI runs scripts with on the machine of a job."""
    labels = () if job.runner is None else job.runner.labels
    if job.runner is not None and not labels and job.runner.os == "windows":
        return "pwsh"
    return shell_of_labels(tuple(constant(one) or "" for one in labels))


def shell_of_labels(labels: tuple[str, ...]) -> str:
    """Return the shell of machines; MIXED where it is one on some and another one on others."""
    windows = {one.startswith("windows") for one in labels}
    if windows == {True, False} and "" not in labels and "self-hosted" not in labels:
        return MIXED
    return "pwsh" if True in windows else DEFAULT
