"""The shell variables that hold what expressions refer to."""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec import Struct, field

from ciconv.catalog.catalog import Catalog, Near
from ciconv.converters.shell_tests.dialects import BASH, Dialect
from ciconv.converters.shell_tests.scope import CannotSay, Cells, shell_name
from ciconv.ir.expression import Literal, Ref, Template, constant, has_status_function
from ciconv.ir.job import Job, Matrix, Status
from ciconv.ir.matrix import cells, dynamic_value
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar
from ciconv.ir.trigger import EventKind
from ciconv.passes.bind_values import env_names

_T = TypeVar("_T")

_OS = {"linux": "Linux", "macos": "macOS", "windows": "Windows"}
_ARCH = {"x64": "X64", "arm64": "ARM64", "x86": "X86", "arm": "ARM"}
# variables that programs read whatever they are set for
_TAKEN = frozenset(
    ("PATH", "HOME", "USER", "SHELL", "HOSTNAME", "PWD", "TERM", "LANG", "CI", "IFS")
)
# events whose names of branches and tags are the same everywhere
_CERTAIN = frozenset((EventKind.PUSH, EventKind.SCHEDULE, EventKind.MANUAL))
_NATIVE_INPUTS = frozenset(("gitlab", "jenkins"))  # inputs and axes are variables there anyway


