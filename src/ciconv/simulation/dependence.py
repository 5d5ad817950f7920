"""What a plan depends on: two events that give all of it the same values give the same plan."""

import re
from collections.abc import Hashable, Iterator
from typing import TypeAlias

from ciconv.ir.evaluate import Environment
from ciconv.ir.evaluate.files import CHANGED, PRESENT
from ciconv.ir.expression import Changes, Exists, Index, Literal, Ref, Star
from ciconv.ir.node import Node
from ciconv.ir.pipeline import Project
from ciconv.ir.step import EnvVar
from ciconv.ir.trigger import Input
from ciconv.ir.walk import nodes
from ciconv.simulation.event import Event
from ciconv.simulation.plan import Pairs
from ciconv.simulation.starting import Answer

Path: TypeAlias = tuple[str, ...]

_WORD = re.compile(r"\w+")
_OF_THE_RUN = frozenset({"matrix", "steps", "needs", "strategy", "jobs", "job"})


def names_asked(part: Node) -> tuple[Path, ...] | None:
    """Return the names whose values a part of a pipeline depends on; None: on any of them."""
    found: dict[Path, None] = {}
    for node in nodes(part):
        if isinstance(node, Ref):
            found[node.path] = None
        elif isinstance(node, Input):
            found["inputs", node.name] = None  # its value is part of the plan, used or not
        elif isinstance(node, Changes):
            found[CHANGED] = None
        elif isinstance(node, Exists):
            found[PRESENT] = None
        elif isinstance(node, Index) and not isinstance(node.key, Literal | Star):
            if not isinstance(node.base, Ref) or node.base.path[0] not in _OF_THE_RUN:
                return None  # the name is worked out
        elif isinstance(node, Index) and isinstance(node.base, Ref):
            key = node.key.value if isinstance(node.key, Literal) else "*"
            found[(*node.base.path, str(key))] = None
    return tuple(found)


def words_of(*projects: Project) -> frozenset[str]:
    """Return all words that stand in texts of the projects: a variable that is none is not used."""
    return frozenset(word for one in projects for word in _words(one))


def _words(project: Project) -> Iterator[str]:
    for node in nodes(project):
        if isinstance(node, Literal) and isinstance(node.value, str):
            yield from _WORD.findall(node.value)
        elif isinstance(node, EnvVar):
            yield node.name
        elif isinstance(node, Ref) and len(node.path) > 1:
            yield node.path[1]


def key_of(
    event: Event, answer: Answer, environment: Environment, names: tuple[Path, ...], given: Pairs
) -> Hashable:
    """Return what is equal for two events that give the same plan."""
    why = None if answer.why is None else (answer.why.message, answer.why.topic)
    values = tuple(environment.find(path) for path in names)
    return event.kind, event.native, answer.holds, why, values, given
