"""Jobs put together: the files and variables that go from one to another.

https://docs.gitlab.com/ci/jobs/job_artifacts/
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator

from ciconv.context import Context
from ciconv.converters.cycles import report_cycle
from ciconv.converters.gitlab.jobs.read import Draft, Shared
from ciconv.converters.gitlab.steps.artifacts import artifact_name, certain, keeps_name, root_of
from ciconv.converters.gitlab.steps.outputs import exports_of, imports_of
from ciconv.converters.gitlab.steps.scripts import has_usual_shell
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Binary, Call, Literal, Op, Ref, Semantics, Template, constant, text
from ciconv.ir.job import Job, Need
from ciconv.ir.node import Node, replace
from ciconv.ir.step import Argument, DownloadArtifact, EnvVar, Run, Step, UploadArtifact
from ciconv.ir.walk import nodes
from ciconv.passes.usual_shells import WITHOUT_BASH, has_no_bash
from ciconv.source import Span


class Assembly:
    """All jobs of a pipeline, and what they hand to each other."""

    def __init__(self, drafts: tuple[Draft, ...], shared: Shared, context: Context) -> None:
        names = {one.job.id for one in drafts}
        self._drafts = {one.job.id: _of_whole_jobs(one, names) for one in drafts}
        self._shared, self._context = shared, context
        self.stages = _with_unknown(shared.stages, drafts)
        titles = (constant(one.artifacts.name) for one in drafts if one.artifacts.upload)
        self._taken = Counter(filter(None, titles))
        self._exports = {one.job.id: exports_of(one.artifacts, one.scripts.main) for one in drafts}
        self._uploads = {one.job.id: self._upload(one) for one in drafts}

    def _upload(self, draft: Draft) -> UploadArtifact | None:
        upload = draft.artifacts.upload
        if upload is None:
            return None
        several = draft.job.matrix is not None
        taken = self._taken[constant(draft.artifacts.name) or ""]
        kept = keeps_name(draft.artifacts, several=several, taken=taken)
        name = artifact_name(draft.artifacts, draft.job.id, several=several, kept=kept)
        title = draft.artifacts.title
        further = (title,) if title is not None and not kept else ()
        return replace(
            upload,
            artifact=name,
            paths=certain(upload.paths, self._mentions),
            extras=(*upload.extras, *further),
        )

    @property
    def _mentions(self) -> str:
        steps = (step for one in self._drafts.values() for step in one.scripts.main)
        return "\n".join(constant(one.script) or "" for one in steps if isinstance(one, Run))

    def jobs(self) -> tuple[Job, ...]:
        """Return the jobs with all their steps."""
        jobs = tuple(map(self._job, self._drafts.values()))
        report_cycle(jobs, self._context)
        return jobs

    def _job(self, draft: Draft) -> Job:
        sources = tuple(self._sources(draft))
        exports = self._exports[draft.job.id]
        upload = self._uploads[draft.job.id]
        main = (
            *draft.absent,
            *draft.scripts.hooks,
            *([draft.checkout] if draft.checkout else ()),
            *draft.caches.first,
            *(self._downloads(sources) if draft.checkout or not draft.special else ()),
            *draft.given,
            *(draft.scripts.main if exports.main is None else exports.main),
            *draft.special,
            *exports.steps,
        )
        kept: tuple[Step, ...] = (
            *draft.caches.last,
            *([upload] if upload else ()),
            *draft.artifacts.reports,
            *draft.published,
        )
        last = draft.scripts.last
        if last:  # the files are kept after it
            last, kept = (*last, *(_after_success(one) for one in kept)), ()
        needs = draft.job.needs
        if needs is not None:
            needs = tuple(one for one in needs if one.job in self._drafts)
        return replace(
            draft.job,
            needs=needs,
            steps=_in_image((*main, *kept), draft.job),
            finally_steps=_in_image(last, draft.job),
            outputs=exports.outputs,
            env=_with_imports(draft, tuple(self._imported(sources, draft))),
        )

    def _sources(self, draft: Draft) -> Iterator[Draft]:
        """The jobs whose files a job gets: those before it, as far as it wants them."""
        wanted = draft.wanted
        if wanted.needs is not None:
            names = [need.job for need in wanted.needs if need.artifacts]
        else:
            names = list(self._before(draft))
        self._check_needs(draft)
        for name in wanted.files or ():
            if name not in self._drafts:
                self._report_unknown(draft, name, draft.job.span)
            elif name not in names:
                self._check_dependency(draft, name)
        for name in dict.fromkeys(names):
            found = self._drafts.get(name)
            if found is not None and (wanted.files is None or name in wanted.files):
                yield found

    def _check_needs(self, draft: Draft) -> None:
        """Say of needs that there is no such job, or that it comes later."""
        for need in draft.wanted.needs or ():
            if need.job in self._drafts:
                self._check_stage(draft, self._drafts[need.job], need)
                self._check_files(need)
            elif need.optional:
                self._report_absent(need)
            else:
                self._report_unknown(draft, need.job, need.span or draft.job.span)

    def _report_absent(self, need: Need) -> None:
        """Say of an optional need of no job that it has no effect."""
        self._context.diagnostics.add(
            Diagnostic(
                code="without-effect",
                severity=Severity.NOTE,
                message=f"{need.job!r} is not a job, so nothing waits for it",
                span=need.span,
            )
        )

    def _check_stage(self, draft: Draft, needed: Draft, need: Need) -> None:
        """A need is of the same stage, or of one before."""
        if self._is_later(needed, draft):
            self._context.diagnostics.error(
                "need-stage",
                f"job {draft.job.id!r} needs {need.job!r}, which is in a later stage",
                need.span,
            )

    def _check_files(self, need: Need) -> None:
        """Say of files that are asked for by name that the job keeps none."""
        keeps = self._uploads[need.job] is not None or self._exports[need.job].outputs
        is_asked = need.artifacts and need.span is not None and "artifacts" in need.span.text
        if is_asked and not keeps:
            message = f"'artifacts' has no effect: the job {need.job!r} keeps no files"
            self._context.diagnostics.note("without-effect", message, need.span)

    def _is_later(self, one: Draft, other: Draft) -> bool:
        """Whether a job is in a stage behind that of another; of unknown ones nobody can tell."""
        stages = self._shared.stages
        if self._shared.tolerant and not {one.job.stage, other.job.stage} <= set(stages):
            return False
        place = self.stages.index
        return place(one.job.stage or "") > place(other.job.stage or "")

    def _check_dependency(self, draft: Draft, name: str) -> None:
        """Say of a job whose files are asked for that they do not come.

        https://docs.gitlab.com/ci/yaml/#dependencies
        """
        needs = draft.wanted.needs
        said = f"job {draft.job.id!r} depends on {name!r}, which is"
        if needs and name not in {need.job for need in needs}:
            message = f"{said} not in 'needs' of it"
            self._context.diagnostics.error("unknown-need", message, draft.job.span)
        elif needs is None and self._is_later(self._drafts[name], draft):
            message = f"{said} in a later stage"
            self._context.diagnostics.error("need-stage", message, draft.job.span)
        else:
            message = f"{said} not a job whose files it gets"
            self._context.diagnostics.warning("without-effect", message, draft.job.span)

    def _before(self, draft: Draft) -> Iterable[str]:
        stages = self.stages
        place = stages.index(draft.job.stage or "") if draft.job.stage in stages else 0
        earlier = set(stages[:place])
        return (name for name, one in self._drafts.items() if one.job.stage in earlier)

    def _report_unknown(self, draft: Draft, name: str, span: Span | None) -> None:
        from difflib import get_close_matches  # loaded when something is wrong, not before

        if self._shared.tolerant:
            message = f"job {draft.job.id!r} needs {name!r}, which is not in the files at hand"
            self._context.diagnostics.warning("unknown-need", message, span)
            return
        close = get_close_matches(name, sorted(self._drafts), 1)
        self._context.diagnostics.error(
            "unknown-need",
            f"job {draft.job.id!r} needs {name!r}, which is not a job",
            span,
            f"did you mean {close[0]!r}?" if close else "",
        )

    def _imported(self, sources: tuple[Draft, ...], draft: Draft) -> Iterator[EnvVar]:
        """The variables of other jobs; of those that a conversion made, the ones that are read."""
        for one in sources:
            exports = self._exports[one.job.id]
            for variable in imports_of(one.job.id, exports):
                if variable.name not in exports.variables or _mentions(draft, variable.name):
                    yield variable

    def _downloads(self, sources: tuple[Draft, ...]) -> Iterator[Step]:
        for one in sources:
            upload = self._uploads[one.job.id]
            if upload is not None:
                yield _download(one.job, upload)


def _with_imports(draft: Draft, imported: tuple[EnvVar, ...]) -> tuple[EnvVar, ...]:
    """The variables of a job; those of other jobs win, but where these did not run.

    https://docs.gitlab.com/ci/variables/#cicd-variable-precedence
    """
    found = {one.name: one for one in draft.job.env}
    for name, variable in draft.variables.items():
        if name not in found and "$" not in variable.text and not variable.input:
            found[name] = EnvVar(name=name, value=text(variable.text))
    given: dict[str, EnvVar] = {}
    for one in imported:
        below = given.get(one.name) or found.get(one.name)
        given[one.name] = one if below is None else replace(one, value=_or(one.value, below.value))
    own = (given.pop(one.name, one) for one in draft.job.env)
    return (*own, *given.values())


def _or(value: Template, below: Template) -> Template:
    """A value, or the other one where that is empty; a text of several parts is no operand."""
    said = constant(below)
    other = below.parts[0] if said is None else Literal(value=said, span=below.span)
    if not said and len(below.parts) != 1:
        return value
    (first,) = value.parts
    either = Binary(op=Op.OR, left=first, right=other, semantics=Semantics.GITHUB, span=first.span)
    return replace(value, parts=(either,))


def _in_image(steps: tuple[Step, ...], job: Job) -> tuple[Step, ...]:
    """The steps; where the image has no bash, its scripts run in the shell there is."""
    if job.container is None or not has_no_bash(job.container.image):
        return steps
    shell = text(WITHOUT_BASH)
    return tuple(
        replace(one, shell=shell) if isinstance(one, Run) and has_usual_shell(one) else one
        for one in steps
    )


def _of_whole_jobs(draft: Draft, names: Container[str]) -> Draft:
    """The draft of a job that needs whole jobs, though it may ask for instances of them."""
    wanted = draft.wanted.of_jobs(names)
    further = wanted.extras[len(draft.wanted.extras) :]
    job = replace(draft.job, needs=wanted.needs, extras=(*draft.job.extras, *further))
    return replace(draft, wanted=wanted, job=job)


def _download(job: Job, upload: UploadArtifact) -> DownloadArtifact:
    """The step that brings the files of another job; a pattern, where there may be none."""
    span = upload.span
    folder = root_of(upload.paths)
    path = text(folder) if folder else None
    if job.matrix is None and _always_there(job, upload):
        return DownloadArtifact(artifact=upload.artifact, path=path, span=span)
    parts = tuple(
        Literal(value="*") if isinstance(one, Ref) else one for one in upload.artifact.parts
    )
    pattern = text(constant(Template(parts=parts)) or "")
    yes = Template(parts=(Literal(value=True),))
    merge = Argument(name="merge", value=yes, span=span)
    return DownloadArtifact(pattern=pattern, path=path, arguments=(merge,), span=span)


def _always_there(job: Job, upload: UploadArtifact) -> bool:
    """Whether files of a job exist whenever one comes after it."""
    choices = job.choices
    certain = len(choices) == 1 and choices[0].condition is None and choices[0].may_fail is None
    return certain and choices[0].start == "auto" and upload.condition is None


def _after_success(step: Step) -> Step:
    """A step among those at the end that runs after success alone, if it says nothing else."""
    if step.condition is not None:
        return step
    return replace(step, condition=Call(function="success", span=step.span))


def _mentions(draft: Draft, name: str) -> bool:
    """Whether a job reads a variable, in a script or in a condition."""
    parts: tuple[Node, ...] = (*draft.scripts.main, *draft.scripts.last, *draft.job.env)
    for one in (node for part in parts for node in nodes(part)):
        if isinstance(one, Literal) and isinstance(one.value, str) and name in one.value:
            return True
        if isinstance(one, Ref) and one.path[-1] == name:
            return True
    return False


def _with_unknown(known: tuple[str, ...], drafts: tuple[Draft, ...]) -> tuple[str, ...]:
    """The stages with those that may stand in a file not at hand, as late as needs let them."""
    stages, following = list(known), known[-1]
    used = dict.fromkeys(one.job.stage for one in drafts if one.job.stage not in known)
    for word in reversed([one for one in used if one]):
        own = {one.job.id for one in drafts if one.job.stage == word}
        waiting = (one.job.stage for one in drafts if _needs_any(one, own))
        places = [stages.index(one) for one in waiting if one in stages]
        end = stages.index(following)
        stages.insert(min([end, *places]), word)
        if stages.index(word) == end:
            following = word
    return tuple(stages)


def _needs_any(draft: Draft, jobs: set[str]) -> bool:
    return any(need.job in jobs for need in draft.wanted.needs or ())
