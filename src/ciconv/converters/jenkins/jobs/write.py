"""One job as a stage.

https://www.jenkins.io/doc/book/pipeline/syntax/#stage
"""

from contextlib import suppress

from ciconv.converters.jenkins.expressions.known import AT_THE_END, GROOVY
from ciconv.converters.jenkins.expressions.when import Conditions, narrow, when
from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.jenkins.jobs.agent import (
    credentials_id,
    docker_options,
    has_entrypoint,
    write_agent,
)
from ciconv.converters.jenkins.jobs.as_root import as_root
from ciconv.converters.jenkins.jobs.bash_env import with_own_bash_env
from ciconv.converters.jenkins.jobs.body import Part, at_once, caches_first, parts_of
from ciconv.converters.jenkins.jobs.content import Content
from ciconv.converters.jenkins.jobs.graph import Ready
from ciconv.converters.jenkins.jobs.matrix import in_stages, write_matrix
from ciconv.converters.jenkins.jobs.options import ask, write_input, write_options
from ciconv.converters.jenkins.jobs.outputs import kept_variables, value_of, write_output
from ciconv.converters.jenkins.jobs.paths import with_folders
from ciconv.converters.jenkins.jobs.scripts import with_scripts
from ciconv.converters.jenkins.jobs.secrets import report_tests, secrets_in
from ciconv.converters.jenkins.jobs.services import (
    NO_NETWORK,
    starting,
    stopping,
    unreachable,
    with_agents_docker,
)
from ciconv.converters.jenkins.jobs.sharing import Frame
from ciconv.converters.jenkins.jobs.sidecars import beside, runs_beside
from ciconv.converters.jenkins.jobs.variables import asks_commit, write_environment
from ciconv.converters.jenkins.sections import comments_in
from ciconv.converters.jenkins.steps.around import tolerating
from ciconv.converters.jenkins.steps.checkout import is_usual
from ciconv.converters.jenkins.steps.write import StepWriter, failure, shown
from ciconv.converters.left_comments import left_comments
from ciconv.converters.script_steps.names import Names
from ciconv.converters.script_steps.runner_variables import runner_variables
from ciconv.converters.shell_tests.scope import CannotSay, shell_name
from ciconv.ir.expression import Call, Expr, Literal, Ref, constant, walk
from ciconv.ir.job import Job
from ciconv.ir.node import Node, replace
from ciconv.ir.step import Checkout, EnvVar, Step
from ciconv.ir.trigger import Output
from ciconv.passes.container_env import with_container_env
from ciconv.profile import Feature, Outcome
from ciconv.source import Comment
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

Statements = tuple[t.Statement, ...]
_OF_ROOT = "files it leaves in the workspace belong to root: have them removed in the container"
_NO_ENTRYPOINT = "where it does not, add args '--entrypoint=' to the agent"


class Written:
    """The sections of a job's stage."""

    def __init__(self, writer: "JobWriter", guarding: Conditions) -> None:
        self.conditions = tuple(dict.fromkeys((*guarding, *writer.conditions())))
        self.gate = writer.gate()
        writer.report_gate()
        self.options = writer.options()
        writer.environment()  # first, to learn what cannot be said
        self.agent = writer.agent()
        self.content = writer.content()
        self.environment = writer.environment()
        writer.report()


