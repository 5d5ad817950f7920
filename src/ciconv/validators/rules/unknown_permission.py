"""The rule `unknown-permission`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Node, Scalar, resolve
from ciconv.validators.github import workflows
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_LEVELS = ("read", "write", "none")
_SCOPES = {
    "actions": _LEVELS,
    "artifact-metadata": _LEVELS,
    "attestations": _LEVELS,
    "checks": _LEVELS,
    "contents": _LEVELS,
    "copilot-requests": ("write", "none"),
    "deployments": _LEVELS,
    "discussions": _LEVELS,
    "id-token": ("write", "none"),
    "issues": _LEVELS,
    "models": ("read", "none"),
    "packages": _LEVELS,
    "pages": _LEVELS,
    "pull-requests": _LEVELS,
    "repository-projects": _LEVELS,
    "security-events": _LEVELS,
    "statuses": _LEVELS,
    "vulnerability-alerts": ("read", "none"),
}


class UnknownPermission(Rule):
    """`permissions` names a right or a level that does not exist, and GitHub refuses the file.

    Levels are `read`, `write` and `none`; `id-token` cannot be read and `models` cannot be
    written. For all rights at once there are `read-all`, `write-all` and `{}`.
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
    """

    code = "unknown-permission"
    summary = "a right or a level that does not exist"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield what is wrong with each `permissions`."""
        for workflow in workflows(subject):
            for holder in (workflow.root, *workflow.jobs.values()):
                node = holder.get("permissions")
                if isinstance(node, Scalar) and node.text not in ("read-all", "write-all"):
                    if node.text or node.value == "":
                        said = f"{node.text!r} is no level for all rights"
                        yield self.found(node.span, said, "there are read-all, write-all and {}")
                elif isinstance(node, Mapping):
                    yield from self._scopes(node)

    def _scopes(self, node: Mapping) -> Iterator[Diagnostic]:
        for entry in node.entries:
            levels, value = _SCOPES.get(entry.name), resolve(entry.value)
            if levels is None:
                said = f"{entry.name!r} is no right of a token"
                yield self.misspelt(entry.key.span, said, entry.name, _SCOPES)
            elif _text(value) not in levels:
                said = f"{_text(value)!r} is no level of the right {entry.name!r}"
                yield self.found(value.span, said, f"there are {', '.join(levels)}")


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""
