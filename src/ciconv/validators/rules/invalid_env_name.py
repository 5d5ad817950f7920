"""The rule `invalid-env-name`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping
from ciconv.validators.github import with_actions
from ciconv.validators.github.workflow import Workflow, entries
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_FORBIDDEN = ("=", " ", "&")


class InvalidEnvName(Rule):
    """A variable has a name that no variable can have.

    A name has no `=`, `&` and no blanks; letters, digits and `_` are safe everywhere.
    """

    code = "invalid-env-name"
    summary = "a name that no variable can have"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the keys of each `env` that are no names."""
        for workflow in with_actions(subject):
            for env in _envs(workflow):
                for entry in env.entries:
                    if "${{" not in entry.name and any(one in entry.name for one in _FORBIDDEN):
                        said = f"{entry.name!r} cannot be the name of a variable"
                        yield self.found(entry.key.span, said)


def _envs(workflow: Workflow) -> Iterator[Mapping]:
    for job in workflow.jobs.values():
        services = [node for _, node in entries(job.get("services"))]
        for container in (job.get("container"), *services):
            if isinstance(container, Mapping):
                yield from _env(container)
    holders = (workflow.root, *workflow.jobs.values(), *(it for _, _, it in workflow.all_steps()))
    for holder in holders:
        yield from _env(holder)


def _env(holder: Mapping) -> Iterator[Mapping]:
    env = holder.get("env")
    if isinstance(env, Mapping):
        yield env
