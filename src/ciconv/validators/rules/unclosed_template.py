"""The rule `unclosed-template`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Node, Scalar, children
from ciconv.validators.github.workflow import text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_OPENED = re.compile(r"(?<![\\<])<<(?!<)(?=[ \t]*\S)(?!.*>>)", re.DOTALL)
_ADVICE = r"write '\<<' where it is a here-document of the shell"


class UnclosedTemplate(Rule):
    r"""`<<` begins a value of the pipeline that no `>>` ends: CircleCI refuses the configuration.

    A here-document of the shell is written `\<<`; CircleCI takes the backslash away.
    https://circleci.com/docs/guides/orchestrate/reusing-config/#using-the-parameters-key
    """

    code = "unclosed-template"
    summary = "`<<` without `>>`"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield where a value begins that does not end."""
        for _, root in subject.mappings():
            if text_of(root, "version") != "2.1":
                continue
            for one in _scalars(root):
                match = _OPENED.search(one.text)
                if match is not None:
                    at = one.span_of(match.start(), match.end())
                    yield self.found(at, "'<<' begins a value, and no '>>' ends it", _ADVICE)


def _scalars(root: Node) -> Iterator[Scalar]:
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Scalar):
            yield one
        waiting += children(one)
