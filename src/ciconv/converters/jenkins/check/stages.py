"""The rules for stages, and for what holds them."""

import re

from ciconv.converters.jenkins.check.contents import check_content
from ciconv.converters.jenkins.check.faults import Block, Faults, constant_text
from ciconv.converters.jenkins.check.steps import check_steps
from ciconv.converters.jenkins.sections import Directive, directive
from ciconv.syntax.groovy import tree

_BODIES = ("steps", "stages", "parallel", "matrix")
SECTIONS = (
    *("agent", "environment", "failFast", "input", "options", "post", "tools", "when"),
    *_BODIES,
)
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def check_stages(stages: Directive, faults: Faults, *, inside_parallel: bool) -> None:
    """Report what is wrong with `stages` or `parallel`."""
    if not faults.needs_block(stages):
        return
    seen: set[str] = set()
    found = 0
    for statement in stages.body.statements:
        one = directive(statement)
        if one is None or one.name != "stage":
            faults.say("not-a-stage", f"{stages.name!r} holds stages, not this", statement.span)
            continue
        found += 1
        name = constant_text(one.named("name") or next(iter(one.values), None))
        if name is not None and name in seen:
            faults.say("duplicate-stage", f"another stage is called {name!r} as well", one.title)
        seen.add(name or "")
        inside = inside_parallel or stages.name == "parallel"
        _check_stage(one, name, faults, inside_parallel=inside)
    if not found:
        faults.say("empty-section", f"{stages.name!r} has no stage", stages.title)


def _check_stage(
    stage: Directive, name: str | None, faults: Faults, *, inside_parallel: bool
) -> None:
    if name is None and not stage.values and stage.named("name") is None:
        faults.say("missing-name", "the stage has no name", stage.title)
    given = tree.plain(stage.values[0]) if stage.values else None
    if name is None and given is not None and not isinstance(given, tree.Name | tree.Closure):
        said = "the name of a stage is a text in which nothing is computed"
        faults.say("wrong-type", said, given.span)
    if not faults.needs_block(stage):
        return
    block = Block(stage.body, faults, "a stage")
    for one in block.unknown(SECTIONS):
        faults.unknown("section of a stage", one.name, SECTIONS, one.title)
    bodies = [block.found[word] for word in _BODIES if word in block.found]
    _check_bodies(stage, bodies, faults, inside_parallel=inside_parallel)
    if any(one.name in ("parallel", "matrix") for one in bodies):
        for word in ("agent", "tools"):
            wrong = block[word]
            if wrong is not None and len(bodies) == 1:
                faults.say(
                    "nested-agent",
                    f"{word!r} cannot stand in a stage that holds others side by side",
                    wrong.title,
                )
    fast = block["failFast"]
    if fast is not None and not any(one.name in ("parallel", "matrix") for one in bodies):
        said = "'failFast' counts for 'parallel' and 'matrix' alone"
        faults.say("unknown-directive", said, fast.title)
    for one in block.all:
        _check_part(one, faults, inside_parallel=inside_parallel)


def _check_bodies(
    stage: Directive, bodies: list[Directive], faults: Faults, *, inside_parallel: bool
) -> None:
    nested = [one for one in bodies if one.name in ("parallel", "matrix")]
    if inside_parallel and nested:
        faults.say(
            "nested-parallel",
            f"{nested[0].name!r} cannot stand inside another 'parallel' or 'matrix'",
            nested[0].title,
        )
    elif len(bodies) > 1:
        names = " and ".join(repr(one.name) for one in bodies[:2])
        faults.say("several-bodies", f"the stage has both {names}", stage.title)
    elif not bodies or _is_empty_parallel(bodies[0]):
        faults.say(
            "missing-directive",
            "the stage has neither 'steps' nor 'stages', 'parallel' or 'matrix'",
            stage.title,
        )


def _is_empty_parallel(body: Directive) -> bool:
    """Whether the only step is `parallel()`, which stands for branches."""
    statements = body.body.statements
    only = directive(statements[0]) if body.name == "steps" and len(statements) == 1 else None
    return only is not None and only.name == "parallel" and not only.arguments


