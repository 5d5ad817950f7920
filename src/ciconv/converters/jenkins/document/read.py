"""Jenkinsfiles → pipelines, one of each file.

https://www.jenkins.io/doc/book/pipeline/syntax/
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from ciconv.context import Context
from ciconv.converters.files import read_each
from ciconv.converters.jenkins.check.pipeline import check_pipeline
from ciconv.converters.jenkins.document.prelude import Prelude, read_prelude
from ciconv.converters.jenkins.document.unused import unused
from ciconv.converters.jenkins.expressions.known import GROOVY
from ciconv.converters.jenkins.jobs.environments import read_environment
from ciconv.converters.jenkins.jobs.limits import read_options
from ciconv.converters.jenkins.jobs.read import Beginning, finish, read_jobs
from ciconv.converters.jenkins.jobs.stages import left_over
from ciconv.converters.jenkins.jobs.toolbox import read_tools
from ciconv.converters.jenkins.scope import Scope, Shared
from ciconv.converters.jenkins.sections import Directive, Section, directive, placed_comments
from ciconv.converters.jenkins.steps.frame import Frame, Notes, Place
from ciconv.converters.jenkins.triggers.parameters import read_parameters
from ciconv.converters.jenkins.triggers.read import read_triggers
from ciconv.ir.comments import with_placed
from ciconv.ir.expression import text
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import env_within
from ciconv.ir.trigger import Input
from ciconv.passes.split_triggers import is_shim_text
from ciconv.source import Comment, Span, Workspace
from ciconv.syntax.groovy import tree
from ciconv.syntax.groovy.parser import parse


def read_project(workspace: Workspace, paths: tuple[str, ...], context: Context) -> Project:
    """Return the pipelines of the Jenkinsfiles."""
    return Project(origin="jenkins", pipelines=read_each(paths, context, read_file))


def pipeline_id(path: str) -> str:
    """Return what to call the pipeline of a file."""
    name = PurePosixPath(path).name
    match = re.fullmatch(r"(?i)jenkinsfile(?:[.-](.+))?|(.+)\.(?:jenkinsfile|groovy)", name)
    if match is None:
        return name
    return match[1] or match[2] or "ci"


def read_file(path: str, context: Context) -> Pipeline | None:
    """Return the pipeline of one file, None (and an error) when there is none."""
    source = context.source(path)
    if source is None:
        return None
    script = parse(source, context.diagnostics)
    found = _pipelines(script)
    if len(found) != 1:
        _report_number(script, found, context)
        return None
    if not context.diagnostics.has_errors:  # what is not Groovy has faults everywhere
        check_pipeline(found[0], context)
    if context.diagnostics.has_errors:
        return None
    pipeline = _Reader(script, found[0], context).pipeline()
    (pipeline,) = with_placed((pipeline,), placed_comments(script.body))
    return pipeline


def _pipelines(script: tree.Script) -> list[Directive]:
    found = map(directive, script.body.statements)
    return [one for one in found if one and one.name == "pipeline" and one.closure is not None]


def _asks_results(whole: Directive) -> bool:
    """Whether `post` anywhere asks how good a success was."""
    return any(
        isinstance(one, tree.Call)
        and one.closures
        and one.name in ("success", "unstable", "unsuccessful")
        for one in tree.walk(whole.body)
    )


def _report_number(script: tree.Script, found: list[Directive], context: Context) -> None:
    source = script.source
    if found:
        context.diagnostics.error(
            "several-pipelines", "a file holds one 'pipeline' block", found[1].title
        )
        return
    scripted = next(
        (one for one in map(directive, script.body.statements) if one and one.name == "node"), None
    )
    if scripted is not None:
        context.diagnostics.error(
            "scripted-pipeline",
            "this is a scripted pipeline, a program that only Jenkins can run",
            scripted.title,
            help="ciconv reads declarative pipelines: 'pipeline { agent any … }'",
        )
        return
    first = script.body.statements[0].span if script.body.statements else source.span(0, 0)
    context.diagnostics.error(
        "not-a-jenkinsfile",
        "the file has no 'pipeline' block, so it is no declarative pipeline",
        first,
        help="ciconv reads declarative pipelines: 'pipeline { agent any … }'",
    )


class _Reader:
    """Reads the pipeline of one file."""

    def __init__(self, script: tree.Script, whole: Directive, context: Context) -> None:
        self.script, self.whole = script, whole
        self.place = Place(scope=Scope(Shared(context)), frame=Frame(), notes=Notes(context))

    def pipeline(self) -> Pipeline:
        """Return the whole pipeline."""
        place, section = self.place, Section(self.whole.body)
        place.notes.asks_results = _asks_results(self.whole)
        parameters = read_parameters(section.take("parameters"), place.scope)
        prelude = read_prelude(self.script, self.whole, place)
        environment = section.take("environment")
        env, first = ((), ()) if environment is None else read_environment(environment.body, place)
        _look_for_changes(self.script, place)
        options = section.take("options")
        limits = read_options(options, place, but=("retry",))  # of all jobs, if there are several
        tools = read_tools(section.take("tools"), place)
        triggers = section.take("triggers")
        started, kept = read_triggers(
            triggers, place, self.whole.title, tags=_speaks_of_tags(self.script)
        )
        agent, stages, post = section.take("agent"), section.take("stages"), section.take("post")
        flow, around = read_jobs(
            stages, agent, place, limits, Beginning(prelude.steps, (*tools, *first))
        )
        jobs = finish(flow, around, post, self.whole)
        pipeline = Pipeline(
            id=pipeline_id(self.script.source.path),
            path=self.script.source.path,
            triggers=started,
            inputs=(*parameters.inputs, *self._asked()),
            env=env_within(parameters.env, env),
            concurrency=limits.concurrency or limits.lock,
            jobs=jobs,
            span=self.whole.title,
        )
        self._tell_unused()
        prelude.tell()
        extras = (*parameters.extras, *kept, *limits.extras, *left_over(section), *prelude.extras)
        return replace(
            pipeline,
            extras=(*extras, *place.notes.take_extras()),
            comments=tuple(dict.fromkeys(self._comments(section, prelude))),
        )

    def _asked(self) -> Iterator[Input]:
        """Parameters that the server knows of and the file does not declare."""
        for name in self.place.scope.shared.asked:
            yield Input(name=name, default=text(""), span=self.whole.title)

    def _tell_unused(self) -> None:
        """Say which names have a value that is used nowhere, at least by nothing converted."""
        shared = self.place.scope.shared
        written = [(name, node) for _, name, node in shared.written]
        for node in unused(shared.unread(), written, self.script):
            self.place.notes.say("nothing that was converted uses this", node)

    def _comments(self, section: Section, prelude: Prelude) -> Iterator[Comment]:
        yield from self.whole.statement.comments
        yield from self.script.body.trailing
        yield from self.whole.body.trailing
        yield from section.comments
        yield from prelude.comments
        yield from self.place.notes.comments


def _speaks_of_tags(script: tree.Script) -> bool:
    text = script.source.text
    if is_shim_text(text):  # its first line says so; what it hands over is made for any ref
        text = text.replace(GROOVY["ref", "full"], "")
    return re.search(r"\b(tag|buildingTag|TAG_NAME)\b", text) is not None


def _look_for_changes(script: tree.Script, place: Place) -> None:
    """Find the variables that scripts set while the build runs: their value is not constant."""
    shared = place.scope.shared
    of_environments = set(_in_environments(script))
    for one in tree.walk(script.body):
        target = tree.plain(one.target) if isinstance(one, tree.Assignment) else None
        if isinstance(target, tree.Name) and one.span not in of_environments:
            shared.assigned.add(target.name)
        base = tree.plain(target.base) if isinstance(target, tree.Property) else None
        if isinstance(base, tree.Name) and base.name == "env" and isinstance(target, tree.Property):
            shared.changed.add(str(target.name))


def _in_environments(script: tree.Script) -> Iterator[Span]:
    """Where `environment` sets variables, which are none of the script."""
    for one in tree.walk(script.body):
        if isinstance(one, tree.Call) and one.name == "environment" and one.closures:
            for statement in one.closures[-1].body.statements:
                if isinstance(statement, tree.Expression):
                    yield tree.plain(statement.value).span
