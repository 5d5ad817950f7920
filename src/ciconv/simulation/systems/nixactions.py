"""NixActions: what our writer makes of a workflow names its shells, and follows GitHub's rules."""

from ciconv.simulation.systems.github import GITHUB
from ciconv.simulation.systems.system import System, every_file_but_of_pushes

NIXACTIONS = System(
    name="nixactions",
    has_events=True,
    shells=GITHUB.shells,
    asks_all=True,
    ends_cancelled=True,
    undefined="",
    every_file=every_file_but_of_pushes,
)
