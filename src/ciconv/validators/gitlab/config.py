"""A configuration with its includes, templates and references put in; places are kept."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from ciconv.converters.fields import Fields
from ciconv.converters.gitlab.assembly.defaults import Defaults
from ciconv.converters.gitlab.assembly.extending import Extending, References
from ciconv.converters.gitlab.assembly.files import read_file
from ciconv.converters.gitlab.assembly.including import Included, Including
from ciconv.converters.gitlab.document.read import DEFAULT_STAGES, FIRST, LAST
from ciconv.diagnostics import Diagnostics
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, resolve
from ciconv.validators.subject import Subject

KEYWORDS = frozenset(
    ("stages", "variables", "workflow", "default", "image", "services", "cache", "before_script")
    + ("after_script", "include", "spec", "types")
)


class Config(Struct, frozen=True):
    """One configuration. `jobs` are those that are not hidden, after everything they inherit."""

    path: str
    written: Mapping
    header: Node | None  # the document with `spec`, where there is one
    root: Mapping
    jobs: tuple[Entry, ...]
    stages: tuple[str, ...]
    included: Included

    @property
    def complete(self) -> bool:
        """Whether all files that are included are at hand."""
        return not self.included.missing

    def job(self, name: str) -> Mapping | None:
        """Return a job by its name."""
        for entry in self.jobs:
            if entry.name == name and isinstance(entry.value, Mapping):
                return entry.value
        return None


def configs(subject: Subject) -> tuple[Config, ...]:
    """Return the configurations of a run, each put together once."""
    return subject.once("_configs", lambda: tuple(_all(subject)))


def _all(subject: Subject) -> Iterator[Config]:
    context = replace(subject.context, diagnostics=Diagnostics())
    for path in dict.fromkeys(path for path, _ in subject.roots):
        file = read_file(path, context)
        if file is None:
            continue
        included = Including(context).included(file)
        tolerant = bool(included.missing)
        root = Extending(included.root, context, tolerant=tolerant).extended(included.root)
        root = References(root, context, tolerant=tolerant).resolved()
        fields = Fields(root, context, "the configuration")
        defaults = Defaults(fields, context)
        jobs = tuple(
            replace(entry, value=defaults.filled(entry.value))
            for entry in root.entries
            if entry.name not in KEYWORDS
            and not entry.name.startswith(".")
            and isinstance(entry.value, Mapping)
        )
        yield Config(path, file.written, file.header, root, jobs, _stages(root), included)


def _stages(root: Mapping) -> tuple[str, ...]:
    node = root.get("stages")
    names = list(DEFAULT_STAGES) if node is None else list(_texts(node))
    return (FIRST, *(name for name in names if name not in (FIRST, LAST)), LAST)


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield node.text
    elif isinstance(node, Sequence):
        for item in map(resolve, node.items):
            yield from _texts(item)


def items_of(job: Mapping, key: str) -> tuple[object, ...]:
    """Return the items of a list of a job, lists inside of it flattened."""
    return tuple(_flat(job.get(key)))


def _flat(node: object) -> Iterator[object]:
    if isinstance(node, Sequence):
        for item in map(resolve, node.items):
            yield from _flat(item)
    elif node is not None:
        yield node
