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

    def and_of(self, other: "Asked | None") -> "Asked | None":
        """Return what two parts depend on."""
        if other is None:
            return None
        return Asked((*self.names, *other.names), (*self.questions, *other.questions))


class Numbers:
    """Numbers that are the same for equal values only: what is compared often, by one of these."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._questions: dict[Expr, Expr] = {}

    def of(self, value: Hashable) -> int:
        """Return the number of a value; what is true is not 1."""
        return self._numbers.setdefault((type(value), value), len(self._numbers))

    def once(self, asked: Asked | None) -> Asked | None:
        """Return the same, with equal questions in the same objects."""
        if asked is None:
            return None
        questions = (self._questions.setdefault(one, one) for one in asked.questions)
        return Asked(asked.names, tuple(questions))


class Answers:
    """What names and questions come to in one environment, each worked out once.

    Questions are told by their identity: those of `Numbers.once`.
    """

    def __init__(self, environment: Environment, numbers: Numbers) -> None:
        self._environment, self._numbers = environment, numbers
        self._names: dict[Path, int] = {}
        self._questions: dict[int, int] = {}

    def of(self, asked: Asked) -> Hashable:
        """Return what is equal in environments in which the part means the same."""
        return (
            tuple([self._name(one) for one in asked.names]),
            tuple([self._question(one) for one in asked.questions]),
        )

    def _name(self, path: Path) -> int:
        if path not in self._names:
            self._names[path] = self._numbers.of(self._environment.find(path))
        return self._names[path]

    def _question(self, question: Expr) -> int:
        if id(question) not in self._questions:
            answer = _answer(question, self._environment)
            self._questions[id(question)] = self._numbers.of(answer)
        return self._questions[id(question)]


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
