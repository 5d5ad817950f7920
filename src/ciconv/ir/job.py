"""Jobs: what runs on one machine, and what decides whether it does."""

from enum import StrEnum

from ciconv.ir.expression import Expr, Template
from ciconv.ir.node import Node
from ciconv.ir.step import Argument, EnvVar, Extra, Retry, Step
from ciconv.ir.trigger import Output, Word
from ciconv.syntax.node import Node as Tree


class Status(StrEnum):
    """How a job ended."""

    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


class Start(StrEnum):
    """Who starts a job when its turn has come."""

    AUTO = "auto"
    MANUAL = "manual"
    DELAYED = "delayed"


class Choice(Node, frozen=True, kw_only=True, eq=False):
    """One way for a job to take part in a run: the first whose condition holds; none: absent."""

    condition: Expr | None = None
    start: Start = Start.AUTO
    after: str | None = None  # of a delayed start
    may_fail: Expr | None = None
    exit_codes: tuple[int, ...] = ()  # those that may_fail is limited to
    env: tuple[EnvVar, ...] = ()
    interruptible: bool | None = None


class Need(Node, frozen=True, kw_only=True, eq=False):
    """A job that has to end before this one starts."""

    job: str
    artifacts: bool = False
    optional: bool = False
    accept: tuple[Status, ...] = (Status.SUCCESS,)


class Axis(Node, frozen=True, kw_only=True, eq=False):
    """One dimension of a matrix: its values, or the expression that gives the list."""

    name: str
    values: tuple[Tree, ...] = ()
    dynamic: Expr | None = None


class Row(Node, frozen=True, kw_only=True, eq=False):
    """An entry of include or exclude: names and values."""

    values: tuple[tuple[str, Tree], ...] = ()


class Matrix(Node, frozen=True, kw_only=True, eq=False):
    """One job for each combination. `dynamic`: an expression gives the whole matrix."""

    axes: tuple[Axis, ...] = ()
    include: tuple[Row, ...] = ()
    exclude: tuple[Row, ...] = ()
    include_dynamic: Expr | None = None
    exclude_dynamic: Expr | None = None
    dynamic: Expr | None = None
    max_parallel: Expr | None = None
    fail_fast: Expr | None = None  # None: the system's default


class Runner(Node, frozen=True, kw_only=True, eq=False):
    """Where a job runs: labels all of which a machine must have, and its group."""

    labels: tuple[Template, ...] = ()
    group: Template | None = None
    os: str | None = None  # linux, macos, windows once known
    arch: str | None = None
    size: str | None = None


class Container(Node, frozen=True, kw_only=True, eq=False):
    """An image to run in, or to run beside the job as a service."""

    image: Template
    name: str = ""  # of a service
    host: str = ""  # where the job finds a service; empty: under its name
    env: tuple[EnvVar, ...] = ()
    ports: tuple[Template, ...] = ()
    volumes: tuple[Template, ...] = ()
    options: Template | None = None
    username: Template | None = None
    password: Template | None = None
    extras: tuple[Extra, ...] = ()


class Environment(Node, frozen=True, kw_only=True, eq=False):
    """A deployment target, which may hold approvals and secrets of its own."""

    name: Template
    url: Template | None = None
    deployment: Expr | None = None


class Permission(Node, frozen=True, kw_only=True, eq=False):
    """What the job's token may do; scope `*` stands for all of them."""

    scope: str
    access: str  # read, write, none; read-all, write-all of `*`


class Concurrency(Node, frozen=True, kw_only=True, eq=False):
    """Runs of one group take turns."""

    group: Template
    cancel: Expr | None = None  # whether a newer run ends the one that runs
    queue: str | None = None


class Defaults(Node, frozen=True, kw_only=True, eq=False):
    """What script steps use when they do not say."""

    shell: Template | None = None
    directory: Template | None = None


class JobBase(Node, frozen=True, kw_only=True, eq=False):
    """What all jobs have. `needs` None: after all earlier stages; (): at once."""

    id: str
    name: Template | None = None
    stage: str | None = None
    calls: tuple[str, ...] = ()  # the calls of pipelines that brought it here, outermost first
    needs: tuple[Need, ...] | None = ()
    choices: tuple[Choice, ...] = (Choice(),)
    matrix: Matrix | None = None
    env: tuple[EnvVar, ...] = ()
    timeout: Expr | None = None  # minutes
    cancel_timeout: Expr | None = None  # minutes
    retry: Retry | None = None
    concurrency: Concurrency | None = None
    permissions: tuple[Permission, ...] | None = None  # None: those of the pipeline
    contexts: tuple[Word, ...] = ()  # named sets of secrets that it is handed as variables
    extras: tuple[Extra, ...] = ()


class Job(JobBase, frozen=True, kw_only=True, eq=False):
    """Steps on one machine, with a workspace of their own."""

    runner: Runner | None = None
    container: Container | None = None
    services: tuple[Container, ...] = ()
    defaults: Defaults | None = None
    steps: tuple[Step, ...] = ()
    finally_steps: tuple[Step, ...] = ()
    outputs: tuple[Output, ...] = ()
    environment: Environment | None = None


class CallJob(JobBase, frozen=True, kw_only=True, eq=False):
    """A whole pipeline in the place of a job."""

    pipeline: str  # a path in this repository, or the reference as written
    arguments: tuple[Argument, ...] = ()
    secrets: tuple[Argument, ...] = ()
    inherit_secrets: bool = False
    pipeline_span: Word | None = None


class ApprovalJob(JobBase, frozen=True, kw_only=True, eq=False):
    """Waits until a person agrees."""
