"""Stages whose failure is none of the build: all steps stand in one `catchError`."""

from ciconv.syntax.groovy import tree

_RESULTS = {"buildResult": "SUCCESS", "stageResult": "FAILURE"}


def tolerated(steps: tree.Block) -> tree.Block | None:
    """Return what stands in the only step, where that lets a failure be one of the stage alone."""
    only = steps.statements[0] if len(steps.statements) == 1 else None
    call = only.value if isinstance(only, tree.Expression) else None
    if not isinstance(call, tree.Call) or call.name != "catchError" or len(call.closures) != 1:
        return None
    said = {
        name: value.constant
        for name in _RESULTS
        if isinstance(value := call.named(name), tree.String)
    }
    return call.closures[0].body if said == _RESULTS else None
