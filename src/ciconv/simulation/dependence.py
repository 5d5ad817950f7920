"""What a plan depends on: two events that give all of it the same values give the same plan."""

import re
from collections.abc import Hashable, Iterator
from typing import TypeAlias, TypeGuard

from msgspec import Struct

from ciconv.ir.evaluate import Environment, EvaluationError, evaluate
from ciconv.ir.expression import (
    Binary,
    Changes,
    Exists,
    Expr,
    Index,
    Literal,
    Matches,
    Ref,
    Star,
    Unary,
    walk,
)
from ciconv.ir.node import Node
from ciconv.ir.pipeline import Project
from ciconv.ir.step import EnvVar
from ciconv.ir.trigger import Input
from ciconv.ir.walk import children, nodes
from ciconv.simulation.event import Event
from ciconv.simulation.plan import Pairs
from ciconv.simulation.starting import Answer

Path: TypeAlias = tuple[str, ...]

_WORD = re.compile(r"\w+")
_OF_THE_RUN = frozenset({"matrix", "steps", "needs", "strategy", "jobs", "job"})


class Asked(Struct, frozen=True):
    """What a part of a pipeline depends on: values of names, and answers to questions.

    A question is a comparison, whether a filter passes, or logic of these: where a name is only
    asked in one, many events with other values give the same answer.
    """

    names: tuple[Path, ...] = ()
    questions: tuple[Expr, ...] = ()

    def answers(self, environment: Environment) -> Hashable:
        """Return what is equal in environments in which the part means the same."""
        names = tuple(map(environment.find, self.names))
        return names, tuple(_answer(one, environment) for one in self.questions)

    def and_of(self, other: "Asked | None") -> "Asked | None":
        """Return what two parts depend on."""
        if other is None:
            return None
        return Asked((*self.names, *other.names), (*self.questions, *other.questions))


def asked_of(part: Node) -> Asked | None:
    """Return what a part of a pipeline depends on; None: on any name."""
    found: dict[Path, None] = {}
    questions: dict[Expr, None] = {}
    waiting = [part]
    while waiting:
        node = waiting.pop()
        if _is_question(node):
            questions[node] = None
            continue
        waiting += reversed(children(node))
        if isinstance(node, Ref):
            found[node.path] = None
        elif isinstance(node, Input):
            found["inputs", node.name] = None  # its value is part of the plan, used or not
        elif isinstance(node, Index) and not isinstance(node.key, Literal | Star):
            if not isinstance(node.base, Ref) or node.base.path[0] not in _OF_THE_RUN:
                return None  # the name is worked out
        elif isinstance(node, Index) and isinstance(node.base, Ref):
            key = node.key.value if isinstance(node.key, Literal) else "*"
            found[(*node.base.path, str(key))] = None
    return Asked(tuple(found), tuple(questions))


def _is_question(node: Node) -> TypeGuard[Expr]:
    """Whether it asks for names of the event alone: filters, comparisons, and logic of these."""
    if not isinstance(node, Changes | Exists | Matches | Binary | Unary):
        return False
    return all(
        isinstance(one, Literal | Changes | Exists | Matches | Binary | Unary)
        or (isinstance(one, Ref) and one.path[0] not in _OF_THE_RUN and one.path[0] != "env")
        for one in walk(node)
    )


def _answer(question: Expr, environment: Environment) -> Hashable:
    try:
        return evaluate(question, environment)
    except EvaluationError as error:
        return str(error)


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
    event: Event, answer: Answer, environment: Environment, asked: Asked, given: Pairs
) -> Hashable:
    """Return what is equal for two events that give the same plan."""
    why = None if answer.why is None else (answer.why.message, answer.why.topic)
    values = asked.answers(environment)
    return event.kind, event.native, answer.holds, why, values, given
