"""The rule `checkout-method`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping
from ciconv.validators.circleci import places, steps_of
from ciconv.validators.github.workflow import scalar_of, text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_METHODS = ("full", "blobless", "shallow")


class CheckoutMethod(Rule):
    """`checkout` is told a way to fetch the repository that CircleCI does not know.

    There are `full`, `blobless` and `shallow`; a `depth` goes with the last one.
    https://circleci.com/docs/reference/configuration-reference/#checkout
    """

    code = "checkout-method"
    summary = "a method of `checkout` that is none"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield methods nobody knows, and depths that nothing uses."""
        for _, root in subject.mappings():
            for place in places(root):
                for holder in (*place.jobs.values(), *place.commands.values()):
                    for step in steps_of(holder.get("steps")):
                        if step.name.text == "checkout" and isinstance(step.value, Mapping):
                            yield from self._judge(step.value)

    def _judge(self, given: Mapping) -> Iterator[Diagnostic]:
        method, depth = scalar_of(given, "method"), scalar_of(given, "depth")
        if method is not None and "<<" not in method.text and method.text not in _METHODS:
            said = f"{method.text!r} is no method of 'checkout'"
            yield self.misspelt(method.span, said, method.text, _METHODS)
        if depth is None or "<<" in depth.text:
            return
        if not isinstance(depth.value, int) or depth.value < 1:
            yield self.found(depth.span, f"'depth' is a number of commits, not {depth.text!r}")
        elif (text_of(given, "method") or "full") in ("full", "blobless"):
            yield self.found(depth.span, "'depth' counts for the method 'shallow' alone")
