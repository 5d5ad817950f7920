"""`agent`: machines, containers and pods.

https://www.jenkins.io/doc/book/pipeline/syntax/#agent
"""

import re

from msgspec import Struct
from msgspec.structs import replace as struct_replace

from ciconv.converters.jenkins.credentials import secret, secret_name
from ciconv.converters.jenkins.expansion import resolved
from ciconv.converters.jenkins.expressions.read import read_expression, read_template
from ciconv.converters.jenkins.expressions.unknown import is_known
from ciconv.converters.jenkins.jobs.beside import build
from ciconv.converters.jenkins.jobs.pods import Pod, read_pod
from ciconv.converters.jenkins.scope import Scope
from ciconv.converters.jenkins.sections import Directive, Section, directive, extra
from ciconv.converters.jenkins.steps.images import qualified
from ciconv.converters.jenkins.steps.servers import host_of
from ciconv.ir.expression import Template, constant, text
from ciconv.ir.job import Container, Runner
from ciconv.ir.node import replace
from ciconv.ir.step import Extra, Run
from ciconv.source import Span
from ciconv.syntax.groovy import tree


class Machine(Struct, frozen=True, kw_only=True, eq=False):
    """Where stages run. Stages of one Machine share its workspace."""

    runner: Runner | None = None
    container: Container | None = None
    pod: Pod | None = None
    extras: tuple[Extra, ...] = ()
    build: Run | None = None  # what makes the image of its container
    options: Template | None = None  # for the container of that image
    reuses: bool = False  # stands in the workspace of the agent around it
    missing: str = ""  # what has to be there before any step: an image nobody built
    span: Span | None = None


def read_agent(agent: Directive, scope: Scope) -> Machine | None:
    """Return the machine of `agent …`; None for `agent none`."""
    if agent.values:
        if is_none(agent):
            return None
        return Machine(runner=Runner(span=agent.span), span=agent.span)
    kind = directive(agent.body.statements[0]) if agent.body.statements else None
    if kind is None:
        return Machine(runner=Runner(span=agent.span))
    if kind.name == "none":
        return None
    reader = _KINDS.get(kind.name)
    if reader is None:
        return Machine(
            runner=Runner(span=agent.span), extras=(extra("agent", kind.statement),), span=kind.span
        )
    return reader(kind, _settings(kind, scope), scope)


def is_none(agent: Directive) -> bool:
    """Return whether it is `agent none`, with quotes or without."""
    word = next(iter(agent.values), None)
    said = word.constant if isinstance(word, tree.String) else None
    return said == "none" or (isinstance(word, tree.Name) and word.name == "none")


Settings = dict[str, tree.Expr]


def _settings(kind: Directive, scope: Scope) -> Settings:
    """What stands in the braces of an agent, or between its parentheses."""
    found: Settings = {}
    for one in Section(kind.body).rest():
        if one.values:
            found[one.name] = one.values[0]
    for argument in kind.arguments:
        if argument.name is not None:
            found[argument.name] = argument.value
    if kind.values:
        found[""] = kind.values[0]
    return found


def runner_of(label: Template | None, span: Span) -> Runner:
    """Return labels that a machine must all have; any other expression of labels is one label."""
    if label is None:
        return Runner(span=span)
    said = constant(label)
    if said is None:
        return Runner(labels=(label,), span=span)
    words = [one.strip() for one in said.split("&&")]
    if not all(re.fullmatch(r"[^\s!|()<>-][^\s!|()<>]*", one) for one in words):
        words = [said] if said.strip() else []
    return Runner(labels=tuple(text(one, of=label) for one in words), span=span)


def is_unix(machine: Machine | None) -> bool | None:
    """Return whether a machine is no Windows, by its labels; None where the run chooses it."""
    if machine is None or machine.container is not None or machine.runner is None:
        return True
    said = [constant(one) for one in machine.runner.labels]
    known = " ".join(one for one in said if one is not None).lower()
    if re.search(r"win(?:dows|\d|\b)", known):
        return False
    return None if None in said else True


def _label(settings: Settings, scope: Scope) -> Template | None:
    node = settings.get("label")
    found = None if node is None else _said(node, scope)
    return found if found is not None and is_known(found) else None


def _said(node: tree.Expr, scope: Scope) -> Template:
    """A text about a machine, which is chosen where no variable of the pipeline is seen."""
    return resolved(read_template(node, scope), scope)


def _unknown_label(settings: Settings, scope: Scope) -> tuple[Extra, ...]:
    """A label that only the run knows, to be told of."""
    node = settings.get("label")
    if node is None or is_known(read_template(node, scope)):
        return ()
    return (extra("agent.label", node),)


def _any(kind: Directive, settings: Settings, scope: Scope) -> Machine:
    return Machine(runner=Runner(span=kind.span), span=kind.span)


def _of_label(kind: Directive, settings: Settings, scope: Scope) -> Machine:
    node = settings.get("label") or settings.get("")
    label = None if node is None else _said(node, scope)
    return Machine(
        runner=runner_of(label, kind.span),
        extras=_kept(settings, ("customWorkspace", "retries")),
        span=kind.span,
    )


