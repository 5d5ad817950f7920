"""Jobs that are being put together: stages on one machine, one after the other."""

from collections.abc import Iterator

from ciconv.converters.jenkins.jobs.agents import Machine
from ciconv.converters.jenkins.jobs.containers import settle
from ciconv.ir.expression import Expr, Ref, Template, constant, text, walk
from ciconv.ir.job import Choice, Job, JobBase, Matrix, Need, Status
from ciconv.ir.node import replace
from ciconv.ir.step import (
    ActionRef,
    Checkout,
    DownloadArtifact,
    Extra,
    Group,
    Run,
    Step,
    UploadArtifact,
    Use,
)
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
        self.first: list[Step] = []  # before the stages
        self.last: list[Step] = []  # behind them
        self.sources: list[Draft] = []  # those whose workspace this one goes on with
        self.sends = False  # whether another one goes on with its workspace
        self.checkout: Checkout | None = None
        self.choice = Choice()
        self.timeout: Expr | None = None
        self.extras: list[Extra] = []
        self.comments: list[Comment] = []
        self.accepts: tuple[Status, ...] | None = None
        self.job: JobBase | None = None  # one that is no list of steps: an approval
        self.span: Span | None = None
        self.id = ""
        self.title: Template | None = None

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
        return lone or self.choice.condition is not None

    def has_files(self) -> bool:
        """Return whether its steps may have changed the workspace."""
        return any(
            not isinstance(one, Checkout | UploadArtifact)
            and not (isinstance(one, Run) and _only_speaks(one))
            for stage in self.stages
            for one in _leaves(stage)
        )


def _leaves(group: Group) -> Iterator[Step]:
    for step in group.steps:
        if isinstance(step, Group):
            yield from _leaves(step)
        else:
            yield step


def _only_speaks(run: Run) -> bool:
    script = constant(run.script) or ""
    return script.startswith("echo ") and "\n" not in script.strip()


def name_drafts(drafts: list[Draft]) -> None:
    """Give each an id that no other one has; a lone one is the whole pipeline."""
    taken: set[str] = set()
    for draft in drafts:
        if draft.job is not None:
            wanted = draft.job.id
        elif len(drafts) == 1 and len(draft.stages) > 1:
            wanted = "pipeline"
        else:
            wanted = draft.id or draft.title_of()
        plain = program_name(wanted) or "job"
        found, number = plain, 2
        while found.lower() in taken:
            found, number = f"{plain}-{number}", number + 1
        taken.add(found.lower())
        draft.id = found


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
        extras=(*draft.machine.extras, *draft.extras),
        comments=tuple(draft.comments),
        span=draft.span or (draft.stages[0].span if draft.stages else None),
    )
    body: tuple[Step, ...] = tuple(draft.stages)
    if group is not None and draft.choice.condition is None and _is_plan(group.condition):
        choice = Choice(condition=group.condition, span=group.span)
        body = group.steps
        job = replace(
            job,
            name=group.name,
            env=group.env,
            timeout=_shorter(draft.timeout, group.timeout),
            retry=group.retry,
            extras=(*job.extras, *group.extras),
            comments=(*job.comments, *group.comments),
        )
    steps, container, services = settle(_whole(draft, body), draft.machine)
    return replace(
        job,
        name=job.name or draft.title,
        choices=(choice,),
        steps=steps,
        container=container,
        services=services,
    )


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
    """After a job that may be skipped, those before it count as well."""
    found: dict[int, Draft] = {}
    waiting = list(draft.needs)
    while waiting:
        one = waiting.pop(0)
        if id(one) in found:
            continue
        found[id(one)] = one
        if one.is_conditional:
            waiting += one.needs
    goes_on = any(one.is_conditional for one in found.values())
    accept = draft.accepts or (_GOES_ON if goes_on else (Status.SUCCESS,))
    return tuple(Need(job=one.id, accept=accept, span=draft.span) for one in found.values())


def _whole(draft: Draft, body: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps with what stands before and behind them."""
    before: list[Step] = []
    if draft.checkout is not None and not _checks_out(body):
        before.append(draft.checkout)
    before += [_download(one, draft) for one in draft.sources if one.sends]
    if draft.machine.missing:
        before.append(_missing(draft.machine))
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
        if not (isinstance(step, Run) and _only_speaks(step)):
            return False
    return False


def _missing(machine: Machine) -> Step:
    span = machine.span
    written = "" if span is None else span.text
    ref = ActionRef(format="jenkins", name="agent", written=written, span=span)
    return Use(ref=ref, span=span)


def _artifact(draft: Draft) -> Template:
    name = text(f"workspace-{draft.id}")
    if draft.matrix is None:
        return name
    parts: list[Expr] = list(name.parts)
    for axis in draft.matrix.axes:
        parts += [*text("-").parts, Ref(path=("matrix", axis.name))]
    return Template(parts=tuple(parts))


def _upload(draft: Draft) -> Step:
    return UploadArtifact(artifact=_artifact(draft), paths=text("."), span=_place(draft))


def _download(source: Draft, draft: Draft) -> Step:
    return DownloadArtifact(artifact=_artifact(source), span=_place(draft))


def _place(draft: Draft) -> Span | None:
    return draft.span or (draft.stages[0].span if draft.stages else None)
