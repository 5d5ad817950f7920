"""The network, for the commands that were told to use it."""

from importlib.util import find_spec
from pathlib import Path

from ciconv.cli.outcome import WrongUse
from ciconv.source import Workspace


def opened(source: Path, online: bool | None) -> Path | Workspace:
    """Return what to read: with `online`, files of other projects are fetched.

    With False they come from the cache; with None they are not at hand.
    """
    if online is None:
        return source
    if find_spec("requests_cache") is None:
        option = "--online" if online else "--offline"
        raise WrongUse("this needs 'requests-cache': pip install 'ciconv[online]'", option)
    from ciconv.fetch import online as connected

    return connected(Workspace.of(source), offline=not online)
