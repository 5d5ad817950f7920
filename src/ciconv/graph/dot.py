"""Graph → DOT, the language of Graphviz: https://graphviz.org/doc/info/lang.html."""

from collections.abc import Iterator

from ciconv.graph.colours import LIGHT, VERDICTS, colour, mark_colours
from ciconv.graph.graph import Cluster, Edge, Graph, Kind, Link, Mark, Role, Vertex

_ROUND = '"rounded,filled"'
MIN_CROWD = 3  # jobs that wait for as many others: their edges meet in a point
_FONT = "Helvetica,Arial,sans-serif"
_LEGEND = (
    (Role.CONDITION, "if", "runs only if"),
    (Role.MANUAL, "by hand", "somebody starts it"),
    (Role.MAY_FAIL, "may fail", "the run goes on"),
    (Role.ENVIRONMENT, "name", "deploys there"),
    (Role.SERVICE, "name", "service beside it"),
    (Role.TURN, "turns", "one run at a time"),
    (Role.FAILING, "to do", "not converted"),
)


def render_dot(graph: Graph, *, theme: str = LIGHT, links: str = "") -> str:
    """Return the text for Graphviz; the same graph gives the same bytes.

    `links`: what stands before `path#Lline` in the link of each job, the address of a repository.
    """
    return "\n".join(_Dot(theme, links).lines(graph)) + "\n"


