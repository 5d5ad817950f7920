"""Gives scripts the variables that their own system sets, and those that its settings set.

A script is never changed, so what it reads has to be there: as `env` of its job. What is only to
be had by a command, a first step works out. A setting of the project becomes a secret or a
variable of the target.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from ciconv.context import Context, Place
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant_text, text
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import Argument, EnvVar, Run, Step
from ciconv.ir.walk import nodes, rewrite, steps_of
from ciconv.passes.ambient import SAME_PATH, Ambient, ambient_of, set_by_tools
from ciconv.passes.variables_of_program import with_variables_of_program
from ciconv.profile import Feature, Outcome, Profile, Support

STEP_NAME = "Set variables"


def bind_variables(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project in which every job has the variables that its scripts read."""
    ambient = ambient_of(project.origin)
    if ambient is None:
        return project
    if profile.of(Feature.TRIGGERS).support is Support.LOWERED:
        started = (with_variables_of_program(one, ambient, context) for one in project.pipelines)
        return replace(project, pipelines=tuple(started))
    if profile.format == "github":
        for one in project.pipelines:
            _tell_of_settings(one, context)
    binders = (_Binder(one, ambient, context, profile.format) for one in project.pipelines)
    composes = profile.format in _COMPOSING
    pipelines = (one.composed().pipeline() if composes else one.pipeline() for one in binders)
    return replace(project, pipelines=tuple(pipelines))


# settings that have to be set up: other writers tell of those that they name
_TOLD_HERE = {"github": ("secrets", "vars"), "jenkins": ("vars",)}
_COMPOSING = frozenset(("gitlab", "circleci"))  # variables are put together from others there


def _tell_of_settings(pipeline: Pipeline, context: Context) -> None:
    """Say which settings values of variables are made of."""
    told: set[str] = set()
    for job in (None, *pipeline.jobs):
        place = Place(pipeline=pipeline.id, job="" if job is None else job.id)
        variables = pipeline.env if job is None else job.env
        for ref in (ref for one in variables for ref in nodes(one.value)):
            if isinstance(ref, Ref) and ref.path[0] == "vars" and ref.path[-1] not in told:
                told.add(ref.path[-1])
                said = f"the variable {ref.path[-1]!r} has to be set up, as it is in the settings"
                context.lose(place.loss(Feature.VARIABLE, Outcome.MANUAL), said, ref)


