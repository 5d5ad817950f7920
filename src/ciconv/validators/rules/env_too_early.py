"""The rule `env-too-early`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Ref, walk
from ciconv.validators.github import with_actions
from ciconv.validators.github.expressions import Placed, placed
from ciconv.validators.github.workflow import Workflow, entries, text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class EnvTooEarly(Rule):
    """A step reads `env.NAME` before the value that it gives the name can be seen.

    Expressions are worked out before the step begins: what its script writes to `$GITHUB_ENV` is
    there for later steps alone, and the variables of one `env` do not see each other.
    """

    code = "env-too-early"
    summary = "`env.NAME` read in the step that sets it"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the references that come too early."""
        for workflow in with_actions(subject):
            for one in placed(workflow, subject):
                path = one.site.path
                if len(path) < 5 or path[2] != "steps":
                    continue
                for name, ref in _names(one):
                    problem = _problem(name, path, workflow)
                    if problem:
                        yield self.found(ref.span, problem)


def _names(one: Placed) -> Iterator[tuple[str, Ref]]:
    for part in one.parts:
        for ref in walk(part):
            if isinstance(ref, Ref) and ref.path[0] == "env" and len(ref.path) == 2:
                yield ref.path[1], ref


def _problem(name: str, path: tuple[str, ...], workflow: Workflow) -> str:
    step = workflow.step_at(path)
    own = {key for key, _ in entries(step.get("env"))}
    said = ""
    if path[4] == "run" and name not in own and _writes(text_of(step, "run") or "", name):
        said = f"{name!r} is not set yet: this very script writes it for later steps"
    elif path[4] == "env" and len(path) > 5 and path[5] != name and name in own:
        said = f"{name!r} of the same 'env' cannot be seen here"
    return "" if said and _set_before(name, path, workflow) else said


def _set_before(name: str, path: tuple[str, ...], workflow: Workflow) -> bool:
    job = workflow.jobs[path[1]]
    above = {key for holder in (workflow.root, job) for key, _ in entries(holder.get("env"))}
    earlier = workflow.steps(path[1])[: int(path[3])]
    uses = any(text_of(step, "uses") for step in earlier)  # an action may set anything
    return (
        name in above or any(_writes(text_of(step, "run") or "", name) for step in earlier) or uses
    )


def _writes(script: str, name: str) -> bool:
    return "GITHUB_ENV" in script and re.search(rf"\b{re.escape(name)}(=|<<)", script) is not None
