"""Pictures: what stands in them, that Graphviz takes them, and that they stay readable."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import pytest

import ciconv
from ciconv.catalog.catalog import Catalog
from ciconv.graph import render as rendering
from ciconv.graph.build import graph_of
from ciconv.graph.colours import DARK, LIGHT, PALETTE
from ciconv.graph.dot import render_dot
from ciconv.graph.graph import Graph, Kind, Link, Role
from ciconv.graph.mermaid import render_mermaid
from ciconv.graph.view import NoSuchJob, collapsed, focused
from ciconv.simulation.event import Event
from oracles import tool

PATH = ".github/workflows/ci.yml"
WORKFLOW = """\
name: CI
on:
  push: {branches: [main, 'release/**'], tags: [v1]}
  schedule: [{cron: '0 5 * * *'}]
  workflow_dispatch:
jobs:
  build:
    runs-on: ubuntu-latest
    container: registry.example/node:20
    services: {db: {image: 'postgres:16'}}
    steps:
      - run: make
      - uses: actions/upload-artifact@v4
        with: {name: dist, path: out}
  test:
    needs: build
    continue-on-error: true
    strategy: {matrix: {v: [1, 2, 3], exclude: [{v: 2}]}}
    runs-on: [self-hosted, linux]
    steps: [{run: make test}]
  deploy:
    needs: [build, test]
    if: github.ref == 'refs/heads/main'
    concurrency: production
    environment: production
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v4
        with: {name: dist}
  called:
    uses: acme/flows/.github/workflows/x.yml@v1