class _Binder:
    """Binds the variables of one pipeline."""

    def __init__(
        self,
        pipeline: Pipeline,
        ambient: Ambient,
        context: Context,
        target: str,
    ) -> None:
        self._pipeline, self._ambient, self._context = pipeline, ambient, context
        self._same_path, self._pastes = target in SAME_PATH, target != "github"
        self._told = _TOLD_HERE.get(target, ())
        self._moved: dict[str, None] = {}  # variables of the pipeline that steps set instead
        self._lost: dict[str, None] = {}  # variables that have no equal value

    def composed(self) -> "_Binder":
        """Return itself, with variables whose values name what the target knows."""
        pipeline = self._pipeline
        own = {one.name for one in nodes(pipeline) if isinstance(one, EnvVar)}
        jobs = tuple(
            rewrite(job, partial(self._spoken, Place(pipeline=pipeline.id, job=job.id), own))
            for job in pipeline.jobs
        )
        change = partial(self._spoken, Place(pipeline=pipeline.id), own)
        env = tuple(rewrite(one, change) for one in pipeline.env)
        self._pipeline = replace(pipeline, env=env, jobs=jobs)
        return self

    def _spoken(self, place: Place, own: set[str], node: Node) -> Node:
        """A variable, or an input, whose value speaks of none that the source's system sets."""
        if not isinstance(node, EnvVar | Argument):
            return node
        parts: list[Expr] = []
        for part in node.value.parts:
            name = part.path[1] if isinstance(part, Ref) and part.path[0] == "env" else ""
            known = None
            is_set = name in tuple(self._ambient.predefined(f"${name}")) and name not in own
            if is_set and not self._is_computed(name):
                known = self._value(name, node, place)
                if self._context.catalog.canonical_name(self._ambient.format, (name,)):
                    said = f"{name} has a value of another form on the target"
                    self._lose(Outcome.APPROXIMATED, said, node, place)
            parts += (part,) if known is None or _is_of_a_step(known) else _at(known, part).parts
        return replace(node, value=replace(node.value, parts=tuple(parts)))

    def pipeline(self) -> Pipeline:
        """Return the pipeline; what all its jobs need stands above them."""
        pipeline = self._pipeline
        jobs = tuple(map(self._job, pipeline.jobs))
        here = Place(pipeline=pipeline.id)
        for one in pipeline.env:
            if one.name in self._moved:
                said = f"a step of each job sets {one.name}"
                self._lose(Outcome.LOWERED, said, one, here)
        env = tuple(one for one in pipeline.env if one.name not in self._moved)
        pipeline = replace(pipeline, env=env)
        shared = tuple(one for one in _in_all(jobs, self._pipeline) if one.name not in self._lost)
        names = {one.name for one in shared}
        jobs = tuple(
            replace(
                job, env=tuple(one for one in job.env if one.name not in names or one not in shared)
            )
            for job in jobs
        )
        return replace(pipeline, jobs=jobs, env=(*pipeline.env, *shared))

    def _job(self, job: JobBase) -> JobBase:
        if not isinstance(job, Job):
            return job
        place = Place(pipeline=self._pipeline.id, job=job.id)
        scripts = _scripts(job)
        defined = self._defined(job)
        mentioned = dict.fromkeys(
            name
            for script, _ in scripts
            for name in self._ambient.predefined(script)
            if name not in defined
        )
        env: dict[str, EnvVar] = {}
        inner: dict[str, EnvVar] = {}
        computed: dict[str, None] = {}
        for name in mentioned:
            at = next(run for script, run in scripts if name in script)
            if self._is_computed(name, job):
                computed[name] = None
            elif name == self._ambient.of_job and job.matrix is None:
                env[name] = EnvVar(name=name, value=_at(text(job.id), at), span=at.span)
            elif (value := self._value(name, at, place)) is not None:
                where = inner if _is_of_a_step(value) else env
                where[name] = EnvVar(name=name, value=_at(value, at), span=at.span)
        job = _with_inner(job, inner) if inner else job
        for one in self._settings(job, scripts, defined, place):
            env.setdefault(one.name, one)
        composed = self._composed(job) if scripts else {}
        step = self._step(job, computed, composed, place)
        kept = tuple(one for one in job.env if one.name not in composed)
        return replace(
            job,
            env=(*kept, *env.values()),
            steps=job.steps if step is None else _inserted(job.steps, step),
        )

    def _defined(self, job: Job) -> frozenset[str]:
        """The variables that pipeline, job and steps set themselves."""
        steps = tuple(steps_of((*job.steps, *job.finally_steps)))
        own = (*self._pipeline.env, *job.env, *(one for step in steps for one in step.env))
        chosen = (one for choice in job.choices for one in choice.env)
        return frozenset(one.name for one in (*own, *chosen)) | set_by_tools(steps)

    def _is_computed(self, name: str, job: Job | None = None) -> bool:
        command = self._ambient.computed.get(name)
        if command is None or not command.in_container:
            return command is not None
        return job is None or job.container is not None and not self._same_path

    def _value(self, name: str, at: Node, place: Place) -> Template | None:
        """The value of a predefined variable, None (and a loss) where nobody knows it."""
        catalog, format = self._context.catalog, self._ambient.format
        if name in self._ambient.values:
            value = self._ambient.values[name]
            if not isinstance(value, Literal | Ref):
                self._lose(Outcome.LOWERED, f"an expression gives the value of {name}", at, place)
            return _template(value)
        canonical = catalog.canonical_name(format, (name,))
        if canonical is not None:
            return _template(Ref(path=canonical))
        beyond = self._ambient.beyond if self._pastes else {}
        like = beyond.get(name) or self._ambient.alike.get(name)
        if like is not None:
            if like.differs:
                self._lost[name] = None
                self._lose(
                    Outcome.APPROXIMATED, f"{name} is not quite the same: {like.differs}", at, place
                )
            return _template(like.value)
        for path, known in catalog.names().items():
            near = known.near.get(format)
            if near is not None and near.name == name:
                said = f"{name} is not quite the same: {near.differs}"
                self._lost[name] = None
                self._lose(Outcome.APPROXIMATED, said, at, place)
                return _template(Ref(path=path))
        self._lose(Outcome.MANUAL, f"nothing sets {name}, which a script reads", at, place)
        return None

    def _lose(self, outcome: Outcome, message: str, at: Node, place: Place, help: str = "") -> None:
        self._context.lose(place.loss(Feature.VARIABLE, outcome), message, at, help)

    def _settings(
        self, job: Job, scripts: list[tuple[str, Run]], defined: frozenset[str], place: Place
    ) -> Iterator[EnvVar]:
        """What scripts read and nobody sets: the settings of the project do."""
        own = "\n".join(script for script, _ in scripts)
        for script, run in scripts:
            for name, kind in self._ambient.settings(script, own):
                if name in defined:
                    continue
                self._lost[name] = None
                if kind in self._told:
                    self._tell(name, kind, run, place)
                value = _template(Ref(path=(kind, name), span=run.span))
                yield EnvVar(name=name, value=value, span=run.span)

    def _tell(self, name: str, kind: str, run: Run, place: Place) -> None:
        what = "secret" if kind == "secrets" else "variable"
        said = f"the {what} {name!r} has to be set up, as it is in the project's settings"
        feature = Feature.SECRET if kind == "secrets" else Feature.VARIABLE
        self._context.lose(place.loss(feature, Outcome.MANUAL), said, run)

    def _composed(self, job: Job) -> dict[str, EnvVar]:
        """The variables whose value has a part that only a command gives."""
        found: dict[str, EnvVar] = {}
        own = {one.name for one in job.env}
        for one in (*self._pipeline.env, *job.env):
            shadowed = one in self._pipeline.env and one.name in own
            if shadowed or not any(self._parts(one.value, job)):
                continue
            if one.name not in own:
                self._moved[one.name] = None
            found[one.name] = one
        return found

    def _parts(self, value: Template, job: Job) -> Iterator[str]:
        """The names of the variables in a value that a command has to work out."""
        for part in value.parts:
            name = self._ambient.name_of(part, self._context.catalog)
            if name is not None and self._is_computed(name, job):
                yield name

    def _step(
        self, job: Job, computed: Mapping[str, None], composed: Mapping[str, EnvVar], place: Place
    ) -> Run | None:
        """The step that sets what only a command gives."""
        names = dict.fromkeys(
            (*computed, *(n for one in composed.values() for n in self._parts(one.value, job)))
        )
        if not names and not composed:
            return None
        lines: list[Expr] = []
        given: dict[str, EnvVar] = {}
        for name in names:
            command = self._ambient.computed[name]
            for variable, value in command.given:
                given[variable] = EnvVar(name=variable, value=_template(value))
            lines.append(Literal(value=f"{name}={command.shell}\n"))
            if name in computed:
                lines.append(Literal(value=f'echo "{name}=${name}" >> "$GITHUB_ENV"\n'))
        for name, one in composed.items():
            lines.append(Literal(value=f'echo "{name}='))
            lines.extend(self._quoted(part, job, given) for part in one.value.parts)
            lines.append(Literal(value='" >> "$GITHUB_ENV"\n'))
        listed = ", ".join((*computed, *composed))
        self._lose(Outcome.LOWERED, f"a step sets {listed}", job, place)
        return Run(
            name=text(STEP_NAME),
            script=Template(parts=tuple(_joined(lines))),
            env=tuple(given.values()),
            span=job.span,
        )

    def _quoted(self, part: Expr, job: Job, given: dict[str, EnvVar]) -> Expr:
        """A part of a value as it stands between double quotes.

        What others may choose, such as the name of a branch, is given as a variable where an
        expression would be pasted into the script.
        """
        name = self._ambient.name_of(part, self._context.catalog)
        if name is not None and self._is_computed(name, job):
            return Literal(value=f"${{{name}}}")
        if isinstance(part, Literal):
            return Literal(value=re.sub(r'([$`"\\])', r"\\\1", str(part.value)))
        if self._pastes or isinstance(part, Ref) and part.path[0] not in ("pr", "ref"):
            return part
        name = f"VALUE_{len(given) + 1}"
        given[name] = EnvVar(name=name, value=_template(part))
        return Literal(value=f"${{{name}}}")


