"""The statements of `steps`, `script` and of functions → steps.

What has a meaning without being run becomes steps; anything else is kept as it is written.
https://www.jenkins.io/doc/book/pipeline/syntax/#script
"""

from ciconv.converters.jenkins.expressions.methods import arguments_of
from ciconv.converters.jenkins.expressions.read import read_expression
from ciconv.converters.jenkins.scope import Data, bound, outermost
from ciconv.converters.jenkins.sections import comments_in
from ciconv.converters.jenkins.steps.branches import read_parallel
from ciconv.converters.jenkins.steps.classes import by_name
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.images import image_steps
from ciconv.converters.jenkins.steps.inside import beside_image, inside_image
from ciconv.converters.jenkins.steps.known import read_known
from ciconv.converters.jenkins.steps.loops import read_loop
from ciconv.converters.jenkins.steps.plugins import kept_as_written, read_plugin
from ciconv.converters.jenkins.steps.steering import Steering
from ciconv.converters.jenkins.steps.variables import find_out, read_assignment, read_declaration
from ciconv.converters.jenkins.steps.wrappers import read_wrapper
from ciconv.ir.expression import Raw
from ciconv.ir.node import replace
from ciconv.ir.step import Step, Use
from ciconv.ir.walk import nodes, steps_of
from ciconv.syntax.groovy import tree


def read_steps(block: tree.Block, place: Place) -> tuple[Step, ...]:
    """Return the steps of a block."""
    return Steering(read_statement).block(block, place)


def read_statement(statement: tree.Statement, place: Place) -> tuple[Step, ...]:
    """Return the steps of one statement, with its comments at the first of them."""
    found = _steps(statement, place)
    if found is None:
        return (opaque(statement, place),)
    if found and statement.comments:
        first = replace(found[0], comments=(*statement.comments, *found[0].comments))
        return (first, *found[1:])
    if statement.comments:
        place.notes.comments.extend(statement.comments)
    return found


def opaque(statement: tree.Statement, place: Place) -> Step:
    """Return a statement that is kept as it is written, and forget what it may change."""
    place.scope.forget(assigned_in(statement))
    name = _called(statement, place) or "script"
    return replace(
        kept_as_written(name, statement.span), env=place.frame.env, comments=comments_in(statement)
    )


def _called(statement: tree.Statement, place: Place) -> str:
    """The step that a statement calls, or whose value it keeps; empty for none."""
    if isinstance(statement, tree.Expression) and isinstance(statement.value, tree.Call):
        return statement.value.name
    value: tree.Expr | None = None
    if isinstance(statement, tree.Declaration):
        value = statement.value
    elif isinstance(statement, tree.Expression) and isinstance(statement.value, tree.Assignment):
        value = statement.value.value
    while True:
        if isinstance(value, tree.Call) and isinstance(value.function, tree.Property):
            value = value.function
        if not isinstance(value, tree.Property | tree.Index):
            break
        value = tree.plain(value.base)
    name = value.name if isinstance(value, tree.Call) else ""
    # what stands in for a tool gives no value
    return "" if place.scope.context.catalog.tool_for("jenkins", name) else name


def assigned_in(node: tree.Node) -> frozenset[str]:
    """Return the names that something inside a part of the tree assigns."""
    targets = (
        tree.plain(one.target) for one in tree.walk(node) if isinstance(one, tree.Assignment)
    )
    return frozenset(one.name for one in targets if isinstance(one, tree.Name))


def _steps(statement: tree.Statement, place: Place) -> tuple[Step, ...] | None:
    steering = Steering(read_statement)
    match statement:
        case tree.Expression():
            return _expression(tree.plain(statement.value), statement, place)
        case tree.Declaration():
            return read_declaration(statement, place)
        case tree.If():
            return steering.condition(statement, place)
        case tree.Try():
            return steering.attempt(statement, place)
        case tree.ForIn():
            return read_loop(statement, place, read_steps)
        case tree.Scope():
            return read_steps(statement.body, place.scoped(place.scope.inner()))
        case tree.Jump():
            return () if statement.word == "return" and statement.value is None else None
    return None


def _expression(
    value: tree.Expr, statement: tree.Expression, place: Place
) -> tuple[Step, ...] | None:
    if isinstance(value, tree.Assignment):
        return read_assignment(value, place)
    if isinstance(value, tree.Call):
        return _call(value, place)
    return () if isinstance(value, tree.Constant | tree.String) else None


def _call(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    tool = call.named("toolName")
    if tool is not None and call.name == "withDockerContainer":
        place.notes.keep("steps.withDockerContainer.toolName", tool)
    call = by_name(call)
    name = call.name
    handed_over = _handed_over(call, place)
    if handed_over is not None:
        return handed_over
    if not name:
        return _method(call, place)
    if name in place.scope.shared.functions:
        return _inlined(call, place)
    if name == "parallel":
        return read_parallel(call, place, read_steps)
    last = call.positional[-1:]
    if last and isinstance(last[0], tree.Closure):
        found = read_wrapper(call, last[0], place, read_steps)
        return found if found is not None else read_plugin(call, last[0], place, read_steps)
    first = tuple(step for one in call.arguments for step in find_out(one.value, place))
    found = read_known(call, place)
    if found is not None:
        return (*first, *found)
    return read_plugin(call, None, place, read_steps)


def _method(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """The steps of a call of something else than a step."""
    found = (
        inside_image(call, place, read_steps)
        or beside_image(call, place, read_steps)
        or image_steps(call, place)
        or read_loop(call, place, read_steps)
    )
    last = call.positional[-1:]
    if found is None and last and isinstance(last[0], tree.Closure):
        return read_wrapper(call, last[0], place, read_steps)
    return found


def _inlined(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """The steps of a function of the file, in the place of its call."""
    shared = place.scope.shared
    method = shared.functions[call.name]
    if not shared.enter(call.name):
        return None
    given = arguments_of(method.parameters, call, place.scope, read_expression)
    inner = place.scoped(bound(method.parameters, given, outermost(place.scope)))
    found = read_steps(method.body, inner)
    shared.leave()
    shared.called.add(call.name)
    if call.arguments and not (found and all(map(_is_clear, steps_of(found)))):
        place.notes.say("not all that this function does was converted", call)
    return found


def _is_clear(step: Step) -> bool:
    """Whether a step has nothing in it that nobody understood."""
    return not isinstance(step, Use) and not any(isinstance(one, Raw) for one in nodes(step))


def _handed_over(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """The steps of a block that a function was given: `body()` or `body.call()`."""
    function = tree.plain(call.function)
    if isinstance(function, tree.Property) and function.name == "call":
        function = tree.plain(function.base)
    value = place.scope.get(function.name) if isinstance(function, tree.Name) else None
    if not isinstance(value, Data) or not isinstance(value.node, tree.Closure):
        return None
    shared, closure = place.scope.shared, value.node
    if not shared.enter(f"block at {closure.span.start_offset}"):
        return None
    parameters = closure.parameters or ()
    given = arguments_of(parameters, call, place.scope, read_expression)
    found = read_steps(closure.body, place.scoped(bound(parameters, given, value.scope)))
    shared.leave()
    return found