class _Dot:
    """Writes in one theme."""

    def __init__(self, theme: str, links: str) -> None:
        self._theme = theme
        self._links = links

    def lines(self, graph: Graph) -> Iterator[str]:
        yield "digraph ciconv {"
        yield from self._settings(graph)
        for cluster in reversed(graph.clusters):  # from left to right, the last one is on top
            yield from self._cluster(cluster)
        yield from self._legend(graph)
        yield "}"

    def _settings(self, graph: Graph) -> Iterator[str]:
        page, text, edge, faint = map(self._colour, ("page", "text", "edge", "faint"))
        title = _caption(graph)
        label = f" label={_quoted(title)} labelloc=t labeljust=l fontsize=11" if title else ""
        yield (
            f"  graph [rankdir=LR compound=true bgcolor={_quoted(page)} fontcolor={_quoted(faint)}"
            f" fontname={_quoted(_FONT)} pad=0.25 nodesep=0.22 ranksep=0.55{label}]"
        )
        yield (
            f"  node [shape=box style={_ROUND} fontname={_quoted(_FONT)}"
            f" fontsize=11 fontcolor={_quoted(text)} margin={_quoted('0.09,0.05')} height=0.3]"
        )
        yield (
            f"  edge [color={_quoted(edge)} fontname={_quoted(_FONT)} fontsize=9"
            f" fontcolor={_quoted(self._colour('files'))} arrowsize=0.6]"
        )

    def _cluster(self, cluster: Cluster) -> Iterator[str]:
        fill, line = self._colour("pipeline"), self._colour("pipeline-line")
        yield f"  subgraph cluster_{cluster.id} {{"
        yield (
            f"    graph [label={self._heading(cluster)} labeljust=l style={_ROUND}"
            f" fillcolor={_quoted(fill)} color={_quoted(line)} margin=12 fontsize=13"
            f" tooltip={_quoted(cluster.why or cluster.path)}]"
        )
        for stage in cluster.stages:
            yield from self._stage(cluster, stage)
        for vertex in cluster.vertices:
            if vertex.stage not in cluster.stages:
                yield f"    {self._vertex(vertex)}"
        if not cluster.vertices:
            yield f"    {cluster.id}_empty [style=invis]"
        crowds = _crowds(cluster)
        for number, (sources, targets) in enumerate(crowds.items()):
            yield from self._meeting(f"via_{cluster.vertices[0].id}_{number}", sources, targets)
        crowded = {
            (one, other) for sources in crowds for one in sources for other in crowds[sources]
        }
        for edge in (*cluster.edges, *_stage_order(cluster)):
            if not (_is_plain(edge) and (edge.source, edge.target) in crowded):
                yield f"    {self._edge(edge, cluster)}"
        yield "  }"

    def _heading(self, cluster: Cluster) -> str:
        faint = self._colour("faint")
        rows = [
            f'<TR><TD ALIGN="LEFT"><B>{_html(cluster.title)}</B>'
            f'  <FONT COLOR="{faint}" POINT-SIZE="9">{_html(cluster.path)}</FONT></TD></TR>'
        ]
        said = cluster.triggers
        if cluster.idle and cluster.why:
            said = (f"does not start: {cluster.why}",)
        rows += [
            f'<TR><TD ALIGN="LEFT"><FONT COLOR="{faint}" POINT-SIZE="9">{_html(line)}</FONT>'
            "</TD></TR>"
            for line in said[:8]
        ]
        table = "".join(rows)
        return f'<<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="1">{table}</TABLE>>'

    def _stage(self, cluster: Cluster, stage: str) -> Iterator[str]:
        number = cluster.stages.index(stage)
        fill, line = self._colour("stage"), self._colour("stage")
        yield f"    subgraph cluster_{cluster.id}_s{number} {{"
        yield (
            f"      graph [label={_quoted(stage)} labeljust=l fontsize=10 style={_ROUND}"
            f" fillcolor={_quoted(fill)} color={_quoted(line)} tooltip={_quoted(f'stage {stage}')}]"
        )
        for vertex in cluster.vertices:
            if vertex.stage == stage:
                yield f"      {self._vertex(vertex)}"
        yield "    }"

    def _vertex(self, vertex: Vertex) -> str:
        fill = "idle" if vertex.idle else _FILLS[vertex.kind]
        line = "idle-line" if vertex.idle else "job-line"
        if vertex.verdict in VERDICTS:
            line = VERDICTS[vertex.verdict][0]
        given = [
            f"label={self._label(vertex)}",
            f"fillcolor={_quoted(self._colour(fill))}",
            f"color={_quoted(self._colour(line))}",
            f"tooltip={_quoted(_tooltip(vertex))}",
            f"class={_quoted(_classes(vertex))}",
        ]
        if vertex.count != 1:
            given.append("peripheries=2")
        if vertex.verdict in VERDICTS:
            given.append("penwidth=2")
        if vertex.kind is Kind.APPROVAL:
            given.append("shape=hexagon style=filled")
        if vertex.span is not None and vertex.span.source.path:
            given.append(f"URL={_quoted(_link(vertex, self._links))}")
        return f"{vertex.id} [{' '.join(given)}]"

    def _label(self, vertex: Vertex) -> str:
        text, faint = ("idle-text", "idle-text") if vertex.idle else ("text", "faint")
        count = {0: "×?", 1: ""}.get(vertex.count, f"×{vertex.count}")
        if vertex.kind is Kind.BUNDLE:
            count = ""
        rows = [_cell(f"<B>{_html(vertex.title)}</B>{_spaced(count)}", self._colour(text), 11)]
        if vertex.machine:
            rows.append(_cell(_html(vertex.machine), self._colour(faint), 9))
        if vertex.marks:
            rows.append(f'<TR><TD ALIGN="LEFT">{self._marks(vertex)}</TD></TR>')
        return f'<<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(rows)}</TABLE>>'

    def _marks(self, vertex: Vertex) -> str:
        cells = "".join(self._mark(mark, idle=vertex.idle) for mark in vertex.marks)
        head = '<TABLE ALIGN="LEFT" BORDER="0" CELLSPACING="2" CELLPADDING="1">'
        return f"{head}<TR>{cells}</TR></TABLE>"

    def _mark(self, mark: Mark, *, idle: bool = False) -> str:
        ground, text = mark_colours(mark.role, self._theme)
        if idle:
            ground, text = self._colour("idle"), self._colour("idle-text")
        return (
            f'<TD BGCOLOR="{ground}" STYLE="ROUNDED"><FONT COLOR="{text}" POINT-SIZE="8"> '
            f"{_html(mark.word)} </FONT></TD>"
        )

    def _meeting(self, name: str, sources: tuple[str, ...], targets: list[str]) -> Iterator[str]:
        """A point where the edges of many jobs to the same many jobs meet."""
        colour = _quoted(self._colour("edge"))
        yield f"    {name} [shape=point width=0.05 style=filled color={colour}]"
        for one in sources:
            yield f"    {one} -> {name} [arrowhead=none]"
        for one in targets:
            yield f"    {name} -> {one}"

    def _edge(self, edge: Edge, cluster: Cluster) -> str:
        given = []
        if edge.link is Link.FILES:
            given.append(f"color={_quoted(self._colour('files'))} style=dashed constraint=false")
        elif edge.link is Link.STAGE:
            given.append(f"color={_quoted(self._colour('order'))} arrowhead=vee {edge.label}")
        elif edge.optional:
            given.append("style=dotted")
        if edge.label and edge.link is not Link.STAGE:
            given.append(f"label={_quoted(edge.label)}")
        return f"{edge.source} -> {edge.target}" + (f" [{' '.join(given)}]" if given else "")

    def _legend(self, graph: Graph) -> Iterator[str]:
        """What the marks that are there mean."""
        used = {mark.role for vertex in graph.vertices for mark in vertex.marks}
        shown = [one for one in _LEGEND if one[0] in used]
        verdicts = {vertex.verdict for vertex in graph.vertices}
        rows = "".join(self._meaning(self._mark(Mark(*one)), one[2]) for one in shown)
        rows += "".join(
            self._meaning(
                f'<TD BORDER="2" COLOR="{self._colour(name)}"><FONT POINT-SIZE="8">job</FONT></TD>',
                f"it {text}",
            )
            for verdict, (name, text) in VERDICTS.items()
            if verdict in verdicts
        )
        if not rows:
            return
        table = f'<<TABLE BORDER="0" CELLSPACING="2" CELLPADDING="1">{rows}</TABLE>>'
        yield f'  legend [shape=plain style="" label={table} tooltip="legend"]'

    def _meaning(self, sign: str, text: str) -> str:
        faint = self._colour("faint")
        said = f'<FONT COLOR="{faint}" POINT-SIZE="8">{_html(text)}</FONT>'
        return f'<TR>{sign}<TD ALIGN="LEFT">{said}</TD></TR>'

    def _colour(self, name: str) -> str:
        return colour(name, self._theme)


