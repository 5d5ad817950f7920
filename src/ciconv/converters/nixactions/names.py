"""Names that NixActions accepts: of jobs, of steps, of Nix variables."""

import re
from collections.abc import Callable

from ciconv.ir.matrix import Cell
from ciconv.ir.naming import claimed
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, resolve

MAX_LENGTH = 60

# what a workflow file has in scope already, and the words of Nix
_RESERVED = frozenset(
    """
    pkgs nixactions executor lib cells matrix deps container environment
    assert else if in inherit let or rec then with true false null builtins map import throw
    abort baseNameOf dirOf fetchGit fetchTarball isNull removeAttrs toString derivation
    githubContext is var and any not succeeded anyFailed callSucceeded
    startsWith endsWith contains changed truthy flag
    sh withOutputs step run script runFile runIo job tolerate deadline jobEnv loadNeeds
    saveOutputs upload download restoreCache saveCache service stopServices unsupported
    onSuccess onFailure onAny emptyJob checkout
    """.split()  # noqa: SIM905 - a table of words
)


def slug(text: str) -> str:
    """Return a text as lower-case words joined by `-`: a name for a file and a bash function."""
    words = re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-")
    return words[:MAX_LENGTH].rstrip("-")


def cell_names(job: str, cells: tuple[Cell, ...], taken: set[str]) -> tuple[str, ...]:
    """Return the names of the jobs of a matrix: `test-22-ubuntu-latest`."""
    return tuple(claimed(slug_job(job, cell), taken) for cell in cells)


def slug_job(job: str, cell: Cell) -> str:
    """Return the name of one job of a matrix."""
    texts = [text for _, value in cell for text in _texts(value)]
    parts = (job, *(slug(text.replace(".", "_")) for text in texts))
    return "-".join(filter(None, parts))[:MAX_LENGTH].rstrip("-")


def _texts(node: Node) -> list[str]:
    node = resolve(node)
    if isinstance(node, Scalar):
        return [node.text]
    if isinstance(node, Sequence):
        return [text for item in node.items for text in _texts(item)]
    entries = node.entries if isinstance(node, Mapping) else ()
    return [text for entry in entries for text in _texts(entry.value)]


def variable(job: str, is_taken: Callable[[str], bool] = lambda name: False) -> str:
    """Return the Nix variable that holds the function of a matrix job."""
    return f"{job}-job" if job in _RESERVED or is_taken(job) else job
