"""What the jobs of one workflow file share."""

from ciconv.context import Context
from ciconv.converters.nixactions.expressions import Cells, Scope
from ciconv.converters.nixactions.names import cell_names
from ciconv.ir.expression import constant
from ciconv.ir.job import Job
from ciconv.ir.matrix import cells
from ciconv.ir.pipeline import Pipeline
from ciconv.passes.bind_values import env_names
from ciconv.syntax import nix


class Workflow:
    """What the jobs of one pipeline share while they are written."""

    def __init__(self, pipeline: Pipeline, context: Context) -> None:
        self.pipeline, self.context = pipeline, context
        self.used: list[str] = []  # names of the library
        self.files: dict[str, str] = {}  # scripts beside the workflow file
        self.cells = {job.id: cells(job.matrix) for job in pipeline.jobs if job.matrix is not None}
        taken = {job.id for job in pipeline.jobs if job.id not in self.cells}
        self.cell_names = {
            name: cell_names(name, found, taken) for name, found in self.cells.items()
        }
        self.call_parts = _call_parts(pipeline, self.cell_names)
        self._calls = {job.id: job.calls for job in pipeline.jobs}
        self.env_names = env_names(pipeline)
        self.dynamic_env = {one.name: one for one in pipeline.env if constant(one.value) is None}
        self.static_env: dict[str, nix.Expr] = {
            one.name: nix.string(constant(one.value) or "")
            for one in pipeline.env
            if one.name not in self.dynamic_env
        }
        self.functions: list[nix.Binding] = []  # of jobs with a matrix
        self.listed: set[str] = set()  # matrix jobs whose names others need
        self.input_types = {one.name.lower(): one.type for one in pipeline.inputs}

    def use(self, name: str) -> str:
        """Return a name of the library, and note that it has to be imported."""
        if name not in self.used:
            self.used.append(name)
        return name

    def call(self, name: str, *arguments: nix.Expr) -> nix.Apply:
        """Return a call of a function of the library."""
        return nix.Apply(nix.Name(self.use(name)), arguments)

    def bindings(self) -> tuple[nix.Binding, ...]:
        """Return what stands before the workflow: cells, the empty executor, matrix functions."""
        found = []
        listed = {
            name: nix.List(tuple(nix.string(one) for one in names))
            for name, names in (self.cell_names | self.call_parts).items()
            if name in self.listed
        }
        if listed:
            found.append(nix.Binding(("cells",), nix.attrs(listed)))
        return (*found, *self.functions)

    def seen_as(self, name: str, viewer: Job) -> str:
        """Return what a job is for another one: itself, or the call that brought it here."""
        others = (call for call in self._calls[name] if call not in viewer.calls)
        return next(others, name)

    def scope(self, job: Job) -> Scope:
        """Return the names the expressions of a job can use."""
        found = self.cells.get(job.id)
        return Scope(
            catalog=self.context.catalog,
            cells=None if found is None else Cells(found),
            input_types=self.input_types,
            needs=tuple(dict.fromkeys(self.seen_as(need.job, job) for need in job.needs or ())),
            parts=frozenset(need.job for need in job.needs or ()),
            cell_names=self.cell_names | self.call_parts,
            calls=frozenset(self.call_parts),
            step_ids=frozenset(one.id.lower() for one in job.steps if one.id),
            env_names=self.env_names,
        )


def _call_parts(
    pipeline: Pipeline, cell_names: dict[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """The jobs that came in the place of each call."""
    parts: dict[str, tuple[str, ...]] = {}
    for job in pipeline.jobs:
        for call in job.calls:
            parts[call] = (*parts.get(call, ()), *cell_names.get(job.id, (job.id,)))
    return parts
