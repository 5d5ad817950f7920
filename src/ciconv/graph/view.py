"""A graph made small enough to look at: a job with its kin alone, or many jobs drawn as one."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator

from msgspec.structs import replace

from ciconv.graph.graph import Cluster, Edge, Graph, Kind, Link, Mark, Role, Vertex

MAX_VERTICES = 60  # more cannot be read on a screen


class NoSuchJob(Exception):
    """The job to look at is not there; the argument lists those that are."""


def focused(graph: Graph, job: str) -> Graph:
    """Return the graph with a job, all it waits for and all that waits for it.

    Raises `NoSuchJob` with the known ids when none has that id or title.
    """
    wanted = {one.id for one in graph.vertices if job in (one.job, one.title)}
    if not wanted:
        raise NoSuchJob(", ".join(sorted({one.job for one in graph.vertices})))
    edges = [edge for cluster in graph.clusters for edge in _with_stages(cluster)]
    kept = _reached(wanted, {one.id: [] for one in graph.vertices}, edges, backwards=False)
    kept |= _reached(wanted, {one.id: [] for one in graph.vertices}, edges, backwards=True)
    clusters = tuple(filter(None, (_only(cluster, kept) for cluster in graph.clusters)))
    return replace(graph, clusters=clusters, hidden=len(graph.vertices) - len(kept))


def _with_stages(cluster: Cluster) -> list[Edge]:
    """The edges of a pipeline, those between following stages among them."""
    edges = list(cluster.edges)
    needed = {edge.target for edge in cluster.edges if edge.link is Link.NEEDS}
    for before, after in zip(cluster.stages, cluster.stages[1:], strict=False):
        edges += [
            Edge(source=one.id, target=other.id, link=Link.STAGE)
            for one in cluster.vertices
            for other in cluster.vertices
            if one.stage == before and other.stage == after and other.id not in needed
        ]
    return edges


def _reached(
    start: set[str], following: dict[str, list[str]], edges: list[Edge], *, backwards: bool
) -> set[str]:
    for edge in edges:
        source, target = (edge.target, edge.source) if backwards else (edge.source, edge.target)
        following[source].append(target)
    found, waiting = set(start), list(start)
    while waiting:
        for one in following[waiting.pop()]:
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def _only(cluster: Cluster, kept: set[str]) -> Cluster | None:
    vertices = tuple(one for one in cluster.vertices if one.id in kept)
    if not vertices:
        return None
    stages = {one.stage for one in vertices}
    return replace(
        cluster,
        vertices=vertices,
        edges=tuple(one for one in cluster.edges if {one.source, one.target} <= kept),
        stages=tuple(one for one in cluster.stages if one in stages),
    )


def collapsed(graph: Graph, limit: int = MAX_VERTICES) -> Graph:
    """Return a graph of at most `limit` vertices, if that can be had by drawing kin as one.

    First jobs with the same neighbours, then all of a stage and level, become a bundle.
    """
    for key in (_neighbours, _row):
        if len(graph.vertices) <= limit:
            break
        clusters = tuple(_bundled(cluster, key(cluster)) for cluster in graph.clusters)
        graph = replace(graph, clusters=clusters)
    return graph


_Key = Callable[[Vertex], Hashable]


def _neighbours(cluster: Cluster) -> _Key:
    before: dict[str, set[str]] = {one.id: set() for one in cluster.vertices}
    after: dict[str, set[str]] = {one.id: set() for one in cluster.vertices}
    for edge in cluster.edges:
        before[edge.target].add(edge.source)
        after[edge.source].add(edge.target)
    return lambda one: (
        one.stage,
        one.idle,
        one.verdict,
        frozenset(before[one.id]),
        frozenset(after[one.id]),
    )


def _row(cluster: Cluster) -> _Key:
    return lambda one: (one.stage, one.level, one.idle, one.verdict)


def _bundled(cluster: Cluster, key: _Key) -> Cluster:
    groups: dict[Hashable, list[Vertex]] = {}
    for one in cluster.vertices:
        groups.setdefault(key(one), []).append(one)
    bundles = [_bundle(members) for members in groups.values()]
    names = {
        member.id: bundle.id
        for bundle, members in zip(bundles, groups.values(), strict=True)
        for member in members
    }
    edges: dict[tuple[str, str, Link], Edge] = {}
    for edge in cluster.edges:
        source, target = names[edge.source], names[edge.target]
        if source != target:
            edges.setdefault(
                (source, target, edge.link), replace(edge, source=source, target=target)
            )
    return replace(cluster, vertices=tuple(bundles), edges=tuple(edges.values()))


def _bundle(members: list[Vertex]) -> Vertex:
    first = members[0]
    if len(members) == 1:
        return first
    count = sum(one.count if one.kind is Kind.BUNDLE else 1 for one in members)
    jobs = [name for one in members for name in _jobs(one)]
    names = ", ".join(jobs[:3])
    return Vertex(
        id=first.id,
        job=first.job,
        title=f"{count} jobs",
        kind=Kind.BUNDLE,
        machine=f"{names}, …" if count > 3 else names,
        count=count,
        marks=tuple(_summed(members)),
        stage=first.stage,
        level=first.level,
        idle=first.idle,
        why=first.why,
        verdict=first.verdict,
        span=first.span,
    )


def _jobs(one: Vertex) -> list[str]:
    """The names of some jobs of a bundle, of which it shows three itself."""
    return one.machine.removesuffix(", …").split(", ") if one.kind is Kind.BUNDLE else [one.title]


_WORDS = {
    Role.CONDITION: "with if",
    Role.MANUAL: "by hand",
    Role.DELAYED: "delayed",
    Role.MAY_FAIL: "may fail",
    Role.ENVIRONMENT: "deploy",
    Role.SERVICE: "with services",
    Role.TURN: "take turns",
    Role.FAILING: "to do",
}


def _number(mark: Mark, one: Vertex) -> int:
    """How many jobs a mark is of: in a bundle, its text begins with that."""
    first = mark.text.partition(" ")[0]
    return int(first) if one.kind is Kind.BUNDLE and first.isdigit() else 1


def _summed(members: list[Vertex]) -> Iterator[Mark]:
    """How many jobs have each mark."""
    counts: Counter[Role] = Counter()
    for one in members:
        counts.update({mark.role: _number(mark, one) for mark in one.marks})
        counts[Role.MANUAL] += one.kind is Kind.APPROVAL
    for role, word in _WORDS.items():
        if counts[role]:
            said = f"{counts[role]} {word}"
            yield Mark(role, said, said)
