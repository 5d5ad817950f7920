"""What each context of GitHub is in a certain place of a workflow: the types of its properties."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec

from ciconv.converters.github.expressions.read import read_template
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import Literal
from ciconv.syntax.node import Mapping as Table
from ciconv.syntax.node import Node, Scalar, Sequence, resolve
from ciconv.validators.github.checker import Checker
from ciconv.validators.github.metadata import Metadata
from ciconv.validators.github.native import Native
from ciconv.validators.github.types import (
    ANY,
    BOOLEAN,
    LOOSE,
    NULL,
    NUMBER,
    STRING,
    STRINGS,
    Kind,
    Type,
    array,
    merged,
    strict,
)
from ciconv.validators.github.workflow import Workflow, entries, text_of
from ciconv.validators.shapes.shape import Availability
from ciconv.validators.shapes.walk import is_one_expression

_TYPES = {"string": STRING, "boolean": BOOLEAN, "number": NUMBER}


@cache
def _fixed() -> Mapping[str, Mapping[str, Type]]:
    """The contexts whose properties are the same in each workflow."""
    data = (Path(__file__).parent / "contexts.json").read_bytes()
    tables = msgspec.json.decode(data, type=dict[str, dict[str, list[str]]])
    return {
        context: {name: _TYPES[kind] for kind, names in kinds.items() for name in names}
        for context, kinds in tables.items()
    }


class Environment:
    """The types of the contexts in one workflow; each worked out when it is first asked for."""

    def __init__(self, workflow: Workflow, metadata: Metadata) -> None:
        self._workflow = workflow
        self._metadata = metadata
        self._inputs = self._typed_inputs()
        self._outputs: dict[str, Type] = {}
        self._of_jobs: dict[str, dict[str, Type]] = {}
        self._same = {
            "github": self._github(),
            "env": STRINGS,
            "vars": STRINGS,
            "secrets": self._secrets(),
            "inputs": self._inputs,
            "runner": strict(_fixed()["runner"]),
            "strategy": strict(_fixed()["strategy"]),
        }

    def at(self, path: tuple[str, ...]) -> Mapping[str, Type]:
        """Return the contexts at a path of keys: `("jobs", "build", "steps", "2", "run")`."""
        if path[:3] == ("on", "workflow_call", "inputs"):
            return self._same | _NOTHING | {"inputs": self._inputs_before(path[3])}
        if len(path) < 2 or path[0] != "jobs":
            return self._same | _NOTHING | {"jobs": self._jobs()}
        if path[1] not in self._of_jobs:
            self._of_jobs[path[1]] = self._of_job(path[1])
        found = self._of_jobs[path[1]]
        last = None
        if len(path) > 3 and path[2] == "steps":
            last = int(path[3])
        elif path[2:3] not in (("outputs",), ("environment",)):
            return found | {"steps": strict({})}
        return found | {"steps": self._steps(path[1], last)}

    def declared_type(self, name: str) -> Kind:
        """Return the type that an input of a workflow that is called is declared with."""
        kinds = {one: kind for one, kind, _ in self._workflow.inputs("workflow_call")}
        return _TYPES.get(kinds.get(name, ""), ANY).kind

    def _of_job(self, name: str) -> dict[str, Type]:
        if self._workflow.is_action:  # of any job
            return self._same | _NOTHING | {"matrix": LOOSE, "job": LOOSE}
        job = self._workflow.job(name)
        return self._same | {
            "jobs": strict({}),
            "needs": self._needs(job),
            "matrix": matrix_type(job, self._cell),
            "job": self._job(job),
        }

    def _cell(self, scalar: Scalar) -> Type:
        """The type of an expression in a matrix, as far as it needs no other jobs."""
        template = read_template(scalar, Native(), Diagnostics())
        if len(template.parts) != 1 or isinstance(template.parts[0], Literal):
            return STRING if is_one_expression(scalar.text) is False else ANY
        contexts = {**self._same, "needs": LOOSE}
        available = Availability(("github", "needs", "vars", "inputs"))
        return Checker(contexts, available, scalar.span).type_of(template.parts[0])

    def _github(self) -> Type:
        inputs: Type = ANY
        events = () if self._workflow.is_action else self._workflow.events
        if "workflow_dispatch" in events and "workflow_call" not in events:
            names = (name for name, _, _ in self._workflow.inputs("workflow_dispatch"))
            inputs = strict({name: STRING for name in names})
        event = Type(Kind.OBJECT, {"inputs": inputs}, ANY)
        return strict({**_fixed()["github"], "event": event})

    def _typed_inputs(self) -> Type:
        found: dict[str, Type] = {}
        for event in ("workflow_dispatch", "workflow_call"):
            for name, kind, _ in self._workflow.inputs(event):
                one = _TYPES.get(kind, STRING if kind else ANY)
                found[name.lower()] = (
                    merged((found[name.lower()], one)) if name.lower() in found else one
                )
        return strict(found)

    def _inputs_before(self, name: str) -> Type:
        """A default value may use the inputs above it."""
        found: dict[str, Type] = {}
        for one, kind, _ in self._workflow.inputs("workflow_call"):
            if one == name:
                break
            found[one.lower()] = _TYPES.get(kind, ANY)
        return strict(found)

    def _secrets(self) -> Type:
        """Only a workflow that is called, and says with which secrets, knows which there are."""
        declared = self._workflow.secrets
        if declared is None or self._workflow.events != ("workflow_call",):
            return STRINGS
        always = ("github_token", "actions_step_debug", "actions_runner_debug")
        return strict({name.lower(): STRING for name in (*declared, *always)})

    def _jobs(self) -> Type:
        return strict({name: self._result_of(name) for name in self._workflow.jobs})

    def _result_of(self, name: str) -> Type:
        return strict({"result": STRING, "outputs": self._outputs_of(name)})

    def _outputs_of(self, name: str) -> Type:
        if name not in self._outputs:
            self._outputs[name] = self._work_out_outputs(name)
        return self._outputs[name]

    def _work_out_outputs(self, name: str) -> Type:
        job = self._workflow.job(name)
        uses = text_of(job, "uses")
        if uses is not None:
            called = self._metadata.workflow(uses)
            if called is None or called.outputs is None:
                return STRINGS
            return strict({one: STRING for one in called.outputs})
        outputs = None if job is None else job.get("outputs")
        if isinstance(outputs, Scalar) and "${{" in outputs.text:
            return STRINGS
        return strict({entry: STRING for entry, _ in entries(outputs)})

    def _needs(self, job: Table | None) -> Type:
        names = {one.lower(): one for one in self._workflow.jobs}
        needed = (scalar.text for scalar in scalars_of(None if job is None else job.get("needs")))
        known = (names[one.lower()] for one in needed if one.lower() in names)
        return strict({one: self._result_of(one) for one in known})

    def _job(self, job: Table | None) -> Type:
        services = None if job is None else job.get("services")
        service = strict({"id": STRING, "network": STRING, "ports": ANY})
        named = {name: service for name, _ in entries(services)}
        known = strict(named) if isinstance(services, Table) or services is None else LOOSE
        container = strict({"id": STRING, "network": STRING})
        return strict({**_fixed()["job"], "container": container, "services": known})

    def _steps(self, job: str, before: int | None) -> Type:
        found: dict[str, Type] = {}
        for step in self._workflow.steps(job)[:before]:
            name = text_of(step, "id")
            if name:
                outputs = self._metadata.outputs_of_step(step)
                fields = {"outputs": outputs, "conclusion": STRING, "outcome": STRING}
                found[name] = strict(fields)
        return strict(found)


_NOTHING = {name: strict({}) for name in ("jobs", "needs", "matrix", "job", "steps")}


def matrix_type(job: Table | None, typed: Callable[[Scalar], Type]) -> Type:
    """Return the type of `matrix` in a job: what its rows can be."""
    strategy = None if job is None else job.get("strategy")
    if strategy is None:
        return strict({})
    matrix = strategy.get("matrix") if isinstance(strategy, Table) else strategy
    if matrix is None:
        return strict({})
    if not isinstance(matrix, Table):
        return LOOSE
    fields: dict[str, Type] = {}
    rest: Type | None = None
    for name, value in entries(matrix):
        if name == "<<":
            return LOOSE
        if name == "exclude":
            continue
        if name == "include":
            rest = ANY if _with_rows(fields, value, typed) else rest
        else:
            items = value.items if isinstance(value, Sequence) else ()
            types = (type_of(item, typed) for item in items)
            fields[name.lower()] = merged(types) if items else ANY
    return Type(Kind.OBJECT, fields, rest)


def _with_rows(fields: dict[str, Type], value: Node, typed: Callable[[Scalar], Type]) -> bool:
    """Add what the rows of `include` give; return whether they may give anything else."""
    if not isinstance(value, Sequence):
        return True
    for row in map(resolve, value.items):
        if not isinstance(row, Table):
            return True
        for name, cell in entries(row):
            key, one = name.lower(), type_of(cell, typed)
            fields[key] = merged((fields[key], one)) if key in fields else one
    return False


def type_of(node: Node, typed: Callable[[Scalar], Type]) -> Type:
    """Return the type of a value of a matrix."""
    node = resolve(node)
    if isinstance(node, Scalar):
        if "${{" in node.text:
            return typed(node)
        if isinstance(node.value, bool):
            return BOOLEAN
        if node.value is None:
            return NULL
        return NUMBER if isinstance(node.value, int | float) else STRING
    if isinstance(node, Sequence):
        return array(merged(type_of(item, typed) for item in node.items))
    return strict({name: type_of(value, typed) for name, value in entries(node)})


def scalars_of(node: Node | None) -> Iterator[Scalar]:
    """Yield a scalar, or those of a list."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in map(resolve, node.items):
            if isinstance(item, Scalar):
                yield item
