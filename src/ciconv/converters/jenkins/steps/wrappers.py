"""Steps with a block: what they say of the steps inside.

https://www.jenkins.io/doc/pipeline/steps/workflow-basic-steps/
"""

from collections.abc import Callable

from msgspec.structs import replace as struct_replace

from ciconv.converters.jenkins.credentials import pair, secret, secret_name
from ciconv.converters.jenkins.expansion import expanded, resolved
from ciconv.converters.jenkins.expressions.methods import items_of
from ciconv.converters.jenkins.expressions.read import read_expression, read_template
from ciconv.converters.jenkins.expressions.unknown import as_template, is_known
from ciconv.converters.jenkins.scope import Scope, asks_the_machine
from ciconv.converters.jenkins.steps.conditions import limited, repeated, tolerated
from ciconv.converters.jenkins.steps.frame import Frame, Notes, Place
from ciconv.converters.jenkins.steps.kept_files import given
from ciconv.converters.jenkins.steps.known import counts_silence, duration
from ciconv.converters.jenkins.steps.locks import lock_of
from ciconv.converters.jenkins.steps.outcomes import blemished, failing_later
from ciconv.converters.jenkins.steps.servers import provided, registry_of, secret_file
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar, Group, Run, Step, Use
from ciconv.ir.walk import steps_of
from ciconv.syntax.groovy import tree

# reads the steps of a block
ReadBlock = Callable[[tree.Block, Place], tuple[Step, ...]]
Wrapper = Callable[[tree.Call, tree.Closure, Place, ReadBlock], tuple[Step, ...] | None]


