"""Jobs of an evaluated workflow as jobs of the IR."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ciconv.catalog.catalog import Catalog
from ciconv.converters.nixactions.read import attributes, frame
from ciconv.converters.nixactions.read.artifacts import downloads, kept_paths, uploads
from ciconv.converters.nixactions.read.conditions import job_condition
from ciconv.converters.nixactions.read.found import Found
from ciconv.converters.nixactions.read.groups import groups_of
from ciconv.converters.nixactions.read.positions import Positions, order
from ciconv.converters.nixactions.read.steps import StepReader, ids_with_texts
from ciconv.converters.shell_tests.read_names import Names
from ciconv.ir.expression import Expr, Literal, Ref, Template, text
from ciconv.ir.job import Choice, Job, Need
from ciconv.ir.step import Checkout, EnvVar, RestoreCache, Step
from ciconv.ir.trigger import Output
from ciconv.source import Span

OWN = "CICONV_"  # how variables begin that ciconv made for itself
_RESULT = re.compile(r"ciconv_result (\S+) ")
_SAVED = re.compile(r"^ciconv_output (\S+) '?([^\s']+)'? ", re.MULTILINE)


class Evaluated(Struct, frozen=True, kw_only=True):
    """A workflow as data, with the texts of files that its steps start and places in the source."""

    workflow: Mapping[str, Any]
    texts: Mapping[str, str]
    places: Mapping[str, Any]  # by job: {"job": position, "attributes": …}
    positions: Positions
    catalog: Catalog

    @property
    def jobs(self) -> dict[str, Mapping[str, Any]]:
        """The jobs that run, in the order they are written."""
        jobs = self.workflow["jobs"]
        names = sorted(jobs, key=lambda name: (*order(self.place(name)), name))
        return {name: jobs[name] for name in names if _steps(jobs[name]) is not None}

    def place(self, job: str) -> Mapping[str, Any] | None:
        """Return the position of a job's name."""
        found: Mapping[str, Any] | None = self.places.get(job, {}).get("job")
        return found

    def span(self, job: str) -> Span:
        """Return where a job's name stands."""
        return self.positions.span(self.place(job), len(job))


def read_jobs(evaluated: Evaluated) -> tuple[Job, ...]:
    """Return the jobs of a workflow."""
    reader = _Jobs(evaluated)
    return tuple(reader.job(name) for name in evaluated.jobs)


def variables(env: object, span: Span | None = None) -> tuple[EnvVar, ...]:
    """Return the variables of a set of texts; Nix makes `1` of true, and nothing of false."""
    pairs = env.items() if isinstance(env, dict) else ()
    return tuple(EnvVar(name=key, value=text(_coerced(one)), span=span) for key, one in pairs)


def static_env(attributes: Mapping[str, Any]) -> Iterator[EnvVar]:
    """Yield the variables that a workflow or a job sets itself, those of providers first."""
    own = attributes.get("env")
    own = own if isinstance(own, dict) else {}
    given: dict[str, object] = {}
    for settings in _providers(attributes, "static"):
        env = settings.get("env")
        given |= env if isinstance(env, dict) else {}
    yield from variables({**given, **own})


