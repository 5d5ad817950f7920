"""Jenkins: multibranch projects with the git plug-in.

https://www.jenkins.io/doc/book/pipeline/syntax/
"""

from collections.abc import Mapping

from ciconv.ir.expression import Constant
from ciconv.ir.trigger import EventKind
from ciconv.passes.usual_shells import USUAL_SHELLS
from ciconv.simulation.event import PULL_REQUESTS, Event, base_of, branch_of
from ciconv.simulation.systems.system import System


def variables(event: Event) -> Mapping[str, Constant]:
    """Return the variables of Jenkins that an event decides; None is one that is not set."""
    is_request = event.kind in PULL_REQUESTS
    name = f"PR-{event.number}" if is_request else branch_of(event) or event.tag
    branch = None if is_request else branch_of(event)
    return {
        "BRANCH_NAME": name,
        "TAG_NAME": event.tag,
        "BRANCH_IS_PRIMARY": "true" if branch == event.default_branch else None,
        "CHANGE_ID": str(event.number) if is_request else None,
        "CHANGE_BRANCH": branch_of(event) if is_request else None,
        "CHANGE_TARGET": base_of(event) if is_request else None,
    }


JENKINS = System(
    name="jenkins",
    asking="'when'",
    spoken={
        ("ref", "branch"): "env.BRANCH_NAME",
        ("ref", "name"): "env.BRANCH_NAME",
        ("inputs",): "params.",
        ("env",): "env.",
        ("event",): "triggeredBy",
    },
    events={
        EventKind.SCHEDULE: "TimerTrigger",
        EventKind.MANUAL: "UserIdCause",
        EventKind.UPSTREAM: "UpstreamCause",
    },
    shell=USUAL_SHELLS["jenkins"],
    shells={
        "cmd": 'cmd /D /E:ON /V:OFF /S /C "CALL "{0}""',
        "pwsh": "pwsh -command \". '{0}'\"",
        "powershell": "powershell -command \". '{0}'\"",
    },
    sees_env=True,
    values={"GIT_COMMIT": ("commit", "sha")},
    variables=variables,
)
