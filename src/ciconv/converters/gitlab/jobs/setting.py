"""What is decided for a job before it is written."""

from msgspec import Struct

from ciconv.converters.gitlab.jobs.rules import Presence
from ciconv.ir.step import EnvVar


class Setting(Struct, frozen=True, kw_only=True):
    """What the file has decided for a job: its name's map, stage, template and presence."""

    names: dict[str, str]  # of jobs of the same pipeline, by their ids
    stage: str
    is_first: bool  # whether the stage is the first one
    presence: Presence
    may_lack: frozenset[str] = frozenset()  # jobs that are not in every pipeline
    env: tuple[EnvVar, ...] = ()  # of the pipeline, where the file cannot have it at the top
    shares_localhost: bool = False  # whether services were at the address of the job
    from_github: bool = False  # whether scripts may read what its runner sets
    cancels: bool = False  # whether a newer pipeline ends the job
