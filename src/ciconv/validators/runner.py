"""Running the rules: which ones, on what, and what of their findings is said."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module

from msgspec.structs import replace

from ciconv.context import Context
from ciconv.diagnostics import Diagnostic, Diagnostics, Severity
from ciconv.ir.pipeline import Project
from ciconv.source import Source
from ciconv.syntax import yaml
from ciconv.syntax.node import Node
from ciconv.validators import OPT_IN, RULES
from ciconv.validators.allowances import without_allowed
from ciconv.validators.codes import codes_of_readers, is_of_conversion, severity_of
from ciconv.validators.consequences import without_consequences
from ciconv.validators.corrections import with_corrections
from ciconv.validators.parts import softened
from ciconv.validators.rule import Rule
from ciconv.validators.settings import Settings
from ciconv.validators.subject import Subject, is_action

# of GitLab: the rules `unknown-job` and `dependency-without-need` point at the names
_NEEDS = ("unknown-need", "need-stage")
# of CircleCI: the rule `tag-filter-upstream` names the job that is in the way
_SAID_BETTER = ("filter-upstream",)
_WITHOUT_PIPELINES = ("gitlab", "circleci")  # formats whose parts are judged all the same
# what a reader said better of the same line
_STRUCTURE = frozenset({"unknown-key", "missing-key", "wrong-type", "empty-value", "duplicate-key"})


def check(
    project: Project, paths: tuple[str, ...], format: str, context: Context, settings: Settings
) -> tuple[Diagnostic, ...]:
    """Return all that is wrong: what reading said (in `context`) and what the rules find."""
    # the rules of GitHub see more than its reader, which has to go on after a fault
    better = {*RULES["all"], *RULES["github"]} if format == "github" else set()
    said = [
        _judged(one, format)
        for one in context.diagnostics
        if one.code not in better and _counts(one, format)
    ]
    subject = Subject(
        format=format,
        project=project,
        roots=tuple(_roots(project, paths, format, context)),
        context=replace(context, diagnostics=Diagnostics()),
        asked=tuple(path for path in paths if not is_action(path)),
        asks_schema=settings.schema,
        targets=settings.targets,
        allowed_actions=settings.allowed_actions,
        forbidden_actions=settings.forbidden_actions,
    )
    rules = tuple(rules_for(format, settings))
    for rule in rules:
        rule.begin(subject)
    found = [one for rule in rules for one in rule.check(subject)]
    whole = list(softened(without_consequences([*said, *_new(found, said)], subject), subject))
    named = list(with_corrections(_without_schema(whole)))
    return _filtered(named, paths, context, settings)


def _roots(
    project: Project, paths: tuple[str, ...], format: str, context: Context
) -> Iterator[tuple[str, Node]]:
    """The files as trees: those of the pipelines, and files from which none could be made."""
    seen = set()
    for pipeline in project.pipelines:
        if pipeline.tree is not None and pipeline.path not in seen:
            seen.add(pipeline.path)
            yield pipeline.path, pipeline.tree
    for source in _sources(paths, context) if format in _WITHOUT_PIPELINES else ():
        documents = () if source.path in seen else yaml.parse(source, Diagnostics())
        if documents:
            yield source.path, documents[-1].root


def rules_for(format: str, settings: Settings) -> Iterator[Rule]:
    """Yield the rules that are to run for a format."""
    for code in (*RULES["all"], *RULES.get(format, ())):
        if settings.wants(code, opt_in=code in OPT_IN):
            yield load(code)()
    for code in (*settings.select, *settings.enable):
        if not is_ours(code):
            yield from _plugged(code)


@cache
def load(code: str) -> type[Rule]:
    """Return the class of a rule of ours."""
    module = import_module(f"ciconv.validators.rules.{code.replace('-', '_')}")
    rule: type[Rule] = getattr(module, "".join(word.capitalize() for word in code.split("-")))
    return rule


def is_ours(code: str) -> bool:
    """Return whether a code is one of our rules or something that reading says."""
    return any(code in codes for codes in RULES.values()) or code in codes_of_readers()


def _plugged(code: str) -> Iterator[Rule]:
    """The rule of another package: one that is asked for, as looking for them takes time."""
    from importlib.metadata import entry_points

    for entry in entry_points(group="ciconv.rules", name=code):
        rule: type[Rule] = entry.load()
        yield rule()


def _counts(one: Diagnostic, format: str) -> bool:
    """Whether what reading said is a fault, and no rule says it at a better place."""
    if is_of_conversion(one.code):
        return False
    if format != "gitlab":
        return one.code not in _SAID_BETTER
    if one.code in _NEEDS and one.severity is Severity.ERROR:
        return False
    return not (one.code == "duplicate-key" and "'<<'" in one.message)  # GitLab takes several


def _judged(one: Diagnostic, format: str) -> Diagnostic:
    """What reading said, with the weight it has for somebody who validates."""
    severity = severity_of(one.code, format)
    return one if severity is None else replace(one, severity=severity)


def _new(found: Iterable[Diagnostic], said: list[Diagnostic]) -> Iterator[Diagnostic]:
    """The findings of rules that reading did not report in its own words."""
    errors = {
        _line(one) for one in said if one.severity is Severity.ERROR or one.code in _STRUCTURE
    }
    known = {(one.code, _line(one)) for one in said}
    places = {_place(one) for one in said if one.severity is Severity.ERROR}
    seen = set()
    for one in found:
        line = _line(one)
        if (one.code, line) in known or (one.code in _STRUCTURE and line in errors):
            continue
        if one.severity is Severity.ERROR and _place(one) in places:
            continue
        key = (one.code, one.message, one.span)
        if key not in seen:
            seen.add(key)
            yield one


def _without_schema(found: list[Diagnostic]) -> list[Diagnostic]:
    """The findings without what a schema says of files in which rules found an error."""
    wrong = {
        _line(one)[0] for one in found if one.severity is Severity.ERROR or one.code in _STRUCTURE
    }
    return [one for one in found if one.code != "schema" or _line(one)[0] not in wrong]


def _place(one: Diagnostic) -> tuple[str, int]:
    return ("", -1) if one.span is None else (one.span.source.path, one.span.start_offset)


def _line(one: Diagnostic) -> tuple[str, int]:
    return ("", 0) if one.span is None else (one.span.source.path, one.span.start.line)


def _filtered(
    found: list[Diagnostic], paths: tuple[str, ...], context: Context, settings: Settings
) -> tuple[Diagnostic, ...]:
    wanted = [
        one
        for one in found
        if one.code not in settings.ignore
        and (not settings.select or one.code in settings.select or one.severity is Severity.ERROR)
        and (one.span is None or settings.allows(one.code, one.span.source.path))
    ]
    kept = Diagnostics()
    files = {one.path: one for one in _sources(paths, context)}
    # those that the pipeline includes, and the actions of the repository
    files |= {one.span.source.path: one.span.source for one in wanted if one.span is not None}
    for one in without_allowed(wanted, files.values()):
        kept.add(one)
    return kept.sorted()


def _sources(paths: tuple[str, ...], context: Context) -> Iterator[Source]:
    for path in paths:
        source = context.workspace.readable(path)
        if source is not None:
            yield source
