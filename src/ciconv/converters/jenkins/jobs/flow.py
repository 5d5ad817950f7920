"""Stages → jobs: stages on one machine are one job, anything else starts another.

https://www.jenkins.io/doc/book/pipeline/syntax/#stages
"""

from msgspec import Struct
from msgspec.structs import replace

from ciconv.converters.jenkins.expressions.read import read_template
from ciconv.converters.jenkins.jobs.agents import Machine, is_none, is_unix, read_agent
from ciconv.converters.jenkins.jobs.drafts import Draft
from ciconv.converters.jenkins.jobs.environments import read_environment
from ciconv.converters.jenkins.jobs.limits import Limits, read_options
from ciconv.converters.jenkins.jobs.matrices import read_matrix
from ciconv.converters.jenkins.jobs.posts import Ending, read_post, steps_of
from ciconv.converters.jenkins.jobs.questions import Asking, lone_question, question_inside
from ciconv.converters.jenkins.jobs.speaking import uses_files
from ciconv.converters.jenkins.jobs.stage_name import expect_stage_name, stage_name
from ciconv.converters.jenkins.jobs.tolerance import tolerated
from ciconv.converters.jenkins.jobs.toolbox import read_tools
from ciconv.converters.jenkins.jobs.whens import asks_first, read_when
from ciconv.converters.jenkins.sections import Directive, Section, directives, extra
from ciconv.converters.jenkins.steps.conditions import both
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.read import assigned_in, read_steps
from ciconv.ir.expression import Binary, Expr, Literal, Op, Ref, Semantics, Template, constant, text
from ciconv.ir.job import ApprovalJob, Choice, Matrix, Runner
from ciconv.ir.node import replace as changed
from ciconv.ir.step import Argument, Checkout, EnvVar, Extra, Group, Step
from ciconv.source import Comment
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
        question = lone_question(stage) if around.machine is None else None
        asking = question_inside(stage) if around.machine is not None else None
        if question is not None:
            self._ask_alone(stage, question, around)
        elif asking is not None:
            self._ask_between(asking, stage, around)
        elif not _splits(stage):
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
            draft = self.open(around)
        draft.stages.append(group)
        draft.outer.append(around.condition)
        draft.take(self.place.notes)

    def _group(self, stage: Directive, around: Around, section: Section) -> Group:
        """A stage without machines of its own, those inside it included."""
        place = self.place
        place.scope.shared.is_unix = is_unix(around.machine)
        env, first = _environment(section, place)
        when = section.take("when")
        condition = None if when is None else read_when(when, place.scope)
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
            whole = None if steps is None else tolerated(steps.body)
            may_fail = whole is not None
            block = whole if whole is not None or steps is None else steps.body
            body = () if block is None else read_steps(block, place)
        body = (*around.tools, *tools, *first, *body)
        name = _name(stage, place)
        id = place.notes.unique(constant(name) or "stage")
        body = self._with_endings(body, self.post(post, stage.statement))
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
            env=_over(around.env, env),
            may_fail=Literal(value=True, span=stage.title) if may_fail else None,
            timeout=limits.timeout,
            retry=limits.retry,
            extras=(*limits.extras, *_left(section)),
            span=stage.title,
            comments=_comments(stage, section, when),
        )

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
        """Start a job on the machine, after all that came before."""
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
        if _skips_checkout(stage):
            inner = replace(inner, limits=replace(inner.limits, no_checkout=True))
        asked = section.take("input")
        if asked is not None:
            self._ask(asked, stage, around)
        self.close()
        if not any(name in section for name in ("parallel", "matrix")) and not _inside(stage):
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
        place = self.place
        inside = Section(asked.body)
        node = next((one.values[0] for one in [inside.take("message")] if one and one.values), None)
        if node is None:
            node = asked.named("message") or next(iter(asked.values), None)
        message = text("continue") if node is None else read_template(node, place.scope)
        when = next((one for one in directives(stage.body) if one.name == "when"), None)
        condition = around.condition
        if when is not None and asks_first(when, "beforeInput"):
            condition = both(condition, read_when(when, place.scope))
        kept = [extra(f"input.{one.name}", one.statement) for one in inside.rest()]
        kept += [
            extra(f"input.{one.name}", one)
            for one in asked.arguments
            if one.name not in (None, "message")
        ]
        draft = Draft(Machine(), list(self.frontier), None)
        name = constant(_name(stage, place)) or "stage"
        draft.job = ApprovalJob(
            id=f"approve-{name}",
            name=message,
            choices=(Choice(condition=condition),),
            extras=tuple(kept),
            span=asked.title,
            comments=tuple(inside.comments),
        )
        draft.span = asked.title
        self.drafts.append(draft)
        self.frontier = [draft]

    def _ask_alone(self, stage: Directive, question: Directive, around: Around) -> None:
        """A stage on no machine that only asks: whatever comes next waits for the answer."""
        place, name = self.place, _name(stage, self.place)
        when = next((one for one in directives(stage.body) if one.name == "when"), None)
        condition = None if when is None else read_when(when, place.scope)
        self.close()
        draft = Draft(Machine(), list(self.frontier), None)
        draft.job = ApprovalJob(
            id=constant(name) or "stage",
            name=name,
            choices=(Choice(condition=both(around.condition, condition)),),
            span=stage.title,
            comments=(*stage.statement.comments, *question.statement.comments),
        )
        draft.span = stage.title
        self.drafts.append(draft)
        self.frontier = [draft]

    # --- stages that hold jobs

    def _divided(self, stage: Directive, around: Around, section: Section) -> None:
        place = self.place
        env, first = _environment(section, place)
        when = section.take("when")
        condition = None if when is None else read_when(when, place.scope)
        limits = read_options(section.take("options"), place)
        tools = read_tools(section.take("tools"), place)
        post, fail_fast = section.take("post"), section.take("failFast")
        inner = replace(
            around,
            condition=both(around.condition, condition),
            env=_over(around.env, env),
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
            self.drafts[started].title = _name(stage, place)
            self.drafts[started].id = constant(_name(stage, place)) or ""
        if len(self.drafts) > started:
            draft = self.drafts[started]
            draft.extras += [*kept, *_left(section), *place.notes.take_extras()]
            draft.comments += [*_comments(stage, section, when), *place.notes.comments]
            place.notes.comments.clear()
        if post is not None:
            self._last(self.post(post, stage.statement), inner, started)
        if when is not None:
            place.scope.forget(assigned_in(stage.statement))

    def _last(self, endings: tuple[Ending, ...], around: Around, started: int) -> None:
        """What `post` says: in the only job of the stage when it is on the stage's machine."""
        new = self.drafts[started:]
        if len(new) == 1 and around.machine is not None and new[0].machine is around.machine:
            new[0].last += [step for one in endings for step in steps_of(one, None)]
        else:
            self.endings(endings, around, new)

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
        around = replace(around, matrix=found, env=_over(around.env, env))
        self.close()
        self._divided(matrix, around, section)
        self.close()

    # --- what comes last

    def post(self, post: Directive | None, before: tree.Node) -> tuple[Ending, ...]:
        """Return what `post` says; what is before it may have ended anywhere."""
        if post is None:
            return ()
        scope = self.place.scope
        found = read_post(post, self.place.scoped(scope.doubting(assigned_in(before))))
        scope.forget(assigned_in(post.statement))
        return found

    def endings(self, endings: tuple[Ending, ...], around: Around, after: list[Draft]) -> None:
        """Put what `post` says into a job behind others: one for each status it asks for."""
        self.close()
        before = list(after)
        apart = around.machine is None
        for ending in (one for whole in endings for one in (whole.parts if apart else (whole,))):
            if not ending.steps:
                continue
            self.frontier = before
            inside = replace(around, machine=ending.machine) if apart else around
            draft = self.open(replace(inside, matrix=None, condition=None))
            if apart or not any(map(uses_files, ending.steps)):
                draft.checkout, draft.layers = None, []
            condition = both(around.condition, ending.condition)
            if ending.name == "success":  # which is what jobs wait for anyway
                condition = around.condition
            may_fail = Literal(value=True, span=ending.span) if ending.may_fail else None
            draft.choice = Choice(condition=condition, may_fail=may_fail, span=ending.span)
            draft.is_ending = True
            if ending.timeout is not None:
                draft.timeout = ending.timeout
            draft.id, draft.span = ending.title or f"post-{ending.name}", ending.span
            draft.title = text(ending.title) if ending.title else None
            draft.stages.append(Group(steps=ending.steps, span=ending.span))
            before = [*before, draft]
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


def _over(outer: tuple[EnvVar, ...], inner: tuple[EnvVar, ...]) -> tuple[EnvVar, ...]:
    new = {one.name for one in inner}
    return (*(one for one in outer if one.name not in new), *inner)


def _environment(section: Section, place: Place) -> tuple[tuple[EnvVar, ...], tuple[Step, ...]]:
    expect_stage_name(place)
    found = section.take("environment")
    return ((), ()) if found is None else read_environment(found.body, place)


def _name(stage: Directive, place: Place) -> Template:
    node = stage.named("name") or next(iter(stage.values), None)
    return text("stage") if node is None else read_template(node, place.scope)


def _left(section: Section) -> tuple[Extra, ...]:
    """Directives of a stage that nobody took."""
    return tuple(extra(one.name, one.statement, one.comments) for one in section.rest())


def _comments(stage: Directive, section: Section, when: Directive | None) -> tuple[Comment, ...]:
    below = when.comments if when is not None else ()
    return tuple(dict.fromkeys((*stage.statement.comments, *section.comments, *below)))


def _splits(stage: Directive) -> bool:
    """Whether a stage, or one inside it, is a job of its own."""
    for one in directives(stage.body):
        if one.name in ("input", "parallel", "matrix"):
            return True
        if one.name == "agent" and not is_none(one):
            return True
    return _inside(stage)


def _inside(stage: Directive) -> bool:
    """Whether a stage holds stages that are jobs."""
    return any(
        _splits(inner)
        for one in directives(stage.body)
        if one.name == "stages"
        for inner in directives(one.body)
        if inner.name == "stage"
    )


def _skips_checkout(stage: Directive) -> bool:
    """Whether the options of a stage say that nothing is checked out on its machine."""
    return any(
        inner.name == "skipDefaultCheckout"
        for one in directives(stage.body)
        if one.name == "options"
        for inner in directives(one.body)
    )


def _asked(body: tuple[Step, ...], place: Place) -> tuple[tuple[Step, ...], Expr | None]:
    """The steps, and whether the first of them ran; None where that cannot be asked."""
    for number, step in enumerate(body):
        if isinstance(step, Group) or step.condition is not None:
            continue
        id = step.id or place.notes.unique(_title(step))
        outcome = Ref(path=("steps", id, "outcome"))
        ran = Binary(
            op=Op.NE, left=outcome, right=Literal(value="skipped"), semantics=Semantics.GITHUB
        )
        return (*body[:number], changed(step, id=id), *body[number + 1 :]), ran
    return body, None


def _title(step: Step) -> str:
    return constant(step.name) or type(step).__name__
