"""The rule `contradictory-rule`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.pattern.faults import re2_fault
from ciconv.source import Span
from ciconv.syntax.node import Mapping, Scalar
from ciconv.validators.github.environment import scalars_of
from ciconv.validators.github.workflow import entry_of, text_of
from ciconv.validators.gitlab.config import configs, items_of
from ciconv.validators.gitlab.presence import may_hold, may_hold_without, test_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_QUOTED = re.compile(r"""["']\$\w""")
_ONE_OF = ("CI_COMMIT_BRANCH", "CI_COMMIT_TAG")  # a pipeline has one of these at most
_REGEX = re.compile(r"[=!]~\s*/((?:[^/\\\n]|\\.)*)/")


class ContradictoryRule(Rule):
    """A rule asks for what cannot be, so that it never holds.

    A variable cannot have two values at once. What is no regular expression of RE2, which knows no
    look-around and no references to groups, is an error: GitLab refuses it.
    """

    code = "contradictory-rule"
    summary = "a rule that never holds"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the conditions that contradict themselves, and patterns that are none."""
        for config in configs(subject):
            for entry in config.jobs:
                for scalar in _patterns(entry.value) if isinstance(entry.value, Mapping) else ():
                    if len(scalar.text) > 2 and scalar.text[0] == "/" == scalar.text[-1]:
                        yield from self._pattern(scalar, 1, len(scalar.text) - 1)
            workflow = config.root.get("workflow")
            rules = items_of(workflow, "rules") if isinstance(workflow, Mapping) else ()
            if rules and all(text_of(_mapping(one), "when") == "never" for one in rules):
                at = config.root.entries[0].key.span
                said = "no pipeline is ever made: all rules of 'workflow' say 'never'"
                yield self.found(_key_of(config.root, "workflow") or at, said)
            for holder in (workflow, *(entry.value for entry in config.jobs)):
                for rule in items_of(holder, "rules") if isinstance(holder, Mapping) else ():
                    test = rule.get("if") if isinstance(rule, Mapping) else None
                    if isinstance(test, Scalar):
                        yield from self._condition(test)

    def _condition(self, test: Scalar) -> Iterator[Diagnostic]:
        for match in _REGEX.finditer(test.text):
            yield from self._pattern(test, match.start(1), match.end(1))
        parsed = test_of(test)
        if parsed is None:
            return
        if not (may_hold(parsed) and may_hold_without(parsed, "")):
            advice = "a variable between quotes is only text" if _QUOTED.search(test.text) else ""
            yield self.found(test.span, "the rule never holds: it contradicts itself", advice)
        elif not any(may_hold_without(parsed, name) for name in _ONE_OF):
            said = "the rule never holds: no pipeline is for a branch and a tag at once"
            yield self.found(test.span, said)

    def _pattern(self, scalar: Scalar, start: int, end: int) -> Iterator[Diagnostic]:
        text = scalar.text[start:end]
        problem = re2_fault(text.replace("\\/", "/"))
        if problem:
            said = f"{text!r} is no regular expression: {problem}"
            yield self.found(scalar.span_of(start, end), said, severity=Severity.ERROR)


def _mapping(node: object) -> Mapping | None:
    return node if isinstance(node, Mapping) else None


def _key_of(root: Mapping, name: str) -> Span | None:
    entry = entry_of(root, name)
    return None if entry is None else entry.key.span


def _patterns(job: Mapping) -> Iterator[Scalar]:
    """The texts of a job that may be regular expressions between slashes."""
    for key in ("only", "except"):
        node = job.get(key)
        yield from scalars_of(node.get("refs") if isinstance(node, Mapping) else node)
    yield from scalars_of(job.get("coverage"))
