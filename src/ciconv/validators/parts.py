"""Files that are no configuration of their own: parts that others include, or that a tool joins.

What such a file refers to stands elsewhere, so that nothing is known against it. As a file of its
own the system refuses it, which is said once.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from ciconv.converters import registry
from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.syntax.node import Mapping, Node
from ciconv.validators.github.workflow import entries
from ciconv.validators.subject import Subject

# what is said of names that stand elsewhere
DANGLING = frozenset(
    ("unknown-template", "unknown-reference", "missing-script", "unknown-stage", "missing-job")
    + ("not-a-configuration", "unknown-job", "unknown-need", "unknown-step", "unknown-command")
)
PART = "part-of-a-file"
# what is only known of a pipeline as a whole
_OF_PIPELINES = frozenset(("duplicate-pipelines", "need-may-be-absent", "without-effect"))
_SHOWN = 3  # of the other things that a part lacks
_OF_PARTS = frozenset({"unknown-template", "unknown-reference"})
_OF_WHOLES = {"gitlab": ("include", "stages", "workflow"), "circleci": ("version", "jobs", "orbs")}
_SHARED = ("variables", "default")  # what parts hold for others
_ORB_TOOLS = "circleci/orb-tools@"
_MEANT = re.compile(r"did you mean '([^'\n]+)'\?")
_TYPOS = 2  # letters in which a misspelt name differs


def parts(found: Iterable[Diagnostic], subject: Subject) -> frozenset[str]:
    """Return the paths of files that are only parts, going by what was found in them."""
    wrong: dict[str, list[Diagnostic]] = {}
    for one in found:
        if one.span is not None and _is_dangling(one):
            wrong.setdefault(one.span.source.path, []).append(one)
    if any(_is_no_root(path, subject) for path, _ in subject.mappings()):
        return frozenset(wrong)  # files that it includes itself are parts of a part
    return frozenset(
        path
        for path, root in subject.mappings()
        if path in wrong
        and (
            _is_part(root, wrong[path], subject.format)
            or (_is_alone(path, subject) and _lacks_much(root, wrong[path], subject.format))
        )
    )


def softened(found: Iterable[Diagnostic], subject: Subject) -> Iterator[Diagnostic]:
    """Yield the findings, for the names of a part that stand elsewhere one warning."""
    listed = tuple(found)
    only_parts = parts(listed, subject)
    orbs = {path: _orbs(root) for path, root in subject.mappings()}
    small = {path for path, root in subject.mappings() if _names_no_others(root, subject.format)}
    elsewhere: dict[str, list[Diagnostic]] = {}
    for one in listed:
        path = "" if one.span is None else one.span.source.path
        if not _is_dangling(one):
            if path not in only_parts or one.code not in _OF_PIPELINES:
                yield one
        elif path in only_parts:
            elsewhere.setdefault(path, []).append(one)
        elif _is_put_in(one, orbs.get(path)):
            help = _also(one, "or the tools for orbs put it in")
            yield replace(one, severity=Severity.WARNING, help=help)
        elif path in small:
            yield replace(one, help=_also(one, "if another file includes this one, validate that"))
        else:
            yield one
    for missing in elsewhere.values():
        yield _part(sorted(missing, key=lambda it: it.span.start_offset if it.span else 0))


def _is_no_root(path: str, subject: Subject) -> bool:
    """Whether a file was asked for by a name that GitLab does not look for, nor starts."""
    roots, workspace = registry.get("gitlab").paths, subject.context.workspace
    if subject.format != "gitlab" or path not in workspace.focus or path in roots:
        return False
    # a name that stands there and is not included is that of a pipeline of its own
    return not any(path in registry.text(root, workspace) for root in roots)


def _also(one: Diagnostic, advice: str) -> str:
    return "; ".join(filter(None, (one.help, advice)))


def _names_no_others(root: Mapping, format: str) -> bool:
    """Whether a file has no key that only a whole one needs, so that it may be a part."""
    keys = _OF_WHOLES.get(format, ())
    return bool(keys) and all(root.get(key) is None for key in keys)


def _part(missing: Sequence[Diagnostic]) -> Diagnostic:
    """One warning for all that a part lacks; some of it is shown."""
    first, *others = missing
    more = f", and {len(others)} more that it lacks" if others else ""
    return Diagnostic(
        code=PART,
        severity=Severity.WARNING,
        message=f"by itself the file is refused: {first.message}{more}",
        span=first.span,
        help="if another file includes or joins it, validate that one, or the repository",
        labels=tuple(Label(one.span, one.message) for one in others[:_SHOWN] if one.span),
    )


def _is_dangling(one: Diagnostic) -> bool:
    return one.severity is Severity.ERROR and one.code in DANGLING and "itself" not in one.message


def _is_part(root: Mapping, found: list[Diagnostic], format: str) -> bool:
    codes = {one.code for one in found}
    shared = any(root.get(key) is not None for key in _SHARED) or _has_hidden(root)
    if "missing-job" in codes and root.get("include") is None and shared:
        return True  # variables, templates or stages alone are for others
    if "not-a-configuration" in codes and root.get("usage") is not None:
        return True  # an example of an orb
    if not _names_no_others(root, format):
        return False
    return format == "circleci" or bool(codes & _OF_PARTS) or _is_elsewhere(root, found)


def _has_hidden(root: Mapping) -> bool:
    return any(entry.name.startswith(".") for entry in root.entries)


def _is_elsewhere(root: Mapping, found: list[Diagnostic]) -> bool:
    """Whether each job names something that is not there, and so misspells nothing."""
    if any(map(_is_misspelt, found)):
        return False
    wrong = [one.span.start_offset for one in found if one.span is not None]
    jobs = [one for _, one in entries(root) if isinstance(one, Mapping)]
    return len(jobs) > 1 and all(any(_holds(job, at) for at in wrong) for job in jobs)


def _is_alone(path: str, subject: Subject) -> bool:
    """Whether nothing is known of the repository, so that the file may come from anywhere in it."""
    return set(subject.context.workspace.paths()) <= {path}


def _lacks_much(root: Mapping, found: list[Diagnostic], format: str) -> bool:
    """Whether a stage, or several names, are not there and misspell nothing."""
    if not _names_no_others(root, format) or any(map(_is_misspelt, found)):
        return False
    return len({one.message for one in found}) > 1 or found[0].code == "unknown-stage"


def _is_misspelt(one: Diagnostic) -> bool:
    """Whether a name that is there has all but two letters of this one."""
    from difflib import SequenceMatcher  # loaded when something is wrong, not before

    meant = _MEANT.match(one.help)
    if meant is None or one.span is None:
        return False
    pair = (one.span.text.strip("'\""), meant[1])
    alike = sum(block.size for block in SequenceMatcher(None, *pair).get_matching_blocks())
    return max(map(len, pair)) - alike <= _TYPOS


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
