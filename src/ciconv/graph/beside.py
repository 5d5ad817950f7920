"""Two graphs in one: source and target of a conversion, differences coloured."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from ciconv.graph.graph import Cluster, Edge, Graph, Verdict, Vertex
from ciconv.simulation.compare.difference import Difference
from ciconv.simulation.compare.matching import plain_name


def with_verdicts(graph: Graph, differences: Iterable[Difference]) -> Graph:
    """Return the graph with what the comparison found at each job, by the names of jobs.

    A difference of a whole pipeline says nothing of its jobs.
    """
    worst: dict[str, Verdict] = {}
    for one in differences:
        if one.job:
            verdict = Verdict.EXPLAINED if one.explained else Verdict.DIFFERENT
            name = plain_name(one.job)
            if worst.get(name) is not Verdict.DIFFERENT:
                worst[name] = verdict
    clusters = tuple(_judged(cluster, worst) for cluster in graph.clusters)
    return replace(graph, clusters=clusters)


def _judged(cluster: Cluster, worst: Mapping[str, Verdict]) -> Cluster:
    vertices = tuple(replace(one, verdict=_verdict(one, worst)) for one in cluster.vertices)
    return replace(cluster, vertices=vertices)


def _verdict(vertex: Vertex, worst: Mapping[str, Verdict]) -> Verdict:
    """That of the job, or of the one whose matrix it is a cell of: its name begins like that."""
    name = plain_name(vertex.job)
    if name in worst:
        return worst[name]
    return next((one for job, one in worst.items() if name.startswith(f"{job}-")), Verdict.SAME)


def beside(before: Graph, after: Graph) -> Graph:
    """Return both as one graph; the titles of their pipelines say which is which."""
    clusters = (*_marked(before, "a", "before"), *_marked(after, "b", "after"))
    return Graph(clusters=clusters, title=before.title, event=before.event)


def _marked(graph: Graph, letter: str, word: str) -> tuple[Cluster, ...]:
    return tuple(
        replace(
            cluster,
            id=f"{letter}{cluster.id}",
            title=f"{word}: {cluster.title}",
            vertices=tuple(_renamed(one, letter) for one in cluster.vertices),
            edges=tuple(_moved(one, letter) for one in cluster.edges),
        )
        for cluster in graph.clusters
    )


def _renamed(vertex: Vertex, letter: str) -> Vertex:
    return replace(vertex, id=f"{letter}{vertex.id}")


def _moved(edge: Edge, letter: str) -> Edge:
    return replace(edge, source=f"{letter}{edge.source}", target=f"{letter}{edge.target}")
