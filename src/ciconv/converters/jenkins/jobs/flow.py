"""Stages → jobs: stages on one machine are one job, anything else starts another.

https://www.jenkins.io/doc/book/pipeline/syntax/#stages
"""

from msgspec import Struct
from msgspec.structs import replace

from ciconv.converters.jenkins.jobs.agents import Machine, is_unix, read_agent
from ciconv.converters.jenkins.jobs.drafts import Draft
from ciconv.converters.jenkins.jobs.environments import read_environment
from ciconv.converters.jenkins.jobs.limits import Limits, read_options
from ciconv.converters.jenkins.jobs.matrices import read_matrix
from ciconv.converters.jenkins.jobs.nodes import with_own_agent
from ciconv.converters.jenkins.jobs.posts import (
    NO_RESULTS,
    Ending,
    Results,
    is_message,
    may_follow,
    read_post,
    results_of,
    steps_of,
)
from ciconv.converters.jenkins.jobs.questions import (
    Asking,
    lone_question,
    question_alone,
    question_before,
    question_inside,
)
from ciconv.converters.jenkins.jobs.speaking import uses_files
from ciconv.converters.jenkins.jobs.stage_name import expect_stage_name, stage_name
from ciconv.converters.jenkins.jobs.stages import (
    comments_of_stage,
    holds_jobs,
    left_over,
    skips_checkout,
    splits,
    title_of,
)
from ciconv.converters.jenkins.jobs.telling import is_unsent, tell_broken, tell_lost, tell_unasked
from ciconv.converters.jenkins.jobs.tolerance import tolerated
from ciconv.converters.jenkins.jobs.toolbox import is_tool, read_tools
from ciconv.converters.jenkins.jobs.whens import known_part, read_when
from ciconv.converters.jenkins.sections import Directive, Section, directives, extra
from ciconv.converters.jenkins.steps.conditions import both, under
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.read import assigned_in, read_steps
from ciconv.converters.jenkins.steps.variables import looked_for
from ciconv.ir.expression import Call, Expr, Literal, Op, Ref, Template, constant, operation, text
from ciconv.ir.job import ApprovalJob, Choice, Matrix, Runner
from ciconv.ir.node import replace as changed
from ciconv.ir.step import Argument, Checkout, EnvVar, Group, Step, env_within
from ciconv.ir.walk import steps_of as steps_inside
from ciconv.syntax.groovy import tree


class Around(Struct, frozen=True, kw_only=True):
    """What the stages around a stage say of it."""

    machine: Machine | None = None
    workspace: int = 0  # which of the workspaces
    condition: Expr | None = None
    env: tuple[EnvVar, ...] = ()
    tools: tuple[Step, ...] = ()
    first: tuple[Step, ...] = ()  # of every job
    matrix: Matrix | None = None
    limits: Limits = Limits()


