"""The rule `tainted-environment`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Scalar
from ciconv.validators.github import with_actions
from ciconv.validators.github.workflow import Workflow, scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_WITH_RIGHTS = frozenset({"pull_request_target", "workflow_run", "issue_comment"})
_WRITES = re.compile(
    r"^(?=.*GITHUB_).*(\$\(|`|\$\w|cat ).*>>?\s*[\"']?\$\{?GITHUB_(ENV|PATH).*", re.MULTILINE
)


class TaintedEnvironment(Rule):
    """A workflow with rights writes what a stranger may choose into the variables of later steps.

    In `$GITHUB_ENV` a variable such as `LD_PRELOAD`, in `$GITHUB_PATH` a folder, makes later steps
    run anything. Write constants, or use outputs.
    """

    code = "tainted-environment"
    summary = "variables that a stranger may choose, for all later steps"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield writes of computed values in workflows that have rights."""
        for workflow in with_actions(subject):
            # nobody knows what else an action is used in
            if workflow.is_action or not _WITH_RIGHTS.isdisjoint(workflow.events):
                yield from self._scripts(workflow)

    def _scripts(self, workflow: Workflow) -> Iterator[Diagnostic]:
        for _, _, step in workflow.all_steps():
            script = scalar_of(step, "run")
            for match in _WRITES.finditer("" if script is None else script.text):
                assert isinstance(script, Scalar)
                at = script.span_of(match.start(), match.end())
                where = "an action" if workflow.is_action else "a workflow with rights"
                said = f"a computed value goes to $GITHUB_{match[2]} in {where}"
                yield self.found(at, said, "who chooses the value may set other variables as well")
