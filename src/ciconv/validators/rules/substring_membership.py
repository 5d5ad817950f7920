"""The rule `substring-membership`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Call, Literal, Ref
from ciconv.validators.github import calls
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_VARIABLES = ("GITHUB_REF", "GITHUB_HEAD_REF", "GITHUB_BASE_REF", "GITHUB_ACTOR")
_CHOSEN = (("github", "ref"), ("github", "ref_name"), ("github", "head_ref"), ("github", "actor"))


class SubstringMembership(Rule):
    """`contains` looks for a part of a text where one of several names was meant.

    `contains('main develop', github.ref_name)` holds for a branch `ai` as well. Use a list:
    `contains(fromJSON('["main", "develop"]'), github.ref_name)`.
    """

    code = "substring-membership"
    summary = "a part of a text where a member of a list was meant"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield `contains` of a constant text and a name that somebody chooses."""
        for call in calls(subject):
            if _is_unsound(call):
                said = "'contains' of a text is true for any part of one of the names"
                yield self.found(call.span, said, "use fromJSON('[…]') for the names")


def _is_unsound(call: Call) -> bool:
    if call.function.lower() != "contains" or len(call.arguments) != 2:
        return False
    names, one = call.arguments
    several = isinstance(names, Literal) and isinstance(names.value, str)
    if not several or not isinstance(one, Ref):
        return False
    named = one.path[0] == "env" and one.path[-1].upper().startswith(_VARIABLES)
    return one.path in _CHOSEN or named