def read_wrapper(
    call: tree.Call, body: tree.Closure, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    """Return the steps of a call with a block; None for one that nobody knows."""
    wrapper = _WRAPPERS.get(call.name)
    if wrapper is not None:
        return wrapper(call, body, place, read)
    brought = provided(call, place)
    if brought is None:
        return None
    env, steps = brought
    frame = replace_frame(_with(place.frame, env), registry=registry_of(call, place))
    return (*steps, *_told(_inside(frame, body, place, read), call, place))


def _inside(frame: Frame, body: tree.Closure, place: Place, read: ReadBlock) -> tuple[Step, ...]:
    inner = place.scoped(place.scope.inner()).within(frame)
    shared = place.scope.shared
    outer = dict(shared.env)
    shared.env |= {one.name: one.value for one in (*frame.env, *frame.exports)}
    found = read(body.body, inner)
    shared.env = outer | {name: None for name in shared.changed}
    return found


def _plain(
    call: tree.Call, body: tree.Closure, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    return read(body.body, place.scoped(place.scope.inner()))


def _cosmetic(
    call: tree.Call, body: tree.Closure, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    """What changes how the log looks."""
    place.notes.keep(f"steps.{call.name}", call.function)
    return _plain(call, body, place, read)


def _dir(
    call: tree.Call, body: tree.Closure, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    node = given(call, "path")
    if node is None or node is body:
        return None
    folder = read_template(node, place.scope)
    if not is_known(folder):
        return None
    frame = replace_frame(place.frame, directory=place.frame.inside(folder))
    return _told(_inside(frame, body, place, read), call, place)


def _told(steps: tuple[Step, ...], call: tree.Call, place: Place) -> tuple[Step, ...]:
    """The steps; what is around them is told of where none of them shows it."""
    if call.arguments and not any(map(_is_converted, steps_of(steps))):
        place.notes.say("no step that was converted is in here", call.arguments[0])
    return steps


def _is_converted(step: Step) -> bool:
    """Whether a step shows what is around it: one that is kept as it is written does not."""
    if isinstance(step, Run):
        return is_known(step.script)
    return not isinstance(step, Use | Group)


def replace_frame(frame: Frame, **changes: object) -> Frame:
    """Return a frame with something else in it."""
    return struct_replace(frame, **changes)


def _with_env(
    call: tree.Call, body: tree.Closure, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    node = given(call, "overrides")
    items = None if node is None else items_of(node, place.scope)
    if items is None:
        return None
    found = [_assignment(item, scope) for item, scope in items]
    env = tuple(one for one in found if one is not None)
    if len(env) < len(found):
        return None
    return _told(_inside(_with(place.frame, env), body, place, read), call, place)


def _with(frame: Frame, env: tuple[EnvVar, ...]) -> Frame:
    """The frame with variables, each of which wins over one of its name outside."""
    new = {one.name for one in env}
    kept = (one for one in frame.env if one.name not in new)
    exported = (one for one in frame.exports if one.name not in new)
    outside = [one for one in env if asks_the_machine(one.value)]
    return replace_frame(
        frame,
        env=(*kept, *(one for one in env if one not in outside)),
        exports=(*exported, *outside),
    )


def _assignment(node: tree.Expr, scope: Scope) -> EnvVar | None:
    """`NAME=value`; `PATH+X=folder` puts a folder first."""
    template = read_template(node, scope)
    first = template.parts[0] if template.parts else None
    begin = constant(first) if isinstance(first, Literal) else None
    if begin is None or "=" not in begin or not is_known(template):
        return None
    name, _, rest = begin.partition("=")
    parts: tuple[Expr, ...] = (Literal(value=rest, span=template.span), *template.parts[1:])
    name, plus, _ = name.partition("+")
    if plus:
        old = Ref(path=("env", name), span=template.span)
        parts = (*parts, Literal(value=":", span=template.span), old)
    value = expanded(as_template(Template(parts=parts, span=template.span)))
    # one that the step has from outside has no value yet where the system works this one out
    value = resolved(value, scope)
    return EnvVar(name=name, value=value, span=template.span)


def _with_credentials(
    call: tree.Call, body: tree.Closure, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    node = given(call, "bindings")
    items = None if node is None else items_of(node, place.scope)
    if items is None:
        return None
    env: list[EnvVar] = []
    files: list[Step] = []
    for item, scope in items:
        found = _binding(item, scope, place)
        if found is None:
            return None
        env += found[0]
        files += found[1]
    steps = _inside(_with(place.frame, tuple(env)), body, place, read)
    return (*files, *_told(steps, call, place))


def _binding(
    node: tree.Expr, scope: Scope, place: Place
) -> tuple[tuple[EnvVar, ...], tuple[Step, ...]] | None:
    node = tree.plain(node)
    if not isinstance(node, tree.Call):
        return None
    said = {
        one.name: constant(read_expression(one.value, scope))
        for one in node.arguments
        if one.name is not None
    }
    id = said.get("credentialsId")
    kind = _BINDINGS.get(node.name)
    if id is None or kind is None or None in said.values():
        return None
    texts = {name: value for name, value in said.items() if name and value is not None}
    return kind(texts, secret_name(id), node, place)


_Bound = tuple[tuple[EnvVar, ...], tuple[Step, ...]] | None


def _text(said: dict[str, str], name: str, node: tree.Call, place: Place) -> _Bound:
    variable = said.get("variable", "")
    return ((EnvVar(name=variable, value=secret(name, node.span), span=node.span),), ())


def _user(said: dict[str, str], name: str, node: tree.Call, place: Place) -> _Bound:
    user, password = said.get("usernameVariable", ""), said.get("passwordVariable", "")
    return (
        (
            EnvVar(name=user, value=secret(f"{name}_USR", node.span), span=node.span),
            EnvVar(name=password, value=secret(f"{name}_PSW", node.span), span=node.span),
        ),
        (),
    )


def _joined(said: dict[str, str], name: str, node: tree.Call, place: Place) -> _Bound:
    variable = said.get("variable", "")
    return ((EnvVar(name=variable, value=pair(name, node.span), span=node.span),), ())


def _file(said: dict[str, str], name: str, node: tree.Call, place: Place) -> _Bound:
    return _written(said.get("variable", ""), name, node, place)


def _key(said: dict[str, str], name: str, node: tree.Call, place: Place) -> _Bound:
    found = _written(said.get("keyFileVariable", ""), name, node, place)
    if found is None:
        return None
    env, steps = found
    for word, suffix in (("usernameVariable", "_USR"), ("passphraseVariable", "_PSW")):
        if word in said:
            value = secret(f"{name}{suffix}", node.span)
            env = (*env, EnvVar(name=said[word], value=value, span=node.span))
    return env, steps


def _written(variable: str, name: str, node: tree.Call, place: Place) -> _Bound:
    known, step = secret_file(variable, name, node.span, place)
    return (known,), (step,)


_BINDINGS: dict[str, Callable[[dict[str, str], str, tree.Call, Place], _Bound]] = {
    "string": _text,
    "usernamePassword": _user,
    "usernameColonPassword": _joined,
    "file": _file,
    "sshUserPrivateKey": _key,
}


def _timeout(
    call: tree.Call, body: tree.Closure, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    """A limit; one on silence alone leaves the steps as they are, and nobody else has it."""
    if counts_silence(call.named("activity"), place):
        place.notes.keep("steps.timeout.activity", call.function)
        return _plain(call, body, place, read)
    seconds = duration(call, place, 60)
    if seconds is None:
        return None
    minutes = Literal(value=seconds / 60, span=call.span)
    steps = _plain(call, body, place, read)
    return None if steps is None else limited(minutes, steps, call.span)


def _retry(
    call: tree.Call, body: tree.Closure, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    node = given(call, "count")
    value = None if node is None else read_expression(node, place.scope)
    if not isinstance(value, Literal) or not isinstance(value.value, float):
        return None
    if call.named("conditions") is not None:
        return None
    steps = _plain(call, body, place, read)
    return None if steps is None else repeated(int(value.value), steps, call.span)


def _catch_error(
    call: tree.Call, body: tree.Closure, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    """A failure inside does not end the job; without `buildResult` the build fails at its end."""
    node = call.named("buildResult")
    result = "FAILURE" if node is None else constant(read_expression(node, place.scope))
    if result not in ("SUCCESS", "UNSTABLE", "FAILURE"):
        return None
    is_kept = not place.scope.context.expand and len(body.body.statements) != 1
    if result == "FAILURE" and is_kept:  # its steps have no names to ask for
        return None
    steps = _plain(call, body, place, read) or ()
    tolerant = tolerated(
        Literal(value=True, span=call.function.span), steps, call.span, _names(place)
    )
    for name in ("message", "stageResult"):
        value = call.named(name)
        usual = isinstance(value, tree.String) and value.constant == "UNSTABLE"
        if value is not None and not usual:  # a warning is what all systems show
            place.notes.keep(f"steps.catchError.{name}", value)
    of_stage = _result(call.named("stageResult"), result, place)
    tolerant = blemished(tolerant, result, of_stage, place)
    return tolerant if result != "FAILURE" else _failing_later(tolerant, call, place)


def _result(node: tree.Expr | None, usual: str, place: Place) -> str:
    """The result that an argument names; what nobody knows is the usual one."""
    known = None if node is None else constant(read_expression(node, place.scope))
    return known or usual


def _failing_later(steps: tuple[Step, ...], call: tree.Call, place: Place) -> tuple[Step, ...]:
    """The steps, and what ends the job as a failure when one failed; it stands behind the block."""
    if len(steps) == 1 and not isinstance(steps[0], Group):
        steps = (replace(steps[0], id=steps[0].id or place.notes.unique("tolerated")),)
    for step in steps_of(steps):
        if step.id and not isinstance(step, Group):
            failing_later(step.id, "failure", place, call.function.span)
    return steps


def _names(place: Place) -> Notes | None:
    """What gives names to steps that others ask for; who keeps the format needs none."""
    return place.notes if place.scope.context.expand else None


def _warn_error(
    call: tree.Call, body: tree.Closure, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    steps = _plain(call, body, place, read) or ()
    node = given(call, "message")
    if node is not None and node is not body:
        place.notes.keep("steps.warnError.message", node)
    tolerant = tolerated(
        Literal(value=True, span=call.function.span), steps, call.span, _names(place)
    )
    return blemished(tolerant, "UNSTABLE", "UNSTABLE", place)


def _stage(
    call: tree.Call, body: tree.Closure, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    node = given(call, "name")
    steps = _plain(call, body, place, read) or ()
    if node is None or node is body:
        return None
    name = read_template(node, place.scope)
    id = place.notes.unique(constant(name) or "stage")
    return (Group(id=id, name=name, steps=steps, span=call.span),)


def _container(
    call: tree.Call, body: tree.Closure, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    node = given(call, "name")
    name = None if node is None else constant(read_expression(node, place.scope))
    if name is None:
        return None
    frame = replace_frame(place.frame, container=f"pod:{name}")
    if node is not None and name not in place.scope.shared.containers:
        place.notes.say("no pod that is at hand has such a container", node)
    return _told(_inside(frame, body, place, read), call, place)


def _lock(
    call: tree.Call, body: tree.Closure, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    """Steps that take turns with those of other builds: the whole job does, then."""
    turns = lock_of(call, place)
    if turns is None or place.notes.turns:
        return None
    place.notes.turns.append(turns)
    place.notes.say("the whole job takes turns with others, not these steps alone", call.function)
    return _plain(call, body, place, read)


_WRAPPERS: dict[str, Wrapper] = {
    "lock": _lock,
    "script": _plain,
    "steps": _plain,
    "dir": _dir,
    "withEnv": _with_env,
    "withCredentials": _with_credentials,
    "timeout": _timeout,
    "retry": _retry,
    "catchError": _catch_error,
    "warnError": _warn_error,
    "stage": _stage,
    "container": _container,
    "timestamps": _cosmetic,
    "ansiColor": _cosmetic,
}
