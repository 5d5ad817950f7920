"""A declarative pipeline as the JSON that Jenkins itself makes of it.

https://github.com/jenkinsci/pipeline-model-definition-plugin (ast-schema.json)
"""

from collections.abc import Callable, Iterator
from typing import Any

from ciconv.converters.jenkins.sections import Directive, directive, directives
from ciconv.syntax.groovy import tree

Json = dict[str, Any]

# the argument that steps take without its name
_SOLE = {
    "archive": "includes",
    "bat": "script",
    "echo": "message",
    "error": "message",
    "milestone": "ordinal",
    "powershell": "script",
    "pwsh": "script",
    "readFile": "file",
    "sh": "script",
    "sleep": "time",
    "step": "delegate",
    "unstash": "name",
}
_ORDER = ("beforeAgent", "beforeInput", "beforeOptions")


def to_jenkins_json(script: tree.Script) -> Json:
    """Return the model of the pipeline in a file, which has to have exactly one.

    Raises StopIteration where there is none.
    """
    found = map(directive, script.body.statements)
    pipeline = next(one for one in found if one is not None and one.name == "pipeline")
    return {"pipeline": _sections(pipeline)}


def _sections(one: Directive) -> Json:
    """The sections of a pipeline, a stage or a matrix."""
    found: Json = {}
    for inner in directives(one.body):
        key = "branches" if inner.name == "steps" else inner.name
        found[key] = _SECTIONS[inner.name](inner)
        if inner.name == "steps":
            found |= _flags(inner)
    return found


def _stages(one: Directive) -> list[Json]:
    return [
        {"name": _constant(next(iter(stage.values), None))} | _sections(stage)
        for stage in directives(one.body)
    ]


def _branches(one: Directive) -> list[Json]:
    """The steps of a stage; a lone `parallel` is its branches."""
    only = directive(one.body.statements[0]) if len(one.body.statements) == 1 else None
    if only is not None and only.name == "parallel":
        return [
            {"name": argument.name, "steps": _steps(argument.value.body)}
            for argument in only.arguments
            if isinstance(argument.value, tree.Closure)
        ]
    return [{"name": "default", "steps": _steps(one.body)}]


def _flags(one: Directive) -> Json:
    only = directive(one.body.statements[0]) if len(one.body.statements) == 1 else None
    flag = None if only is None or only.name != "parallel" else only.named("failFast")
    return {} if flag is None else {"failFast": _value(flag)["value"]}


def _steps(block: tree.Block) -> list[Json]:
    return [_step(one) for one in directives(block)]


def _step(one: Directive) -> Json:
    if one.name in ("script", "expression"):
        text = _inside(one)
        return {
            "name": one.name,
            "arguments": [{"key": "scriptBlock", "value": {"isLiteral": True, "value": text}}],
        }
    found: Json = {"name": one.name, "arguments": _arguments(one)}
    if one.closure is not None:
        found["children"] = _steps(one.body)
    return found


def _inside(one: Directive) -> str:
    """The text between the braces."""
    return one.closure.span.text[1:-1].strip() if one.closure is not None else ""


def _arguments(one: Directive) -> Any:
    """Named values as pairs, one without a name as it is, several of these as a list."""
    given = [item for item in one.arguments if item.value is not one.closure]
    if given and all(item.name is not None for item in given):
        return [{"key": item.name, "value": _value(item.value)} for item in given]
    values = [_value(item.value) for item in given]
    if len(values) != 1:
        return values
    sole = _SOLE.get(one.name) if one.closure is None else None
    return values[0] if sole is None else [{"key": sole, "value": values[0]}]


def _value(node: tree.Expr) -> Json:
    node = tree.plain(node)
    if isinstance(node, tree.String):
        known = node.constant
        if known is not None:
            return {"isLiteral": True, "value": known}
        return {"isLiteral": False, "value": node.span.text}
    if isinstance(node, tree.Constant):
        return {"isLiteral": True, "value": node.value}
    if isinstance(node, tree.MapLiteral | tree.ListLiteral):
        return {"isLiteral": False, "value": node.span.text}
    return {"isLiteral": False, "value": f"${{{node.span.text}}}"}


def _constant(node: tree.Expr | None) -> Any:
    return None if node is None else _value(node)["value"]


def _agent(one: Directive) -> Json:
    if one.closure is None:
        word = next(iter(one.values), None)
        return {"type": word.name if isinstance(word, tree.Name) else None}
    kind = directives(one.body)[0]
    if kind.closure is None:
        given = next(iter(kind.values), None)
        if given is None:
            return {"type": kind.name}
        return {"type": kind.name, "argument": _value(given)}
    return {"type": kind.name, "arguments": list(_settings(kind))}


