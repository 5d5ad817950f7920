"""Jobs that are being put together: stages on one machine, one after the other."""

from collections.abc import Callable, Iterator

from ciconv.converters.jenkins.expressions.unknown import as_template
from ciconv.converters.jenkins.jobs.agents import Machine
from ciconv.converters.jenkins.jobs.containers import settle
from ciconv.converters.jenkins.jobs.outputs import OUTPUT
from ciconv.converters.jenkins.jobs.speaking import only_speaks
from ciconv.converters.jenkins.jobs.unwrapped import unwrapped
from ciconv.converters.jenkins.steps.frame import Blemish, Notes
from ciconv.converters.jenkins.steps.plugins import kept_as_written
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Op,
    Ref,
    Template,
    conjuncts,
    constant,
    text,
    walk,
)
from ciconv.ir.job import Choice, Concurrency, Container, Job, JobBase, Matrix, Need, Status
from ciconv.ir.naming import unused
from ciconv.ir.node import Node, replace
from ciconv.ir.step import (
    Argument,
    Checkout,
    DownloadArtifact,
    EnvVar,
    Extra,
    Group,
    Retry,
    Run,
    Step,
    UploadArtifact,
    env_within,
    without_env,
)
from ciconv.ir.trigger import Output
from ciconv.ir.walk import rewrite
from ciconv.passes.program_name import program_name
from ciconv.source import Comment, Span

_GOES_ON = (Status.SUCCESS, Status.SKIPPED)


class Draft:
    """A job to be: where it runs, after which others, and what its stages do."""

    def __init__(self, machine: Machine, needs: "list[Draft]", matrix: Matrix | None) -> None:
        self.machine = machine
        self.needs = needs
        self.matrix = matrix
        self.stages: list[Group] = []
        self.outer: list[Expr | None] = []  # of each stage, what the stages around it ask for
        self.first: list[Step] = []  # before the stages
        self.last: list[Step] = []  # behind them
        self.layers: list[tuple[Draft, ...]] = []  # who worked in the workspace before
        self.sources: list[Draft] = []  # those whose files this one goes on with, oldest first
        self.sends = False  # whether another one goes on with its files
        self.sends_anyway = False  # even when it fails
        self.variables: tuple[str, ...] = ()  # that are set around all of its steps
        self.checkout: Checkout | None = None
        self.choice = Choice()
        self.timeout: Expr | None = None
        self.retry: Retry | None = None
        self.extras: list[Extra] = []
        self.outputs: dict[str, Template] = {}  # by the variables that hold them
        self.turns: list[Concurrency] = []  # it takes with other builds
        self.services: list[Container] = []  # that steps run beside
        self.comments: list[Comment] = []
        self.blemishes: list[Blemish] = []  # of its stages, for a `post` behind all of them
        self.is_ending = False  # whether it stands for a block of `post`
        self.job: JobBase | None = None  # one that is no list of steps: an approval
        self.span: Span | None = None
        self.id = ""
        self.title: Template | None = None

    def take(self, notes: Notes) -> None:
        """Take what was noted while the steps of a stage were read."""
        self.last += notes.at_the_end
        self.comments += notes.comments
        self.extras += notes.take_extras()
        self.outputs |= notes.outputs
        self.services += notes.services.values()
        self.turns += notes.turns
        self.blemishes += notes.blemishes
        notes.outputs = {}
        for one in (notes.at_the_end, notes.comments, notes.turns, notes.blemishes):
            one.clear()
        notes.services.clear()

    def title_of(self) -> str:
        """Return what to call it: its stage, or the first and the last of them."""
        names = [constant(one.name) or "stage" for one in self.stages]
        if not names:
            return "job"
        return names[0] if len(names) == 1 else f"{names[0]}-to-{names[-1]}"

    @property
    def is_conditional(self) -> bool:
        """Whether it may be skipped while all goes well."""
        if self.job is not None:
            return self.job.choices[0].condition is not None
        lone = self.stages[0].condition is not None if len(self.stages) == 1 else False
        return lone or self.choice.condition is not None or self.common() is not None

    def common(self) -> Expr | None:
        """Return what the stages around all of its stages ask for before they start."""
        first = self.outer[0] if len(self.outer) > 1 else None
        same = len(self.outer) == len(self.stages) and all(one is first for one in self.outer)
        return first if same and _is_plan(first) else None

    def conditions(self) -> frozenset[Expr]:
        """Return what has to hold for it to run while all goes well."""
        if self.job is not None:
            return frozenset(conjuncts(self.job.choices[0].condition))
        lone = self.stages[0].condition if len(self.stages) == 1 else None
        return frozenset((*conjuncts(lone), *conjuncts(self.choice.condition)))

    def has_files(self) -> bool:
        """Return whether its steps may have changed the workspace."""
        return any(
            not isinstance(one, Checkout | UploadArtifact)
            and not (isinstance(one, Run) and only_speaks(one))
            for one in self.leaves()
        )

    def leaves(self) -> Iterator[Step]:
        """Yield its steps, and those inside others in their place."""
        return (one for stage in self.stages for one in _leaves(stage))


