"""Reading a configuration: its files made one tree, then the keys and the jobs of that tree.

https://docs.gitlab.com/ci/yaml/
"""

import re
from collections.abc import Iterator
from collections.abc import Mapping as Dict
from functools import partial

from msgspec import Struct

from ciconv.context import Context
from ciconv.converters.fields import Fields
from ciconv.converters.gitlab.assembly.defaults import Defaults, check_inherit, inherited
from ciconv.converters.gitlab.assembly.extending import Extending, References
from ciconv.converters.gitlab.assembly.files import File, read_file
from ciconv.converters.gitlab.assembly.including import Included, Including, Missing
from ciconv.converters.gitlab.assembly.unused import report_unused
from ciconv.converters.gitlab.document.children import (
    MAX_DEPTH,
    Child,
    files_of_child,
    with_children,
)
from ciconv.converters.gitlab.document.finishing import Parts, env_of, finished
from ciconv.converters.gitlab.expressions.junctions import all_of
from ciconv.converters.gitlab.expressions.variables import SOURCE, Variable, Variables
from ciconv.converters.gitlab.jobs.assemble import Assembly
from ciconv.converters.gitlab.jobs.read import Draft, Shared, read_job
from ciconv.converters.gitlab.scalars import FORMAT, Scope, flat, read_variables
from ciconv.converters.gitlab.steps.checkout import HOW_FETCHED
from ciconv.converters.gitlab.triggers.read import condition_of, read_workflow
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Expr
from ciconv.ir.job import Job
from ciconv.ir.naming import unused
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import ActionRef, Use
from ciconv.source import Workspace
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

DEFAULT_STAGES = ("build", "test", "deploy")
FIRST, LAST = ".pre", ".post"


def read_project(workspace: Workspace, paths: tuple[str, ...], context: Context) -> Project:
    """Return the pipelines of the files; a repository has one."""
    found = (_read_file(path, context) for path in paths)
    return Project(origin=FORMAT, pipelines=tuple(one for one in found if one is not None))


def _read_file(path: str, context: Context) -> Pipeline | None:
    file = read_file(path, context)
    if file is None:
        return None
    included = Including(context).included(file)
    reader = _Reader(included, context, Above(files=(path,)))
    pipeline = reader.pipeline(path)
    report_unused(included.files, reader.used, reader.extended, context)
    first = file.written.entries[0].key.span if file.written.entries else file.written.span
    comments = (*file.leading, *pipeline.comments)
    return replace(pipeline, tree=file.written, span=first, comments=comments)


class Above(Struct, frozen=True, kw_only=True):
    """What a child pipeline is read below: the files it is of, the variables it is handed."""

    files: tuple[str, ...] = ()
    variables: Dict[str, Variable] = {}
    depth: int = 0


