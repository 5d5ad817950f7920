"""GitHub Actions.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from ciconv.simulation.event import Event
from ciconv.simulation.systems.system import System

_PWSH = "pwsh -command \". '{0}'\""


def _on_tag(event: Event) -> bool:
    """Paths are not looked at when a tag is pushed."""
    return event.tag is not None


GITHUB = System(
    name="github",
    asking="'if'",
    has_events=True,
    shell="bash -e {0}",
    shell_in_container="sh -e {0}",
    shell_on_windows=_PWSH,
    shells={
        "bash": "bash --noprofile --norc -eo pipefail {0}",
        "sh": "sh -e {0}",
        "python": "python {0}",
        "pwsh": _PWSH,
        "powershell": "powershell -command \". '{0}'\"",
        "cmd": 'cmd /D /E:ON /V:OFF /S /C "CALL "{0}""',
    },
    timeout="360",
    fail_fast=True,
    joins=False,
    asks_all=True,
    undefined="",
    every_file=_on_tag,
)
