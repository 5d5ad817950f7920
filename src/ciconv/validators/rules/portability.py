"""The rule `portability`."""

from collections.abc import Iterator

from msgspec.structs import replace

from ciconv.converters import registry
from ciconv.diagnostics import Diagnostic, Diagnostics, Severity
from ciconv.passes import run_passes
from ciconv.profile import Outcome
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class Portability(Rule):
    """What a conversion to another system would not carry over unchanged.

    It is looked for when a format is named: `ciconv validate --for gitlab`, or `for = ["gitlab"]`
    in the settings. What becomes the same by other means is not mentioned.
    """

    code = "portability"
    summary = "what another system cannot say"
    severity = Severity.NOTE

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the losses of a conversion to each format that is named."""
        for name in subject.targets:
            target = registry.get(name)
            if target.name == subject.format:
                continue
            context = replace(subject.context, diagnostics=Diagnostics())
            run_passes(subject.project, target.profile, context)
            for one in context.diagnostics.sorted():
                if one.loss is not None and one.loss.outcome is not Outcome.LOWERED:
                    said = f"for {target.title}: {one.message} ({one.loss.outcome})"
                    yield self.found(one.span, said, one.help)
