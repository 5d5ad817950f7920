"""The rule `contradictory-rule`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Scalar
from ciconv.validators.gitlab.config import configs, items_of
from ciconv.validators.gitlab.presence import may_hold, test_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_REGEX = re.compile(r"[=!]~\s*/((?:[^/\\\n]|\\.)*)/")


class ContradictoryRule(Rule):
    """A rule asks for what cannot be, so that it never holds.

    A variable cannot have two values at once, and what is no regular expression matches nothing.
    """

    code = "contradictory-rule"
    summary = "a rule that never holds"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the conditions that contradict themselves, and patterns that are none."""
        for config in configs(subject):
            workflow = config.root.get("workflow")
            for holder in (workflow, *(entry.value for entry in config.jobs)):
                for rule in items_of(holder, "rules") if isinstance(holder, Mapping) else ():
                    test = rule.get("if") if isinstance(rule, Mapping) else None
                    if isinstance(test, Scalar):
                        yield from self._condition(test)

    def _condition(self, test: Scalar) -> Iterator[Diagnostic]:
        for match in _REGEX.finditer(test.text):
            problem = "" if "(?" in match[1] else _problem(match[1].replace("\\/", "/"))
            if problem:
                at = test.span_of(match.start(1), match.end(1))
                said = f"{match[1]!r} is no regular expression: {problem}"
                yield self.found(at, said, severity=Severity.ERROR)
        parsed = test_of(test)
        if parsed is not None and not may_hold(parsed):
            yield self.found(test.span, "the rule never holds: it contradicts itself")


def _problem(text: str) -> str:
    if len(text) > 500 or "[[:" in text or "\\p" in text or "\\z" in text or "\\Q" in text:
        return ""  # the engine of GitLab knows these, Python does not
    try:
        re.compile(text)
    except re.error as error:
        return error.msg
    except (RecursionError, OverflowError):
        return ""
    return ""
