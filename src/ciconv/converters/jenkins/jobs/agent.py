"""Where a job runs ↔ `agent`.

https://www.jenkins.io/doc/book/pipeline/syntax/#agent
"""

import re
from collections.abc import Iterator

from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.jenkins.jobs.variables import knows_late
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Template, constant
from ciconv.ir.job import Container, Job, Runner
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

_ARCHITECTURES = frozenset({"arm64", "arm"})
_SYSTEMS = {"linux": "linux", "macos": "macos", "windows": "windows"}


def write_agent(job: Job, says: Says, origin: str) -> t.Statement:
    """Return `agent any`, `agent { label … }` or `agent { docker { … } }`; raise CannotSay.

    `origin`: the system whose labels those of the job are.
    """
    if job.container is not None and is_late(job, says):
        raise CannotSay(job.container.image, "it is only known on an agent, and says which it is")
    own = origin == "jenkins"
    usual = job.container is not None and not own and _is_usual(job.runner, says)
    label = None if usual else _label(job.runner, says, own)
    comments = () if job.runner is None else job.runner.comments
    if job.container is not None:
        value: t.Expr = groovy.block("agent", (_docker(job.container, label, says),))
        comments = (*comments, *job.container.comments)
    elif label is None:
        value = groovy.bare("agent", groovy.path("any"))
    else:
        value = groovy.block("agent", (groovy.statement(groovy.bare("label", label)),))
    return groovy.statement(value, comments)


def is_late(job: Job, says: Says) -> bool:
    """Return whether only the agent of a job can tell which image it runs in."""
    if job.container is None:
        return False
    return knows_late(job.container.image, (*says.names.pipeline.env, *job.env), says.names.catalog)


def _is_usual(runner: Runner | None, says: Says) -> bool:
    """Whether it is a machine like all that run containers."""
    if runner is None or runner.group is not None:
        return False
    if not runner.labels:
        return (runner.os or "linux") == "linux" and runner.arch not in _ARCHITECTURES
    if len(runner.labels) > 1:
        return False
    label = (constant(runner.labels[0]) or "").lower()
    info = says.names.catalog.runner(label)
    if info is None or info.size is not None or label == info.os:
        return False  # a system by its own name is a label that agents have
    return info.os == "linux" and info.arch not in _ARCHITECTURES


def _label(runner: Runner | None, says: Says, own: bool) -> t.String | None:
    """The labels that an agent must have, None for any agent."""
    if runner is None:
        return None
    texts = list(dict.fromkeys(_texts(runner, says, own)))
    if runner.group is not None:
        texts.append(says.text(runner.group))
    parts: list[t.Text | t.Interpolation] = []
    for number, one in enumerate(texts):
        if number:
            parts.append(t.Text(value=" && "))
        parts.extend(one.parts)
    if not parts:
        return None
    if all(isinstance(one, t.Text) for one in parts):
        return groovy.literal("".join(one.value for one in parts if isinstance(one, t.Text)))
    return t.String(parts=tuple(parts), quote=t.Quote.DOUBLE)


def _texts(runner: Runner, says: Says, own: bool) -> Iterator[t.String]:
    for label in runner.labels:
        known = constant(label)
        if known is None:
            yield says.text(label)
        elif own:
            yield groovy.literal(quoted_label(known))
        else:
            yield from map(groovy.literal, _words(known, runner, says))
    if not runner.labels:
        yield from map(groovy.literal, (one for one in (runner.os, runner.arch) if one))


def _words(label: str, runner: Runner, says: Says) -> Iterator[str]:
    """The labels for one of the source: a hosted machine is called after its system."""
    if label == "self-hosted" and len(runner.labels) > 1:
        return
    info = says.names.catalog.runner(label.lower())
    if info is None or info.size is not None:
        yield quoted_label(label)
        return
    yield _SYSTEMS[info.os]
    if info.arch in _ARCHITECTURES and info.os != "macos":
        yield info.arch


_LABEL = r"!?[\w.-]+"
_EXPRESSION = re.compile(rf"{_LABEL}(?: *(?:&&|\|\|) *{_LABEL})*")


def quoted_label(label: str) -> str:
    """Return a label, or an expression of labels, as Jenkins takes it: with other signs, quoted."""
    return label if _EXPRESSION.fullmatch(label) else '"' + label.replace('"', "") + '"'


def _docker(container: Container, label: t.String | None, says: Says) -> t.Statement:
    calls = [groovy.bare("image", says.text(container.image))]
    if label is not None:
        calls.append(groovy.bare("label", label))
    arguments = docker_options(container, says)
    if arguments is not None:
        calls.append(groovy.bare("args", arguments))
    if container.username is not None or container.password is not None:
        image = constant(container.image) or ""
        host = image.split("/")[0] if "." in image.split("/")[0] else ""
        if host:
            calls.append(groovy.bare("registryUrl", f"https://{host}"))
        calls.append(groovy.bare("registryCredentialsId", credentials_id(container)))
    statements = tuple(groovy.statement(one) for one in calls)
    return groovy.statement(groovy.block("docker", statements))


def credentials_id(container: Container) -> str:
    """Return the id of the credential a registry asks for, named after the registry."""
    image = constant(container.image) or ""
    first = image.split("/")[0]
    return f"{first}-registry" if "." in first else "docker-hub"


def docker_options(container: Container, says: Says) -> t.String | None:
    """Return what `docker run` is given: volumes, ports, and other options as they are."""
    texts: list[tuple[t.Text | t.Interpolation, ...]] = []
    if _has_none(container):
        texts.append((t.Text(value="--entrypoint="),))
    texts += [_flag("--volume ", "", one, says) for one in container.volumes]
    texts += [_flag("--publish ", "", one, says) for one in container.ports]
    if container.options is not None:
        texts.append(says.text(container.options).parts)
    if not texts:
        return None
    parts: list[t.Text | t.Interpolation] = []
    for number, one in enumerate(texts):
        parts += [t.Text(value=" "), *one] if number else one
    if all(isinstance(one, t.Text) for one in parts):
        return groovy.literal("".join(one.value for one in parts if isinstance(one, t.Text)))
    return t.String(parts=tuple(parts), quote=t.Quote.DOUBLE)


def _has_none(container: Container) -> bool:
    """Whether GitLab is told to start nothing, or a shell, in the place of the entrypoint."""
    return any(one.key == "image:entrypoint" and not one.matters for one in container.extras)


def has_entrypoint(container: Container, origin: str) -> bool:
    """Return whether Jenkins starts an entrypoint that the other system does not.

    Those of official images run what they are given, and images for CircleCI have none.
    https://github.com/docker-library/official-images#consistency
    """
    image = constant(container.image)
    if origin not in ("github", "circleci") or "--entrypoint" in (
        constant(container.options) or ""
    ):
        return False
    return image is None or "/" in image and not image.startswith(_WITHOUT)


_WITHOUT = ("cimg/", "circleci/", "docker.io/library/", "library/", "mcr.microsoft.com/")


def _flag(
    flag: str, name: str, value: Template, says: Says
) -> tuple[t.Text | t.Interpolation, ...]:
    known = constant(value)
    if known is not None:
        word = f"{name}{known}"
        plain = re.fullmatch(r"[\w./:=@%+,-]*", word)
        return (t.Text(value=flag + (word if plain else "'" + word.replace("'", "'\\''") + "'")),)
    return (t.Text(value=flag + name), *says.text(value).parts)
