"""One job."""

from functools import cached_property

from ciconv.context import Place
from ciconv.converters.nixactions.draft import JobDraft, holds
from ciconv.converters.nixactions.expressions import CannotSay, Cells, job_condition, word
from ciconv.converters.nixactions.expressions.conditions import job_list
from ciconv.converters.nixactions.steps import write_steps
from ciconv.converters.script_steps.runner_variables import reads
from ciconv.ir.expression import Changes, Expr, Literal, has_status_function, walk
from ciconv.ir.matrix import Cell
from ciconv.ir.step import EnvVar, Run
from ciconv.ir.walk import ancestors, steps_of
from ciconv.profile import Feature, Outcome
from ciconv.syntax import nix
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, resolve


class JobWriter(JobDraft):
    """Writes one job."""

    def value(self) -> nix.Expr:
        """Return `job { … }`, with its own names in a `let` where it has some."""
        steps = write_steps(self)
        condition = self._condition()
        before, after = self._frame()
        env = self._env()
        bindings = []
        if self.job.needs:
            needs = tuple(need.job for need in self.job.needs)
            self._list(needs)
            bindings.append(nix.Binding(("needs",), job_list(needs, self.scope)))
        if condition is not None:
            bindings.append(nix.Binding(("if",), condition))
        bindings.extend(env)
        if self.scope.secrets:
            bindings.append(self._secrets())
        body = nix.List((*before, *self.failing, *steps.items, *after))
        bindings.append(nix.Binding(("steps",), self._tolerated(body)))
        self._report_missing()
        function = "emptyJob" if steps.empty else "job"
        job = self.workflow.call(function, nix.Attrs(tuple(bindings)))
        return nix.Let(steps.bindings, job) if steps.bindings else job

    def _report_missing(self) -> None:
        for ref in self.scope.missing:
            self.workflow.context.diagnostics.warning(
                "unknown-matrix-value",
                f"no combination of the matrix has {'.'.join(ref.path)!r}, so it is empty",
                ref.span,
            )

    def row(self, cell: Cell, number: int) -> nix.Attrs:
        """Return the values of one cell, among them packages chosen for it."""
        values = {name: _data(value) for name, value in cell}
        for missing in self._missing(cell):
            values[missing] = nix.string("")
        values |= {name: nix.string(text) for name, text in self.row_values[number].items()}
        return nix.attrs(values)

    def _missing(self, cell: Cell) -> list[str]:
        """Names other cells have: what is not there is empty text."""
        own = {name for name, _ in cell}
        return [name for name in self._cell_names if name not in own]

    @cached_property
    def _cell_names(self) -> tuple[str, ...]:
        cells = self.workflow.cells[self.job.id]
        return tuple(dict.fromkeys(name for cell in cells for name, _ in cell))

    def _list(self, jobs: tuple[str, ...]) -> None:
        known = self.workflow.cell_names | self.workflow.call_parts
        self.workflow.listed.update(one for one in jobs if one in known)

    def _condition(self) -> nix.Expr | None:
        found = ancestors(self.workflow.pipeline, self.job)
        seen = (self.workflow.seen_as(one, self.job) for one in found)
        before = tuple(dict.fromkeys(seen))
        try:
            condition = job_condition(self.job.choices[0].condition, before, self.scope)
        except CannotSay as error:
            whole = self.job.choices[0].condition
            is_part = whole is not None and holds(whole, error.expr)
            self.fail(error, "the condition", at=whole if is_part else None)
            condition = self._in_any_case(before)
        else:
            self._report_changes()
        for function in _functions(condition):
            self.workflow.use(function)
        self._list(before)
        return condition

    def _report_changes(self) -> None:
        condition = self.job.choices[0].condition
        asked = walk(condition) if condition is not None else ()
        first = next((one for one in asked if isinstance(one, Changes)), None)
        if first is not None:
            loss = self.place.loss(Feature.EXPRESSION, Outcome.APPROXIMATED)
            said = (
                "Git compares with the target branch, or with the commit before the push; in other"
            )
            self.workflow.context.lose(loss, f"{said} runs all files count as changed", first)

    def _in_any_case(self, before: tuple[str, ...]) -> nix.Expr | None:
        """When a job runs whose condition cannot be said: it has to run for its failing step."""
        condition = self.job.choices[0].condition
        if condition is not None and has_status_function(condition):
            return nix.string("always()") if before else None
        return job_condition(None, before, self.scope)

    def _env(self) -> list[nix.Binding]:
        """The job's variables that are known beforehand; the others are set by a first step."""
        found: dict[str, nix.Expr] = {}
        for one in self.job.env:
            text = self.static(one.value)
            if text is not None:
                found[one.name] = text
        for name, path in self.scope.exposed.items():
            found[name] = nix.names("matrix", *path)
        if "GITHUB_JOB" in self.scope.natives or self._reads("GITHUB_JOB"):
            found.setdefault("GITHUB_JOB", nix.string(self.job.id))
        if not found:
            return []
        return [nix.Binding(("env",), nix.attrs(found))]

    def _reads(self, variable: str) -> bool:
        """Whether a script names what the starter sets for its own job, too."""
        steps = steps_of((*self.job.steps, *self.job.finally_steps))
        return any(isinstance(one, Run) and reads(one, variable) for one in steps)

    def _frame(self) -> tuple[list[nix.Expr], list[nix.Expr]]:
        """Steps around those of the user: needs, variables, deadline; and outputs at the end."""
        variables = self._dynamic_env()
        outputs = self._outputs()
        before: list[nix.Expr] = []
        if self.scope.read_needs:
            before.append(self._load_needs())
        if variables:
            before.append(self.workflow.call("jobEnv", nix.attrs(variables)))
        if self.job.timeout is not None:
            before.extend(self._deadline(self.job.timeout))
        after: list[nix.Expr] = []
        if outputs:
            name = nix.string(self.job.id)
            after.append(self.workflow.call("saveOutputs", name, nix.attrs(outputs)))
        return before, after

    def _dynamic_env(self) -> dict[str, nix.Expr]:
        own = {one.name: one for one in self.job.env}
        inherited = {
            name: one for name, one in self.workflow.dynamic_env.items() if name not in own
        }
        found: dict[str, nix.Expr] = {}
        for name, one in (inherited | own).items():
            if name in inherited or self.static(one.value) is None:
                text = self._word(one)
                if text is not None:
                    found[name] = text
        return found

    def _word(self, variable: EnvVar) -> nix.Str | None:
        try:
            text = word(variable.value, self.scope)
        except CannotSay as error:
            whole = Place(pipeline=self.workflow.pipeline.id)
            of_all = self.workflow.dynamic_env.get(variable.name) is variable
            place = whole if of_all else self.place
            what = f"the variable {variable.name}"
            self.fail(error, what, place, feature=Feature.VARIABLE)
            return None
        return None if text == f"${variable.name}" else self.scope.string(text)

    def _outputs(self) -> dict[str, nix.Expr]:
        found: dict[str, nix.Expr] = {}
        for output in self.job.outputs:
            try:
                found[output.name] = self.scope.string(word(output.value, self.scope))
            except CannotSay as error:
                self.fail(error, f"the output {output.name}")
        return found

    def _load_needs(self) -> nix.Expr:
        names = tuple(self.scope.read_needs)
        self._list(names)
        return self.workflow.call(
            "loadNeeds", nix.attrs({one: job_list((one,), self.scope) for one in names})
        )

    def _deadline(self, timeout: Expr) -> list[nix.Expr]:
        try:
            text = word(timeout, self.scope)
        except CannotSay as error:
            self.fail(error, "the timeout")
            return []
        is_number = isinstance(timeout, Literal) and text.isdigit()
        value = nix.Int(int(text)) if is_number else self.scope.string(text)
        return [self.workflow.call("deadline", value)]

    def _secrets(self) -> nix.Binding:
        names = nix.List(tuple(nix.string(one) for one in self.scope.secrets))
        provider = nix.Apply(nix.names("nixactions", "envProviders", "required"), (names,))
        return nix.Binding(("envFrom",), nix.List((provider,)))

    def _tolerated(self, steps: nix.List) -> nix.Expr:
        """The steps of a job that may fail."""
        may_fail = self.job.choices[0].may_fail
        if may_fail is None or isinstance(may_fail, Literal) and not may_fail.value:
            return steps
        if isinstance(may_fail, Literal):
            return self.workflow.call("tolerate", steps)
        text = self.static(may_fail)
        if text is None:
            loss = self.place.loss(Feature.EXPRESSION, Outcome.APPROXIMATED)
            said = "whether the job may fail has to be known beforehand, so it may not"
            self.workflow.context.lose(loss, said, may_fail)
            return steps
        self.workflow.use("tolerate")
        may = nix.Operation("==", text, nix.string("true"))
        return nix.If(may, nix.Apply(nix.Name("tolerate"), (steps,)), steps)


def _functions(expr: nix.Expr | None) -> list[str]:
    """The functions of the library a condition calls."""
    if not isinstance(expr, nix.Apply):
        return []
    found = []
    if isinstance(expr.function, nix.Name) and expr.function.name != "map":
        found.append(expr.function.name)
    for argument in expr.arguments:
        items = argument.items if isinstance(argument, nix.List) else (argument,)
        found.extend(name for item in items for name in _functions(item))
    return found


def _data(node: Node) -> nix.Expr:
    """A value of a matrix as Nix: scalars are texts, as GitHub pastes them."""
    node = resolve(node)
    if isinstance(node, Sequence):
        return nix.List(tuple(_data(item) for item in node.items))
    if isinstance(node, Mapping):
        return nix.attrs({entry.name: _data(entry.value) for entry in node.entries})
    cells = Cells(((("value", node),),))
    texts = cells.texts(("value",)) if isinstance(node, Scalar) else None
    return nix.string(texts[0] if texts else "")