def _providers(attributes: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """The settings of the providers of one name."""
    for provider in attributes.get("envFrom") or ():
        given = provider.get("ciconv", {}) if isinstance(provider, dict) else {}
        if given.get("kind") == "provider" and given.get("name") == name:
            yield given.get("settings", {})


def _coerced(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return "1" if value else ""
    return str(value)


def _steps(job: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    found = job.get("steps", job.get("actions"))
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else None


class _Jobs:
    """What the jobs of one workflow share."""

    def __init__(self, evaluated: Evaluated) -> None:
        self._evaluated = evaluated
        self._jobs = evaluated.jobs
        self._groups = groups_of(self._jobs)
        self._paths = kept_paths(self._jobs)
        self._outputs = dict(_outputs(evaluated))
        env = evaluated.workflow.get("env")
        self._env = frozenset(env if isinstance(env, dict) else ())

    def job(self, name: str) -> Job:
        """Return a job."""
        job, span = self._jobs[name], self._evaluated.span(name)
        found = self._steps(job, span)
        needs = tuple(Need(job=one, span=span) for one in _texts(job.get("needs")))
        tolerated = any(one.tolerated for one in found)
        return Job(
            id=name,
            calls=self._groups[name],
            needs=needs,
            choices=(Choice(condition=self._condition(name), may_fail=_true(tolerated)),),
            env=tuple(self._env_of(job, found, span)),
            timeout=next((one.timeout for one in found if one.timeout is not None), None),
            container=next((one.container for one in found if one.container is not None), None),
            services=tuple(one.service for one in found if one.service is not None),
            steps=(
                *_given_files(job, found, span),
                *downloads(job, self._paths, span),
                *_with_inputs(_with_caches(found), starts_empty=_starts_empty(job)),
                *uploads(job, span),
            ),
            outputs=tuple(self._outputs_of(name, found)),
            extras=tuple(attributes.extras(job, span)),
            span=span,
        )

    def _outputs_of(self, name: str, found: list[Found]) -> Iterator[Output]:
        """What a job tells others; for a cell of a matrix, under the name of all of them."""
        known = (name, *self._groups[name], self._jobs[name].get("env", {}).get("GITHUB_JOB"))
        for one in found:
            if one.job in known or self._is_cell(name, one.job):
                yield from one.outputs

    def _is_cell(self, name: str, job: str) -> bool:
        """Whether a job is one of several that begin with a name which is none of a job."""
        return job not in self._jobs and name.startswith(f"{job}-")

    def _steps(self, job: Mapping[str, Any], span: Span) -> list[Found]:
        reader = StepReader(self._evaluated.texts, self._names(job), span)
        defaults = {**_waits(self._evaluated.workflow), **_waits(job)}
        steps = (one for one in _steps(job) or () if not _loads_needs(one))
        return [reader.read({**defaults, **step}) for step in steps]

    def _env_of(self, job: Mapping[str, Any], found: list[Found], span: Span) -> Iterator[EnvVar]:
        """The variables of a job; those of the library itself are what they stand for."""
        env = {one.name: one for one in (*self._secrets(job), *static_env(job))}
        env |= {one.name: one for part in found for one in part.env}
        yield from (one for name, one in env.items() if not name.startswith(OWN))

    def _names(self, job: Mapping[str, Any]) -> Names:
        own = job.get("env")
        steps = _steps(job) or []
        dynamic = (
            name
            for step in steps
            for name in re.findall(r"^ciconv_set (\w+) ", str(step.get("bash")), re.MULTILINE)
        )
        own = own if isinstance(own, dict) else {}
        env = {*self._env, *own, *dynamic}
        told = (name for name in own if name.startswith(OWN) or name == "GITHUB_JOB")
        local = {name: Literal(value=str(own[name])) for name in told}
        return Names(
            format="nixactions",
            local=local,
            catalog=self._evaluated.catalog,
            env=frozenset(env),
            steps=dict(ids_with_texts(steps, self._evaluated.texts)),
            outputs=self._outputs,
        )

    def _condition(self, name: str) -> Expr | None:
        condition = self._jobs[name].get("if")
        ancestors = frozenset(self._ancestors(name))
        if condition is None:
            return None
        names = replace(self._names({}), env=self._env)
        return job_condition(str(condition), ancestors, names)

    def _ancestors(self, name: str) -> set[str]:
        found: set[str] = set()
        waiting = _texts(self._jobs[name].get("needs"))
        while waiting:
            one = waiting.pop()
            if one not in found and one in self._jobs:
                found.add(one)
                waiting.extend(_texts(self._jobs[one].get("needs")))
        return found - {name}

    def _secrets(self, job: Mapping[str, Any]) -> Iterator[EnvVar]:
        """What a job cannot run without: secrets, as long as nobody says what else they are."""
        for name in required(job):
            yield EnvVar(name=name, value=Template(parts=(Ref(path=("secrets", name)),)))


def required(job: Mapping[str, Any]) -> Iterator[str]:
    """Yield the variables that a job's providers ask for."""
    for settings in _providers(job, "required"):
        yield from settings.get("names", ())


def _waits(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that all steps below have where they have none of their own."""
    return {name: attributes[name] for name in ("timeout", "retry") if attributes.get(name)}


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _true(holds: bool) -> Expr | None:
    return Literal(value=True) if holds else None


def _outputs(evaluated: Evaluated) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The jobs whose results or outputs others read, with the names of their outputs."""
    found: dict[str, dict[str, None]] = {name: {} for name in evaluated.jobs}
    for job in evaluated.jobs.values():
        for step in _steps(job) or ():
            for name in _RESULT.findall(str(step.get("condition"))):
                found.setdefault(name, {})
            for name, key in _SAVED.findall(str(step.get("bash"))):
                found.setdefault(name, {})[key] = None
    longest_first = sorted(found, key=lambda name: -len(name))
    yield from ((name, tuple(found[name])) for name in longest_first)


def _loads_needs(step: Mapping[str, Any]) -> bool:
    """Whether it is the step that makes results and outputs of other jobs known."""
    framed = frame.frame(str(step.get("bash", "")))
    return framed is not None and bool(_RESULT.search(str(step.get("condition"))))


def _given_files(job: Mapping[str, Any], found: list[Found], span: Span) -> Iterator[Step]:
    """The checkout of a job that starts with the files of the repository, and has steps."""
    is_given = bool(found) and not _starts_empty(job)
    if is_given and not any(isinstance(one.step, Checkout) for one in found):
        yield Checkout(span=span)


def _starts_empty(job: Mapping[str, Any]) -> bool:
    executor = job.get("executor")
    settings = executor.get("ciconv", {}).get("settings", {}) if isinstance(executor, dict) else {}
    return settings.get("copyRepo") is False


def _with_inputs(steps: Iterable[Step], *, starts_empty: bool) -> Iterator[Step]:
    """The steps; the files of the repository are what a checkout with inputs begins with."""
    if starts_empty:
        yield from steps
        return
    before: Step | None = None
    for step in steps:
        if isinstance(before, Checkout) and not (before.arguments or before.condition):
            before = None if isinstance(step, Checkout) else before
        if before is not None:
            yield before
        before = step
    if before is not None:
        yield before


def _with_caches(found: list[Found]) -> Iterator[Step]:
    """The steps; a cache that the end of the job saves is one that also saves."""
    saved = {one.kept for one in found if one.kept and one.step is None}
    for one in found:
        if isinstance(one.step, RestoreCache) and one.kept in saved:
            yield replace(one.step, save=True)
        elif one.step is not None:
            yield one.step
