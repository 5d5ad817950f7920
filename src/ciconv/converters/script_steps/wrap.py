"""Puts what a shell system has no keys for around the scripts of steps."""

from msgspec import Struct

from ciconv.context import Context, Place
from ciconv.converters.script_steps.host import Host
from ciconv.converters.script_steps.names import Names
from ciconv.ir.step import Step


class Wrapped(Struct, frozen=True, kw_only=True):
    """The steps of a job as the host can have them.

    A Run holds a script of constant text and only those fields the host has keys for (a condition
    only where `status` is one: failure(), always() or !cancelled()). Where scripts are joined,
    one Run is one item of the script list, and a first Run without a name may prepare the others.
    Placeholders have become scripts that fail. All other steps are as they were.
    """

    steps: tuple[Step, ...]


def wrap(
    steps: tuple[Step, ...], names: Names, host: Host, context: Context, place: Place
) -> Wrapped:
    """Return the steps of a job; `names.definitions()` then says which variables they need.

    What cannot be said in a shell becomes a script that fails, and a loss (`manual`) at its place.
    """
    raise NotImplementedError
