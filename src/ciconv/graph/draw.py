"""Graph → picture: what is shown of it, in which colours, in which form."""

from msgspec import Struct

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.graph.colours import LIGHT
from ciconv.graph.dot import render_dot
from ciconv.graph.graph import Graph
from ciconv.graph.mermaid import render_mermaid
from ciconv.graph.render import NoRenderer, render
from ciconv.graph.view import MAX_VERTICES, NoSuchJob, collapsed, focused

FORMS = ("svg", "png", "pdf", "dot", "mermaid")


class View(Struct, frozen=True, kw_only=True):
    """How to look at a graph."""

    focus: str = ""  # a job: only it, all it waits for and all that waits for it
    limit: int = MAX_VERTICES  # of vertices; jobs are drawn as one where there would be more
    theme: str = LIGHT  # light or dark; a light SVG follows the page it stands in
    links: str = ""  # before `path#Lline` in links: the address of a repository's files


class Drawing(Struct, frozen=True, kw_only=True):
    """A picture; no data when there was an error."""

    data: bytes
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def text(self) -> str:
        """The data of a form that is text: svg, dot, mermaid."""
        return self.data.decode("utf-8")


def draw(graph: Graph, form: str, view: View) -> Drawing:
    """Return the picture of a graph in one of `FORMS`; ValueError for another form."""
    if form not in FORMS:
        raise ValueError(f"there is no form {form!r} of a picture; there are {', '.join(FORMS)}")
    try:
        return Drawing(data=_drawn(graph, form, view))
    except NoSuchJob as error:
        return _failed("unknown-job", f"there is no job {view.focus!r}", f"there are {error}")
    except NoRenderer as error:
        return _failed("no-renderer", f"nothing on this machine draws {form}", str(error))


def _drawn(graph: Graph, form: str, view: View) -> bytes:
    shown = collapsed(focused(graph, view.focus) if view.focus else graph, view.limit)
    if form == "mermaid":
        return render_mermaid(shown).encode("utf-8")
    dot = render_dot(shown, theme=view.theme, links=view.links)
    if form == "dot":
        return dot.encode("utf-8")
    return render(dot, form, themed=view.theme == LIGHT)


def _failed(code: str, message: str, help: str) -> Drawing:
    problem = Diagnostic(code=code, severity=Severity.ERROR, message=message, help=help)
    return Drawing(data=b"", diagnostics=(problem,))
