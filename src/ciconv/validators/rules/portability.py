"""The rule `portability`."""

from collections.abc import Iterator

from msgspec.structs import replace

from ciconv.converters import registry
from ciconv.diagnostics import Diagnostic, Diagnostics, Severity, in_order
from ciconv.ir.places import placed
from ciconv.passes import run_passes
from ciconv.passes.split_triggers import split_triggers
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
        card = registry.get(subject.format)
        for target in (registry.get(name) for name in subject.targets):
            if target.name == card.name or card.read is None or not subject.asked:
                continue
            # read once more, as a conversion reads: with actions and workflows put in
            context = replace(subject.context, diagnostics=Diagnostics(), expand=True)
            project = card.read(context.workspace, subject.asked, context)
            if context.diagnostics.has_errors:
                return  # which are said anyway
            written = run_passes(project, target.profile, context)
            if target.write is not None:
                target.write(written, context)
            shim = split_triggers(written, target.profile, context)
            if shim is not None and card.write is not None:
                card.write(shim, context)
            for one in in_order(placed(context.diagnostics, written, project)):
                if one.loss is not None and one.loss.outcome is not Outcome.LOWERED:
                    said = f"for {target.title}: {one.message} ({one.loss.outcome})"
                    yield self.found(one.span, said, one.help)
