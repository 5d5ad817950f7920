"""The rule `braced-variable`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Fix, Severity
from ciconv.syntax.node import Mapping, Node, Scalar
from ciconv.validators.gitlab.config import configs, items_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_TEXT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|/(?:[^/\\\n]|\\.)*/")
_BRACED = re.compile(r"\$\{(\w+)\}")


class BracedVariable(Rule):
    """A condition has a variable in braces, which conditions of GitLab do not know.

    Write `$NAME`; the braces belong to shells. GitLab refuses the pipeline.
    """

    code = "braced-variable"
    summary = "`${NAME}` in a condition"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the variables in braces that stand in no text."""
        for config in configs(subject):
            workflow = config.root.get("workflow")
            holders = [workflow, *(entry.value for entry in config.jobs)]
            for holder in holders:
                for test in _conditions(holder):
                    yield from self._condition(test)

    def _condition(self, test: Scalar) -> Iterator[Diagnostic]:
        plain = _TEXT.sub(lambda match: " " * len(match[0]), test.text)
        for match in _BRACED.finditer(plain):
            at = test.span_of(match.start(), match.end())
            fix = Fix(at, f"${match[1]}")
            said = f"{match[0]!r} cannot stand in a condition"
            yield self.found(at, said, f"write ${match[1]}", fix=fix)


def _conditions(holder: Node | None) -> Iterator[Scalar]:
    for rule in items_of(holder, "rules") if isinstance(holder, Mapping) else ():
        test = rule.get("if") if isinstance(rule, Mapping) else None
        if isinstance(test, Scalar) and "${" in test.text:
            yield test