class Flow:
    """The jobs found so far, and those after which the next one comes."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.drafts: list[Draft] = []
        self.current: Draft | None = None
        self.frontier: list[Draft] = []
        self._workspaces: dict[int, list[tuple[Draft, ...]]] = {}  # what was done to each

    def stages(self, block: Directive, around: Around) -> None:
        """Read the stages of a block, one after the other."""
        for one in directives(block.body):
            if one.name == "stage":
                self.stage(one, around)

    def stage(self, stage: Directive, around: Around) -> None:
        """Read one stage into the current job, or into jobs of its own."""
        shared = self.place.scope.shared
        outer = dict(shared.env)
        stage = with_own_agent(stage)
        question = lone_question(stage) if around.machine is None else None
        asking = question_inside(stage) if around.machine is not None else None
        if question is not None:
            self._ask_alone(stage, question, around)
        elif asking is not None:
            self._ask_between(asking, stage, around)
        elif not splits(stage):
            self._append(self._group(stage, around, Section(stage.body)), around)
        else:
            self._apart(stage, around)
        shared.env = {name: outer.get(name) for name in outer}

    def _ask_between(self, asking: Asking, stage: Directive, around: Around) -> None:
        """A question between two steps: what is behind it is a job of its own."""
        if asking.before is not None:
            self.stage(asking.before, around)
        when = next((one for one in directives(stage.body) if one.name == "when"), None)
        condition = None if when is None else read_when(when, self.place.scope)
        self._ask(
            asking.question, stage, replace(around, condition=both(around.condition, condition))
        )
        self.close()
        if asking.after is not None:
            self.stage(asking.after, around)

    # --- stages in the current job

    def _append(self, group: Group, around: Around) -> None:
        draft = self.current
        if draft is None or draft.machine is not around.machine:
            tell_broken(self.frontier, self.place.notes)
            draft = self.open(around)
        draft.stages.append(group)
        draft.outer.append(around.condition)
        draft.take(self.place.notes)

    def _group(self, stage: Directive, around: Around, section: Section) -> Group:
        """A stage without machines of its own, those inside it included."""
        place = self.place
        place.scope.shared.is_unix = is_unix(around.machine)
        begun = len(place.notes.blemishes)
        env, first = _environment(section, place)
        when = section.take("when")
        looking = () if when is None else looked_for(when.body, place)
        condition, unknown = (None, ()) if when is None else known_part(when, place)
        limits = read_options(section.take("options"), place)
        tools = read_tools(section.take("tools"), place)
        post = section.take("post")
        inner, may_fail = section.take("stages"), False
        if inner is not None:
            below = Around(machine=around.machine)
            body: tuple[Step, ...] = tuple(
                self._group(one, below, Section(one.body))
                for one in directives(inner.body)
                if one.name == "stage"
            )
        else:
            steps = section.take("steps")
            tell_lost(steps, around.machine, place.notes)
            whole = None if steps is None else tolerated(steps.body)
            may_fail = whole is not None
            block = whole if whole is not None or steps is None else steps.body
            body = () if block is None else read_steps(block, place)
        body = (*unknown, *around.tools, *tools, *first, *body)
        name = title_of(stage, place)
        id = place.notes.unique(constant(name) or "stage")
        place.notes.forget_left_out(begun, steps_inside(body))
        results = self._results(around, begun)
        endings = self.post(post, stage.statement, around, results)
        here = self.current if self.current and self.current.machine is around.machine else None
        tell_unasked(endings, [one for one in self.drafts if one is not here], place.notes)
        body = self._with_endings(body, endings)
        if looking and condition is not None:
            body, condition = (*looking, *under(condition, body, stage.title)), None
        if when is not None or may_fail:
            place.scope.forget(assigned_in(stage.statement))
        env = (*stage_name(name, body, place, stage.title), *env)
        if limits.lock is not None:
            place.notes.turns.append(limits.lock)
        return Group(
            id=id,
            name=name,
            steps=body,
            condition=both(around.condition, condition),
            env=env_within(around.env, env),
            may_fail=Literal(value=True, span=stage.title) if may_fail else None,
            timeout=limits.timeout,
            retry=limits.retry,
            extras=(*limits.extras, *left_over(section)),
            span=stage.title,
            comments=comments_of_stage(stage, section, when),
        )

    def _results(self, around: Around, begun: int) -> Results:
        """What `post` of a stage in this job asks for; its own failures are the last ones noted."""
        draft, noted = self.current, self.place.notes.blemishes
        earlier = draft.blemishes if draft and draft.machine is around.machine else []
        return results_of((*earlier, *noted[:begun]), noted[begun:])

    def _with_endings(
        self, body: tuple[Step, ...], endings: tuple[Ending, ...]
    ) -> tuple[Step, ...]:
        """The steps, and those of `post`, which ask whether the stage began at all."""
        if not endings:
            return body
        ran = None
        is_first = self.current is None or not self.current.stages
        if body and not is_first:
            body, ran = _asked(body, self.place)
        return (*body, *(step for one in endings for step in steps_of(one, ran)))

    # --- stages that are jobs

    def open(self, around: Around) -> Draft:
        """Start a job on the machine, after all that came before, and return its draft."""
        machine = around.machine or Machine(runner=Runner())
        draft = Draft(machine, list(self.frontier), around.matrix)
        draft.timeout = around.limits.timeout
        draft.variables = self.place.scope.shared.variables()
        draft.first += around.first
        if around.machine is not None and not around.limits.no_checkout:
            draft.checkout = _checkout(around)
        if around.machine is not None:
            draft.layers = self._workspaces.get(around.workspace, [])
            self._workspaces[around.workspace] = [*draft.layers, (draft,)]
        self.drafts.append(draft)
        self.current, self.frontier = draft, [draft]
        return draft

    def close(self) -> None:
        """Let no further stage stand in the current job."""
        self.current = None

    def _apart(self, stage: Directive, around: Around) -> None:
        section = Section(stage.body)
        agent = section.take("agent")
        inner = self._machine(agent, around)
        if skips_checkout(stage):
            inner = replace(inner, limits=replace(inner.limits, no_checkout=True))
        asked = section.take("input")
        if asked is not None:
            self._ask(asked, stage, around)
        self.close()
        if not any(name in section for name in ("parallel", "matrix")) and not holds_jobs(stage):
            self._append(self._group(stage, inner, section), inner)
            self._end(stage, inner)
            return
        self._divided(stage, inner, section)
        self.close()

    def _end(self, stage: Directive, around: Around) -> None:
        """A machine of its own is given back behind the stage."""
        if self.current is not None:
            self.current.span = stage.title
        if any(one.name == "agent" for one in directives(stage.body)):
            self.close()

    def _machine(self, agent: Directive | None, around: Around) -> Around:
        """What is around the stage, with its own machine."""
        if agent is None:
            return around
        machine = read_agent(agent, self.place.scope)
        if machine is None:
            return around if around.machine is not None else replace(around, machine=None)
        space = around.workspace if machine.reuses and around.machine is not None else id(machine)
        if machine.reuses and around.machine is not None:
            runner = around.machine.runner
            machine = replace(machine, runner=runner)
        return replace(around, machine=machine, workspace=space)

    def _ask(self, asked: Directive, stage: Directive, around: Around) -> None:
        """A person has to agree before the stage: the question comes before its `when`."""
        self._wait(question_before(asked, stage, around.condition, self.place))

    def _ask_alone(self, stage: Directive, question: Directive, around: Around) -> None:
        """A stage on no machine that only asks: whatever comes next waits for the answer."""
        self.close()
        self._wait(question_alone(stage, question, around.condition, self.place))

    def _wait(self, question: ApprovalJob) -> None:
        draft = Draft(Machine(), list(self.frontier), None)
        draft.job, draft.span = question, question.span
        self.drafts.append(draft)
        self.frontier = [draft]

    # --- stages that hold jobs

    def _divided(self, stage: Directive, around: Around, section: Section) -> None:
        place = self.place
        env, first = _environment(section, place)
        when = section.take("when")
        condition = None if when is None else read_when(when, place.scope)
        is_job = stage.name == "matrix" and not holds_jobs(stage)
        unheard = ("lock",) if is_job else ("lock", "retry")  # nothing repeats several jobs
        limits = read_options(section.take("options"), place, but=unheard)
        tools = read_tools(section.take("tools"), place)
        post, fail_fast = section.take("post"), section.take("failFast")
        inner = replace(
            around,
            condition=both(around.condition, condition),
            env=env_within(around.env, env),
            tools=(*around.tools, *tools, *first),
            limits=_limits(around.limits, limits),
        )
        if stage.name == "stage" and stage.arguments:
            place.notes.say("the jobs of the stages inside stand for this one", stage.arguments[0])
        started = len(self.drafts)
        names = {one.name for one in directives(stage.body)}
        kept = [*limits.extras]
        if fail_fast is not None and "matrix" not in names:  # that one says it itself
            kept.append(extra("failFast", fail_fast.statement))
        self._parts(section, inner, is_fast=fail_fast is not None)
        if "matrix" in names and len(self.drafts) == started + 1:
            self.drafts[started].title = title_of(stage, place)
            self.drafts[started].id = constant(title_of(stage, place)) or ""
        if len(self.drafts) > started:
            draft = self.drafts[started]
            draft.retry = limits.retry or draft.retry
            draft.extras += [*kept, *left_over(section), *place.notes.take_extras()]
            draft.comments += [*comments_of_stage(stage, section, when), *place.notes.comments]
            place.notes.comments.clear()
        if post is not None:
            self._last(post, stage, inner, started)
        if when is not None:
            place.scope.forget(assigned_in(stage.statement))

    def _last(self, post: Directive, stage: Directive, around: Around, started: int) -> None:
        """What `post` says: in the only job of the stage when it is on the stage's machine."""
        new = self.drafts[started:]
        if len(new) == 1 and around.machine is not None and new[0].machine is around.machine:
            results = results_of((), new[0].blemishes)
            endings = self.post(post, stage.statement, around, results)
            new[0].last += [step for one in endings for step in steps_of(one, None)]
        else:
            self.endings(self.post(post, stage.statement, around), around, new)

    def _parts(self, section: Section, around: Around, *, is_fast: bool) -> None:
        parallel, matrix = section.take("parallel"), section.take("matrix")
        nested = section.take("stages")
        if nested is not None:
            self.stages(nested, around)
        elif parallel is not None:
            self._beside(parallel, around)
        elif matrix is not None:
            self._cells(matrix, around, is_fast=is_fast)

    def _beside(self, parallel: Directive, around: Around) -> None:
        """Branches: each goes on with the workspace as it was, and what follows has all of them."""
        start, spaces = list(self.frontier), dict(self._workspaces)
        ends: list[Draft] = []
        merged: dict[int, list[Draft]] = {}  # by workspace: those who ended in it
        stages = [one for one in directives(parallel.body) if one.name == "stage"]
        for one in stages:
            self.frontier, self._workspaces = list(start), dict(spaces)
            self.close()
            for other in stages:  # who knows which is the faster one
                if other is not one:
                    self.place.scope.forget(assigned_in(other.statement))
            self.stage(one, around)
            self.close()
            ends += [draft for draft in self.frontier if draft not in ends]
            for space, layers in self._workspaces.items():
                new = layers[len(spaces.get(space, [])) :]
                merged.setdefault(space, []).extend(draft for layer in new for draft in layer)
        self.frontier = ends or start
        self._workspaces = spaces | {
            space: [*spaces.get(space, []), tuple(found)]
            for space, found in merged.items()
            if found
        }

    def _cells(self, matrix: Directive, around: Around, *, is_fast: bool) -> None:
        section = Section(matrix.body)
        fast = is_fast or around.limits.fail_fast
        axes, excludes = section.take("axes"), section.take("excludes")
        found = read_matrix(axes, excludes, self.place.scope, fail_fast=fast)
        env = tuple(
            EnvVar(
                name=axis.name,
                value=Template(parts=(Ref(path=("matrix", axis.name), span=axis.span),)),
                span=axis.span,
            )
            for axis in found.axes
        )
        self.place.scope.shared.env |= {one.name: one.value for one in env}
        around = self._machine(section.take("agent"), around)  # which may speak of the axes
        around = replace(around, matrix=found, env=env_within(around.env, env))
        self.close()
        self._divided(matrix, around, section)
        self.close()

    # --- what comes last

    def post(
        self,
        post: Directive | None,
        before: tree.Node,
        around: Around,
        results: Results = NO_RESULTS,
    ) -> tuple[Ending, ...]:
        """Return what `post` says; what is before it may have ended anywhere."""
        if post is None:
            return ()
        tell_lost(post, around.machine, self.place.notes)
        scope = self.place.scope
        place = self.place.scoped(scope.doubting(assigned_in(before)))
        found = read_post(post, place, results)
        scope.forget(assigned_in(post.statement))
        return found

    def endings(self, endings: tuple[Ending, ...], around: Around, after: list[Draft]) -> None:
        """Put what `post` says into a job behind others: one for each status it asks for."""
        self.close()
        tell_unasked(endings, after, self.place.notes)
        earlier: list[tuple[str, Draft]] = []
        apart = around.machine is None
        for ending in (one for whole in endings for one in (whole.parts if apart else (whole,))):
            if not ending.steps or is_unsent(ending, self.place):
                continue
            follows = [draft for name, draft in earlier if may_follow(name, ending.name)]
            self.frontier = [*after, *follows]
            inside = replace(around, machine=ending.machine) if apart else around
            if apart or all(map(is_message, steps_inside(ending.steps))):  # for which none is there
                inside = replace(inside, first=tuple(x for x in around.first if not is_tool(x)))
            draft = self.open(replace(inside, matrix=None, condition=None))
            if apart or not any(map(uses_files, ending.steps)):
                draft.checkout, draft.layers = None, []
            condition = both(around.condition, ending.condition)
            if ending.condition == Call(function="success"):  # what jobs wait for anyway
                condition = around.condition
            may_fail = Literal(value=True, span=ending.span) if ending.may_fail else None
            draft.choice = Choice(condition=condition, may_fail=may_fail, span=ending.span)
            draft.is_ending = True
            if ending.timeout is not None:
                draft.timeout = ending.timeout
            draft.id, draft.span = ending.title or f"post-{ending.name}", ending.span
            draft.title = text(ending.title) if ending.title else None
            draft.stages.append(Group(steps=ending.steps, span=ending.span))
            earlier.append((ending.name, draft))
            self.close()


