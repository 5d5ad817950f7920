"""Stages that only ask whether to go on."""

from ciconv.converters.jenkins.sections import Directive, directives

_KNOWN = {"steps", "when"}


def lone_question(stage: Directive) -> Directive | None:
    """Return the step `input` of a stage that has no other one; None for any other stage."""
    inside = directives(stage.body)
    if not {one.name for one in inside} <= _KNOWN:
        return None
    steps = next((one for one in inside if one.name == "steps"), None)
    found = () if steps is None else directives(steps.body)
    if steps is None or len(found) != 1 or len(steps.body.statements) != 1:
        return None
    only = found[0]
    asks = only.name == "input" and {one.name for one in only.arguments} <= {None, "message"}
    return only if asks else None