class Names(Struct, frozen=True, kw_only=True, dict=True):
    """Names of one job in one format; it notes what was asked for.

    | reference | variable |
    |---|---|
    | a predefined name, where catalog/names.toml has the very same value | the format's own |
    | `env.X` | `X` |
    | `secrets.X`, `vars.X` | `X`; `SECRETS_X`, `VARS_X` where `env` gives X another meaning |
    | `inputs.tag-name` | `tag_name`; `INPUT_TAG_NAME` where that has another meaning |
    | `matrix.os`, `matrix.cfg.os` | `os`, `cfg_os`; `MATRIX_OS` where that has another meaning |
    | `steps.b.outputs.v`, `steps.b.outcome` | `STEPS_B_OUTPUTS_V`, `STEPS_B_OUTCOME` |
    | `needs.b.outputs.v`, `needs.b.result` | `NEEDS_B_OUTPUTS_V`, `NEEDS_B_RESULT` |
    | predefined names that a shell can make of the format's | GitHub's variable: `GITHUB_REF` |
    """

    catalog: Catalog
    format: str
    pipeline: Pipeline
    job: Job
    dialect: Dialect = BASH
    sayable: frozenset[tuple[str, ...]] = frozenset()  # what the format computes, under no own name
    used: dict[str, Ref] = field(default_factory=dict)  # variables and what they were asked for
    composed: dict[str, str] = field(default_factory=dict)  # variables a script makes, their words
    near: dict[Ref, Near] = field(default_factory=dict)  # what is only nearly the same
    settings: dict[Ref, str] = field(default_factory=dict)  # variables that somebody has to create

    @property
    def cells(self) -> Cells | None:
        """The combinations of the job's matrix, None where only the run knows them."""
        return self._once("cells", lambda: _cells(self.job.matrix))

    @property
    def input_types(self) -> Mapping[str, str]:
        """The types of the pipeline's inputs, by lower-case name."""
        inputs = self.pipeline.inputs
        return self._once(
            "types", lambda: {one.name.lower(): one.type or "string" for one in inputs}
        )

    @property
    def needs(self) -> tuple[str, ...]:
        """The jobs this one waits for."""
        return tuple(one.job for one in self.job.needs or ())

    @property
    def own_env(self) -> frozenset[str]:
        """The variables that the pipeline sets to something else than themselves."""
        return self._once("env", lambda: env_names(self.pipeline) - _same_names(self.job))

    def variable(self, ref: Ref) -> str:
        """Return the environment variable that holds what a reference means; raise CannotSay."""
        if ref.path == ("job", "status") and self.format == "gitlab":
            return "job_status"  # which scripts keep; CI_JOB_STATUS is there only behind them
        head, *rest = ref.path
        reader = _READERS.get(head)
        if reader is not None and rest:
            name = reader(self, ref, rest)
        elif ref.path == ("token",):
            ref = Ref(path=("secrets", "GITHUB_TOKEN"), span=ref.span)
            name = _ambient(self, ref, ["GITHUB_TOKEN"])
        elif ref.path[:3] == ("github", "event", "inputs") and len(ref.path) == 4:
            name = _input(self, ref, [ref.path[3]])
        else:
            name = self._predefined(ref)
        self.used.setdefault(name, ref)
        return name

    def matrix(self, ref: Ref, *, pasted: bool) -> str:
        """Return a value of the matrix as it stands between double quotes; raise CannotSay."""
        if len(ref.path) == 1:
            raise CannotSay(ref, "it is the whole matrix")
        return f"${{{self.variable(ref)}}}" if pasted else f"${self.variable(ref)}"

    def value(self, ref: Ref) -> Literal | None:
        """Return what a reference is known to be before the run."""
        if ref.path[0] == "needs" and ref.path[2:] == ("result",) and self._waits_for_success:
            return self._result(ref)
        if ref.path == ("workflow", "name") and self.format == "circleci":  # no variable tells it
            name = constant(self.pipeline.name) if self.pipeline.name is not None else None
            return Literal(value=name or self.pipeline.id, span=ref.span)
        runner = self.job.runner
        table, key = {
            ("os",): (_OS, runner and runner.os),
            ("runner", "os"): (_OS, runner and runner.os),
            ("arch",): (_ARCH, runner and runner.arch),
            ("runner", "arch"): (_ARCH, runner and runner.arch),
        }.get(ref.path, ({}, None))
        known = table.get(key or "")
        return None if known is None else Literal(value=known, span=ref.span)

    @property
    def _waits_for_success(self) -> bool:
        """Whether the job only runs after what it needs went well."""
        conditions = (one.condition for one in self.job.choices)
        return not any(one is not None and has_status_function(one) for one in conditions)

    def _result(self, ref: Ref) -> Literal | None:
        """The result of a job that has to succeed before this one starts."""
        for need in self.job.needs or ():
            if need.job.lower() == ref.path[1].lower() and need.accept == (Status.SUCCESS,):
                return Literal(value="success", span=ref.span)
        return None

    def definitions(self) -> tuple[EnvVar, ...]:
        """Return the variables the job has to define so that what was asked for is there.

        Their values are templates of what each stands for (`p: ${{ inputs.p }}`), which the
        writer writes in its own words. Secrets, `vars` and what the system or the scripts set are
        not among them.
        """
        return tuple(
            EnvVar(name=name, value=Template(parts=(ref,), span=ref.span), span=ref.span)
            for name, ref in self.used.items()
            if self._is_defined_by_job(name, ref)
        )

    def secrets(self) -> tuple[str, ...]:
        """Return the variables that somebody has to create as secrets of the system."""
        return tuple(name for name, ref in self.used.items() if ref.path[0] == "secrets")

    def _is_defined_by_job(self, name: str, ref: Ref) -> bool:
        head = ref.path[0]
        if head in ("inputs", "matrix") or ref.path[:3] == ("github", "event", "inputs"):
            return self.format not in _NATIVE_INPUTS or name.startswith(("INPUT_", "MATRIX_"))
        if self._is_said(ref):
            return True
        one = self.catalog.names().get(ref.path)
        near = None if one is None else one.near.get(self.format)
        native = self.catalog.native_name(self.format, ref.path) or (near and near.name)
        return native is not None and native != name and name not in self.composed

    def _is_said(self, ref: Ref) -> bool:
        """Whether the format has an expression, and no variable, for what is predefined."""
        return ref.path in self.sayable and not self.catalog.native_name(self.format, ref.path)

    def _predefined(self, ref: Ref) -> str:
        name = self.catalog.names().get(ref.path)
        native = self.catalog.native_name(self.format, ref.path)
        if native is not None:
            return native if "." not in native else _own_name(ref, self.catalog)
        if self._is_said(ref):
            return _own_name(ref, self.catalog)
        near = None if name is None else name.near.get(self.format)
        if near is not None and self._is_exact(near):
            return near.name
        if name is not None and self.format in name.shell:
            variable = _own_name(ref, self.catalog)
            self.composed.setdefault(variable, name.shell[self.format])
        elif near is not None:
            kinds = {trigger.kind for trigger in self.pipeline.triggers}
            if not near.only or not kinds.isdisjoint(near.only):
                self.near.setdefault(ref, near)
            variable = near.name if "." not in near.name else _own_name(ref, self.catalog)
        elif name is not None and name.setting is not None:
            variable = self.settings.setdefault(ref, name.setting)
        else:
            said = f"this system has no variable for {'.'.join(ref.path)!r}"
            raise CannotSay(ref, said)
        return variable

    def _is_exact(self, near: Near) -> bool:
        """Whether a name is the very same for all events that start the pipeline."""
        kinds = {trigger.kind for trigger in self.pipeline.triggers}
        return bool(near.only and kinds) and kinds <= _CERTAIN - set(near.only)

    def _once(self, key: str, make: Callable[[], _T]) -> _T:
        if key not in self.__dict__:
            self.__dict__[key] = make()
        found: _T = self.__dict__[key]
        return found


