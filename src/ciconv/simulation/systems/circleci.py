"""CircleCI.

https://circleci.com/docs/reference/configuration-reference/
"""

from collections.abc import Mapping

from ciconv.ir.expression import Constant
from ciconv.ir.trigger import EventKind
from ciconv.passes.usual_shells import USUAL_SHELLS
from ciconv.simulation.event import Event, branch_of
from ciconv.simulation.plan import State
from ciconv.simulation.systems.github import GITHUB
from ciconv.simulation.systems.system import System


def variables(event: Event) -> Mapping[str, Constant]:
    """Return the variables of CircleCI that an event decides."""
    return {
        "CI": "true",
        "CIRCLECI": "true",
        "CIRCLE_BRANCH": branch_of(event),
        "CIRCLE_TAG": event.tag,
    }


# https://circleci.com/docs/reference/variables/#pipeline-values
_EVENTS = {
    EventKind.PUSH: "push",
    EventKind.PULL_REQUEST: "pull_request",
    EventKind.SCHEDULE: "schedule",
    EventKind.MANUAL: "api",
}


def names(event: Event) -> Mapping[tuple[str, ...], Constant]:
    """Return the pipeline values of CircleCI's own that an event decides."""
    word = _EVENTS.get(event.kind)
    return {} if word is None else {("pipeline", "event", "name"): word}


CIRCLECI = System(
    name="circleci",
    spoken={
        ("event",): "pipeline.event.name",
        ("ref", "branch"): "pipeline.git.branch",
        ("ref", "tag"): "pipeline.git.tag",
        ("inputs",): "pipeline.parameters.",
    },
    events=_EVENTS,
    shell=USUAL_SHELLS["circleci"],
    shell_on_windows="powershell.exe -ExecutionPolicy Bypass {0}",
    shells={word: GITHUB.shells[word] for word in ("powershell", "pwsh", "cmd")},
    idle=State.ABSENT,
    ambient=True,
    limited=True,
    joins=False,
    values={
        "CIRCLE_SHA1": ("commit", "sha"),
        "CIRCLE_BRANCH": ("ref", "branch"),
        "CIRCLE_TAG": ("ref", "tag"),
    },
    needs_one=True,
    undefined="",  # pipeline values of an event that has none are empty
    variables=variables,
    names=names,
)
