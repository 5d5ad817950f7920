"""The rules for `steps` and the blocks of `post`: calls only, and not of everything."""

from ciconv.converters.jenkins.check.faults import Faults
from ciconv.converters.jenkins.check.signatures import check_step
from ciconv.converters.jenkins.sections import Directive, directive
from ciconv.syntax.groovy import tree

_HELP = "put Groovy into script { … }"
_BLOCKED = {
    "stage": "stages stand in 'stages'",
    "properties": "use 'options', 'triggers' and 'parameters'",
    "parallel": "use a stage with 'parallel', or script { … }",
}


def check_steps(steps: Directive, faults: Faults) -> None:
    """Report what is wrong with `steps`."""
    if not faults.needs_block(steps):
        return
    if not steps.body.statements:
        faults.say("empty-section", "'steps' has no step", steps.title)
    statements = steps.body.statements
    only = directive(statements[0]) if len(statements) == 1 else None
    if only is not None and only.name == "parallel":
        _check_parallel(only, faults)
        return
    check_block_of_steps(steps.body, faults)


def _check_parallel(parallel: Directive, faults: Faults) -> None:
    """Branches, which may stand here when nothing else does."""
    for argument in parallel.arguments:
        if isinstance(argument.value, tree.Closure):
            check_block_of_steps(argument.value.body, faults)
            continue
        is_flag = isinstance(argument.value, tree.Constant) and isinstance(
            argument.value.value, bool
        )
        if argument.name != "failFast" or not is_flag:
            faults.say(
                "wrong-type", "'parallel' holds branches and 'failFast: true'", argument.span
            )


def check_block_of_steps(block: tree.Block, faults: Faults) -> None:
    """Report what is no step, or one that cannot stand here."""
    for statement in block.statements:
        _check_step(statement, faults)


def _check_step(statement: tree.Statement, faults: Faults) -> None:
    value = tree.plain(statement.value) if isinstance(statement, tree.Expression) else None
    if not isinstance(value, tree.Call):
        if not isinstance(value, tree.Name):
            faults.say("not-a-step", "'steps' holds steps, not this", statement.span, _HELP)
        return
    if not value.name:
        faults.say("not-a-step", "a method of an object is no step", value.span, _HELP)
        return
    if value.name in _BLOCKED:
        said = f"{value.name!r} cannot stand here"
        faults.say("blocked-step", said, value.function.span, _BLOCKED[value.name])
        return
    if value.name == "script":
        return
    check_step(value, faults)
    last = value.positional[-1:]
    if last and isinstance(last[0], tree.Closure):
        check_block_of_steps(last[0].body, faults)
