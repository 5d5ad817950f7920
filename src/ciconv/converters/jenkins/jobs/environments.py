"""`environment`: variables, with those of credentials. `tools` that stand beside it.

https://www.jenkins.io/doc/book/pipeline/syntax/#environment
"""

from collections.abc import Iterator

from ciconv.converters.jenkins.credentials import variables
from ciconv.converters.jenkins.expansion import expanded, resolved
from ciconv.converters.jenkins.expressions.read import read_expression, read_template
from ciconv.converters.jenkins.expressions.unknown import is_known
from ciconv.converters.jenkins.jobs.outputs import OUTPUT
from ciconv.converters.jenkins.scope import PREDEFINED
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.plugins import kept_as_written
from ciconv.converters.jenkins.steps.scripts import (
    export,
    export_variable,
    make_run,
    quoted,
    script,
)
from ciconv.converters.jenkins.steps.variables import captured
from ciconv.ir.expression import Ref, Template, constant, walk
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar, Step
from ciconv.source import Comment
from ciconv.syntax.groovy import tree


def read_environment(
    block: tree.Block, place: Place
) -> tuple[tuple[EnvVar, ...], tuple[Step, ...]]:
    """Return the variables of a block, and the steps that find out some of them first."""
    env: list[EnvVar] = []
    steps: list[Step] = []
    for statement in block.statements:
        value = statement.value if isinstance(statement, tree.Expression) else None
        if isinstance(value, tree.Assignment) and isinstance(value.target, tree.Name):
            found, first = _variable(value.target.name, value, place)
            steps += first
            env += _commented(found, statement.comments)
    if block.trailing and env:
        env[-1] = replace(env[-1], comments=(*env[-1].comments, *block.trailing))
    return tuple(env), tuple(steps)


def _commented(env: tuple[EnvVar, ...], comments: tuple[Comment, ...]) -> Iterator[EnvVar]:
    for number, one in enumerate(env):
        yield one if number or not comments else replace(one, comments=comments)


def _variable(
    name: str, node: tree.Assignment, place: Place
) -> tuple[tuple[EnvVar, ...], tuple[Step, ...]]:
    value = tree.plain(node.value)
    scope = place.scope
    if isinstance(value, tree.Call) and value.name == "credentials" and value.positional:
        id = constant(read_expression(value.positional[0], scope))
        if id is not None:
            found = variables(name, id, node.span.source.text, node.span)
            for one in found:
                scope.shared.env[one.name] = None
            return found, ()
    if (step := _worked_out(name, value, place)) is not None:
        scope.shared.env[name] = None
        return (), (step,)
    template = resolved(expanded(read_template(value, scope)), scope)
    if not is_known(template):
        scope.shared.env[name] = None
        return (), (_unknown(node),)
    if _asks_the_machine(template):
        scope.shared.env[name] = None
        said = export(name, quoted(template, scope))
        return (), (make_run(replace(said, span=node.span), place),)
    scope.shared.env[name] = template
    return (EnvVar(name=name, value=replace(template, span=value.span), span=node.span),), ()


def _unknown(node: tree.Assignment) -> Step:
    """A step for a variable whose value nobody knows, where it has to be set."""
    return kept_as_written("environment", node.span)


def _worked_out(name: str, value: tree.Expr, place: Place) -> Step | None:
    """The step for `NAME = sh(…)`; None for any other value."""
    if isinstance(value, tree.String) and len(value.parts) == 1:
        part = value.parts[0]
        value = tree.plain(part.value) if isinstance(part, tree.Interpolation) else value
    run = captured(value, place)
    if run is None:
        return None
    said = script(f"{name}=$(\n", run.script, "\n)\n", export_variable(name))
    return replace(run, script=replace(said, span=run.script.span))


def _asks_the_machine(template: Template) -> bool:
    """Whether a value speaks of a variable that only the machine of a job knows.

    The controller has what is predefined, and the outputs that earlier jobs hand over.
    """
    names = (one.path[1] for one in walk(template) if isinstance(one, Ref) and one.path[0] == "env")
    return not all(PREDEFINED.fullmatch(name) or OUTPUT.fullmatch(name) for name in names)
