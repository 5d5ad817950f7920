"""Pipelines of other systems, made by hand: no reader of theirs is asked."""

from typing import Any

from ciconv.ir.expression import Binary, Expr, Literal, Op, Ref, Semantics, Template, text
from ciconv.ir.job import ApprovalJob, Choice, Job, JobBase, Need, Runner, Start, Status
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import (
    ActionRef,
    Argument,
    Checkout,
    DownloadArtifact,
    EnvVar,
    Group,
    Placeholder,
    PublishReport,
    RestoreCache,
    Retry,
    Run,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
)
from ciconv.ir.trigger import EventKind, Filter, Input, Output, Pattern, PatternSyntax, Trigger

PUSH = Trigger(kind=EventKind.PUSH, native="push")
MERGE = Trigger(kind=EventKind.PULL_REQUEST, native="merge_request_event")
BRANCH = Ref(path=("ref", "branch"))
NODE = ActionRef(format="circleci", name="node/install")
ONE = EnvVar(name="X", value=text("1"))
RUN = Run(script=text("x"))


def foreign(*jobs: JobBase, **fields: Any) -> Project:
    """A project of another system."""
    made = Pipeline(id="ci", path=".other.yml", **{"triggers": (PUSH,), **fields}, jobs=jobs)
    return Project(origin="gitlab", pipelines=(made,))


def job(name: str, *steps: Step, **fields: Any) -> Job:
    """A job on Ubuntu."""
    given = {"runner": Runner(labels=(text("ubuntu-latest"),)), "steps": steps, **fields}
    return Job(id=name, **given)


def on_branch(name: str, op: Op = Op.EQ) -> Expr:
    """A comparison in another system's words."""
    return Binary(op=op, left=BRANCH, right=Literal(value=name), semantics=Semantics.GITLAB)


def matching(*texts: str, syntax: PatternSyntax = PatternSyntax.RE2) -> Filter:
    """A filter in another language."""
    patterns = (Pattern(text=one, syntax=syntax) for one in texts)
    return Filter(patterns=tuple(patterns))


def push(branches: Filter | None = None, tags: Filter | None = None) -> Trigger:
    """A trigger for pushes."""
    return Trigger(kind=EventKind.PUSH, native="push", branches=branches, tags=tags)


_OUTPUT = Template(parts=(Ref(path=("steps", "a b", "outputs", "x")),))
_SEEN = Template(parts=(Literal(value="echo "), Ref(path=("needs", "build app", "outputs", "x"))))
_BUILD = job(
    "build app",
    Checkout(arguments=(Argument(name="depth", value=text("20")),)),
    RestoreCache(key=text("deps"), paths=text("a\nb"), fallbacks=text("d\ne"), save=True),
    Use(ref=NODE, tool="setup-node", arguments=(Argument(name="version", value=text("20")),)),
    Run(script=text("make\nmake install\n"), env=(ONE,)),
    Run(id="a b", script=text("echo x=1 >> $GITHUB_OUTPUT")),
    UploadArtifact(artifact=text("app"), paths=text("dist/"), missing="error"),
    SaveCache(key=text("late"), paths=text("a")),
    PublishReport(kind="junit", paths=text("report.xml")),
    stage="build",
    needs=None,
    retry=Retry(attempts=3),
    finally_steps=(Run(script=text("clean"), may_fail=Literal(value=True)),),
    outputs=(Output(name="x", value=_OUTPUT),),
)
_TEST = job(
    "test",
    DownloadArtifact(artifact=text("app"), path=text("dist")),
    Group(name=text("both"), condition=on_branch("main"), steps=(RUN, RUN)),
    stage="test",
    needs=None,
    choices=(
        Choice(condition=on_branch("main"), env=(ONE,)),
        Choice(may_fail=Literal(value=True)),
    ),
)
_DEPLOY = job(
    "deploy",
    Run(script=_SEEN),
    Placeholder(
        what="plugin ${{ x }}",
        reason="nobody's",
        arguments=(Argument(name="k", value=Template(parts=(Ref(path=("github", "ref")),))),),
    ),
    Run(name=text("odd"), script=text("y"), condition=on_branch("^x", Op.MATCH)),
    stage="deploy",
    needs=(Need(job="hold"), Need(job="build app", optional=True)),
    choices=(Choice(condition=on_branch("main"), start=Start.MANUAL),),
)
_FAILED = (Status.FAILURE, Status.CANCELLED)

# one pipeline with all that other systems have and GitHub says in other words, or not at all
EVERYTHING = foreign(
    _BUILD,
    _TEST,
    ApprovalJob(id="hold", stage="test", needs=(Need(job="test"),)),
    _DEPLOY,
    job("notify", RUN, needs=(Need(job="deploy", accept=_FAILED),)),
    name=text("Everything"),
    triggers=(
        push(matching("^release/.*$", "^main$")),
        push(tags=matching(r"^v\d+$")),
        MERGE,
        Trigger(kind=EventKind.MANUAL, native="web"),
    ),
    condition=Binary(
        op=Op.NE,
        left=Ref(path=("actor",)),
        right=Literal(value="bot"),
        semantics=Semantics.GITLAB,
    ),
    inputs=(Input(name="level", default=text("low"), description="how much"),),
    stages=("build", "test", "deploy"),
    env=(ONE,),
)
