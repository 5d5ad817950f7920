"""Writing `.gitlab-ci.yml`; what was read from one stays as it is.

https://docs.gitlab.com/ci/yaml/
"""

from collections.abc import Iterator

from ciconv.context import Context, Place
from ciconv.converters.format import Files
from ciconv.converters.gitlab.document.hoist import hoisted
from ciconv.converters.gitlab.document.inputs import write_inputs
from ciconv.converters.gitlab.document.secrets import report_secrets_of_calls, report_settings
from ciconv.converters.gitlab.expressions.conditions import Scope, input_variable
from ciconv.converters.gitlab.expressions.logic import both
from ciconv.converters.gitlab.expressions.rules import Rule, write_rules
from ciconv.converters.gitlab.expressions.values import write_value
from ciconv.converters.gitlab.jobs.machine_programs import with_machine_programs
from ciconv.converters.gitlab.jobs.naming import job_names, with_own_name
from ciconv.converters.gitlab.jobs.rules import Presences
from ciconv.converters.gitlab.jobs.setting import Setting
from ciconv.converters.gitlab.jobs.stages import Stages, merged, stages_of
from ciconv.converters.gitlab.jobs.turns import turns_of
from ciconv.converters.gitlab.jobs.write import write_job
from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.converters.gitlab.steps.artifact_folders import with_folders
from ciconv.converters.gitlab.steps.outside import with_copies
from ciconv.converters.gitlab.triggers.conditions import with_condition
from ciconv.converters.gitlab.triggers.write import Start, crons_of, starts_of
from ciconv.converters.left_comments import left_comments
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import Ref, constant, walk
from ciconv.ir.job import ApprovalJob, Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import EnvVar
from ciconv.ir.trigger import EventKind
from ciconv.passes.container_env import with_container_env
from ciconv.passes.split_triggers import in_nix_image
from ciconv.profile import Feature, Outcome
from ciconv.source import NOWHERE, Comment
from ciconv.syntax import build, yaml
from ciconv.syntax.node import Document, Entry, Mapping, comments_in

PATH = ".gitlab-ci.yml"


def write_project(project: Project, context: Context) -> Files:
    """Return the file of the pipelines."""
    if project.origin == "gitlab":
        trees = [(one.path, one.tree) for one in project.pipelines if one.tree is not None]
        if trees:
            return tuple((path, tree.span.source.text) for path, tree in trees)
        project = _shim(project)
        context = replace(context, diagnostics=Diagnostics())  # it was made, not read
    pipelines = tuple(_with_own_jobs(one, context) for one in _started(project, context))
    if not pipelines:
        return ()
    root = _File(pipelines, project.origin, context).root()
    leading = tuple(dict.fromkeys(_leading(pipelines, root)))
    return ((PATH, yaml.render(Document(path=PATH, root=root, leading=leading))),)


def _shim(project: Project) -> Project:
    """What starts a program that a pipeline became: it was made, not read."""
    return replace(project, origin="shim", pipelines=tuple(map(in_nix_image, project.pipelines)))


def _with_own_jobs(pipeline: Pipeline, context: Context) -> Pipeline:
    here = Place(pipeline=pipeline.id)
    known = tuple(
        with_container_env(one, replace(here, job=one.id), context) if isinstance(one, Job) else one
        for one in pipeline.jobs
        if isinstance(one, Job | ApprovalJob)
    )
    kept = with_folders(with_copies(replace(pipeline, jobs=known)), context.catalog)
    return with_machine_programs(kept, context)


def _started(project: Project, context: Context) -> Iterator[Pipeline]:
    """The pipelines without those that are only called, and were put in the place of the calls."""
    called = {call for one in project.pipelines for job in one.jobs for call in job.calls}
    for one in project.pipelines:
        only = {trigger.kind for trigger in one.triggers} == {EventKind.CALL}
        if only and called and _is_called(one, project):
            loss = Place(pipeline=one.id).loss(Feature.TRIGGERS, Outcome.LOWERED)
            context.lose(loss, "its jobs stand in the place of each call", one)
        else:
            yield one


def _is_called(pipeline: Pipeline, project: Project) -> bool:
    """Whether jobs of another pipeline came from the file of this one."""
    return any(
        one.id != pipeline.id and pipeline.path == _origin(job)
        for one in project.pipelines
        for job in one.jobs
        if job.calls
    )


def _origin(job: JobBase) -> str:
    return "" if job.span is None else job.span.source.path


def _leading(pipelines: tuple[Pipeline, ...], root: Mapping) -> Iterator[Comment]:
    """Names that are no name of a pipeline here, and the comments that stand nowhere below."""
    for pipeline in pipelines:
        several = len(pipelines) > 1
        name = "" if pipeline.name is None else constant(pipeline.name) or ""
        if several or pipeline.run_name is not None:
            said = f"{name or pipeline.id}: from {pipeline.path}" if several else name
            if said:
                yield Comment(said, NOWHERE)
        yield from left_comments(pipeline, comments_in(root))