"""


def read(text: str = WORKFLOW) -> Graph:
    """The graph of a workflow."""
    project = ciconv.read({PATH: text}).project
    assert project is not None
    return graph_of(project, Catalog.builtin())


def test_jobs_and_what_is_said_of_them() -> None:
    """Machines, cells, marks and levels."""
    build, test, deploy, called = read().vertices
    assert build.machine == "ubuntu-latest · registry.example/node:20"
    assert [(one.role, one.word) for one in build.marks] == [(Role.SERVICE, "postgres")]
    assert test.count == 2
    assert test.machine == "self-hosted · linux"
    assert [one.role for one in test.marks] == [Role.MAY_FAIL]
    assert [one.role for one in deploy.marks] == [Role.CONDITION, Role.TURN, Role.ENVIRONMENT]
    assert deploy.marks[0].text == "if github.ref == 'refs/heads/main'"
    assert (called.kind, called.machine) == (Kind.CALL, "acme/flows/.github/workflows/x.yml@v1")
    assert [one.level for one in (build, test, deploy, called)] == [0, 1, 2, 0]
    assert str(deploy.span).startswith(f"{PATH}:21:3")


def test_edges_name_what_is_handed_on() -> None:
    """A need with an artifact is one edge; an artifact without a need is one of its own."""
    (cluster,) = read().clusters
    named = {one.id: one.job for one in cluster.vertices}
    edges = [(named[one.source], named[one.target], one.link, one.label) for one in cluster.edges]
    assert edges == [
        ("build", "test", Link.NEEDS, ""),
        ("build", "deploy", Link.NEEDS, "dist"),
        ("test", "deploy", Link.NEEDS, ""),
    ]
    (alone,) = read(WORKFLOW.replace("[build, test]", "test")).clusters
    assert [(one.link, one.label) for one in alone.edges][-1] == (Link.FILES, "dist")


def test_triggers_in_words() -> None:
    """One line for each."""
    (cluster,) = read().clusters
    assert cluster.triggers == (
        "push main, release/** tags v1",
        "schedule 0 5 * * *",
        "by hand",
    )


def test_what_an_event_leaves_out_is_idle() -> None:
    """With the reason; without a pipeline that starts, all are."""
    project = ciconv.read({PATH: WORKFLOW}).project
    assert project is not None
    for event, idle, why in (
        (Event(kind="push", branch="main"), [], ""),  # type: ignore[arg-type]
        (Event(kind="manual", branch="dev"), ["deploy"], "is false"),  # type: ignore[arg-type]
        (Event(kind="push", branch="dev"), ["build", "test", "deploy", "called"], "'dev'"),  # type: ignore[arg-type]
    ):
        graph = graph_of(project, Catalog.builtin(), ciconv.simulate(project, event))
        assert [one.job for one in graph.vertices if one.idle] == idle
        assert all(why in one.why for one in graph.vertices if one.idle)
        assert graph.event == str(event)


def chain(levels: int, width: int) -> str:
    """A workflow of so many jobs, each of which needs one before it."""
    jobs = (_job(level, at) for level in range(levels) for at in range(width))
    return "on: push\njobs:\n" + "".join(jobs)


def _job(level: int, at: int) -> str:
    needs = f"needs: l{level - 1}-{at}, " if level else ""
    condition = "if: github.ref == 'x', " if at % 2 else ""
    body = f"{{{needs}{condition}runs-on: u, steps: [{{run: x}}]}}"
    return f"  l{level}-{at}: {body}\n"


def test_many_jobs_are_drawn_as_few() -> None:
    """Nothing is lost in number, order or marks."""
    graph = read(chain(3, 100))
    assert len(graph.vertices) == 300
    small = collapsed(graph)
    assert [one.count for one in small.vertices] == [100, 100, 100]
    assert [one.title for one in small.vertices] == ["100 jobs"] * 3
    assert [mark.word for mark in small.vertices[0].marks] == ["50 with if"]
    assert len(small.clusters[0].edges) == 2
    assert collapsed(read()) == read()


def test_kin_of_a_job() -> None:
    """All it waits for and all that waits for it, and the number of the others."""
    graph = focused(read(chain(3, 4)), "l1-2")
    assert [one.job for one in graph.vertices] == ["l0-2", "l1-2", "l2-2"]
    assert len(graph.clusters[0].edges) == 2
    assert graph.hidden == 9
    with pytest.raises(NoSuchJob, match="l0-0, l0-1"):
        focused(graph_of_two(), "l9")


def graph_of_two() -> Graph:
    """Two jobs."""
    return read(chain(1, 2))


HOSTILE = (
    'a "b" \\ c',
    "<b>&amp;</b>",
    "]]>\u0000\u0007",
    "x\ny",
    "-- > [label=x];",
    "é\u2028ß🙂",
    "",
)


def hostile() -> str:
    """A workflow with names that mean something to the languages of pictures."""
    jobs = (
        f"  j{at}: {{name: {_quoted(name)}, runs-on: {_quoted(name or 'x')}, "
        f"environment: {_quoted(name)}, steps: [{{run: x}}]}}\n"
        for at, name in enumerate(HOSTILE)
    )
    return f"name: {_quoted(HOSTILE[0])}\non: push\njobs:\n" + "".join(jobs)


def _quoted(text: str) -> str:
    return '"' + text.encode("unicode_escape").decode().replace('"', '\\"') + '"'


@pytest.mark.oracle
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_graphviz_takes_any_name(theme: str) -> None:
    """The picture is well-formed, and has a node for each job."""
    tool("dot")
    graph = read(hostile())
    drawn = rendering.render(render_dot(graph, theme=theme), "svg", themed=theme == LIGHT)
    titles = list(_titles(drawn))
    assert [one for one in titles if one.startswith("p0_")] == [
        vertex.id for vertex in graph.vertices
    ]


def _titles(svg: bytes) -> Iterator[str]:
    for group in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}g"):
        if (group.get("class") or "").startswith("node"):
            yield group.findtext("{http://www.w3.org/2000/svg}title") or ""


def test_svg_needs_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package draws it where Graphviz is not installed; for other forms there is a hint."""
    monkeypatch.setattr(rendering, "which", lambda _: None)
    drawing = ciconv.draw({PATH: WORKFLOW})
    assert drawing.diagnostics == ()
    assert len([one for one in _titles(drawing.data) if one.startswith("p0_")]) == 4
    assert "prefers-color-scheme:dark" in drawing.text
    (problem,) = ciconv.draw({PATH: WORKFLOW}, to="png").diagnostics
    assert problem.code == "no-renderer"
    assert "Graphviz" in problem.help


