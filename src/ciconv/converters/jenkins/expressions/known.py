"""Values that Jenkins has under no name of its own, as the Groovy that computes them. Both ways.

https://www.jenkins.io/doc/book/pipeline/multibranch/#additional-environment-variables
"""

Path = tuple[str, ...]

_CAUSES = "currentBuild.getBuildCauses('hudson.{}')"
_URL = "scm.userRemoteConfigs[0].url.replaceFirst('[.]git$', '')"
_TIMER = _CAUSES.format("triggers.TimerTrigger$TimerTriggerCause")
_USER = _CAUSES.format("model.Cause$UserIdCause")
_UPSTREAM = _CAUSES.format("model.Cause$UpstreamCause")

GROOVY: dict[Path, str] = {
    ("event",): (
        f"{_TIMER} ? 'schedule' : {_UPSTREAM} ? 'workflow_run' : {_USER} ? 'workflow_dispatch' : "
        "env.CHANGE_ID ? 'pull_request' : 'push'"
    ),
    ("ref", "full"): (
        'env.CHANGE_ID ? "refs/pull/${env.CHANGE_ID}/merge" : '
        'env.TAG_NAME ? "refs/tags/${env.TAG_NAME}" : "refs/heads/${env.BRANCH_NAME}"'
    ),
    ("ref", "name"): 'env.CHANGE_ID ? "${env.CHANGE_ID}/merge" : env.BRANCH_NAME',
    ("ref", "branch"): "env.CHANGE_ID || env.TAG_NAME ? null : env.BRANCH_NAME",
    ("ref", "tag"): "env.TAG_NAME",
    ("ref", "type"): "env.TAG_NAME ? 'tag' : 'branch'",
    ("pr", "number"): "env.CHANGE_ID",
    ("pr", "head"): "env.CHANGE_BRANCH",
    ("pr", "base"): "env.CHANGE_TARGET",
    ("pr", "url"): "env.CHANGE_URL",
    ("pr", "title"): "env.CHANGE_TITLE",
    ("pr", "author"): "env.CHANGE_AUTHOR",
    ("repo", "path"): f"{_URL}.tokenize('/:')[-2..-1].join('/')",
    ("repo", "owner"): f"{_URL}.tokenize('/:')[-2]",
    ("repo", "name"): f"{_URL}.tokenize('/:')[-1]",
    ("workspace",): "env.WORKSPACE",
    ("temp",): "env.WORKSPACE_TMP",
    ("run", "id"): "env.BUILD_TAG",
    ("run", "number"): "env.BUILD_NUMBER",
    ("run", "url"): "env.BUILD_URL",
    ("commit", "sha"): "env.GIT_COMMIT",
}

PATHS: dict[str, Path] = {text: path for path, text in GROOVY.items()}