class _Reader:
    """Reads the tree of all files. `used` are the parts of it that were read."""

    def __init__(self, included: Included, context: Context, above: Above) -> None:
        tolerant = bool(included.missing)  # what is unknown may stand in a file not at hand
        extending = Extending(included.root, context, tolerant=tolerant)
        root = extending.extended(included.root)
        self._root = References(root, context, tolerant=tolerant).resolved()
        self._lacking, self.extended = extending.lacking, extending.used()
        self._included, self._context, self._tolerant = included, context, tolerant
        self._above = above
        self.used: list[Mapping] = []

    def pipeline(self, path: str) -> Pipeline:
        """Return the pipeline."""
        context = self._context
        fields = Fields(self._root, context, "the configuration")
        stages = self._stages(fields)
        defaults = Defaults(fields, context)
        variables = Variables(
            catalog=context.catalog,
            shared=read_variables(fields.node("variables"), "'variables'", context),
            own=self._above.variables,
            fixed={SOURCE: "parent_pipeline"} if self._above.depth else {},
            asked={},
        )
        self._report_overridden(variables)
        workflow = read_workflow(fields.node("workflow"), variables, context)
        shared = Shared(
            variables=variables,
            stages=stages,
            has_rules=workflow.ruling is not None,
            conditions=dict(self._conditions(variables)),
            lacking=self._lacking,
            tolerant=self._tolerant,
        )
        entries = tuple(self._job_entries(fields, defaults))
        if not (entries or self._included.missing):
            self._report_no_job()
        drafts = tuple(
            read_job(entry, shared, inherited(entry.value, "variables"), context)
            for entry in entries
            if isinstance(entry.value, Mapping)
        )
        assembly = Assembly(drafts, shared, context)
        self._report_idle(variables, drafts)
        jobs = (*self._in_place_of_files(), *assembly.jobs())
        seen = {one.job.id: one.seen for one in drafts}
        if context.expand:
            own = {one.job.id: one.variables for one in drafts}
            jobs = with_children(jobs, partial(self._child, own=own), context)
            seen |= {job.id: None for job in jobs if job.calls}
        parts = Parts(
            jobs=jobs,
            seen=seen,
            variables=variables,
            workflow=workflow,
            root=self._root,
        )
        self.child = Child(
            jobs=jobs,
            stages=assembly.stages,
            condition=workflow.condition,
            env=tuple(env_of(parts)),
        )
        pipeline = Pipeline(id="gitlab-ci", path=path, stages=assembly.stages)
        self.used.append(replace_entries(self._root, entries))
        return replace(
            finished(pipeline, parts),
            comments=tuple(fields.comments),
            extras=(*workflow.extras, *defaults.extras),
        )

    def _report_overridden(self, variables: Variables) -> None:
        """Say of variables of a child that its parent hands other ones to it."""
        names = tuple(name for name in variables.shared if name in variables.own)
        self._report_without_effect(names, variables, "whoever starts this pipeline sets it")

    def _report_idle(self, variables: Variables, drafts: tuple[Draft, ...]) -> None:
        """Say of what stands in the file that it is for no job."""
        self._report_stages({one.job.stage for one in drafts})
        self._report_unfetched(variables, drafts)
        self._report_unseen(variables, drafts)

    def _report_unfetched(self, variables: Variables, drafts: tuple[Draft, ...]) -> None:
        """Say of variables about fetching the repository that no job does."""
        asked = HOW_FETCHED if all(one.checkout is None for one in drafts) else ()
        names = tuple(name for name in asked if name in variables.shared)
        self._report_without_effect(names, variables, "no job here fetches the repository")

    def _report_unseen(self, variables: Variables, drafts: tuple[Draft, ...]) -> None:
        """Say of variables that no job inherits, and no rule of the pipeline asks for."""
        workflow = self._root.get("workflow")
        asked = "" if workflow is None else workflow.span.text
        names = tuple(
            name
            for name in variables.shared
            if drafts
            and all(one.seen is not None and name not in one.seen for one in drafts)
            and name not in asked
        )
        self._report_without_effect(names, variables, "no job inherits it")

    def _report_without_effect(
        self, names: tuple[str, ...], variables: Variables, why: str
    ) -> None:
        for name in names:
            at = variables.shared[name].entry.span
            self._context.diagnostics.note("without-effect", f"{name!r} has no effect: {why}", at)

    def _child(self, job: Job, own: Dict[str, Dict[str, Variable]]) -> Child | None:
        """What the files give that a job starts a pipeline of; None: it is not put in its place."""
        files = files_of_child(job)
        above = (*self._above.files, *files)
        known = all(map(self._context.workspace.readable, files))
        if not files or not known or len(set(above)) < len(above) or self._above.depth >= MAX_DEPTH:
            return None
        variables = own.get(job.id, {})
        inner = Above(files=above, variables=variables, depth=self._above.depth + 1)
        included = Including(self._context).included(_starting(files, job))
        reader = _Reader(included, self._context, inner)
        reader.pipeline(files[0])
        return reader.child

    def _stages(self, fields: Fields) -> tuple[str, ...]:
        node = fields.node("stages")
        names = [one.text for one in _texts(node)] if node is not None else DEFAULT_STAGES
        own = (one for one in dict.fromkeys(names) if one not in (FIRST, LAST))
        return (FIRST, *own, LAST)

    def _report_stages(self, used: set[str | None]) -> None:
        """Say of stages without a job that they have no effect."""
        for one in _texts(self._root.get("stages")):
            if one.text not in used and one.text not in (FIRST, LAST):
                self._context.diagnostics.add(
                    Diagnostic(
                        code="without-effect",
                        severity=Severity.NOTE,
                        message=f"no job is in the stage {one.text!r}",
                        span=one.span,
                    )
                )

    def _conditions(self, variables: Variables) -> Iterator[tuple[str, Expr | None]]:
        """By job: when the file is included that it stands in."""
        for name, rules in self._included.conditions.items():
            found = []
            for node in rules:
                scope = Scope(name=name, at=node.span, variables=variables, context=self._context)
                found.append(condition_of(node, scope))
            yield name, all_of(found)

    def _job_entries(self, fields: Fields, defaults: Defaults) -> Iterator[Entry]:
        for entry in fields.rest():
            if entry.name.startswith("."):
                continue
            if isinstance(entry.value, Mapping):
                check_inherit(entry.value, self._context)
                yield _with_value(entry, defaults.filled(entry.value))
            elif not (isinstance(entry.value, Sequence) and not entry.value.items):
                message = f"{entry.name!r} is no keyword, and no job: that is a mapping"
                self._context.diagnostics.error("not-a-job", message, entry.span)

    def _report_no_job(self) -> None:
        message = "the configuration has no job that is not hidden"
        self._context.diagnostics.error("missing-job", message, self._root.span)

    def _in_place_of_files(self) -> Iterator[Job]:
        """A job that fails for each file that is not at hand; nothing waits for it."""
        taken: set[str] = set()
        for missing in self._included.missing:
            words = re.sub(r"[^A-Za-z0-9]+", "-", missing.name).strip("-")[:80]
            name = unused(f"include-{words}", taken)
            taken.add(name)
            yield _in_place_of(missing, name)


def _starting(files: tuple[str, ...], job: Job) -> File:
    """A file that includes all of those that a job starts a pipeline of."""
    assert job.span is not None
    items = (build.mapping(build.entry("local", build.text(f"/{one}"))) for one in files)
    root = Mapping(entries=(build.entry("include", build.sequence(*items)),), span=job.span)
    return File(name=job.span.source.path, root=root, written=root)


def _in_place_of(missing: Missing, name: str) -> Job:
    ref = ActionRef(
        format=FORMAT,
        name="include",
        path=missing.wanted,
        written=f"the file {missing.name}",
        span=missing.span,
    )
    steps = (Use(ref=ref, span=missing.span),)
    return Job(id=name, stage=LAST, needs=(), steps=steps, span=missing.span)


def _with_value(entry: Entry, value: Mapping) -> Entry:
    return Entry(key=entry.key, value=value, comments=entry.comments)


def replace_entries(root: Mapping, jobs: tuple[Entry, ...]) -> Mapping:
    """Return a tree with the keywords of another one, and with these jobs."""
    names = {one.name for one in jobs}
    kept = (
        one
        for one in root.entries
        if one.name in ("variables", "workflow", "stages", *names) and one.name not in names
    )
    return Mapping(entries=(*kept, *jobs), span=root.span)


def _texts(node: Node | None) -> tuple[Scalar, ...]:
    """The stages of a list, which may have lists in it."""
    found = () if node is None else flat(node)
    return tuple(one for one in found if isinstance(one, Scalar))
