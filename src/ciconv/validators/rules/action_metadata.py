"""The rule `action-metadata`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.source import Span
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, resolve
from ciconv.validators.github import metadata, own_actions
from ciconv.validators.github.composites import Local
from ciconv.validators.github.workflow import entries, entry_of, scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_KEYS = ("name", "author", "description", "inputs", "outputs", "runs", "branding")
_RUNS = {
    "composite": ("steps",),
    "docker": (
        *("image", "env", "args", "entrypoint", "pre-entrypoint", "pre-if"),
        *("post-entrypoint", "post-if"),
    ),
}
_NODE = ("main", "pre", "pre-if", "post", "post-if")
_NODES = ("node20", "node24")
_OLD_NODES = ("node12", "node16")


class ActionMetadata(Rule):
    """The `action.yml` of an action of the repository is not what GitHub takes.

    Looked at are the actions that a workflow uses, all those of a repository that is looked at as a
    whole, and one that is asked for (`ciconv validate path/action.yml`): how they run, the keys
    below `runs`, files they name, and their name and description. Steps of composite actions are
    judged as those of workflows are.
    https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
    """

    code = "action-metadata"
    summary = "an action of the repository that GitHub does not take"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield what is wrong with each action of the repository, once."""
        for action in own_actions(subject):
            labels = () if action.used is None else (Label(action.used, "it is used here"),)
            for at, said in _problems(action.root):
                yield self.found(at, said, labels=labels, severity=Severity.WARNING)
            for at, said in _faults(action, subject):
                yield self.found(at, said, labels=labels)


def _problems(root: Mapping) -> Iterator[tuple[Span, str]]:
    """What the marketplace asks for; GitHub runs an action without it."""
    start = root.entries[0].key.span if root.entries else root.span
    for name in ("name", "description"):
        if root.get(name) is None:
            yield start, f"the action has no {name!r}"
    for entry in root.entries:
        if entry.name not in _KEYS:
            yield entry.key.span, f"{entry.name!r} is not a key of an action"
    using = scalar_of(root.get("runs"), "using")
    if using is not None and using.text in _OLD_NODES:
        yield using.span, f"{using.text!r} is a Node.js that GitHub does not have any more"


def _faults(action: Local, subject: Subject) -> Iterator[tuple[Span, str]]:
    root, runs = action.root, action.root.get("runs")
    if isinstance(runs, Mapping):
        yield from _runs(runs, action.path, subject)
    else:
        start = root.entries[0].key.span if root.entries else root.span
        yield start, "the action has no 'runs'"


def _runs(runs: Mapping, path: str, subject: Subject) -> Iterator[tuple[Span, str]]:
    using = scalar_of(runs, "using")
    start = runs.entries[0].key.span if runs.entries else runs.span
    if using is None:
        yield start, "'runs' has no 'using'"
        return
    known = _RUNS.get(using.text, _NODE if using.text in (*_NODES, *_OLD_NODES) else None)
    if known is None:
        kinds = ", ".join((*_NODES, *_RUNS))
        yield using.span, f"{using.text!r} runs no action; there are {kinds}"
        return
    for entry in runs.entries:
        if entry.name != "using" and entry.name not in known:
            yield entry.key.span, f"{entry.name!r} is not a key of 'runs' for {using.text!r}"
    needed = {"composite": "steps", "docker": "image"}.get(using.text, "main")
    if runs.get(needed) is None:
        yield start, f"'runs' has no {needed!r}"
    yield from _files(runs, path, subject)
    for step in _steps(runs.get("steps")):
        if entry_of(step, "run") is not None and entry_of(step, "shell") is None:
            yield step.span, "a script of a composite action needs a 'shell'"


def _steps(node: Node | None) -> Iterator[Mapping]:
    """The steps of a composite action."""
    for item in node.items if isinstance(node, Sequence) else ():
        step = resolve(item)
        if isinstance(step, Mapping):
            yield step


def _files(runs: Mapping, path: str, subject: Subject) -> Iterator[tuple[Span, str]]:
    folder = path.rpartition("/")[0]
    for name, value in entries(runs):
        if name not in ("main", "pre", "post") or not isinstance(value, Scalar):
            continue
        file = f"{folder}/{value.text.removeprefix('./')}".lstrip("/")
        built = value.text.startswith(("dist/", "./dist/", "lib/", "build/"))
        if metadata(subject).exists(file) is False and not built:
            yield value.span, f"there is no file {file!r}"
