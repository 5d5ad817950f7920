"""Values that Jenkins has under no name of its own, as the Groovy that computes them. Both ways.

https://www.jenkins.io/doc/book/pipeline/multibranch/#additional-environment-variables
"""

import re

from ciconv.converters.jenkins.jobs.outputs import read_source
from ciconv.syntax.groovy import tree as t

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
    ("commit", "short"): "env.GIT_COMMIT.take(8)",
    ("ref", "full"): (
        'env.CHANGE_ID ? "refs/pull/${env.CHANGE_ID}/merge" : '
        'env.TAG_NAME ? "refs/tags/${env.TAG_NAME}" : "refs/heads/${env.BRANCH_NAME}"'
    ),
    ("ref", "name"): 'env.CHANGE_ID ? "${env.CHANGE_ID}/merge" : env.BRANCH_NAME',
    ("ref", "branch"): "env.CHANGE_ID || env.TAG_NAME ? '' : env.BRANCH_NAME",
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
    ("repo", "url"): f"'https://' + {_URL}.tokenize('/:@')[-3..-1].join('/')",
    ("server", "url"): f"'https://' + {_URL}.tokenize('/:@')[-3]",
    ("workspace",): "env.WORKSPACE",
    ("temp",): "env.WORKSPACE_TMP",
    ("job", "status"): (
        "currentBuild.currentResult == 'ABORTED' ? 'cancelled' : "
        "currentBuild.currentResult.toLowerCase()"
    ),
    ("run", "url"): "env.BUILD_URL",
}

# behind all stages no variable has them, but there is a checkout
AT_THE_END: dict[Path, str] = {
    ("commit", "sha"): "sh(script: 'git rev-parse HEAD', returnStdout: true).trim()",
    ("commit", "short"): "sh(script: 'git rev-parse --short=8 HEAD', returnStdout: true).trim()",
}

_PATHS = {text: path for known in (GROOVY, AT_THE_END) for path, text in known.items()}
_SHAPES = (t.Ternary, t.Call, t.Index, t.Binary)


def known_path(node: t.Expr) -> Path | None:
    """Return the name of what such a piece of Groovy computes, None for any other."""
    if isinstance(node, t.Call) and node.name == "sh":
        return _output(node)
    if not isinstance(node, _SHAPES) or node.span.end_offset - node.span.start_offset > LONGEST:
        return None
    return _PATHS.get(node.span.text)


def _output(node: t.Call) -> Path | None:
    """The output of a step that a script of `jobs/outputs.py` prints."""
    script = node.named("script")
    source = read_source(script.constant or "") if isinstance(script, t.String) else None
    match = _OUTPUT.fullmatch(source or "")
    if match is None or node.named("returnStdout") is None:
        return None
    return "steps", match["step"].lower(), "outputs", match["name"].lower()


_OUTPUT = re.compile(r"STEPS_(?P<step>\w+?)_OUTPUTS_(?P<name>\w+)")
LONGEST = max(map(len, _PATHS))
