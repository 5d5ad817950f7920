"""The rule `unknown-runner`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Scalar
from ciconv.validators.github import workflows
from ciconv.validators.github.runners import labels
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

# shaped like a label of GitHub's own machines: a large runner may have any other name
_LIKE_HOSTED = re.compile(r"(ubuntu|macos|windows|linux|osx)-(latests?|[0-9][0-9.]*)")
_NEWEST = ("ubuntu-latest", "windows-latest", "macos-latest")
_TYPOS = 2
_SELF_HOSTED = frozenset("self-hosted linux macos windows x64 x86 arm arm64 gpu".split())  # noqa: SIM905


class UnknownRunner(Rule):
    """A job asks for a machine that GitHub does not have, and waits for a day before it fails.

    It is an error where the label is spelled like one of GitHub's own, or was one that is gone, and
    a note for any other word, which may be that of a machine of yours.
    https://docs.github.com/en/actions/reference/runners/github-hosted-runners
    """

    code = "unknown-runner"
    summary = "a label that no machine of GitHub has"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the labels nobody knows, and those of machines that are gone."""
        for workflow in workflows(subject):
            for found in labels(workflow):
                if any(one.text.lower() == "self-hosted" for one in found):
                    continue
                for label in found:
                    yield from self._judge(label, subject)

    def _judge(self, label: Scalar, subject: Subject) -> Iterator[Diagnostic]:
        name = label.text.lower().strip()
        known = subject.context.catalog.runner(name)
        if known is not None and known.retired:
            said = f"GitHub has no machines {label.text!r} any more"
            yield self.found(label.span, said, "take a newer one")
        elif known is None and name not in _SELF_HOSTED and name:
            meant = _meant(name)
            like_hosted = meant or _LIKE_HOSTED.fullmatch(name) is not None
            severity = Severity.ERROR if like_hosted else Severity.NOTE
            said = f"no machine of GitHub has the label {label.text!r}"
            advice = f"for a machine of yours write [self-hosted, {label.text}], or allow it"
            if meant:
                advice = f"did you mean {meant!r}?"
            yield self.found(label.span, said, advice, severity=severity)


def _meant(name: str) -> str:
    """The newest machines of a system, where a word has all but two letters of their label."""
    from difflib import SequenceMatcher  # loaded when something is wrong, not before

    for one in (it for it in _NEWEST if abs(len(it) - len(name)) < _TYPOS):
        blocks = SequenceMatcher(None, name, one).get_matching_blocks()
        missed = max(len(name), len(one)) - sum(block.size for block in blocks)
        if missed <= _TYPOS and not name.startswith(one):  # a larger one may be called so
            return one
    return ""
