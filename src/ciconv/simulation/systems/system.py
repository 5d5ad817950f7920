"""What one system does without being told, and what it sets: data that plans are made with."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from ciconv.ir.expression import Constant
from ciconv.ir.trigger import EventKind
from ciconv.simulation.event import PULL_REQUESTS, Event
from ciconv.simulation.plan import State


def values_of(system: "System", event: Event) -> Mapping[str, tuple[str, ...]]:
    """Return the variables that have a value under another name for an event, with that name."""
    return {} if event.kind in PULL_REQUESTS else system.values


def every_file_but_of_pushes(event: Event) -> bool:
    """Whether all files count as changed: no branch was pushed, and no change asked for.

    https://docs.gitlab.com/ci/jobs/job_rules/#jobs-or-pipelines-run-unexpectedly-when-using-changes
    """
    pushed = event.kind is EventKind.PUSH and event.tag is None
    return not pushed and event.kind not in PULL_REQUESTS


def _nothing(event: Event) -> Mapping[Any, Constant]:
    return {}


class System(Struct, frozen=True, kw_only=True):
    """The rules of one system. The defaults are those of a system that says nothing of its own."""

    name: str
    shell: str = ""  # the command line of a script that names none; {0} is the script's file
    shell_in_container: str = ""  # where that is another one
    shell_without_bash: str = ""  # in an image that has none
    shell_on_windows: str = ""
    shells: Mapping[str, str] = {}  # the command lines of words
    timeout: str = ""  # minutes of a job that says nothing; empty: no limit, or one set elsewhere
    limited: bool = False  # jobs that say nothing have a limit of time by the plan of their owner
    fail_fast: bool = False  # whether the other cells of a matrix end when one fails
    asks_all: bool = False  # success() asks all jobs before a job, not only those it needs
    ends_cancelled: bool = False  # a run that is cancelled starts no job any more, whatever it asks
    has_events: bool = False  # whether its files name events as plans do: GitHub's words
    request: str = "pull request"
    spoken: Mapping[tuple[str, ...], str] = {}
    """What its own files call values, by their names; what others begin with, by their first."""
    events: Mapping[EventKind, str] = {}  # its words for what started a pipeline
    asking: str = "its condition"  # what conditions of jobs and steps are called
    idle: State = State.SKIP  # what a job is none of whose choices holds
    needs_one: bool = False  # a job does not run when all that it needs do not take part
    sees_env: bool = False  # conditions of jobs see the variables of pipeline and job
    values: Mapping[str, tuple[str, ...]] = {}
    """Further variables, by the names of the values they have, but for change requests: there they
    are another commit."""
    joins: bool = True  # whether several steps may have become one script
    ambient: bool = False  # secrets and settings are variables of their names for every script
    undefined: Constant = None  # what a name is that has no value for an event
    every_file: Callable[[Event], bool] = lambda event: False  # whether all files count as changed
    variables: Callable[[Event], Mapping[str, Constant]] = _nothing
    """The variables that only this system has, by their names, for an event. One that is not
    defined is None; one that only the run knows is left out."""
    names: Callable[[Event], Mapping[tuple[str, ...], Constant]] = _nothing
    """The values of expressions that only this system has, by their names, for an event."""
