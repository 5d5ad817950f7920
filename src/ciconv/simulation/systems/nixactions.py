"""NixActions: what our writer makes of a workflow names its shells, and follows GitHub's rules."""

from ciconv.simulation.systems.github import GITHUB
from ciconv.simulation.systems.system import System

NIXACTIONS = System(
    name="nixactions",
    has_events=True,
    shells=GITHUB.shells,
    asks_all=True,
    ends_cancelled=True,
    undefined="",
    every_file=GITHUB.every_file,
)
