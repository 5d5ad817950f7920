"""The network, for the commands that were told to use it."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ciconv.cli.outcome import WrongUse
from ciconv.source import Workspace

if TYPE_CHECKING:
    from ciconv.fetch.schemas import Updated


def opened(source: Path, online: bool | None) -> Path | Workspace:
    """Return what to read: with `online`, files of other projects are fetched.

    With False they come from the cache; with None they are not at hand.
    """
    if online is None:
        return source
    _refuse_without_package("--online" if online else "--offline")
    from ciconv.fetch import online as connected

    return connected(Workspace.of(source), offline=not online)


def refreshed() -> "tuple[Updated, ...]":
    """Fetch newer schemas; return what became of each."""
    _refuse_without_package(None)
    from ciconv.fetch.client import Client
    from ciconv.fetch.policy import policy_of
    from ciconv.fetch.schemas import policy_for_schemas, update_schemas

    return update_schemas(Client(policy_for_schemas(policy_of())))


def _refuse_without_package(option: str | None) -> None:
    if find_spec("requests_cache") is None:
        raise WrongUse("this needs 'requests-cache': pip install 'ciconv[online]'", option)
