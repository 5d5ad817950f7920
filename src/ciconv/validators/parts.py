"""Files that are no configuration of their own: parts that others include, or that a tool joins.

What such a file refers to stands elsewhere, so that nothing is known against it.
"""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Node
from ciconv.validators.github.workflow import entries
from ciconv.validators.subject import Subject

# what is said of names that stand elsewhere
DANGLING = frozenset(
    ("unknown-template", "unknown-reference", "missing-script", "unknown-stage", "missing-job")
    + ("not-a-configuration", "unknown-job", "unknown-need", "unknown-step", "unknown-command")
)
_OF_PARTS = frozenset({"unknown-template", "unknown-reference"})
_OF_WHOLES = {"gitlab": ("include", "stages", "workflow"), "circleci": ("version", "jobs", "orbs")}
_SHARED = ("variables", "default")  # what parts hold for others
_ORB_TOOLS = "circleci/orb-tools@"


def parts(found: Iterable[Diagnostic], subject: Subject) -> frozenset[str]:
    """Return the paths of files that are only parts, going by what was found in them."""
    wrong: dict[str, list[Diagnostic]] = {}
    for one in found:
        if one.span is not None and _is_dangling(one):
            wrong.setdefault(one.span.source.path, []).append(one)
    return frozenset(
        path
        for path, root in subject.mappings()
        if path in wrong and _is_part(root, wrong[path], subject.format)
    )


def softened(found: Iterable[Diagnostic], subject: Subject) -> Iterator[Diagnostic]:
    """Yield the findings, those of names that stand elsewhere as warnings."""
    listed = tuple(found)
    only_parts = parts(listed, subject)
    orbs = {path: _orbs(root) for path, root in subject.mappings()}
    for one in listed:
        path = "" if one.span is None else one.span.source.path
        soft = path in only_parts or _is_put_in(one, orbs.get(path))
        yield _soft(one) if soft and _is_dangling(one) else one


def _soft(one: Diagnostic) -> Diagnostic:
    help = "; ".join(
        filter(None, (one.help, "or another file that is joined with this one has it"))
    )
    return replace(one, severity=Severity.WARNING, help=help)


def _is_dangling(one: Diagnostic) -> bool:
    return one.severity is Severity.ERROR and one.code in DANGLING and "itself" not in one.message


def _is_part(root: Mapping, found: list[Diagnostic], format: str) -> bool:
    codes = {one.code for one in found}
    keys = _OF_WHOLES.get(format, ())
    shared = any(root.get(key) is not None for key in _SHARED) or _has_hidden(root)
    if "missing-job" in codes and root.get("include") is None and shared:
        return True  # variables, templates or stages alone are for others
    if "not-a-configuration" in codes and root.get("usage") is not None:
        return True  # an example of an orb
    if not keys or any(root.get(key) is not None for key in keys):
        return False
    return format == "circleci" or bool(codes & _OF_PARTS) or _is_elsewhere(root, found)


def _has_hidden(root: Mapping) -> bool:
    return any(entry.name.startswith(".") for entry in root.entries)


def _is_elsewhere(root: Mapping, found: list[Diagnostic]) -> bool:
    """Whether each job names something that is not there, and so misspells nothing."""
    if any(one.help.startswith("did you mean") for one in found):
        return False
    wrong = [one.span.start_offset for one in found if one.span is not None]
    jobs = [one for _, one in entries(root) if isinstance(one, Mapping)]
    return len(jobs) > 1 and all(any(_holds(job, at) for at in wrong) for job in jobs)


def _holds(job: Mapping, at: int) -> bool:
    return job.span.start_offset <= at < job.span.end_offset


def _orbs(root: Mapping) -> frozenset[str] | None:
    """The orbs of a file in which the tools for orbs put one more; None for any other file.

    It is declared as `{}`, or not at all.
    """
    declared = list(entries(root.get("orbs")))
    if not any(_text(value).startswith(_ORB_TOOLS) for _, value in declared):
        return None
    return frozenset(name for name, value in declared if _text(value) or _is_filled(value))


def _is_filled(value: Node) -> bool:
    return isinstance(value, Mapping) and bool(value.entries)


def _is_put_in(one: Diagnostic, orbs: frozenset[str] | None) -> bool:
    """Whether a command or job is of the orb under test, which orb-tools declares later."""
    if orbs is None or one.span is None:
        return False
    orb, slash, _ = one.span.text.partition("/")
    return bool(slash) and orb not in orbs


def _text(node: Node) -> str:
    return getattr(node, "text", "")
