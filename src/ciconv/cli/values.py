"""The words that some options take."""

from enum import StrEnum


class Report(StrEnum):
    """How diagnostics are written."""

    TEXT = "text"
    JSON = "json"


class Pin(StrEnum):
    """What actions are pinned to that a conversion adds."""

    MAJOR = "major"
    SHA = "sha"
