"""Takes off again what `wrap` put around scripts."""

from ciconv.converters.script_steps.host import Host
from ciconv.ir.step import Run


def unwrap(runs: tuple[Run, ...], host: Host) -> tuple[Run, ...] | None:
    """Return the steps that scripts were wrapped from; None when `wrap` did not write them.

    `runs`: one for each item of a joined script list (GitLab: the whole `script`, span and all),
    or a single one. Of None a reader makes what it makes of any script.
    """
    return None