def _leaves(group: Group) -> Iterator[Step]:
    for step in group.steps:
        if isinstance(step, Group):
            yield from _leaves(step)
        else:
            yield step


def name_drafts(drafts: list[Draft]) -> None:
    """Give each an id that no other one has; a lone one is the whole pipeline."""
    taken: set[str] = set()
    for draft in drafts:
        if draft.job is not None:
            wanted = draft.job.id
        elif draft.id:
            wanted = draft.id
        else:
            whole = len(drafts) == 1 and len(draft.stages) > 1
            wanted = "pipeline" if whole else draft.title_of()
        plain = program_name(wanted) or "job"
        found = unused(plain, taken, by=str.lower)
        taken.add(found.lower())
        draft.id = found


def join_workspaces(drafts: list[Draft]) -> None:
    """Find out for each whose files it goes on with: back to those that cannot be skipped."""
    for draft in drafts:
        found: list[Draft] = []
        for layer in reversed(draft.layers):
            useful = [one for one in layer if one.has_files()]
            found = [*useful, *found]
            if useful and not any(one.is_conditional for one in layer):
                break
        draft.sources = found
        for one in found:
            one.sends = True
            one.sends_anyway = one.sends_anyway or draft.is_ending


def make_job(draft: Draft) -> JobBase:
    """Return the job of a draft, whose needs are named already."""
    needs = _needs(draft)
    if draft.job is not None:
        return replace(draft.job, id=draft.id, needs=needs)
    group = draft.stages[0] if len(draft.stages) == 1 else None
    choice = draft.choice
    job = Job(
        id=draft.id,
        needs=needs,
        matrix=draft.matrix,
        runner=draft.machine.runner,
        timeout=draft.timeout,
        retry=draft.retry,
        concurrency=draft.turns[0] if draft.turns else None,
        extras=(*draft.machine.extras, *draft.extras),
        comments=tuple(draft.comments),
        span=draft.span or (draft.stages[0].span if draft.stages else None),
    )
    common = draft.common() if choice.condition is None else None
    if common is not None:
        choice = Choice(condition=common, span=common.span)
        draft.stages = [_asked_before(one, common) for one in draft.stages]
    shared_env = _of_all(draft.stages)
    body: tuple[Step, ...] = tuple(without_env(one, shared_env) for one in draft.stages)
    job = replace(job, env=shared_env)
    if group is not None and draft.choice.condition is None and _is_plan(group.condition):
        choice = Choice(condition=group.condition, may_fail=group.may_fail, span=group.span)
        body = group.steps
        job = replace(
            job,
            name=group.name,
            env=group.env,  # which is that of all its stages
            timeout=_shorter(draft.timeout, group.timeout),
            retry=draft.retry or group.retry,
            extras=(*job.extras, *group.extras),
            comments=(*job.comments, *group.comments),
        )
    whole = _whole(draft, body if draft.matrix is None else _apart(body, draft.matrix))
    steps, container, services = settle(whole, draft.machine, draft.variables)
    outputs = tuple(
        Output(name=name, value=draft.outputs[variable], span=draft.outputs[variable].span)
        for variable, name in output_names(draft).items()
    )
    given = () if container is None else container.env  # which all steps in it see
    return replace(
        job,
        outputs=outputs,
        env=env_within(given, job.env),
        name=draft.title or job.name,
        choices=(choice,),
        steps=unwrapped(steps),
        container=None if container is None else replace(container, env=()),
        services=(*services, *draft.services),
    )


def _apart(steps: tuple[Step, ...], matrix: Matrix) -> tuple[Step, ...]:
    """The steps with names of artifacts that differ from cell to cell."""
    given = {one.artifact for one in _every(steps) if isinstance(one, UploadArtifact)}

    def change(node: Node) -> Node:
        if not isinstance(node, UploadArtifact | DownloadArtifact) or node.artifact not in given:
            return node
        if any(isinstance(one, Ref) and one.path[0] == "matrix" for one in walk(node.artifact)):
            return node
        return replace(node, artifact=_of_cell(node.artifact, matrix))

    return tuple(rewrite(one, change) for one in steps)


