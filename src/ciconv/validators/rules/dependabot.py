"""The rule `dependabot`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Sequence, resolve
from ciconv.validators.github.workflow import scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_FILES = (".github/dependabot.yml", ".github/dependabot.yaml")
_DAYS = 7


class Dependabot(Rule):
    """Dependabot proposes versions that nobody had time to look at, or runs their code.

    A version that somebody took over is mostly found within days: `cooldown: {default-days: 7}`
    waits for that. `insecure-external-code-execution: allow` runs code of the packages, beside
    the passwords of private registries.
    https://docs.github.com/en/code-security/dependabot/working-with-dependabot/dependabot-options-reference
    """

    code = "dependabot"
    summary = "updates that come too early, or run code of others"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the settings of Dependabot that are missing or dangerous."""
        for path in _FILES:
            root = subject.document(path)
            updates = root.get("updates") if isinstance(root, Mapping) else None
            for item in map(resolve, updates.items if isinstance(updates, Sequence) else ()):
                if isinstance(item, Mapping):
                    yield from self._judge(item)

    def _judge(self, item: Mapping) -> Iterator[Diagnostic]:
        at = scalar_of(item, "package-ecosystem")
        days = scalar_of(item.get("cooldown"), "default-days")
        if days is None and at is not None:
            said = f"updates of {at.text!r} do not wait until a version is {_DAYS} days old"
            yield self.found(at.span, said, f"add 'cooldown' with 'default-days: {_DAYS}'")
        elif days is not None and isinstance(days.value, int) and days.value < _DAYS:
            said = f"updates wait for {days.value} days only"
            yield self.found(days.span, said, f"{_DAYS} days find most of what is wrong")
        allowed = scalar_of(item, "insecure-external-code-execution")
        if allowed is not None and allowed.text == "allow":
            yield self.found(allowed.span, "updates run code of the packages")