def test_the_program_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package graphviz, Graphviz is called all the same, and its faults are told."""
    monkeypatch.setitem(sys.modules, "graphviz", None)
    monkeypatch.setattr(rendering, "which", lambda _: "dot")
    answers = [(0, b"<svg/>", b""), (1, b"", b"Error: no memory\n")]

    def program(words: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(words, *answers.pop(0))

    monkeypatch.setattr(subprocess, "run", program)
    assert rendering.render("digraph {}", "svg") == b"<svg/>"
    with pytest.raises(rendering.NoRenderer, match="Graphviz failed: Error: no memory"):
        rendering.render("digraph {}", "svg")


def test_edges_of_crowds_meet() -> None:
    """Three jobs after three others: six edges and a point in place of nine edges."""
    jobs = "".join(
        f"  {name}: {{runs-on: x, needs: [{needs}], steps: []}}\n"
        for name, needs in [
            *((f"a{n}", "") for n in "123"),
            *((f"b{n}", "a1, a2, a3") for n in "123"),
        ]
    )
    text = ciconv.draw({PATH: f"on: push\njobs:\n{jobs}"}, to="dot").text
    assert text.count("shape=point") == 1
    assert text.count(" -> ") == 6


def test_bundles_name_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bundles of bundles count the jobs in them and name some; so are gates."""
    jobs = "".join(
        f"      - gate{n}: {{type: approval}}\n      - job{n}: {{requires: [gate{n}]}}\n"
        for n in range(40)
    )
    text = (
        "version: 2.1\njobs:\n"
        + "".join(f"  job{n}: {{docker: [{{image: a}}], steps: [checkout]}}\n" for n in range(40))
        + f"workflows:\n  main:\n    jobs:\n{jobs}"
    )
    project = ciconv.read({".circleci/config.yml": text}).project
    assert project is not None
    first, second = collapsed(graph_of(project, Catalog.builtin()), 4).vertices
    assert (first.title, first.machine) == ("40 jobs", "gate0, gate1, gate2, …")
    assert [mark.text for mark in first.marks] == ["40 by hand"]
    assert second.machine == "job0, job1, job2, …"


def test_light_colours_stand_once() -> None:
    """The style sheet for dark pages finds shapes by them."""
    lights = [light for light, _ in PALETTE.values()]
    assert len(set(lights)) == len(lights)


def test_text_forms() -> None:
    """DOT and Mermaid name every job, and are the same each time."""
    graph = read()
    for text in (render_dot(graph), render_mermaid(graph)):
        assert all(job in text for job in ("build", "test", "deploy", "called"))
    assert render_dot(read()) == render_dot(graph)
    mermaid = render_mermaid(read(hostile()))
    assert 'p0_0("a #quot;b#quot; \\ c<br/>' in mermaid
    assert "<b>" not in mermaid


def test_links_lead_to_lines() -> None:
    """To a file of the repository, or of the address given."""
    view = ciconv.View(links="https://example.org/blob/main/")
    dot = ciconv.draw({PATH: WORKFLOW}, to="dot", view=view).text
    assert f'URL="https://example.org/blob/main/{PATH}#L21"' in dot


def test_no_picture_of_what_cannot_be_read() -> None:
    """The reader's error, and no data."""
    drawing = ciconv.draw({PATH: "on: ["}, to="dot")
    assert drawing.data == b""
    assert [one.code for one in drawing.diagnostics] == ["yaml-syntax"]
    with pytest.raises(ValueError, match="svg, png"):
        ciconv.draw({PATH: WORKFLOW}, to="gif")
