"""Jenkinsfiles, one for each pipeline."""

import re
from collections.abc import Container

from ciconv.context import Context, Place
from ciconv.converters.format import Files
from ciconv.converters.jenkins.document.shim import with_shims
from ciconv.converters.jenkins.expressions.when import Conditions, when
from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.jenkins.foreign_values import LIKENESS
from ciconv.converters.jenkins.jobs.arrange import Arrangement, arrange
from ciconv.converters.jenkins.jobs.graph import (
    Ready,
    at_the_end,
    make_ready,
    with_cells,
    with_inputs,
)
from ciconv.converters.jenkins.jobs.last_job import LastJobWriter
from ciconv.converters.jenkins.jobs.lifting import shared_conditions
from ciconv.converters.jenkins.jobs.matrix import stops_at_once, with_numbers, with_plain_axes
from ciconv.converters.jenkins.jobs.options import turns
from ciconv.converters.jenkins.jobs.post import post_of
from ciconv.converters.jenkins.jobs.secrets import secrets_in
from ciconv.converters.jenkins.jobs.sharing import Frame
from ciconv.converters.jenkins.jobs.status import After, results_asked_of
from ciconv.converters.jenkins.jobs.variables import with_values_of_agents, write_environment
from ciconv.converters.jenkins.jobs.write import JobWriter
from ciconv.converters.jenkins.sections import comments_in
from ciconv.converters.jenkins.steps.write import shown
from ciconv.converters.jenkins.triggers.write import guard, write_parameters, write_triggers
from ciconv.converters.left_comments import left_comments
from ciconv.converters.script_steps.names import Names
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import constant
from ciconv.ir.job import ApprovalJob, Job, JobBase
from ciconv.ir.naming import unused
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.walk import ancestors, comments_of
from ciconv.passes.fold_constants import without_constants
from ciconv.passes.split_triggers import is_shim
from ciconv.passes.values_alike import with_values_alike
from ciconv.profile import Feature, Outcome
from ciconv.source import NOWHERE, Comment, Source
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

Statements = tuple[t.Statement, ...]


def write_project(project: Project, context: Context) -> Files:
    """Return the Jenkinsfiles; what was read from one is as it was."""
    written: dict[str, str] = {}
    alone = len(project.pipelines) == 1
    project = with_shims(project)
    for pipeline in project.pipelines:
        path = _unused_path(pipeline, written, alone=alone)
        if project.origin == "jenkins" and pipeline.span is not None and not is_shim(pipeline):
            written[path] = pipeline.span.source.text
        else:
            alike = with_values_alike(pipeline, project.origin, LIKENESS, context)
            alike = replace(alike, jobs=tuple(map(without_constants, alike.jobs)))
            written[path] = PipelineWriter(alike, context, origin=project.origin).text()
    return tuple(written.items())


def _unused_path(pipeline: Pipeline, taken: Container[str], *, alone: bool) -> str:
    if "enkinsfile" in pipeline.path and pipeline.path not in taken:
        return pipeline.path
    if alone:
        return "Jenkinsfile"
    name = re.sub(r"[^\w-]+", "-", pipeline.id).strip("-") or "pipeline"
    return unused(f"Jenkinsfile.{name}", taken)


_KINDS = {After.FAILURE: "failure", After.CANCELLED: "aborted"}


