"""Pods of Kubernetes: which containers there are, and which of them serve the others.

https://plugins.jenkins.io/kubernetes/
"""

from msgspec import Struct

from ciconv.converters.docker_service import SOCKET
from ciconv.converters.jenkins.expansion import resolved
from ciconv.converters.jenkins.expressions.read import read_expression, read_template
from ciconv.converters.jenkins.scope import Scope
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import constant, text
from ciconv.ir.job import Container
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar
from ciconv.source import Source, Span
from ciconv.syntax import yaml
from ciconv.syntax.groovy import tree
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence

# programs that a container runs to wait for steps
_WAITING = ("cat", "sleep", "sh", "bash", "tail", "/bin/sh", "/bin/bash", "/bin/cat")


class Pod(Struct, frozen=True, kw_only=True):
    """The containers of a pod; `default`: where steps run that name none."""

    containers: tuple[Container, ...]
    default: Container | None = None
    waiting: frozenset[str] = frozenset()  # those that only wait for steps

    def named(self, name: str) -> Container | None:
        """Return a container by its name."""
        return next((one for one in self.containers if one.name == name), None)


def read_pod(settings: dict[str, tree.Expr], scope: Scope) -> Pod | None:
    """Return the pod of an agent; None where its definition is not at hand."""
    source = _definition(settings, scope)
    if source is None:
        return None
    documents = yaml.parse(source[0], Diagnostics())
    root = documents[0].root if documents else None
    spec = root.get("spec") if isinstance(root, Mapping) else None
    listed = spec.get("containers") if isinstance(spec, Mapping) else None
    if not isinstance(listed, Sequence):
        return None
    nodes = [one for one in listed.items if isinstance(one, Mapping)]
    containers = tuple(_container(one, source[1]) for one in nodes)
    waiting = frozenset(
        one.name for one, node in zip(containers, nodes, strict=True) if _waits(node)
    )
    wanted = settings.get("defaultContainer")
    name = None if wanted is None else constant(read_expression(wanted, scope))
    default = next((one for one in containers if one.name == name), None)
    return Pod(containers=containers, default=default, waiting=waiting)


def _definition(settings: dict[str, tree.Expr], scope: Scope) -> tuple[Source, Span] | None:
    """The YAML of a pod, and where it is spoken of."""
    node = settings.get("yaml")
    if node is not None:
        said = constant(resolved(read_template(node, scope), scope))
        return None if said is None else (Source("pod", said), node.span)
    file = settings.get("yamlFile")
    path = None if file is None else constant(read_expression(file, scope))
    if path is None or file is None:
        return None
    found = scope.context.workspace.readable(path)
    return None if found is None else (found, file.span)


def _container(node: Mapping, span: Span) -> Container:
    image, name = _text(node.get("image")), _text(node.get("name"))
    env = []
    listed = node.get("env")
    for one in listed.items if isinstance(listed, Sequence) else ():
        if isinstance(one, Mapping) and isinstance(one.get("value"), Scalar):
            value = replace(text(_text(one.get("value"))), span=span)
            env.append(EnvVar(name=_text(one.get("name")), value=value, span=span))
    ports = []
    listed = node.get("ports")
    for one in listed.items if isinstance(listed, Sequence) else ():
        if isinstance(one, Mapping) and one.get("containerPort") is not None:
            ports.append(replace(text(_text(one.get("containerPort"))), span=span))
    return Container(
        image=replace(text(image), span=span),
        name=name,
        options=replace(text(_MOUNT), span=span) if _has_docker(node) else None,
        env=tuple(env),
        ports=tuple(ports),
        span=span,
    )


_MOUNT = f"-v {SOCKET}:{SOCKET}"


def _has_docker(node: Mapping) -> bool:
    """Whether a container has the socket of the docker of its machine."""
    listed = node.get("volumeMounts")
    mounts = listed.items if isinstance(listed, Sequence) else ()
    return any(isinstance(one, Mapping) and _text(one.get("mountPath")) == SOCKET for one in mounts)


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _waits(node: Mapping) -> bool:
    """Whether a container does nothing by itself."""
    command = node.get("command") or node.get("args")
    if isinstance(command, Sequence):
        command = command.items[0] if command.items else None
    first = _text(command).split(" ")[0] if command is not None else ""
    return first in _WAITING or _text(node.get("tty")) == "true"