class JobWriter:
    """Writes one job."""

    def __init__(self, ready: Ready, job: Job, frame: Frame, *, is_last: bool = False) -> None:
        self._source = job
        job = replace(job, steps=caches_first(job.steps))
        self._ready, self._frame = ready, frame
        self._place = frame.place(job.id)
        self.job = with_agents_docker(job, frame.pipeline.env, self._leave_out)
        if job.container is not self.job.container:
            said = "the container is given the socket of the agent's docker"
            loss = self._place.loss(Feature.CONTAINER, Outcome.APPROXIMATED)
            frame.context.lose(loss, said, job.container or job)
        if job.container is not None and has_entrypoint(job.container, frame.origin):
            said = "the entrypoint of the image is started, which has to run what it is given"
            self._approximate(job.container, said, Feature.CONTAINER, _NO_ENTRYPOINT)
        own = with_own_bash_env(self.job, frame.context, self._place)
        own = with_container_env(own, self._place, frame.context)
        own, program = as_root(own) if frame.origin != "jenkins" else (own, "")
        if program:
            said = (
                f"the container runs as root, which {program!r} has to be, not as the agent's user"
            )
            loss = self._place.loss(Feature.CONTAINER, Outcome.APPROXIMATED)
            frame.context.lose(loss, said, own.container or own, _OF_ROOT)
        if own.container is not None and (own.container.ports or own.container.volumes):
            said = "what the container publishes and mounts is options of docker"
            loss = self._place.loss(Feature.CONTAINER, Outcome.LOWERED)
            frame.context.lose(loss, said, own.container)
        self.job = job = with_folders(own, frame.pipeline, frame.context, self._place)
        names = Names(
            catalog=frame.context.catalog,
            format="jenkins",
            pipeline=frame.pipeline,
            job=job,
            sayable=frozenset((*GROOVY, *(AT_THE_END if is_last else ()))),
        )
        self.says = Says(names, is_last=is_last)
        if frame.origin == "github":
            self.job = replace(job, env=(*job.env, *self._of_runner(names)))
        self._steps = StepWriter(self.says, frame.artifacts, frame.context, self._place)
        self._failing: list[str] = list(frame.failing)
        self._is_hopeless = False  # nobody can say when it runs, so that it always fails
        first = job.steps[0] if job.steps else None
        self._by_itself = isinstance(first, Checkout) and is_usual(first)
        asks = not self._by_itself and asks_commit(
            (self.job, *names.used.values()), frame.context.catalog
        )
        self._checks_out = self._by_itself or asks
        if asks:
            said = "the job checks out the repository, as only that tells it the commit"
            self._approximate(job, said, Feature.CHECKOUT)
        self._beside = runs_beside(job, self.says)

    def _leave_out(self, said: str, variable: Node) -> None:
        loss = self._place.loss(Feature.VARIABLE, Outcome.LOWERED)
        self._frame.context.lose(loss, said, variable)

    def stage(self, guarding: Conditions = ()) -> t.Statement:
        """Return the whole stage; `guarding`: what it is under besides its own condition."""
        found = Written(self, guarding)
        inside = (*found.options, *found.environment, *found.content)
        if self.job.matrix is not None:
            when_ = _when(found.conditions, found.gate, beside=False)
            variables = {
                axis.name.lower(): self.says.names.variable(Ref(path=("matrix", axis.name)))
                for axis in self.job.matrix.axes
            }
            title = f"Run {self._frame.names.of(self.job)}"
            stages = in_stages(inside, title, self._frame.names)
            cells = write_matrix(self.job.matrix, variables, found.agent, stages)
            sections = (*when_, *found.gate, *cells)
        else:
            when_ = _when(found.conditions, found.gate, beside=True)
            sections = (*when_, found.agent, *found.gate, *inside)
        return self._stage(sections)

    def whole(self) -> tuple[Statements, t.Statement]:
        """Return agent, options and environment, and the stage, of a pipeline's only job."""
        found = Written(self, ())
        head = (found.agent, *found.options, *found.environment)
        return head, self._stage((*found.gate, *found.content), head)

    def _stage(self, sections: Statements, apart: Statements = ()) -> t.Statement:
        """The stage; `apart`: those of its sections that stand in the pipeline itself."""
        name = groovy.literal(self._frame.names.of(self.job))
        call = groovy.block(groovy.call("stage", name), sections)
        return groovy.statement(call, self._left((*apart, groovy.statement(call))))

    def _left(self, written: Statements) -> tuple[Comment, ...]:
        """The comments of the job that no part of it has taken with it."""
        taken = (comment for one in written for comment in comments_in(one))
        return tuple(left_comments(self._source, taken))

    def conditions(self) -> Conditions:
        """Return what stands in `when`; what cannot be said makes the job fail instead."""
        found: list[t.Call] = []
        for one in self._ready.conditions:
            try:
                found += when(one, self.says)
            except CannotSay as error:
                self.fail(error, "the condition")
                self._is_hopeless = True
        for ref, said in self.says.take_near():
            self._approximate(ref, said)
        self._report_inexact("when nothing before it failed")
        return tuple(one for one in dict.fromkeys(found) if one not in self._frame.lifted)

    def _report_inexact(self, words: str) -> None:
        for one in self._ready.inexact:
            text = "" if one.span is None else f", whatever {one.span.text!r} says"
            self._approximate(one, f"the job runs {words}{text}")

    def fail(self, error: CannotSay, what: str) -> None:
        """Record what cannot be said, and let the job begin with a step that fails."""
        said = f"ciconv: {what} was not converted: {shown(error.expr, what)}: {error}"
        if said not in self._failing:
            self._failing.append(said)
        self._steps.lose(error, self.job)

    def _approximate(
        self, at: Node, said: str, feature: Feature = Feature.EXPRESSION, help: str = ""
    ) -> None:
        loss = self._place.loss(feature, Outcome.APPROXIMATED)
        self._frame.context.lose(loss, said, at if at.span is not None else self.job, help)

    def _of_runner(self, names: Names) -> tuple[EnvVar, ...]:
        """What GitHub's runner sets; how that differs is said where the variable is written."""

        def lose(said: str, at: Node) -> None:
            self._frame.context.lose(self._place.loss(Feature.VARIABLE, Outcome.MANUAL), said, at)

        found = runner_variables(names, lose)
        for one in found:
            for part in one.value.parts:
                near = names.near.pop(part, None) if isinstance(part, Ref) else None
                place = part.span
                if near is not None and (place is None or one.name not in place.text):
                    said = f"{near.name!r} stands for {one.name}: {near.differs}"
                    self._approximate(part, said, Feature.VARIABLE)
        return found

    def report(self) -> None:
        """Record the names that are not quite what the source asks for, and the secrets."""
        for name, at in secrets_in(self.job).items():
            if at.span is None:
                continue  # a setting of the project, which was reported where a script reads it
            loss = self._place.loss(Feature.SECRET, Outcome.MANUAL)
            said = f"the credential {name!r} (secret text) has to be created"
            self._frame.context.lose(loss, said, at)
        for expr, said in self.says.inexact:
            self._approximate(expr, said)
        report_tests(self.job, self._frame.pipeline, self._place, self._frame.context)
        for ref, said in self.says.take_near():
            self._approximate(ref, said, Feature.VARIABLE)

    def gate(self) -> Statements:
        """Return `input` of a job that somebody has to agree to, or nothing."""
        if self._is_hopeless:
            return ()
        if self.job.environment is None and self.job.id in self._frame.asked:
            return ask(f"Start {self._frame.names.of(self.job)}?")
        return write_input(self.job.environment, self.says)

    def report_gate(self) -> None:
        """Say that somebody is asked although the environment may turn out to be none."""
        environment = self.job.environment
        if environment is None or constant(environment.name) is not None:
            return
        name = environment.name.span.text if environment.name.span else "that of this job"
        said = f"somebody is asked before the job in any case, also where {name} is none"
        self._approximate(environment, said, Feature.MANUAL_START)

    def _groovy(self, condition: Expr | None) -> t.Expr | None:
        try:
            return None if condition is None else self.says.truth(condition)
        except CannotSay as error:
            self.fail(error, "the condition")
            return None

    def options(self) -> Statements:
        """Return `options`, or nothing."""
        try:
            return write_options(self.job, self.says, checks_out=self._checks_out)
        except CannotSay as error:
            self.fail(error, "an option")
            bare = replace(self.job, timeout=None, concurrency=None)
            return write_options(bare, self.says, checks_out=self._checks_out)

    def environment(self) -> Statements:
        """Return `environment`: the job's variables, those its scripts need, and its secrets."""
        own = {one.name for one in self.job.env}
        defined = (one for one in self.says.names.definitions() if one.name not in own)
        known = frozenset(one.name for one in self._frame.pipeline.env)
        return write_environment((*defined, *self.job.env), self.says, self.fail, known)

    def content(self) -> Statements:
        """Return `steps` or `stages`, and `post`."""
        self.says.kept = kept_variables(self.job.steps)
        try:
            return self._content()
        finally:
            self.says.kept = frozenset()

    def _content(self) -> Statements:
        may_fail = self._may_fail()
        part = self._part(flat=may_fail or self._beside)
        if may_fail and part.parts:
            said = "the job may not fail: steps that run after failures divide it into stages"
            self._approximate(self.job.choices[0].may_fail or self.job, said, Feature.CHOICE)

        def around(statements: Statements) -> Statements:
            container = self.job.container if self._beside else None
            if container is not None:
                options = docker_options(container, self.says)
                statements = beside(self.job, container, statements, options, self.says)
            if may_fail:
                call = groovy.block(tolerating("FAILURE"), statements)
                statements = (groovy.statement(call),)
            return statements

        content = self._filled()
        return content.in_a_script(part, around) if self._beside else content.write(part, around)

    def agent(self) -> t.Statement:
        """Return `agent`; steps beside services are in a container that starts behind these."""
        job = replace(self.job, container=None) if self._beside else self.job
        try:
            return write_agent(job, self.says, self._frame.origin)
        except CannotSay as error:
            self.fail(error, "the machine")
            return write_agent(
                replace(job, container=None, runner=None), self.says, self._frame.origin
            )

    def _filled(self) -> Content:
        """What writes the steps: failures first, outputs last."""
        content = Content(self.says, self._steps, self._frame.names, self._inexact)
        errors = tuple(groovy.statement(groovy.bare("error", one)) for one in self._failing)
        content.before = errors
        outputs = tuple(map(self._output, self._given()))
        if outputs:
            content.after = (groovy.statement(groovy.block("script", outputs)),)
        return content

    def _part(self, *, flat: bool) -> Part:
        """The steps in their stages, with scripts that do what Jenkins has no words for."""
        job = self.job
        always = Call(function="always")
        last = tuple(replace(one, condition=always) for one in stopping(job))
        begin = () if self._beside else starting(job)
        own = self._at_once(job.steps[1:] if self._by_itself else job.steps)
        steps = (*begin, *own, *last)
        self._report_registry()
        for one in () if self._beside else unreachable(job):
            said = f"the service {one.name!r} became a step that fails: {NO_NETWORK}"
            loss = self._place.loss(Feature.SERVICE, Outcome.MANUAL)
            self._frame.context.lose(loss, said, one)
        for ref in (one for output in job.outputs for one in walk(output.value)):
            if isinstance(ref, Ref) and ref.path[0] == "steps":
                with suppress(CannotSay):  # which is said where the output is written
                    self.says.names.variable(ref)
        part = parts_of(steps, self._is_sayable, flat=flat)
        return with_scripts(part, self.says, self._frame.context, self._place)

    def _at_once(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """The steps, the first one without a condition that always holds."""
        found, asked = at_once(steps)
        if asked is not None:
            said, outcome = "nothing can fail before the first step", Outcome.LOWERED
            if self._by_itself:
                said, outcome = "it does not run when the checkout fails", Outcome.APPROXIMATED
            loss = self._place.at(steps[0]).loss(Feature.CANCELLED, outcome)
            self._frame.context.lose(loss, said, asked)
        return found

    def _report_registry(self) -> None:
        container = self.job.container
        if container is not None and (container.username or container.password):
            name = credentials_id(container)
            said = f"the credential {name!r} (user and password) has to be created for the registry"
            loss = self._place.loss(Feature.CONTAINER, Outcome.MANUAL)
            self._frame.context.lose(loss, said, container)

    def _is_sayable(self, condition: Expr) -> bool:
        try:
            when(condition, self.says)
        except CannotSay:
            return False
        return True

    def _may_fail(self) -> bool:
        choice = self.job.choices[0] if self.job.choices else None
        if choice is None or choice.may_fail is None:
            return False
        if isinstance(choice.may_fail, Literal):
            return bool(choice.may_fail.value)
        said = "whether the job may fail has to be known beforehand, so it may not"
        self._approximate(choice.may_fail, said, Feature.CHOICE)
        return False

    def _inexact(self, step: Step) -> None:
        at = step.condition if step.condition is not None else step
        self._approximate(at, "the step runs whatever failed before it")

    def _given(self) -> tuple[Output, ...]:
        """The outputs that another job can ask for."""
        return self.job.outputs

    def _output(self, output: Output) -> t.Statement:
        name = shell_name(f"needs.{self.job.id}.outputs.{output.name}")
        try:
            self.says.reads_steps = value_of
            return write_output(name, self.says.value(output.value))
        except CannotSay as error:
            self._steps.lose(error, self.job)
            return groovy.statement(failure(f"the output {output.name}", str(error)))
        finally:
            self.says.reads_steps = None


def _when(conditions: Conditions, gate: Statements, *, beside: bool) -> Statements:
    """`when`; `beside`: there is an agent, which nobody needs for a stage that is left out."""
    if not conditions:
        return ()
    early = [groovy.bare("beforeInput", True)] if gate else []
    early += [groovy.bare("beforeAgent", True)] if beside else []
    statements = tuple(map(groovy.statement, (*early, *narrow(conditions))))
    return (groovy.statement(groovy.block("when", statements)),)
