"""What a picture shows: jobs, what they wait for, and what they hand on. No layout, no colours."""

from enum import StrEnum

from msgspec import Struct

from ciconv.source import Span


class Kind(StrEnum):
    """What a vertex stands for."""

    JOB = "job"
    CALL = "call"
    APPROVAL = "approval"
    BUNDLE = "bundle"  # several jobs that were too many to draw


class Role(StrEnum):
    """What a mark says of a job."""

    CONDITION = "condition"
    MANUAL = "manual"
    DELAYED = "delayed"
    MAY_FAIL = "may-fail"
    ENVIRONMENT = "environment"
    SERVICE = "service"
    TURN = "turn"
    FAILING = "failing"  # it has a step that could not be converted


class Verdict(StrEnum):
    """What the comparison of two sides says of a job."""

    SAME = "same"
    EXPLAINED = "explained"  # a reported loss covers the difference
    DIFFERENT = "different"


class Mark(Struct, frozen=True):
    """A small sign at a job: a word to show, and a sentence for who points at it."""

    role: Role
    word: str
    text: str


class Vertex(Struct, frozen=True, kw_only=True):
    """One job, or several that are drawn as one."""

    id: str  # unique in the graph
    job: str  # its id in the pipeline
    title: str
    kind: Kind = Kind.JOB
    machine: str = ""  # runner and image, in a line
    count: int = 1  # of matrix cells or bundled jobs; 0: only the run knows
    marks: tuple[Mark, ...] = ()
    stage: str = ""
    level: int = 0  # how many jobs stand before it at most
    idle: bool = False  # it would not run for the event
    why: str = ""  # why not, or when
    verdict: Verdict | None = None
    span: Span | None = None


class Link(StrEnum):
    """Why one job stands before another."""

    NEEDS = "needs"
    STAGE = "stage"  # a later stage
    FILES = "files"  # an artifact or a workspace


class Edge(Struct, frozen=True, kw_only=True):
    """From the job that ends first to the one that waits for it."""

    source: str
    target: str
    link: Link = Link.NEEDS
    label: str = ""  # the names of what is handed on
    optional: bool = False


class Cluster(Struct, frozen=True, kw_only=True):
    """The jobs of one pipeline."""

    id: str
    title: str
    path: str
    triggers: tuple[str, ...] = ()
    idle: bool = False
    why: str = ""
    vertices: tuple[Vertex, ...] = ()
    edges: tuple[Edge, ...] = ()
    stages: tuple[str, ...] = ()  # those that have jobs, in order; () when it has none
    span: Span | None = None


class Graph(Struct, frozen=True, kw_only=True):
    """All pipelines of a project, or of two that are compared."""

    clusters: tuple[Cluster, ...] = ()
    title: str = ""
    event: str = ""  # the event whose idle jobs are grey
    hidden: int = 0  # jobs that the focus left out

    @property
    def vertices(self) -> tuple[Vertex, ...]:
        """All vertices, in order."""
        return tuple(vertex for cluster in self.clusters for vertex in cluster.vertices)