def _settings(one: Directive) -> Iterator[Json]:
    for inner in directives(one.body):
        if inner.closure is not None:
            yield {"key": inner.name, "value": list(_settings(inner))}
        else:
            yield {"key": inner.name, "value": _value(inner.values[0])}


def _environment(one: Directive) -> list[Json]:
    found = []
    for statement in one.body.statements:
        value = statement.value if isinstance(statement, tree.Expression) else None
        if isinstance(value, tree.Assignment) and isinstance(value.target, tree.Name):
            found.append({"key": value.target.name, "value": _variable(tree.plain(value.value))})
    return found


def _variable(node: tree.Expr) -> Json:
    if isinstance(node, tree.Call) and node.name == "credentials":
        return {"name": node.name, "arguments": [_value(one) for one in node.positional]}
    parts = list(_summands(node))
    if len(parts) < 2:
        return _value(node)
    values = [_value(one) for one in parts]
    if all(one["isLiteral"] for one in values):
        return {"isLiteral": True, "value": "".join(str(one["value"]) for one in values)}
    joined = "".join(
        str(one["value"]) if one["isLiteral"] else str(one["value"])[1:-1] for one in values
    )
    return {"isLiteral": False, "value": f'"{joined}"'}


def _summands(node: tree.Expr) -> Iterator[tree.Expr]:
    found = []
    while isinstance(node, tree.Binary) and node.op == "+":
        found.append(tree.plain(node.right))
        node = tree.plain(node.left)
    yield from (node, *reversed(found))


def _tools(one: Directive) -> list[Json]:
    return [{"key": inner.name, "value": _value(inner.values[0])} for inner in directives(one.body)]


def _calls(one: Directive) -> Json:
    return {one.name: [_call(inner.value) for inner in directives(one.body)]}


def _call(node: tree.Expr) -> Json:
    if not isinstance(node, tree.Call):
        return {"name": node.span.text, "arguments": []}
    arguments = []
    for one in node.arguments:
        value = tree.plain(one.value)
        found = _call(value) if isinstance(value, tree.Call) and value.name else _value(value)
        arguments.append(found if one.name is None else {"key": one.name, "value": found})
    return {"name": node.name, "arguments": arguments}


def _when(one: Directive) -> Json:
    found: Json = {"conditions": []}
    for inner in directives(one.body):
        if inner.name in _ORDER:
            found[inner.name] = _constant(inner.values[0])
        else:
            found["conditions"].append(_condition(inner))
    return found


def _condition(one: Directive) -> Json:
    if one.name == "expression":
        return _step(one)
    if one.closure is not None:
        return {"name": one.name, "children": [_condition(x) for x in directives(one.body)]}
    return {"name": one.name, "arguments": _arguments(one)}


def _post(one: Directive) -> Json:
    return {
        "conditions": [
            {
                "condition": inner.name,
                "branch": {"name": "default", "steps": _steps(inner.body)},
            }
            for inner in directives(one.body)
        ]
    }


def _input(one: Directive) -> Json:
    found: Json = {}
    for inner in directives(one.body):
        is_list = inner.name == "parameters"
        found[inner.name] = _calls(inner) if is_list else _value(inner.values[0])
    return found


def _libraries(one: Directive) -> Json:
    return {"libraries": [_value(inner.values[0]) for inner in directives(one.body)]}


def _fail_fast(one: Directive) -> Any:
    return _constant(next(iter(one.values), None))


def _axes(one: Directive) -> list[Json]:
    found = []
    for axis in directives(one.body):
        inner = {part.name: part for part in directives(axis.body)}
        listed = inner.get("values") or inner.get("notValues")
        item: Json = {"name": _constant(inner["name"].values[0])}
        item["values"] = [] if listed is None else [_value(value) for value in listed.values]
        if "notValues" in inner:
            item["inverse"] = True
        found.append(item)
    return found


def _excludes(one: Directive) -> list[list[Json]]:
    return [_axes(inner) for inner in directives(one.body)]


_SECTIONS: dict[str, Callable[[Directive], Any]] = {
    "agent": _agent,
    "axes": _axes,
    "environment": _environment,
    "excludes": _excludes,
    "failFast": _fail_fast,
    "input": _input,
    "libraries": _libraries,
    "matrix": _sections,
    "options": _calls,
    "parallel": _stages,
    "parameters": _calls,
    "post": _post,
    "stages": _stages,
    "steps": _branches,
    "tools": _tools,
    "triggers": _calls,
    "when": _when,
}