class PipelineWriter:
    """Writes one pipeline."""

    def __init__(self, pipeline: Pipeline, context: Context, *, origin: str) -> None:
        self._context = context
        self._place = Place(pipeline=pipeline.id)
        self._source = pipeline
        self._is_own = pipeline.span is not None and "pipeline" in pipeline.span.text
        own = with_values_of_agents(with_plain_axes(with_numbers(pipeline)), context.catalog)
        cells, self._cells = with_cells(own)
        self._pipeline, asked = with_inputs(cells)
        self._frame = Frame(self._pipeline, self._cells, asked, context, origin=origin)
        self._ready = {one.job.id: one for one in make_ready(self._pipeline)}
        names = Names(
            catalog=context.catalog, format="jenkins", pipeline=pipeline, job=Job(id="pipeline")
        )
        self._says = Says(names)

    def text(self) -> str:
        """Return the text of the Jenkinsfile."""
        pipeline = self._pipeline
        environment = write_environment(pipeline.env, self._says, self._fail)
        guarding = self._guard() or self._lifted()
        for name, at in secrets_in(replace(pipeline, jobs=())).items():
            loss = self._place.loss(Feature.SECRET, Outcome.MANUAL)
            said = f"the credential {name!r} (secret text) has to be created"
            self._context.lose(loss, said, at)
        for expr, said in self._says.inexact:
            loss = self._place.loss(Feature.EXPRESSION, Outcome.APPROXIMATED)
            self._context.lose(loss, said, expr if expr.span is not None else pipeline)
        self._report_near(self._place, pipeline, Feature.VARIABLE)
        shared = turns(pipeline.concurrency)
        head = (*write_triggers(pipeline), *write_parameters(pipeline, self._context))
        only = self._only(guarding)
        if only is not None:
            own, stage = only.whole()
            sections = _merged((own[0], *_options(shared), *own[1:], *head, *environment))
            stages: Statements = (stage,)
            post: Statements = ()
        else:
            last = at_the_end(tuple(self._ready.values()))
            post = self._post(last)
            stages = self._guarded(self._stages(last, guarding), guarding, post)
            post = () if guarding else post
            none = groovy.statement(groovy.bare("agent", groovy.path("none")))
            sections = (none, *_options(shared), *head, *environment)
        body = (*sections, groovy.statement(groovy.block("stages", stages)), *post)
        root = groovy.statement(groovy.block("pipeline", body), self._header(body))
        return groovy.render(t.Script(source=Source("", ""), body=t.Block(statements=(root,))))

    def _header(self, body: Statements) -> tuple[Comment, ...]:
        name = constant(self._source.name) if self._source.name is not None else None
        own = (Comment(name, NOWHERE),) if name else ()
        taken = (comment for one in body for comment in comments_in(one))
        return (*own, *left_comments(self._source, taken))

    def _fail(self, error: CannotSay, what: str) -> None:
        text = shown(error.expr, what)
        self._frame.failing.append(f"ciconv: {what} was not converted: {text}: {error}")
        loss = self._place.loss(Feature.EXPRESSION, Outcome.MANUAL)
        said = f"{what} cannot be computed here, so every job fails: {error}"
        at = error.expr if error.expr.span is not None else self._pipeline
        self._context.lose(loss, said, at)

    def _guard(self) -> Conditions:
        """What every stage is under: the build is one the pipeline is for."""
        if is_shim(self._pipeline) and self._is_own:
            return ()  # it starts what a pipeline of Jenkins became: for the same builds
        try:
            return when(guard(self._pipeline), self._says)
        except CannotSay as error:
            self._fail(error, "what starts the pipeline")
            return ()

    def _lifted(self) -> Conditions:
        """What all jobs are under, which the stages then no longer ask for themselves."""
        says = Says(self._says.names)  # what they say of the names is told of them
        self._frame.lifted = shared_conditions(self._ready.values(), says)
        return self._frame.lifted

    def _only(self, guarding: Conditions) -> JobWriter | None:
        """The job of a pipeline that has one, which runs in any case."""
        if guarding or len(self._ready) != 1:
            return None
        (ready,) = self._ready.values()
        job = ready.job
        if not isinstance(job, Job) or job.matrix is not None:
            return None
        asked = job.environment is not None or job.id in self._frame.asked
        shared = {one.name for one in self._pipeline.env}
        overrides = any(one.name in shared for one in job.env)  # it needs a block of its own
        plain = not (ready.conditions or ready.inexact or asked or overrides)
        return JobWriter(ready, job, self._frame) if plain else None

    def _guarded(self, stages: Statements, guarding: Conditions, post: Statements) -> Statements:
        """The stages under the condition of all: in one that holds them, or in the only one."""
        if not guarding or self._own_guard:
            return stages
        conditions = tuple(map(groovy.statement, guarding))
        if len(stages) == 1 and (beside := _parallel(stages[0])) is not None:
            when_ = groovy.statement(groovy.block("when", conditions))
            return (_around(beside, (when_,), post),)
        name = constant(self._pipeline.name) if self._pipeline.name is not None else None
        title = self._frame.names.title(name or self._pipeline.id)
        inside = (
            groovy.statement(groovy.block("when", conditions)),
            groovy.statement(groovy.block("stages", stages)),
            *post,
        )
        return (groovy.statement(groovy.block(groovy.call("stage", title), inside)),)

    def _stages(self, last: frozenset[str], guarding: Conditions) -> Statements:
        jobs = [one.job for one in self._ready.values() if one.job.id not in last]
        known = {one.id for one in jobs}
        needs = {one.id: [n.job for n in one.needs or () if n.job in known] for one in jobs}
        alone = frozenset(one.id for one in jobs if one.matrix is not None)
        arrangement = arrange(needs, alone, self._frame.asked)
        self._report(arrangement)
        self._report_cells(arrangement)
        single = len(arrangement.blocks) == 1 and len(arrangement.blocks[0]) == 1
        single = single and len(arrangement.blocks[0][0]) == 1
        self._own_guard = guarding if single and not last else ()
        found = []
        for block in arrangement.blocks:
            if len(block) == 1:
                found += [self._stage(name) for name in block[0]]
            else:
                found.append(self._beside(block))
        return tuple(found) or (_empty_stage(),)

    def _beside(self, block: tuple[tuple[str, ...], ...]) -> t.Statement:
        """A stage in which chains of jobs run side by side."""
        branches = []
        for chain in block:
            if len(chain) == 1:
                branches.append(self._stage(chain[0]))
                continue
            stages = groovy.block("stages", tuple(self._stage(name) for name in chain))
            title = self._frame.names.joined([self._title(name) for name in chain], ", ")
            head = groovy.call("stage", title)
            branches.append(groovy.statement(groovy.block(head, (groovy.statement(stages),))))
        name = self._frame.names.joined([self._title(chain[0]) for chain in block], " and ")
        parallel = groovy.statement(groovy.block("parallel", tuple(branches)))
        fast: Statements = ()
        if self._is_fast(block):
            fast = (groovy.statement(groovy.bare("failFast", True)),)
        return groovy.statement(groovy.block(groovy.call("stage", name), (*fast, parallel)))

    def _is_fast(self, block: tuple[tuple[str, ...], ...]) -> bool:
        """Whether these are the cells of one matrix, which end each other."""
        names = {self._cells.get(name) for chain in block for name in chain}
        job = next((one for one in self._source.jobs if {one.id} == names), None)
        return job is not None and job.matrix is not None and stops_at_once(job.matrix)

    def _report_cells(self, arrangement: Arrangement) -> None:
        """Say whether the cells of a matrix, as stages of their own, still end each other."""
        blocks = [{name for chain in block for name in chain} for block in arrangement.blocks]
        for job in self._source.jobs:
            own = {cell for cell, name in self._cells.items() if name == job.id}
            if not own or job.matrix is None or not stops_at_once(job.matrix):
                continue
            exact = len(own) == 1 or own in blocks
            outcome = Outcome.LOWERED if exact else Outcome.APPROXIMATED
            said = "the cells are stages that end each other (failFast)"
            if not exact:
                said = "the cells are stages beside others, and go on when one of them fails"
            place = Place(pipeline=self._pipeline.id, job=job.id)
            self._context.lose(place.loss(Feature.FAIL_FAST, outcome), said, job.matrix)

    def _title(self, name: str) -> str:
        """What people call a job; the cells of one are called like it."""
        return self._cells.get(name) or self._frame.names.of(self._ready[name].job)

    def _stage(self, name: str) -> t.Statement:
        ready = self._ready[name]
        if ready.after is not After.SUCCESS:
            said = "the job runs when nothing before it failed: others wait for it"
            loss = self._frame.place(name).loss(Feature.EXPRESSION, Outcome.APPROXIMATED)
            condition = ready.job.choices[0].condition
            self._context.lose(loss, said, condition or ready.job)
        self._report_following(ready)
        if isinstance(ready.job, Job):
            return JobWriter(ready, ready.job, self._frame).stage(self._own_guard)
        return self._other(ready)

    def _report_following(self, ready: Ready) -> None:
        """Say that a job comes after one that would have run after failures, too."""
        for name in ancestors(self._pipeline, ready.job):
            before = self._ready[name]
            if before.after is not After.SUCCESS or before.inexact:
                said = f"the job comes after {name!r}, and so only when nothing before it failed"
                loss = self._frame.place(ready.job.id).loss(
                    Feature.EXPRESSION, Outcome.APPROXIMATED
                )
                self._context.lose(loss, said, ready.job)
                return

    def _other(self, ready: Ready) -> t.Statement:
        """An approval: a stage on no agent that asks for it."""
        job: JobBase = ready.job
        name = self._frame.names.of(job)
        conditions: Conditions = ()
        try:
            found = (one for part in ready.conditions for one in when(part, self._says))
            conditions = tuple(one for one in found if one not in self._frame.lifted)
        except CannotSay as error:
            self._fail(error, f"the condition of {job.id}")
        self._report_near(self._frame.place(job.id), job, Feature.EXPRESSION)
        inside: list[t.Statement] = []
        if conditions:
            statements = tuple(map(groovy.statement, conditions))
            inside.append(groovy.statement(groovy.block("when", statements)))
        said = f"Go on with {name}?" if isinstance(job, ApprovalJob) else name
        asked = groovy.statement(groovy.bare("input", message=said))
        inside.append(groovy.statement(groovy.block("steps", (asked,))))
        call = groovy.block(groovy.call("stage", name), tuple(inside))
        return groovy.statement(call, comments_of(job))

    def _report_near(self, place: Place, at: Node, feature: Feature) -> None:
        """Record the names that are not quite what the pipeline, or an approval, asks for."""
        for ref, said in self._says.take_near():
            loss = place.loss(feature, Outcome.APPROXIMATED)
            self._context.lose(loss, said, ref if ref.span is not None else at)

    def _post(self, last: frozenset[str]) -> Statements:
        groups: dict[str, Statements] = {}
        for name, ready in self._ready.items():
            if name not in last or not isinstance(ready.job, Job):
                continue
            kind = _KINDS.get(ready.after, "always")
            if kind == "always" and groups.keys() - {"always"}:
                kind = "cleanup"
            self._report_waiting(name)
            written = LastJobWriter(ready, ready.job, self._frame, is_last=True).statements()
            groups[kind] = (*groups.get(kind, ()), *written)
        return post_of(groups)

    def _report_waiting(self, name: str) -> None:
        """Say that a job at the end waits for all others, if it need not."""
        known = ancestors(self._pipeline, self._ready[name].job)
        others = [one for one in self._ready if one != name and one not in known]
        if others:
            loss = self._frame.place(name).loss(Feature.STAGE, Outcome.APPROXIMATED)
            said = f"the job {name!r} also waits for {', '.join(map(repr, others))}"
            at = self._ready[name].job
            self._context.lose(loss, f"{said}: 'post' comes behind all stages", at)
        if asked := results_asked_of(self._ready[name].job.choices[0].condition):
            others = [one for one in self._ready if one not in (name, *asked)]
        if others and self._ready[name].after is After.FAILURE:
            loss = self._frame.place(name).loss(Feature.EXPRESSION, Outcome.APPROXIMATED)
            said = f"the job {name!r} also runs when one of {', '.join(map(repr, others))} fails"
            self._context.lose(loss, said, self._ready[name].job)

    def _report(self, arrangement: Arrangement) -> None:
        for name, more in arrangement.added.items():
            loss = self._frame.place(name).loss(Feature.STAGE, Outcome.APPROXIMATED)
            said = f"the job {name!r} also waits for {', '.join(map(repr, more))}"
            reason = "stages run one after the other, and none beside a matrix"
            self._context.lose(loss, f"{said}: {reason}", self._ready[name].job)