def _kept(settings: Settings, names: tuple[str, ...]) -> tuple[Extra, ...]:
    return tuple(extra(f"agent.{name}", settings[name]) for name in names if name in settings)


_IDLE = ("alwaysPull", "customWorkspace", "additionalBuildArgs", "retries")


def _docker(kind: Directive, settings: Settings, scope: Scope) -> Machine:
    node = settings.get("image") or settings.get("")
    image = text("") if node is None else _said(node, scope)
    found = _at_registry(image, settings, scope)
    container = Container(image=image if found is None else found, span=kind.span)
    container = _with_options(container, settings, scope)
    idle = [one for one in _IDLE if one != "alwaysPull" or not _is_true(settings.get(one), scope)]
    idle += ["registryUrl"] if found is None else []
    return Machine(
        runner=runner_of(_label(settings, scope), kind.span),
        container=container,
        extras=(
            *_kept(settings, tuple(idle)),
            *_entrypoint(settings, scope),
            *_unknown_label(settings, scope),
        ),
        reuses=_is_true(settings.get("reuseNode"), scope),
        span=kind.span,
    )


def _at_registry(image: Template, settings: Settings, scope: Scope) -> Template | None:
    """The image where its registry is; None where only the run knows that."""
    url = settings.get("registryUrl")
    if url is None:
        return image
    found = _said(url, scope)
    if not is_known(found):
        return None
    host = host_of(found)
    known = constant(host)
    return qualified(image, host if known is None else text(known.partition("/")[0], of=host))


def _entrypoint(settings: Settings, scope: Scope) -> tuple[Extra, ...]:
    """A program of the image that is started beside the steps; no other system starts one."""
    node = settings.get("args")
    said = None if node is None else constant(_said(node, scope))
    if node is None or said is None or not _ENTRYPOINT.search(_NO_ENTRYPOINT.sub(" ", said)):
        return ()
    return (extra("agent.entrypoint", node),)


def _without_entrypoint(options: Template) -> Template | None:
    """The options but for the entrypoint, as none is started elsewhere."""
    said = constant(options)
    if said is None or "--entrypoint" not in said:
        return options
    rest = _ENTRYPOINT.sub(" ", _NO_ENTRYPOINT.sub(" ", said)).strip()
    return text(rest, of=options) if rest else None


_ENTRYPOINT = re.compile(r"(?:^|\s)--entrypoint(?:=|\s+)\S+")
_NO_ENTRYPOINT = re.compile(r"""(?:^|\s)--entrypoint(?:=|\s+)(?:''|""|(?=\s|$))""")


def _with_options(container: Container, settings: Settings, scope: Scope) -> Container:
    options = settings.get("args")
    if options is not None:
        container = replace(container, options=_without_entrypoint(_said(options, scope)))
    key = settings.get("registryCredentialsId")
    if key is not None:
        name = secret_name(constant(read_expression(key, scope)) or "registry")
        container = replace(
            container,
            username=secret(f"{name}_USR", key.span),
            password=secret(f"{name}_PSW", key.span),
        )
    return container


_OF_FILES = ("registryUrl", "registryCredentialsId", "alwaysPull", "customWorkspace", "retries")


def _dockerfile(kind: Directive, settings: Settings, scope: Scope) -> Machine:
    given = {
        name: _said(settings[name], scope) if name in settings else text(usual)
        for name, usual in _OF_IMAGES.items()
    }
    machine = Machine(
        runner=runner_of(_label(settings, scope), kind.span),
        reuses=_is_true(settings.get("reuseNode"), scope),
        span=kind.span,
    )
    if not scope.context.expand or not all(map(is_known, given.values())):
        missing = "the image of the agent has to be built from its Dockerfile"
        kept = (extra("agent", kind.statement),)
        return struct_replace(machine, extras=kept, missing=missing)
    folder, file, options = given["dir"], given["filename"], given["additionalBuildArgs"]
    return struct_replace(
        machine,
        build=build("agent", folder, file, options, kind.span),
        options=given["args"] if given["args"].parts else None,
        extras=(*_kept(settings, _OF_FILES), *_unknown_label(settings, scope)),
    )


_OF_IMAGES = {"dir": ".", "filename": "Dockerfile", "additionalBuildArgs": "", "args": ""}


def _kubernetes(kind: Directive, settings: Settings, scope: Scope) -> Machine:
    pod = read_pod(settings, scope)
    if pod is not None:
        scope.shared.containers.update(one.name for one in pod.containers)
    is_usual = pod is None and not settings  # steps run where they would without one
    kept = [one for one in settings if one not in ("yaml", "yamlFile", "defaultContainer", "label")]
    return Machine(
        runner=Runner(span=kind.span),
        container=None if pod is None else pod.default,
        pod=pod,
        extras=_kept(settings, tuple(kept)),
        missing="" if pod is not None or is_usual else "the containers of the pod are not known",
        span=kind.span,
    )


def _is_true(node: tree.Expr | None, scope: Scope) -> bool:
    return node is not None and constant(read_expression(node, scope)) == "true"


_KINDS = {
    "any": _any,
    "label": _of_label,
    "node": _of_label,
    "docker": _docker,
    "dockerfile": _dockerfile,
    "kubernetes": _kubernetes,
}
