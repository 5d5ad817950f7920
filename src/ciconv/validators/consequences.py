"""Findings that follow from others in the same job, and only say it twice."""

from collections.abc import Iterable, Iterator

from ciconv.diagnostics import Diagnostic
from ciconv.syntax.node import Mapping
from ciconv.validators.subject import Subject

# a job of GitLab whose template is unknown has no script, either
_CAUSES = frozenset({"unknown-template", "unknown-reference"})
_FOLLOWS = "missing-script"
# a configuration without workflows uses nothing
_NOTHING_RUNS, _UNUSED = "nothing-runs", "unused-"
# of GitLab: said of one job, though the rule may stand in a template
_OF_RULES = "rule-without-effect"
_CONDITIONS = ("if", "changes", "exists")


def without_consequences(found: Iterable[Diagnostic], subject: Subject) -> Iterator[Diagnostic]:
    """Yield the findings but for those that another one of the file explains."""
    shared = _rules_of_several(subject)
    listed = [one for one in found if one.code != _OF_RULES or _place(one) not in shared]
    idle = {_place(one)[0] for one in listed if one.code == _NOTHING_RUNS}
    listed = [
        one for one in listed if not (one.code.startswith(_UNUSED) and _place(one)[0] in idle)
    ]
    causes = [one for one in listed if one.code in _CAUSES and one.span is not None]
    jobs = _jobs(subject) if causes else {}
    for one in listed:
        job = jobs.get(_place(one)) if one.code == _FOLLOWS else None
        if job is None or not any(_holds(job, cause) for cause in causes):
            yield one


def _rules_of_several(subject: Subject) -> frozenset[tuple[str, int]]:
    """The places of rules that several jobs have, and that follow conditions alone.

    Such a rule may have an effect in another job, whose name or variables are other ones.
    """
    if subject.format != "gitlab":
        return frozenset()
    from ciconv.validators.gitlab.config import configs, items_of

    once: set[tuple[str, int]] = set()
    found: set[tuple[str, int]] = set()
    for config in configs(subject):
        for entry in config.jobs:
            for rule in items_of(entry.value, "rules") if isinstance(entry.value, Mapping) else ():
                if not isinstance(rule, Mapping):
                    continue
                place = (rule.span.source.path, rule.span.start_offset)
                (found if place in once else once).add(place)
                if not any(rule.get(key) for key in _CONDITIONS):
                    break
    return frozenset(found)


def _jobs(subject: Subject) -> dict[tuple[str, int], Mapping]:
    """The jobs of the files by the place of their names."""
    return {
        (path, entry.key.span.start_offset): entry.value
        for path, root in subject.mappings()
        for entry in root.entries
        if isinstance(entry.value, Mapping)
    }


def _place(one: Diagnostic) -> tuple[str, int]:
    return ("", 0) if one.span is None else (one.span.source.path, one.span.start_offset)


def _holds(job: Mapping, cause: Diagnostic) -> bool:
    path, at = _place(cause)
    inside = job.span.start_offset <= at < job.span.end_offset
    return inside and path == job.span.source.path