def _every(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield from _leaves(step) if isinstance(step, Group) else (step,)


def _of_cell(name: Template, matrix: Matrix) -> Template:
    parts: list[Expr] = list(name.parts)
    for axis in matrix.axes:
        parts += [*text("-").parts, Ref(path=("matrix", axis.name))]
    return as_template(Template(parts=tuple(parts), span=name.span))


def output_names(draft: Draft) -> dict[str, str]:
    """Return the names of a job's outputs by the variables that hold them."""
    matches = {name: OUTPUT.fullmatch(name) for name in draft.outputs}
    return {name: match["name"].lower() for name, match in matches.items() if match is not None}


def _of_all(stages: list[Group]) -> tuple[EnvVar, ...]:
    """The variables that all stages of a job have: those of what stands around them."""
    if len(stages) < 2:
        return ()
    return tuple(one for one in stages[0].env if all(one in other.env for other in stages))


def _asked_before(stage: Group, common: Expr) -> Group:
    """A stage of a job that asks itself for what is around all its stages."""
    condition = stage.condition
    if condition is common:
        return replace(stage, condition=None)
    if isinstance(condition, Binary) and condition.op is Op.AND and condition.left is common:
        return replace(stage, condition=condition.right)
    return stage


def _shorter(outer: Expr | None, inner: Expr | None) -> Expr | None:
    return inner if inner is not None else outer


def _is_plan(condition: Expr | None) -> bool:
    """Whether a condition is decided before the job starts."""
    for one in walk(condition) if condition is not None else ():
        if isinstance(one, Ref) and one.path[0] in ("steps", "job", "runner"):
            return False
        if getattr(one, "function", "") == "hashFiles":
            return False
    return True


def _needs(draft: Draft) -> tuple[Need, ...]:
    """After a job that may be skipped, all those before it count as well.

    Whatever was skipped because something failed is not gone on after.
    """
    own = draft.conditions()

    def may_be_skipped(one: Draft) -> bool:
        """Whether it is under a condition that is not that of the job itself."""
        return one.is_conditional and not one.conditions() <= own

    before = _before(draft, may_be_skipped)
    goes_on = any(map(may_be_skipped, before))
    if draft.is_ending and draft.choice.condition is not None:
        goes_on = False  # it asks for a status itself
    if goes_on:
        before = _before(draft, lambda _: True)
    accept = _GOES_ON if goes_on else (Status.SUCCESS,)
    return tuple(Need(job=one.id, accept=accept, span=draft.span) for one in before)


def _before(draft: Draft, looks_behind: Callable[[Draft], bool]) -> tuple[Draft, ...]:
    """The jobs that one waits for, and what those wait for that are looked behind."""
    found: dict[int, Draft] = {}
    waiting = list(draft.needs)
    while waiting:
        one = waiting.pop(0)
        if id(one) in found:
            continue
        found[id(one)] = one
        if looks_behind(one):
            waiting += one.needs
    return tuple(found.values())


def _whole(draft: Draft, body: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps with what stands before and behind them."""
    before: list[Step] = []
    builds = draft.machine.build is not None  # from files that have to be there
    if draft.checkout is not None and (builds or not _checks_out(body)):
        before.append(draft.checkout)
    before += [_download(one, draft) for one in draft.sources]
    if draft.machine.missing:
        before.append(kept_as_written("agent", draft.machine.span))
    after = list(draft.last)
    if draft.sends:
        after.insert(0, _upload(draft))
    return (*before, *draft.first, *body, *after)


def _checks_out(body: tuple[Step, ...]) -> bool:
    """Whether the first thing that touches files is a checkout of the same repository."""
    for step in body:
        if isinstance(step, Group):
            return step.condition is None and _checks_out(step.steps)
        if isinstance(step, Checkout):
            return not step.arguments and step.condition is None
        if not (isinstance(step, Run) and only_speaks(step)):
            return False
    return False


def _artifact(draft: Draft) -> Template:
    name = text(f"workspace-{draft.id}")
    return name if draft.matrix is None else _of_cell(name, draft.matrix)


def _upload(draft: Draft) -> Step:
    always = Call(function="always") if draft.sends_anyway else None
    here = text(".")
    return UploadArtifact(
        artifact=_artifact(draft),
        paths=here,
        root=here,
        condition=always,
        span=_place(draft),
    )


def _download(source: Draft, draft: Draft) -> Step:
    name = _artifact(source)
    if not draft.is_ending and not source.is_conditional:
        return DownloadArtifact(artifact=name, span=_place(draft))
    together = Argument(name="merge", value=text("true"))  # and no failure without any
    return DownloadArtifact(pattern=name, arguments=(together,), span=_place(draft))


def _place(draft: Draft) -> Span | None:
    return draft.span or (draft.stages[0].span if draft.stages else None)