_FILLS = {Kind.JOB: "job", Kind.CALL: "call", Kind.APPROVAL: "approval", Kind.BUNDLE: "stage"}


def _is_plain(edge: Edge) -> bool:
    return edge.link is Link.NEEDS and not edge.label and not edge.optional


def _crowds(cluster: Cluster) -> dict[tuple[str, ...], list[str]]:
    """The jobs that wait for the same many jobs: one edge for each pair could not be followed."""
    before: dict[str, list[str]] = {}
    for edge in cluster.edges:
        if _is_plain(edge):
            before.setdefault(edge.target, []).append(edge.source)
    crowds: dict[tuple[str, ...], list[str]] = {}
    for target, sources in before.items():
        crowds.setdefault(tuple(sorted(sources)), []).append(target)
    return {
        sources: targets
        for sources, targets in crowds.items()
        if min(len(sources), len(targets)) >= MIN_CROWD
    }


def _stage_order(cluster: Cluster) -> Iterator[Edge]:
    """One edge from each stage to the next, where jobs wait for whole stages."""
    needing = {edge.target for edge in cluster.edges if edge.link is Link.NEEDS}
    for number, (before, after) in enumerate(zip(cluster.stages, cluster.stages[1:], strict=False)):
        source = next(one for one in cluster.vertices if one.stage == before)
        waiting = (one for one in cluster.vertices if one.stage == after)
        target = next((one for one in waiting if one.id not in needing), None)
        if target is not None:
            ends = f"ltail=cluster_{cluster.id}_s{number} lhead=cluster_{cluster.id}_s{number + 1}"
            yield Edge(source=source.id, target=target.id, link=Link.STAGE, label=ends)


def _caption(graph: Graph) -> str:
    words = [graph.title, f"event: {graph.event}" if graph.event else ""]
    if graph.hidden:
        words.append(f"{graph.hidden} jobs are not shown")
    return " · ".join(filter(None, words))


def _tooltip(vertex: Vertex) -> str:
    lines = [vertex.job if vertex.kind is not Kind.BUNDLE else vertex.machine]
    if vertex.idle and vertex.why:
        lines.append(f"does not run: {vertex.why}")
    lines += [mark.text for mark in vertex.marks]
    if vertex.span is not None and vertex.span.source.path:
        lines.append(str(vertex.span))
    return "\n".join(lines)


def _classes(vertex: Vertex) -> str:
    words = [vertex.kind.value]
    if vertex.idle:
        words.append("idle")
    if vertex.verdict is not None:
        words.append(vertex.verdict.value)
    return " ".join(words)


def _link(vertex: Vertex, links: str) -> str:
    assert vertex.span is not None
    return f"{links}{vertex.span.source.path}#L{vertex.span.start.line}"


def _cell(html: str, colour: str, size: int) -> str:
    return (
        f'<TR><TD ALIGN="LEFT"><FONT COLOR="{colour}" POINT-SIZE="{size}">{html}</FONT></TD></TR>'
    )


def _spaced(text: str) -> str:
    return f"  {text}" if text else ""


def _quoted(text: str) -> str:
    """A text of DOT; a backslash would begin an escape."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{_visible(plain)}"'


def _html(text: str) -> str:
    """A text inside a label; it is never empty, as Graphviz takes that for a mistake."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return _visible(text) or " "


def _visible(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return "".join(one if one.isprintable() else " " for one in text)