def _cells(matrix: Matrix | None) -> Cells | None:
    if matrix is None or dynamic_value(matrix) is not None:
        return None
    dynamic = (matrix.dynamic, matrix.include_dynamic, matrix.exclude_dynamic)
    if any(dynamic) or any(axis.dynamic for axis in matrix.axes):
        return None
    return Cells(cells(matrix))


def _same_names(job: Job) -> frozenset[str]:
    """Variables of a job that are a value of the matrix or an input of the same name."""
    return frozenset(
        one.name
        for one in job.env
        if len(one.value.parts) == 1
        and isinstance(ref := one.value.parts[0], Ref)
        and ref.path in (("matrix", one.name), ("inputs", one.name))
    )


def _own_name(ref: Ref, catalog: Catalog) -> str:
    """GitHub's variable for a predefined name: `GITHUB_REF`, `EVENT_PULL_REQUEST_TITLE`."""
    name = catalog.names().get(ref.path)
    found = name and (name.github_env or name.nixactions)
    return found or shell_name(".".join(ref.path))


def _env(names: Names, ref: Ref, rest: list[str]) -> str:
    if len(rest) > 1:
        raise CannotSay(ref, "a variable has no properties")
    return rest[0]


def _ambient(names: Names, ref: Ref, rest: list[str]) -> str:
    """A variable that is kept in the system's settings."""
    if len(rest) > 1:
        raise CannotSay(ref, "a variable has no properties")
    name = _plain(rest[0])  # other systems than GitHub tell letters apart
    other = name in names.own_env or name in _TAKEN
    return f"{ref.path[0].upper()}_{name}" if other else name


def _input(names: Names, ref: Ref, rest: list[str]) -> str:
    name = _plain("_".join(rest))
    return f"INPUT_{name.upper()}" if name in names.own_env | _TAKEN else name


def _matrix(names: Names, ref: Ref, rest: list[str]) -> str:
    spelled = names.cells.spelled(tuple(rest)) if names.cells else tuple(rest)
    texts = names.cells.texts(tuple(rest)) if names.cells else ()
    if texts is None:
        raise CannotSay(ref, "the value is a list or a mapping")
    name = _plain("_".join(spelled))
    return f"MATRIX_{name.upper()}" if name in names.own_env | _TAKEN else name


def _plain(name: str) -> str:
    found = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return f"_{found}" if found[:1].isdigit() else found


def _step(names: Names, ref: Ref, rest: list[str]) -> str:
    known = {"outputs": 3, "outcome": 2, "conclusion": 2}
    if len(rest) < 2 or known.get(rest[1]) != len(rest):
        raise CannotSay(ref, "all outputs of a step at once are not at hand")
    return shell_name(".".join(ref.path))


def _need(names: Names, ref: Ref, rest: list[str]) -> str:
    job = next((one for one in names.needs if one.lower() == rest[0].lower()), None)
    if job is None:
        raise CannotSay(ref, f"{rest[0]!r} is not a job this one needs")
    if rest[1:2] == ["outputs"] and len(rest) == 3:
        return shell_name(".".join(ref.path))
    raise CannotSay(ref, "a script only knows the single outputs of other jobs")


def _job(names: Names, ref: Ref, rest: list[str]) -> str:
    raise CannotSay(ref, "a script knows nothing of its job but whether it failed")


_READERS: dict[str, Callable[[Names, Ref, list[str]], str]] = {
    "env": _env,
    "secrets": _ambient,
    "vars": _ambient,
    "inputs": _input,
    "matrix": _matrix,
    "steps": _step,
    "needs": _need,
    "job": _job,
}