def _parallel(stage: t.Statement) -> t.Call | None:
    """A stage that holds nothing but stages side by side; None for any other."""
    call = stage.value if isinstance(stage, t.Expression) else None
    if not isinstance(call, t.Call) or stage.comments:
        return None
    names = [
        one.value.name
        for one in call.closures[0].body.statements
        if isinstance(one, t.Expression) and isinstance(one.value, t.Call)
    ]
    return call if names and names[-1] == "parallel" and "agent" not in names else None


def _around(stage: t.Call, before: Statements, after: Statements) -> t.Statement:
    """A stage with more sections."""
    head = t.Call(function=stage.function, arguments=stage.arguments)
    inside = (*before, *stage.closures[0].body.statements, *after)
    return groovy.statement(groovy.block(head, inside))


def _options(calls: Statements) -> Statements:
    return (groovy.statement(groovy.block("options", calls)),) if calls else ()


def _merged(sections: Statements) -> Statements:
    """The sections, those of one name as one."""
    found: dict[str, t.Statement] = {}
    for one in sections:
        call = one.value if isinstance(one, t.Expression) else None
        if not isinstance(call, t.Call):
            continue
        before = found.get(call.name)
        if before is None or not call.closures:
            found[call.name] = one
            continue
        assert isinstance(before, t.Expression) and isinstance(before.value, t.Call)
        bodies = [side.closures[0].body for side in (before.value, call)]
        statements = tuple(statement for body in bodies for statement in body.statements)
        trailing = tuple(comment for body in bodies for comment in body.trailing)
        comments = (*before.comments, *one.comments)
        found[call.name] = groovy.statement(groovy.block(call.name, statements, trailing), comments)
    return tuple(found.values())


def _empty_stage() -> t.Statement:
    steps = groovy.block("steps", (groovy.statement(groovy.bare("echo", "nothing to do")),))
    call = groovy.block(groovy.call("stage", "Nothing"), (groovy.statement(steps),))
    return groovy.statement(call)
