"""Pipeline values of CircleCI, and what others call them.

Pipelines are started by pushes, by the API and on schedules, never by pull requests: for these
events the values are those of the canonical names.
https://circleci.com/docs/reference/variables/#pipeline-values
"""

from ciconv.ir.expression import Binary, Call, Expr, Literal, Op, Ref, Semantics

VALUES: dict[str, tuple[str, ...]] = {
    "pipeline.git.branch": ("ref", "branch"),
    "pipeline.git.tag": ("ref", "tag"),
    "pipeline.git.revision": ("commit", "sha"),
    "pipeline.git.base_revision": ("commit", "before"),
    "pipeline.git.commit.subject": ("commit", "title"),
    "pipeline.git.repo_name": ("repo", "name"),
    "pipeline.git.repo_owner": ("repo", "owner"),
    "pipeline.id": ("run", "id"),
    "pipeline.schedule.name": ("run", "schedule"),
    "pipeline.number": ("run", "number"),
    "pipeline.project.git_url": ("repo", "url"),
    "pipeline.trigger_parameters.github_app.branch": ("ref", "branch"),
    "pipeline.trigger_parameters.github_app.commit_sha": ("commit", "sha"),
    "pipeline.event.action": ("event", "action"),
    "pipeline.event.github.pull_request.number": ("pr", "number"),
    "pipeline.event.github.pull_request.title": ("pr", "title"),
    "pipeline.event.github.pull_request.draft": ("pr", "draft"),
    "pipeline.event.github.pull_request.base.ref": ("pr", "base"),
    "pipeline.event.github.pull_request.base.sha": ("pr", "base_sha"),
    "pipeline.event.github.pull_request.head.ref": ("pr", "head"),
    "pipeline.event.github.pull_request.head.sha": ("pr", "head_sha"),
}
EVENT = ("event",)

# what the pipeline says of its start, and GitHub's word for it
EVENTS: dict[str, dict[str, str]] = {
    "pipeline.trigger_source": {
        "webhook": "push",
        "api": "workflow_dispatch",
        "scheduled_pipeline": "schedule",
    },
    "pipeline.trigger.type": {
        "github_oauth": "push",
        "github_app": "push",
        "gitlab": "push",
        "bitbucket": "push",
        "webhook": "repository_dispatch",  # one of the project's own, which anybody may call
        "api": "workflow_dispatch",
        "schedule": "schedule",
        "scheduled_pipeline": "schedule",
    },
    "pipeline.event.name": {
        "push": "push",
        "pull_request": "pull_request",
        "api": "workflow_dispatch",
        "schedule": "schedule",
        "scheduled_pipeline": "schedule",
    },
}
_IS_DEFAULT = "pipeline.git.branch.is_default"


def named(name: str) -> Expr:
    """Return what a name of CircleCI stands for; one that nobody else has stays as it is."""
    if name.startswith("pipeline.parameters."):
        return Ref(path=("inputs", name.removeprefix("pipeline.parameters.")))
    if name == _IS_DEFAULT:
        branch, default = Ref(path=("ref", "branch")), Ref(path=("ref", "default"))
        return Binary(op=Op.EQ, left=branch, right=default, semantics=Semantics.CIRCLECI)
    if name in VALUES:
        return Ref(path=VALUES[name])
    if name == "pipeline.project.slug":
        path = Ref(path=("repo", "path"))
        return Call(function="format", arguments=(Literal(value="gh/{0}"), path))
    if name == "pipeline.project.type":
        return Literal(value="github")
    return Ref(path=tuple(name.split(".")))


def compared(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    """Return both sides of a comparison in canonical words: of events there are many."""
    for one, other in ((left, right), (right, left)):
        words = EVENTS.get(".".join(one.path)) if isinstance(one, Ref) else None
        if words is None or not isinstance(other, Literal) or not isinstance(other.value, str):
            continue
        word = words.get(other.value, f"circleci:{other.value}")
        return Ref(path=EVENT, span=one.span), Literal(value=word, span=other.span)
    return left, right
