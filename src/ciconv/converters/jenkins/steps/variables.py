"""Variables of scripts: what is known of them, and what a step has to find out."""

from collections.abc import Iterator

from msgspec.structs import replace as struct_replace

from ciconv.converters.jenkins.expressions.methods import JSON, value_of
from ciconv.converters.jenkins.expressions.read import read_expression, read_template
from ciconv.converters.jenkins.expressions.unknown import is_known, raw
from ciconv.converters.jenkins.jobs.outputs import OUTPUT
from ciconv.converters.jenkins.scope import Data, Value
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.images import image_steps, made_image
from ciconv.converters.jenkins.steps.kept_files import given
from ciconv.converters.jenkins.steps.outcomes import set_result
from ciconv.converters.jenkins.steps.scripts import (
    capture,
    capture_status,
    export,
    export_variable,
    make_run,
    quoted,
    read_script_step,
    script,
    script_of,
)
from ciconv.ir.expression import Call, Expr, Literal, Op, Ref, constant, operation
from ciconv.ir.node import replace
from ciconv.ir.step import Run, Step
from ciconv.syntax.groovy import tree

_SAME = frozenset(("trim", "strip", "toString"))


def read_declaration(node: tree.Declaration, place: Place) -> tuple[Step, ...] | None:
    """Return the steps that find out the value of new variables; None when that is unknown."""
    if node.unpacks or len(node.targets) > 1 and node.value is not None:
        return None
    name = node.targets[0].name
    if node.value is None:
        for target in node.targets:
            place.scope.declare(target.name, None)
        return ()
    return _set(name, node.value, place, node, declare=True)


def read_assignment(node: tree.Assignment, place: Place) -> tuple[Step, ...] | None:
    """Return the steps of an assignment; None when what it does is unknown."""
    target = tree.plain(node.target)
    if isinstance(target, tree.Property) and _is_output(target):
        value = read_template(node.value, place.scope)
        if is_known(value):
            place.notes.outputs[str(target.name)] = value
            return ()
    if isinstance(target, tree.Property | tree.Index):
        return _set_member(target, node, place)
    if not isinstance(target, tree.Name):
        return None
    if node.op == "=":
        return _set(target.name, node.value, place, node, declare=False)
    if node.op == "+=" and place.scope.get(target.name) is not None:
        both = tree.Binary(span=node.span, op="+", left=target, right=node.value)
        return _set(target.name, both, place, node, declare=False)
    return None


def _is_output(target: tree.Property) -> bool:
    """Whether it is a variable that an output of a job was written as."""
    base = tree.plain(target.base)
    is_env = isinstance(base, tree.Name) and base.name == "env"
    return is_env and OUTPUT.fullmatch(str(target.name)) is not None


def _set(
    name: str, value: tree.Expr, place: Place, node: tree.Node, *, declare: bool
) -> tuple[Step, ...] | None:
    found = found_out(value, name, place)
    if found is not None:
        _store(name, found[1], place, declare=declare)
        return found[0]
    made = made_image(value, place)
    if made is not None:
        _store(name, Data(value, place.scope), place, declare=declare, node=node)
        return made
    plain = tree.plain(value)
    done = image_steps(plain, place) if isinstance(plain, tree.Call) else None
    if done is not None:  # what pushing an image gives is nothing
        _store(name, None, place, declare=declare)
        return done
    first = find_out(value, place)
    known = value_of(value, place.scope, read_expression)
    if known is not None and first:
        _store(name, known, place, declare=declare, node=node)
        return first
    if known is None and _does_something(value):
        _store(name, None, place, declare=declare)
        return None
    _store(name, known, place, declare=declare, node=None if known is None else node)
    if known is None:
        place.notes.say(
            "the value of this is only known while the build runs; where it is used, a step fails",
            node,
        )
    return ()


def _store(
    name: str, value: Value | None, place: Place, *, declare: bool, node: tree.Node | None = None
) -> None:
    if declare:
        place.scope.declare(name, value, node)
    else:
        place.scope.assign(name, value, node)


def found_out(node: tree.Expr, name: str, place: Place) -> tuple[tuple[Step, ...], Expr] | None:
    """Return the step that finds out a value, and where the value is then; None for others."""
    run = captured(node, place)
    if run is not None:
        kept, ref = capture(run, name, place)
        return (kept,), ref
    call = _untrimmed(node)
    if isinstance(call, tree.Call) and call.name == "sh" and _says(call, "returnStatus"):
        kept, ref = capture_status(read_script_step(call, place), name, place)
        return (kept,), ref
    if isinstance(call, tree.Call) and call.name == "readJSON":
        return _parsed(call, name, place)
    if isinstance(call, tree.Call) and call.name == "fileExists":
        return _looked(call, name, place)
    return None


def _parsed(call: tree.Call, name: str, place: Place) -> tuple[tuple[Step, ...], Expr] | None:
    """The step that prints a file, whose parts are known then as those of JSON."""
    run = _printed(call.named("file"), call, place)
    if run is None:
        return None
    kept, ref = capture(run, name, place)
    return (kept,), Call(function=JSON, arguments=(ref,), span=call.span)


def _looked(call: tree.Call, name: str, place: Place) -> tuple[tuple[Step, ...], Expr] | None:
    """The step that looks for a file, once, in the folder where the code stands."""
    file = given(call, "file")
    path = None if file is None else read_template(file, place.scope)
    if path is None or not is_known(path):
        return None
    if place.scope.shared.is_unix is False:  # no such test in its shells: systems hash the file
        return None if place.frame.directory is None else ((), raw(call))
    said = script("[ -e ", quoted(path, place.scope), " ] && value=true || value=false\n", _KEEP)
    id = place.notes.unique(name)
    run = replace(make_run(replace(said, span=call.span), place), id=id)
    answer = Ref(path=("steps", id, "outputs", "value"), span=call.span)
    yes = Literal(value="true", span=call.span)
    found = operation(Op.EQ, answer, yes, call.span)
    return (run,), found


