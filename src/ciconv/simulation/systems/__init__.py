"""The systems that pipelines are made for, one module each: what plans of them go by.

A system that is not listed, of a plug-in, has the rules of none.
"""

from ciconv.simulation.systems.circleci import CIRCLECI
from ciconv.simulation.systems.github import GITHUB
from ciconv.simulation.systems.gitlab import GITLAB
from ciconv.simulation.systems.jenkins import JENKINS
from ciconv.simulation.systems.nixactions import NIXACTIONS
from ciconv.simulation.systems.system import System, values_of

__all__ = ["SYSTEMS", "System", "system_of", "values_of"]

SYSTEMS = {one.name: one for one in (GITHUB, GITLAB, CIRCLECI, JENKINS, NIXACTIONS)}


def system_of(origin: str) -> System:
    """Return the rules of the system that a project was read from."""
    return SYSTEMS.get(origin) or System(name=origin)
