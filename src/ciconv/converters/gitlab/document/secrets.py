"""Secrets and variables of settings: whoever has the project has to create them.

https://docs.gitlab.com/ci/variables/#for-a-project
"""

from ciconv.context import Context, Place
from ciconv.ir.expression import Ref
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import nodes
from ciconv.profile import Feature, Outcome

_TOKEN = (("token",), ("secrets", "GITHUB_TOKEN"), ("github", "token"))


def report_settings(pipeline: Pipeline, context: Context) -> None:
    """Say of each secret and variable once what to do, at the first place it is used."""
    seen: set[tuple[str, ...]] = set()
    place = Place(pipeline=pipeline.id)
    for node in nodes(pipeline):
        if not isinstance(node, Ref):
            continue
        path = ("token",) if node.path in _TOKEN else node.path
        if path in seen:
            continue
        seen.add(path)
        if path == ("token",):
            said = "the job token may do other things than GitHub's: give GITHUB_TOKEN a token"
            loss = place.loss(Feature.SECRET, Outcome.MANUAL)
            context.lose(loss, said, node, "Settings > Access tokens, then a masked CI/CD variable")
        elif path[0] == "secrets" and len(path) == 2:
            said = f"create the CI/CD variable {path[1]!r}, masked"
            loss = place.loss(Feature.SECRET, Outcome.MANUAL)
            context.lose(loss, said, node, f"glab variable set {path[1]} --masked")
        elif path[0] == "vars" and len(path) == 2:
            said = f"create the CI/CD variable {path[1]!r}"
            loss = place.loss(Feature.VARIABLE, Outcome.MANUAL)
            context.lose(loss, said, node, f"glab variable set {path[1]}")


def report_secrets_of_calls(pipeline: Pipeline, context: Context) -> None:
    """Say that secrets are handed over by nobody: they are variables that all pipelines see."""
    loss = Place(pipeline=pipeline.id).loss(Feature.SECRET, Outcome.APPROXIMATED)
    for one in pipeline.secrets:
        said = f"the secret {one.name!r} is a CI/CD variable, which nobody has to hand over"
        context.lose(loss, said, one)
