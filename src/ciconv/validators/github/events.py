"""What GitHub's events take.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct


class Event(Struct, frozen=True, forbid_unknown_fields=True):
    """The activities and the further keys of an event. `free`: activities have any names."""

    types: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    free: bool = False


@cache
def events() -> Mapping[str, Event]:
    """Return what is known of each event."""
    data = (Path(__file__).parent / "events.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Event])
