"""The rule `long-lived-password`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Scalar
from ciconv.validators.github import workflows
from ciconv.validators.github.workflow import Workflow, scalar_of, text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

# registries that can trust a workflow, with the commands that publish and the variables that
# hold a password
_REGISTRIES = (
    ("npm", r"(?:npm|pnpm|yarn npm|bun) publish\b", ("NODE_AUTH_TOKEN", "NPM_TOKEN")),
    ("crates.io", r"cargo (?:\+\S+ )?publish\b", ("CARGO_REGISTRY_TOKEN",)),
    ("RubyGems", r"gem push\b", ("GEM_HOST_API_KEY", "RUBYGEMS_API_KEY")),
    (
        "PyPI",
        r"(?:twine upload|(?:uv|poetry|hatch|pdm|flit) publish)\b",
        ("TWINE_PASSWORD", "UV_PUBLISH_TOKEN", "POETRY_PYPI_TOKEN_PYPI", "FLIT_PASSWORD")
        + ("HATCH_INDEX_AUTH", "PDM_PUBLISH_PASSWORD"),
    ),
    ("NuGet", r"dotnet nuget push\b", ("NUGET_API_KEY", "NUGET_TOKEN")),
)
# actions that publish, with the input for a password and the one that names another registry
_ACTIONS = {
    "pypa/gh-action-pypi-publish": ("PyPI", "password", "repository-url"),
    "js-devtools/npm-publish": ("npm", "token", "registry"),
}
_ELSEWHERE = re.compile(r"--(?:registry|index|repository(?:-url)?|publish-url|source|host)\b")


class LongLivedPassword(Rule):
    """A package is published with a password or a token that lives on.

    PyPI, npm, RubyGems, crates.io and NuGet can trust a workflow of a repository, so that there is
    nothing to steal. It is called trusted publishing.
    """

    code = "long-lived-password"
    summary = "a password where the registry trusts the workflow itself"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the passwords handed to actions and commands that can do without."""
        for workflow in workflows(subject):
            for job, _, step in workflow.all_steps():
                found = (_of_action(step), _of_script(step, job, workflow))
                for registry, password in (one for one in found if one is not None):
                    said = f"{registry} can trust this workflow without a password"
                    advice = (
                        f"name the workflow as a trusted publisher at {registry}, and take this out"
                    )
                    yield self.found(password.span, said, advice)


def _of_action(step: Mapping) -> tuple[str, Scalar] | None:
    uses = (text_of(step, "uses") or "").partition("@")[0].lower()
    if uses not in _ACTIONS:
        return None
    registry, given, elsewhere = _ACTIONS[uses]
    password = scalar_of(step.get("with"), given)
    return (
        None if password is None or text_of(step.get("with"), elsewhere) else (registry, password)
    )


def _of_script(step: Mapping, job: str, workflow: Workflow) -> tuple[str, Scalar] | None:
    script = text_of(step, "run") or ""
    holders = (step, workflow.jobs[job], workflow.root)
    for registry, command, names in _REGISTRIES:
        if not re.search(rf"\b{command}", script) or _ELSEWHERE.search(script):
            continue
        values = (scalar_of(one.get("env"), name) for one in holders for name in names)
        password = next((one for one in values if one is not None), None)
        if password is not None and "secrets." in password.text:
            return registry, password
    return None