def _check_part(one: Directive, faults: Faults, *, inside_parallel: bool) -> None:
    match one.name:
        case "steps":
            check_steps(one, faults)
        case "stages" | "parallel":
            check_stages(one, faults, inside_parallel=inside_parallel)
        case "matrix":
            _check_matrix(one, faults)
        case "failFast":
            value = next(iter(one.values), None)
            if not (isinstance(value, tree.Constant) and isinstance(value.value, bool)):
                faults.say("wrong-type", "'failFast' has to be true or false", one.title)
        case _ if one.name in SECTIONS:
            check_content(one, faults, of_stage=True)


_MATRIX = (
    *("agent", "axes", "environment", "excludes", "input", "options", "post", "stages", "tools"),
    "when",
)


def _check_matrix(matrix: Directive, faults: Faults) -> None:
    if not faults.needs_block(matrix):
        return
    block = Block(matrix.body, faults, "a matrix")
    for one in block.unknown(_MATRIX):
        faults.unknown("section of a matrix", one.name, _MATRIX, one.title)
    for name in ("axes", "stages"):
        if block[name] is None:
            faults.say("missing-directive", f"the matrix has no {name!r}", matrix.title)
    for one in block.all:
        if one.name == "axes":
            _check_axes(one, faults, excluding=False)
        elif one.name == "excludes":
            _check_excludes(one, faults)
        elif one.name == "stages":
            check_stages(one, faults, inside_parallel=True)
        elif one.name in _MATRIX:
            check_content(one, faults)


def _check_excludes(excludes: Directive, faults: Faults) -> None:
    if not faults.needs_block(excludes):
        return
    found = [directive(one) for one in excludes.body.statements]
    if not found:
        faults.say("empty-section", "'excludes' has no 'exclude'", excludes.title)
    for one in found:
        if one is not None and one.name == "exclude":
            _check_axes(one, faults, excluding=True)
        else:
            span = excludes.title if one is None else one.title
            faults.say("not-a-directive", "'excludes' holds 'exclude' only", span)


def _check_axes(axes: Directive, faults: Faults, *, excluding: bool) -> None:
    if not faults.needs_block(axes):
        return
    names: set[str] = set()
    found = 0
    for statement in axes.body.statements:
        one = directive(statement)
        if one is None or one.name != "axis":
            faults.say("not-a-directive", f"{axes.name!r} holds 'axis' only", statement.span)
            continue
        found += 1
        name = _check_axis(one, faults, excluding=excluding)
        if name and name in names:
            faults.say("duplicate-axis", f"another axis is called {name!r} as well", one.title)
        names.add(name or "")
    if not found:
        faults.say("empty-section", f"{axes.name!r} has no axis", axes.title)


def _check_axis(axis: Directive, faults: Faults, *, excluding: bool) -> str | None:
    known = ("name", "values", "notValues") if excluding else ("name", "values")
    block = Block(axis.body, faults, "an axis")
    for one in block.unknown(known):
        faults.unknown("part of an axis", one.name, known, one.title)
    named = block["name"]
    name = None if named is None else constant_text(next(iter(named.values), None))
    if named is None:
        faults.say("missing-directive", "the axis has no 'name'", axis.title)
    elif name is None or not _NAME.fullmatch(name):
        faults.say("wrong-name", "the name of an axis has to be that of a variable", named.title)
    lists = [block[word] for word in known[1:] if block[word] is not None]
    if len(lists) != 1:
        said = "has both 'values' and 'notValues'" if lists else "has no 'values'"
        faults.say("missing-directive", f"the axis {said}", axis.title)
    for listed in lists:
        if listed is not None:
            _check_values(listed, faults)
    return name


def _check_values(values: Directive, faults: Faults) -> None:
    seen: set[str] = set()
    for node in values.values:
        plain = tree.plain(node)
        text = plain.text if isinstance(plain, tree.Constant) else constant_text(node)
        if text is None:
            faults.say("wrong-type", "the values of an axis have to be constant texts", node.span)
        elif text in seen:
            faults.say("duplicate-axis", f"the value {text!r} stands twice", node.span)
        seen.add(text or "")