class _File:
    """Writes the jobs of all pipelines into one tree."""

    def __init__(self, pipelines: tuple[Pipeline, ...], origin: str, context: Context) -> None:
        self._origin, self._context = origin, context
        self._several = len(pipelines) > 1
        self._names = job_names(pipelines)
        crons = crons_of(pipelines)
        self._starts = {one.id: starts_of(one, crons, context) for one in pipelines}
        self._scopes = {one.id: self._scope(one) for one in pipelines}
        self._pipelines = tuple(map(self._with_condition, pipelines))
        self._turns = {
            one.id: turns_of(one.concurrency, self._starts[one.id], self._scopes[one.id])
            for one in pipelines
        }

    def _scope(self, pipeline: Pipeline) -> Scope:
        events = frozenset(one.event for one in self._starts[pipeline.id])
        return Scope(catalog=self._context.catalog, inputs=pipeline.inputs, events=events)

    def _with_condition(self, pipeline: Pipeline) -> Pipeline:
        starts, scope = self._starts[pipeline.id], self._scopes[pipeline.id]
        pipeline, self._starts[pipeline.id] = with_condition(pipeline, starts, scope)
        return pipeline

    def root(self) -> Mapping:
        """Return the whole file."""
        entries: list[Entry] = []
        jobs = self._jobs()
        workflow = self._workflow()
        if workflow is not None:
            entries.append(workflow)
        stages = self._stages()
        if stages.names:
            names = build.sequence(*map(build.text, stages.names))
            entries.append(build.entry("stages", names))
        found = hoisted(jobs)
        entries += found.defaults
        variables = [*found.variables, *self._variables()]
        if variables:
            entries.append(build.entry("variables", build.mapping(*variables)))
        self._report_near()
        return build.mapping(*entries, *found.templates, *found.jobs)

    def _stages(self) -> Stages:
        """The stages of all jobs; pipelines keep the order that each has of its own."""
        named = [(self._names[one.id], stages_of(one.jobs, one.stages)) for one in self._pipelines]
        found = merged(
            Stages(names=stages.names, of={names[id]: one for id, one in stages.of.items()})
            for names, stages in named
        )
        return found or self._levels()

    def _levels(self) -> Stages:
        """The stages of jobs that are levelled together, whatever pipelines they are of."""
        jobs = []
        for pipeline in self._pipelines:
            names = self._names[pipeline.id]
            for job in pipeline.jobs:
                needs = job.needs and tuple(
                    replace(need, job=names.get(need.job, need.job)) for need in job.needs
                )
                jobs.append(replace(job, id=names[job.id], needs=needs))
        return stages_of(tuple(jobs))

    def _jobs(self) -> list[Entry]:
        stages = self._stages()
        first = stages.names[0] if stages.names else ""
        found = []
        for pipeline in self._pipelines:
            names = self._names[pipeline.id]
            starts = self._starts[pipeline.id] if self._several else None
            scope = self._scopes[pipeline.id]
            presences = Presences(pipeline, scope, starts, self._context)
            may_lack = frozenset(one.id for one in pipeline.jobs if not presences.of(one).is_plain)
            report_settings(pipeline, self._context)
            report_secrets_of_calls(pipeline, self._context)
            self._report(pipeline)
            for one in pipeline.jobs:
                job = with_own_name(one, one, names[one.id])
                stage = stages.of[names[job.id]]
                is_first = stage == (first or min(stages.of.values(), key=_place))
                setting = Setting(
                    names=names,
                    stage=stage,
                    is_first=is_first,
                    presence=presences.of(job),
                    may_lack=may_lack,
                    cancels=self._turns[pipeline.id].cancels,
                    shares_localhost=self._origin == "circleci",
                    from_github=self._origin == "github",
                    env=tuple(self._env(pipeline, job)),
                )
                writer = Writer(pipeline, job, scope, self._context)
                found.append(write_job(job, setting, writer))
        return found

    def _env(self, pipeline: Pipeline, job: JobBase) -> Iterator[EnvVar]:
        """The variables of the pipeline that no text at the top can say for a job."""
        for one in pipeline.env:
            own = with_own_name(one, job, self._names[pipeline.id][job.id])
            if self._several or own != one or self._text(one, pipeline) is None:
                yield own

    def _text(self, one: EnvVar, pipeline: Pipeline) -> str | None:
        if any(
            isinstance(part, Ref) and part.path[0] in ("needs", "steps") for part in walk(one.value)
        ):
            return None
        try:
            return write_value(one.value, self._scopes[pipeline.id])
        except CannotSay:
            return None

    def _report_near(self) -> None:
        """Say which variables are only nearly what they stand for."""
        for name, scope in self._scopes.items():
            for feature, found in (
                (Feature.EXPRESSION, scope.near),
                (Feature.VARIABLE, scope.values),
            ):
                loss = Place(pipeline=name).loss(feature, Outcome.APPROXIMATED)
                for expr, said in found:
                    self._context.lose(loss, said, expr)

    def _report(self, pipeline: Pipeline) -> None:
        """Say what only the pipeline as a whole had."""
        if pipeline.concurrency is not None:
            loss = Place(pipeline=pipeline.id).loss(Feature.CONCURRENCY, Outcome.APPROXIMATED)
            self._context.lose(loss, self._said_of_turns(pipeline), pipeline.concurrency)
        if pipeline.run_name is not None and self._several:
            loss = Place(pipeline=pipeline.id).loss(Feature.RUN_NAME, Outcome.DROPPED)
            said = "one file has one 'workflow:name', and here stand several pipelines"
            self._context.lose(loss, said, pipeline.run_name)

    def _said_of_turns(self, pipeline: Pipeline) -> str:
        if self._turns[pipeline.id].cancels:
            return "a newer pipeline of the same branch ends this one, whatever the group is called"
        return "jobs wait for those of the same name in other pipelines, and none is left out"

    def _variables(self) -> list[Entry]:
        found: dict[str, Entry] = {}
        for pipeline in self._pipelines:
            for entry in write_inputs(pipeline, self._scopes[pipeline.id], self._context):
                found.setdefault(entry.name, entry)
        self._report_seen_by_all(found)
        if not self._several:
            for one in self._pipelines[0].env:
                text = self._text(one, self._pipelines[0])
                if text is not None and text not in (f"${one.name}", f"${{{one.name}}}"):
                    found[one.name] = build.entry(one.name, build.text(text), one.comments)
        return list(found.values())

    def _report_seen_by_all(self, inputs: dict[str, Entry]) -> None:
        """Say that a variable for an input of one pipeline is there in the others, too."""
        for pipeline in self._pipelines:
            own = {input_variable(one.name) for one in pipeline.inputs}
            loss = Place(pipeline=pipeline.id).loss(Feature.INPUT, Outcome.LOWERED)
            for name in inputs:
                if name not in own:
                    said = f"it sees {name!r}, too, an input of another pipeline in this file"
                    self._context.lose(loss, said, pipeline)

    def _workflow(self) -> Entry | None:
        """`workflow`: the name of the pipeline, and when it starts."""
        entries: list[Entry] = []
        pipeline = self._pipelines[0]
        if not self._several:
            entries += self._name(pipeline)
        if not self._several:
            rules = [one for start in self._starts[pipeline.id] for one in self._rules(start)]
            entries.append(build.entry("rules", write_rules(rules or [Rule(when="never")])))
        return build.entry("workflow", build.mapping(*entries)) if entries else None

    def _rules(self, start: Start) -> Iterator[Rule]:
        """When the pipeline starts, and whether a newer one does not end it then."""
        usual = Rule(condition=start.condition, changes=start.changes, comments=start.comments)
        spared = self._turns[self._pipelines[0].id].spared.get(start.event, False)
        if spared is False:
            yield usual
            return
        condition = both(start.condition, spared)
        if condition is not False:
            yield replace(usual, condition=condition, auto_cancel="none")
        if spared is not True and condition != start.condition:
            yield replace(usual, comments=())

    def _name(self, pipeline: Pipeline) -> list[Entry]:
        for one in (pipeline.run_name, pipeline.name):
            if one is None:
                continue
            try:
                text = write_value(one, self._scopes[pipeline.id])
            except CannotSay as error:
                loss = Place(pipeline=pipeline.id).loss(Feature.RUN_NAME, Outcome.APPROXIMATED)
                said = f"the name of the pipeline is no longer computed: {error}"
                self._context.lose(loss, said, error.expr)
                continue
            if one is pipeline.run_name and constant(one) is None:
                loss = Place(pipeline=pipeline.id).loss(Feature.RUN_NAME, Outcome.APPROXIMATED)
                self._context.lose(loss, "the name is made of GitLab's own variables", one)
            if one is not pipeline.run_name:
                loss = Place(pipeline=pipeline.id).loss(Feature.RUN_NAME, Outcome.LOWERED)
                said = "each pipeline has this name, too"
                self._context.lose(loss, said, one)
            if text:
                return [build.entry("name", build.text(text))]
        if self._origin == "circleci":  # a workflow has no name but its key
            loss = Place(pipeline=pipeline.id).loss(Feature.RUN_NAME, Outcome.LOWERED)
            said = "each pipeline has the name of the workflow"
            self._context.lose(loss, said, pipeline)
            return [build.entry("name", build.text(pipeline.id))]
        return []


def _place(stage: str) -> int:
    usual = ("build", "test", "deploy")
    return usual.index(stage) if stage in usual else len(usual)
