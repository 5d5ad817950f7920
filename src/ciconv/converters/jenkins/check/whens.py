"""The rules for `when`."""

from ciconv.converters.jenkins.check.faults import Faults
from ciconv.converters.jenkins.check.signatures import check_call
from ciconv.converters.jenkins.sections import Directive, directive
from ciconv.syntax.groovy import tree

# how many conditions stand inside; -1: one or more
_CHILDREN = {"allOf": -1, "anyOf": -1, "not": 1}
_PLAIN = (
    *("branch", "buildingTag", "changelog", "changeset", "changeRequest", "environment"),
    *("equals", "expression", "isRestartedRun", "tag", "triggeredBy"),
)
CONDITIONS = tuple(sorted((*_CHILDREN, *_PLAIN)))
_ORDER = ("beforeAgent", "beforeInput", "beforeOptions")


def check_when(when: Directive, faults: Faults) -> None:
    """Report what is wrong with `when`."""
    if not faults.needs_block(when):
        return
    found = 0
    for statement in when.body.statements:
        one = directive(statement)
        if one is not None and one.name in _ORDER:
            value = next(iter(one.values), None)
            if not (isinstance(value, tree.Constant) and isinstance(value.value, bool)):
                faults.say("wrong-type", f"{one.name!r} has to be true or false", one.title)
            continue
        found += 1
        _check_condition(one, statement, faults)
    if not found:
        faults.say("empty-section", "'when' has no condition", when.title)


def _check_condition(one: Directive | None, statement: tree.Statement, faults: Faults) -> None:
    if one is None:
        help = "put Groovy into expression { … }"
        faults.say("not-a-condition", "'when' holds conditions, not this", statement.span, help)
        return
    if one.name not in CONDITIONS:
        faults.unknown("condition", one.name, CONDITIONS, one.title)
    elif one.name in _CHILDREN:
        _check_nested(one, faults)
    elif one.name == "expression":
        faults.needs_block(one)
    elif one.closure is not None:
        faults.say("wrong-block", f"{one.name!r} holds no further conditions", one.title)
    else:
        check_call(one.value, faults, "when.")


def _check_nested(one: Directive, faults: Faults) -> None:
    if one.values or any(argument.name for argument in one.arguments):
        faults.say("wrong-arguments", f"{one.name!r} has a block and nothing else", one.title)
        return
    if not faults.needs_block(one):
        return
    statements = one.body.statements
    wanted = _CHILDREN[one.name]
    if not statements or (wanted > 0 and len(statements) != wanted):
        number = "one condition" if wanted > 0 else "at least one condition"
        faults.say("empty-section", f"{one.name!r} needs {number}", one.title)
    for statement in statements:
        _check_condition(directive(statement), statement, faults)