def _template(value: Expr) -> Template:
    return value if isinstance(value, Template) else Template(parts=(value,))


def _at(value: Template, node: Node) -> Template:
    """A value that stands where it is read."""
    parts = tuple(replace(one, span=one.span or node.span) for one in value.parts)
    return replace(value, parts=parts, span=node.span)


def _is_of_a_step(value: Template) -> bool:
    """Whether only steps know a value."""
    heads = ("job", "os", "arch", "temp", "tool_cache", "machine", "action", "steps")
    return any(isinstance(one, Ref) and one.path[0] in heads for one in nodes(value))


def _with_inner(job: Job, inner: Mapping[str, EnvVar]) -> Job:
    """The job with variables at the steps that name them, those inside groups among them."""

    def change(node: Node) -> Node:
        if not isinstance(node, Run):
            return node
        script = constant_text(node.script)
        own = tuple(one for name, one in inner.items() if re.search(rf"\b{name}\b", script))
        return replace(node, env=(*node.env, *own)) if own else node

    steps = tuple(rewrite(one, change) for one in job.steps)
    last = tuple(rewrite(one, change) for one in job.finally_steps)
    return replace(job, steps=steps, finally_steps=last)


def _scripts(job: Job) -> list[tuple[str, Run]]:
    """The scripts of a job with their steps."""
    runs = (one for one in steps_of((*job.steps, *job.finally_steps)) if isinstance(one, Run))
    return [(constant_text(one.script), one) for one in runs]


