"""The files of a run, each walked once by the table of its format."""

from msgspec import Struct

from ciconv.syntax.node import Mapping
from ciconv.validators.shapes.shape import table
from ciconv.validators.shapes.walk import Fault, Site, Walk
from ciconv.validators.subject import Subject

_EXPRESSIONS = frozenset({"github"})  # formats in which `${{ }}` is worked out in every text


class File(Struct, frozen=True):
    """What the walk through one file gave."""

    path: str
    root: Mapping
    faults: tuple[Fault, ...]
    sites: tuple[Site, ...]


def files(subject: Subject) -> tuple[File, ...]:
    """Return the files of a run with their faults of structure and their texts."""
    return subject.once("_files", lambda: tuple(_walked(subject)))


def _walked(subject: Subject) -> list[File]:
    shapes = table(subject.format)
    if shapes is None:
        return []
    found = []
    for path, root in subject.mappings():
        walk = Walk(
            shapes,
            expressions=subject.format in _EXPRESSIONS,
            old_words=subject.format == "gitlab",
            hole="<<" if subject.format == "circleci" else "",
        )
        start = root.entries[0].key.span if root.entries else root.span
        if subject.format == "gitlab":
            _visit_jobs(walk, path, subject)
        else:
            walk.visit(root, "root", start)
        found.append(File(path, root, tuple(walk.faults), tuple(walk.sites)))
    return found


def _visit_jobs(walk: Walk, path: str, subject: Subject) -> None:
    """GitLab judges jobs as they are after includes and templates, and no hidden ones."""
    from ciconv.validators.gitlab.config import configs
    from ciconv.validators.gitlab.dates import dates

    for config in configs(subject):
        if config.path == path:
            start = config.root.entries[0].key.span if config.root.entries else config.root.span
            if config.header is not None:
                walk.visit(config.header, "header", config.header.span)
            walk.faults += dates(config.written)
            walk.visit(config.root, "root", start)
            for entry in config.written.entries:
                if entry.name == "include":  # the files are put in its place
                    walk.visit(entry.value, "includes", entry.key.span)
            for entry in config.jobs:
                walk.visit(entry.value, "job", entry.key.span)