def _checkout(around: Around) -> Checkout:
    folder = around.limits.folder
    arguments = () if folder is None else (Argument(name="path", value=folder),)
    span = None if around.machine is None else around.machine.span
    return Checkout(arguments=arguments, span=span)


def _limits(outer: Limits, inner: Limits) -> Limits:
    return replace(
        outer,
        timeout=inner.timeout or outer.timeout,
        no_checkout=inner.no_checkout or outer.no_checkout,
        fail_fast=inner.fail_fast or outer.fail_fast,
    )


def _environment(section: Section, place: Place) -> tuple[tuple[EnvVar, ...], tuple[Step, ...]]:
    expect_stage_name(place)
    found = section.take("environment")
    return ((), ()) if found is None else read_environment(found.body, place)


def _asked(body: tuple[Step, ...], place: Place) -> tuple[tuple[Step, ...], Expr | None]:
    """The steps, and whether the first of them ran; None where that cannot be asked.

    A tool may be no step elsewhere, so that another step is asked where there is one.
    """
    asked = [
        number
        for number, step in enumerate(body)
        if not isinstance(step, Group) and step.condition is None
    ]
    asked.sort(key=lambda number: is_tool(body[number]))
    for number in asked[:1]:
        step = body[number]
        id = step.id or place.notes.unique(_title(step))
        outcome = Ref(path=("steps", id, "outcome"))
        ran = operation(Op.NE, outcome, Literal(value="skipped"))
        return (*body[:number], changed(step, id=id), *body[number + 1 :]), ran
    return body, None


def _title(step: Step) -> str:
    return constant(step.name) or type(step).__name__
