"""What one step of NixActions turns out to be."""

from msgspec import Struct

from ciconv.ir.expression import Expr
from ciconv.ir.job import Container
from ciconv.ir.step import EnvVar, Step
from ciconv.ir.trigger import Output


class Found(Struct, frozen=True, kw_only=True):
    """A step, or a part of the frame of its job."""

    step: Step | None = None
    env: tuple[EnvVar, ...] = ()  # of the job
    timeout: Expr | None = None  # of the job
    outputs: tuple[Output, ...] = ()
    job: str = ""  # whose outputs they are
    service: Container | None = None
    container: Container | None = None
    tolerated: bool = False
    kept: str = ""  # the name of a cache that the end of the job saves
