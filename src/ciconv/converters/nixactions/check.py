"""What NixActions would take, ignore or do wrong without a word, in an evaluated workflow."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Test = Callable[[object], bool]
MAX_NAME = 200  # it becomes part of the names of files


def check(workflow: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a workflow, given as the arguments of `mkWorkflow`."""
    name, jobs = workflow["name"], workflow["jobs"]
    where = f"workflow '{name}'"
    yield from _attributes(workflow, _WORKFLOW, where)
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9-]+", name):
        yield f"the name of {where} is not of [a-z0-9-]"
    if not isinstance(jobs, dict):
        return
    for id, job in jobs.items():
        yield from _job(id, job) if isinstance(job, dict) else (f"job '{id}' is not a set",)
    sound = {id: job for id, job in jobs.items() if isinstance(job, dict)}
    yield from _graph(sound)
    yield from _outputs(sound)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_env(value: object) -> bool:
    return isinstance(value, dict) and all(
        re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) and isinstance(text, str)
        for name, text in value.items()
    )


def _is_kind(kind: str) -> Test:
    return lambda value: isinstance(value, dict) and value.get("ciconv", {}).get("kind") == kind


def _are(test: Test) -> Test:
    return lambda value: isinstance(value, list) and all(map(test, value))


def _is(*types: type) -> Test:
    return lambda value: isinstance(value, types)


def _is_provider(value: object) -> bool:
    return _is_kind("provider")(value) or _is_kind("program")(value)


def _is_input(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, dict) and set(value) == {"name", "path"})


_ENV = (_is_env, "a set of texts by variable name")
_PROVIDERS = (_are(_is_provider), "a list of providers")
_TEXT = (_is(str), "a text")
_OPTION = (_is(dict, type(None)), "a set or null")
_TIME = (_is(str, int, type(None)), "a text, a number or null")

_WORKFLOW: dict[str, tuple[Test, str]] = {
    "name": _TEXT,
    "jobs": (_is(dict), "a set of jobs"),
    "env": _ENV,
    "envFrom": _PROVIDERS,
    "logging": (_is(dict), "a set"),
    "retry": _OPTION,
    "timeout": _TIME,
}
_JOB: dict[str, tuple[Test, str]] = {
    "executor": (_is_kind("executor"), "an executor"),
    "steps": (_are(_is(dict)), "a list of steps"),
    "actions": (_are(_is(dict)), "a list of steps"),
    "needs": (_is_texts, "a list of job names"),
    "if": _TEXT,
    "continueOnError": (_is(bool), "true or false"),
    "env": _ENV,
    "envFrom": _PROVIDERS,
    "inputs": (_are(_is_input), "a list of names or { name; path; }"),
    "outputs": (
        lambda value: isinstance(value, dict) and _is_texts([*value.values()]),
        "paths by name",
    ),
    "retry": _OPTION,
    "timeout": _TIME,
    "passthru": (_is(dict), "a set"),
}
_STEP: dict[str, tuple[Test, str]] = {
    "name": _TEXT,
    "bash": _TEXT,
    "deps": (_are(_is_kind("package")), "a list of packages"),
    "env": _ENV,
    "condition": (_is(str, type(None)), "a text"),
    "retry": _OPTION,
    "timeout": _TIME,
    "passthru": (_is(dict), "a set"),
}


def _attributes(
    found: Mapping[str, Any], known: Mapping[str, tuple[Test, str]], where: str
) -> Iterator[str]:
    for name, value in found.items():
        if name not in known:
            yield f"NixActions ignores the attribute '{name}' of {where}"
        elif not known[name][0](value):
            yield f"the attribute '{name}' of {where} is not {known[name][1]}"


def _job(id: str, job: Mapping[str, Any]) -> Iterator[str]:
    where = f"job '{id}'"
    yield from _attributes(job, _JOB, where)
    if not re.fullmatch(r"[A-Za-z0-9._-]+", id):
        yield f"the name of {where} is not of [A-Za-z0-9._-]"
    if len(id) > MAX_NAME:
        yield f"the name of {where} has more than {MAX_NAME} characters"
    if "executor" not in job:
        yield f"{where} has no executor"
    steps = job.get("steps", job.get("actions"))
    if steps is None:
        yield f"NixActions drops {where}, which has no steps"
    yield from _condition(job.get("if"), where)
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, dict) and "ciconv" not in step:
            yield from _step(step, where)


def _condition(condition: object, where: str) -> Iterator[str]:
    """It is pasted into a double-quoted word of bash, in which `|` separates fields."""
    if not isinstance(condition, str):
        return
    if "|" in condition or "\n" in condition:
        yield f"the condition of {where} has a '|' or a line break"
    if re.search(r'(?<!\\)(?:\\\\)*["$`]', condition):
        yield f"the condition of {where} has a quote, a '$' or a backtick without backslash"


def _step(step: Mapping[str, Any], job: str) -> Iterator[str]:
    name = step.get("name", "step")
    where = f"step '{name}' of {job}"
    yield from _attributes(step, _STEP, where)
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9._+-]+", name):
        yield f"the name of {where} is not of [A-Za-z0-9._+-]"
    elif len(name) > MAX_NAME:
        yield f"the name of {where} has more than {MAX_NAME} characters"
    if "bash" not in step:
        yield f"{where} has no bash"


def _graph(jobs: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    needs = {
        id: [one for one in _list(job.get("needs")) if one in jobs] for id, job in jobs.items()
    }
    for id, job in jobs.items():
        for one in _list(job.get("needs")):
            if one not in jobs:
                yield f"job '{id}' needs '{one}', which is not a job"
    waiting = dict(needs)
    while ready := [
        id for id, before in waiting.items() if not any(one in waiting for one in before)
    ]:
        for id in ready:
            del waiting[id]
    if waiting:
        yield f"the jobs {', '.join(map(repr, waiting))} need each other in a circle"


def _list(value: object) -> list[str]:
    return value if isinstance(value, list) else []


def _outputs(jobs: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for id, job in jobs.items():
        outputs = job.get("outputs", {})
        for name in outputs if isinstance(outputs, dict) else ():
            if name in owners:
                yield f"the jobs '{owners[name]}' and '{id}' both have the output '{name}'"
            owners.setdefault(name, id)