_KEEP = 'echo "value=$value" >> "$GITHUB_OUTPUT"\n'


def find_out(node: tree.Expr, place: Place) -> tuple[Step, ...]:
    """Return steps for what scripts inside an expression give, which is known from here on.

    None where the expression may not ask for all of them, but to look for files does no harm.
    """
    parts = list(_evaluated(node))
    calls = [one for one in parts if isinstance(one, tree.Call) and one.name in _ASKING]
    if any(map(_may_stop, parts)) and not all(one.name in _LOOKING for one in calls):
        return ()
    steps: list[Step] = []
    for call in calls:
        found = found_out(call, "exists" if call.name == "fileExists" else "answer", place)
        if found is not None:
            place.scope.shared.found_out[call.span] = found[1]
            steps += found[0]
    return tuple(steps)


def looked_for(node: tree.Node, place: Place) -> tuple[Step, ...]:
    """Return the steps that look for the files which a condition asks for, before it is asked."""
    calls = (one for one in tree.walk(node) if isinstance(one, tree.Call))
    looking = (one for one in calls if one.name == "fileExists")
    return tuple(step for one in looking for step in find_out(one, place))


_LOOKING = ("fileExists", "pwd")
_ASKING = ("sh", "readFile", "readJSON", *_LOOKING)


def _evaluated(node: tree.Node) -> Iterator[tree.Node]:
    """A part of the tree and all below it, but for blocks, which others run."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        below = (each for each in tree.children(one) if not isinstance(each, tree.Closure))
        waiting.extend(reversed(tuple(below)))


def _may_stop(node: tree.Node) -> bool:
    """Whether a part of an expression may not be asked for."""
    logic = isinstance(node, tree.Binary) and node.op in ("&&", "||")
    return logic or isinstance(node, tree.Ternary)


def captured(node: tree.Expr, place: Place) -> Run | None:
    """Return the step whose output is a value: `sh(returnStdout: true)` or `readFile`."""
    call = _untrimmed(node)
    if not isinstance(call, tree.Call):
        return None
    if call.name == "sh" and _says(call, "returnStdout"):
        wrong = _says(call, "returnStatus") or script_of(call) is None
        return None if wrong else read_script_step(call, place)
    if call.name == "pwd" and not call.arguments:
        return make_run(replace(script("pwd"), span=call.span), place)
    return _printed(given(call, "file"), call, place) if call.name == "readFile" else None


def _printed(file: tree.Expr | None, call: tree.Call, place: Place) -> Run | None:
    """The step that prints a file, None where only the run knows which one."""
    path = None if file is None else read_template(file, place.scope)
    if path is None or not is_known(path):
        return None
    said = script("cat ", quoted(path, place.scope))
    return make_run(replace(said, span=call.span), place)


def _says(call: tree.Call, name: str) -> bool:
    """Whether an argument is true."""
    value = call.named(name)
    return isinstance(value, tree.Constant) and value.value is True


def _untrimmed(node: tree.Expr) -> tree.Expr:
    """A value without the blanks around it: the step that finds it out takes them off."""
    node = tree.plain(node)
    while isinstance(node, tree.Call) and isinstance(node.function, tree.Property):
        if node.function.name not in _SAME or node.positional:
            break
        node = tree.plain(node.function.base)
    return node


def _does_something(node: tree.Expr) -> bool:
    """Whether a value calls anything."""
    return any(isinstance(one, tree.Call | tree.New) for one in tree.walk(node))


def _set_member(
    target: tree.Property | tree.Index, node: tree.Assignment, place: Place
) -> tuple[Step, ...] | None:
    base = tree.plain(target.base)
    name = target.name if isinstance(target, tree.Property) else _key(target, place)
    if not isinstance(base, tree.Name) or not isinstance(name, str) or node.op != "=":
        return None
    if base.name == "env":
        return _set_variable(name, node, place)
    if base.name == "currentBuild" and name in ("displayName", "description"):
        place.notes.keep(f"currentBuild.{name}", node)
        return ()
    if base.name == "currentBuild" and name == "result":
        return set_result(node, place)
    data = place.scope.get(base.name)
    if not isinstance(data, Data) or not isinstance(data.node, tree.MapLiteral):
        return None
    entry = tree.Argument(name=name, value=node.value, span=node.span)
    kept = tuple(one for one in data.node.entries if one.name != name)
    place.scope.assign(
        base.name, Data(struct_replace(data.node, entries=(*kept, entry)), place.scope)
    )
    return ()


def _key(target: tree.Index, place: Place) -> str | None:
    return constant(read_expression(target.keys[0], place.scope)) if target.keys else None


def _set_variable(name: str, node: tree.Assignment, place: Place) -> tuple[Step, ...] | None:
    """`env.NAME = value`: a variable for all steps that follow."""
    place.scope.shared.env[name] = None
    place.scope.shared.changed.add(name)
    run = captured(node.value, place)
    if run is not None:
        said = script(f"{name}=$(\n", run.script, "\n)\n", export_variable(name))
        return (replace(run, script=replace(said, span=node.span)),)
    first = find_out(node.value, place)
    template = read_template(node.value, place.scope)
    if not is_known(template):
        return None
    said = export(name, quoted(template, place.scope))
    return (*first, make_run(replace(said, span=node.span), place))
