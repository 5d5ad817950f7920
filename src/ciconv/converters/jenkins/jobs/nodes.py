"""Stages whose steps take a machine by themselves: `steps { node('linux') { … } }`.

https://www.jenkins.io/doc/pipeline/steps/workflow-durable-task-step/#node-allocate-node
"""

from msgspec.structs import replace

from ciconv.converters.jenkins.sections import Directive, directive, directives
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree


def with_own_agent(stage: Directive) -> Directive:
    """Return the stage, the machine that all its steps are on as its `agent`.

    What `node` gives has nothing checked out; the machine of the stage itself has nothing to do.
    """
    inside = {one.name: one for one in directives(stage.body)}
    steps = inside.get("steps")
    call = None if steps is None else _only_node(steps.body)
    if steps is None or call is None or "input" in inside:
        return stage
    others = tuple(
        one
        for one in stage.body.statements
        if one not in (steps.statement, *(inside[n].statement for n in _REPLACED if n in inside))
    )
    statements = (
        _agent(call),
        _options(inside.get("options")),
        *others,
        _with_body(steps, call.closures[-1].body),
    )
    return _with_statements(stage, statements)


_REPLACED = ("agent", "options")
_ON_MACHINES = frozenset(
    (
        *("sh", "bat", "powershell", "pwsh", "checkout", "git", "dir", "deleteDir", "cleanWs"),
        *("stash", "unstash", "archiveArtifacts", "junit", "publishHTML", "readFile", "writeFile"),
    )
)


def without_machine(body: tree.Block) -> tree.Call | None:
    """Return the first step of a block that only a machine can do, outside of any `node`."""
    waiting: list[tree.Node] = [body]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tree.Call):
            if one.name in _ON_MACHINES:
                return one
            if one.name == "node" or isinstance(one.function, tree.Property):
                continue
        waiting += reversed(tree.children(one))
    return None


def _only_node(body: tree.Block) -> tree.Call | None:
    """The call of `node` that is all there is in a block, be it in a `script`."""
    only = directive(body.statements[0]) if len(body.statements) == 1 else None
    if only is None or only.closure is None or not isinstance(only.value, tree.Call):
        return None
    if only.name == "script":
        return _only_node(only.body)
    return only.value if only.name == "node" and len(only.value.closures) == 1 else None


def _agent(call: tree.Call) -> tree.Statement:
    label = call.named("label") or next(iter(call.positional[:-1]), None)
    name = tree.Name(name="agent", span=call.function.span)
    if label is None:
        word = tree.Argument(value=tree.Name(name="any", span=call.function.span))
        value = tree.Call(function=name, arguments=(word,), parentheses=False, span=call.span)
    else:
        said = replace(groovy.bare("label", label), span=label.span)
        inner = tree.Expression(value=said, span=label.span)
        closure = tree.Closure(body=tree.Block(statements=(inner,)), span=label.span)
        value = tree.Call(function=name, closures=(closure,), parentheses=False, span=label.span)
    return tree.Expression(value=value, span=value.span)


def _options(options: Directive | None) -> tree.Statement:
    """The options of the stage, and that nothing is checked out."""
    skips = groovy.statement(groovy.call("skipDefaultCheckout"))
    if options is None:
        return groovy.statement(groovy.block("options", (skips,)))
    body = options.body
    return _with_body(options, replace(body, statements=(*body.statements, skips)))


def _with_body(one: Directive, body: tree.Block) -> tree.Statement:
    call, closure = one.value, one.closure
    assert isinstance(call, tree.Call) and closure is not None
    closures = (*call.closures[:-1], replace(closure, body=body))
    return tree.Expression(
        value=replace(call, closures=closures),
        span=one.statement.span,
        comments=one.statement.comments,
    )


def _with_statements(stage: Directive, statements: tuple[tree.Statement, ...]) -> Directive:
    body = replace(stage.body, statements=statements)
    statement = _with_body(stage, body)
    assert isinstance(statement, tree.Expression)
    return Directive(name=stage.name, statement=statement, value=statement.value)
