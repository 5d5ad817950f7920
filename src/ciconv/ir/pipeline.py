"""Pipelines and the project they stand in."""

from ciconv.ir.expression import Expr, Template
from ciconv.ir.job import Concurrency, Defaults, JobBase, Permission
from ciconv.ir.node import Node
from ciconv.ir.step import EnvVar, Extra
from ciconv.ir.trigger import Input, Output, Secret, Trigger
from ciconv.syntax.node import Node as Tree


class Pipeline(Node, frozen=True, kw_only=True, eq=False):
    """What one event starts: jobs and what they share. `path` is the file it was read from."""

    id: str
    path: str = ""
    name: Template | None = None
    run_name: Template | None = None
    triggers: tuple[Trigger, ...] = ()
    condition: Expr | None = None
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    secrets: tuple[Secret, ...] = ()
    env: tuple[EnvVar, ...] = ()
    defaults: Defaults | None = None
    stages: tuple[str, ...] = ()
    concurrency: Concurrency | None = None
    permissions: tuple[Permission, ...] | None = None  # None: the repository's setting
    jobs: tuple[JobBase, ...] = ()
    bindings: tuple[EnvVar, ...] = ()  # what whoever starts the run has to set; made by a pass
    extras: tuple[Extra, ...] = ()
    tree: Tree | None = None  # as it was written, for the way back to the same format


class Project(Node, frozen=True, kw_only=True, eq=False):
    """All pipelines of a repository, and the format they were read from."""

    origin: str  # the format's name
    pipelines: tuple[Pipeline, ...] = ()