def _inserted(steps: tuple[Step, ...], step: Run) -> tuple[Step, ...]:
    """The steps with another one before the first script, or the group that it stands in."""
    has_script = (any(isinstance(one, Run) for one in steps_of((found,))) for found in steps)
    place = next((n for n, has in enumerate(has_script) if has), 0)
    return (*steps[:place], step, *steps[place:])


def _joined(parts: list[Expr]) -> Iterator[Expr]:
    value = ""
    for part in parts:
        if isinstance(part, Literal):
            value += str(part.value)
            continue
        if value:
            yield Literal(value=value)
            value = ""
        yield part
    if value.rstrip("\n"):
        yield Literal(value=value.rstrip("\n"))


def _in_all(jobs: tuple[JobBase, ...], pipeline: Pipeline) -> tuple[EnvVar, ...]:
    """The variables that were bound in all jobs that run scripts, and depend on none of them."""
    before = {one.id: {env.name for env in one.env} for one in pipeline.jobs}
    new = [
        {one for one in job.env if one.name not in before[job.id]}
        for job in jobs
        if isinstance(job, Job) and _scripts(job)
    ]
    if len(new) < 2:
        return ()
    shared = set.intersection(*new)
    first = next(job for job in jobs if isinstance(job, Job) and _scripts(job))
    return tuple(one for one in first.env if one in shared and not _is_of_a_job(one))


def _is_of_a_job(variable: EnvVar) -> bool:
    heads = ("matrix", "needs", "node", "job", "run", "steps", "temp", "workspace")
    refs = (one for one in nodes(variable) if isinstance(one, Ref))
    return any(one.path[0] in heads and one.path != ("run", "id") for one in refs)
