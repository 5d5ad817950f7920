"""Graph → Mermaid, which code hosts draw in Markdown: https://mermaid.js.org/syntax/flowchart."""

from collections.abc import Iterator

from ciconv.graph.colours import LIGHT, VERDICTS, colour
from ciconv.graph.graph import Cluster, Edge, Graph, Kind, Link, Role, Vertex

_SHAPES = {
    Kind.JOB: ("(", ")"),
    Kind.CALL: ("[[", "]]"),
    Kind.APPROVAL: ("{{", "}}"),
    Kind.BUNDLE: ("[/", "/]"),
}
_ARROWS = {Link.NEEDS: "-->", Link.STAGE: "==>", Link.FILES: "-.->"}
_SILENT = frozenset({Role.TURN})


def render_mermaid(graph: Graph) -> str:
    """Return a flow chart; the same graph gives the same bytes."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    if graph.title:
        yield f"---\ntitle: {_text(graph.title)}\n---"
    yield "flowchart LR"
    for cluster in graph.clusters:
        yield from _cluster(cluster)
    yield f"  classDef idle fill:{_of('idle')},stroke:{_of('idle-line')},color:{_of('idle-text')}"
    for verdict, _ in VERDICTS.values():
        yield f"  classDef {verdict} stroke:{_of(verdict)},stroke-width:3px"


def _of(name: str) -> str:
    return colour(name, LIGHT)


def _cluster(cluster: Cluster) -> Iterator[str]:
    said = "; ".join(cluster.triggers)
    if cluster.idle and cluster.why:
        said = f"does not start: {cluster.why}"
    title = f"{cluster.title}: {said}" if said else cluster.title
    yield f'  subgraph {cluster.id} ["{_text(title)}"]'
    for number, stage in enumerate(cluster.stages):
        yield f'    subgraph {cluster.id}_s{number} ["{_text(stage)}"]'
        for vertex in cluster.vertices:
            if vertex.stage == stage:
                yield f"      {_vertex(vertex)}"
        yield "    end"
    for vertex in cluster.vertices:
        if vertex.stage not in cluster.stages:
            yield f"    {_vertex(vertex)}"
    yield "  end"
    for edge in cluster.edges:
        yield f"  {_edge(edge)}"
    yield from _stage_order(cluster)
    for vertex in cluster.vertices:
        for name in _classes(vertex):
            yield f"  class {vertex.id} {name}"


def _vertex(vertex: Vertex) -> str:
    opening, closing = _SHAPES[vertex.kind]
    lines = [vertex.title if vertex.count == 1 else f"{vertex.title} ×{vertex.count or '?'}"]
    if vertex.kind is Kind.BUNDLE:
        lines = [vertex.title]
    words = [mark.word for mark in vertex.marks if mark.role not in _SILENT]
    lines += [one for one in (vertex.machine, " · ".join(words)) if one]
    label = "<br/>".join(map(_text, lines))
    return f'{vertex.id}{opening}"{label}"{closing}'


def _edge(edge: Edge) -> str:
    arrow = "-.->" if edge.optional else _ARROWS[edge.link]
    label = f'|"{_text(edge.label)}"|' if edge.label else ""
    return f"{edge.source} {arrow}{label} {edge.target}"


def _stage_order(cluster: Cluster) -> Iterator[str]:
    needing = {edge.target for edge in cluster.edges if edge.link is Link.NEEDS}
    for number, stage in enumerate(cluster.stages[1:], 1):
        if any(one.stage == stage and one.id not in needing for one in cluster.vertices):
            yield f"  {cluster.id}_s{number - 1} ==> {cluster.id}_s{number}"


def _classes(vertex: Vertex) -> Iterator[str]:
    if vertex.idle:
        yield "idle"
    if vertex.verdict in VERDICTS:
        yield VERDICTS[vertex.verdict][0]


def _text(text: str) -> str:
    """A text in quotes; Mermaid takes entities by number, and no line breaks."""
    for sign, entity in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(sign, entity)
    return "".join(one if one.isprintable() else " " for one in text)
