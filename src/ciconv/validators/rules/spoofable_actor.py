"""The rule `spoofable-actor`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Binary, Literal, Op, Ref, walk, written
from ciconv.validators.github import with_actions
from ciconv.validators.github.expressions import placed
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_ACTORS = (("github", "actor"), ("github", "triggering_actor"))
_IDS = ("github", "actor_id")
# https://api.github.com/users/NAME: dependabot, github-actions, renovate, pre-commit-ci
_BOTS = frozenset({"49699333", "41898282", "29139614", "66853113"})
_WITH_RIGHTS = frozenset({"pull_request_target", "workflow_run", "issue_comment"})


class SpoofableActor(Rule):
    """A condition trusts a bot by `github.actor`, which is whoever acted last.

    A stranger can make a bot act last on a change of his own. Ask who opened it:
    `github.event.pull_request.user.login`.
    """

    code = "spoofable-actor"
    summary = "a bot trusted by the name of who acted last"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield comparisons of the actor with a bot in workflows that have rights."""
        for workflow in with_actions(subject):
            if _WITH_RIGHTS.isdisjoint(workflow.events):
                continue
            for one in placed(workflow, subject):
                for part in one.parts if one.is_condition else ():
                    for test in walk(part):
                        if isinstance(test, Binary) and _trusts_bot(test):
                            said = "whoever acted last may be a bot for anybody's change"
                            advice = "compare github.event.pull_request.user.login"
                            yield self.found(test.span, said, advice)


def _trusts_bot(test: Binary) -> bool:
    if test.op is not Op.EQ:
        return False
    sides = (test.left, test.right)
    names = [written(one.value) for one in sides if isinstance(one, Literal)]
    paths = [tuple(map(str.lower, one.path)) for one in sides if isinstance(one, Ref)]
    if any(path in _ACTORS for path in paths):
        return any(name.endswith("[bot]") for name in names)
    return _IDS in paths and not _BOTS.isdisjoint(names)
