"""What the conditions and texts of a pipeline compare with constants."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import zip_longest
from typing import TypeAlias

from msgspec import DecodeError, Struct, json

from ciconv.catalog.catalog import Catalog
from ciconv.ir.expression import (
    Binary,
    Call,
    Changes,
    Constant,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    Semantics,
    walk,
)
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.node import Node
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import nodes

MAX_EXAMPLES = 3  # inside, and as many outside, of one pattern
MAX_PATTERNS = 200  # of one filter: no more events are looked at anyway
MAX_PAIRS = 2_000  # names with constants that one pipeline is asked for

_LOGICAL = (Op.AND, Op.OR, Op.NOT)
_SEARCHES = ("contains", "startsWith", "endsWith")

Values: TypeAlias = tuple[tuple[str, tuple[Constant, ...]], ...]


class Mentions(Struct, frozen=True, kw_only=True):
    """Constants by what they are compared with."""

    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()  # branches that pull requests come from
    bases: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    files: tuple[str, ...] = ()  # inside and outside of what is asked of changed files
    inputs: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by names in lower case
    facts: Values = ()  # other names, dotted


def mentions_of(pipeline: Pipeline, catalog: Catalog) -> Mentions:
    """Return what a pipeline compares with constants."""
    sorter = _Sorter()
    for number, (path, value) in enumerate(_pairs(pipeline)):
        if number == MAX_PAIRS:
            break
        sorter.add(catalog.native_name("github", path) or ".".join(path), value)
    return sorter.mentions()


def asks_for_files(pipeline: Pipeline) -> bool:
    """Whether a condition depends on the files that were changed."""
    return any(isinstance(one, Changes) for one in nodes(pipeline))


def _pairs(pipeline: Pipeline) -> Iterator[tuple[tuple[str, ...], Constant]]:
    """Each name with each constant it stands in one comparison with."""
    for node in nodes(pipeline):
        if isinstance(node, Binary) and node.op not in _LOGICAL:
            sides: tuple[Expr, ...] = (node.left, node.right)
        elif isinstance(node, Call) and node.function in _SEARCHES:
            sides = node.arguments
        else:
            yield from _filtered(node)
            continue
        below = [one for side in sides for one in walk(side)]
        constants = [value for one in below for value in _constants(one)]
        if isinstance(node, Binary) and node.op in (Op.MATCH, Op.NOT_MATCH):
            constants = [text for one in constants for text in _matching(one, node.semantics)]
        for ref in below:
            if isinstance(ref, Ref):
                yield from ((ref.path, value) for value in constants)


def _filtered(node: Node) -> Iterator[tuple[tuple[str, ...], Constant]]:
    """The name that a filter is for, with texts inside and outside of each pattern."""
    if isinstance(node, Changes):
        yield from ((_FILES, text) for text in examples(node.filter))
    elif isinstance(node, Matches):
        texts = list(examples(node.filter))
        for ref in walk(node.value):
            if isinstance(ref, Ref):
                yield from ((ref.path, text) for text in texts)


def examples(filter: Filter) -> Iterator[str]:
    """Yield texts inside and outside of each pattern of a filter."""
    for pattern in filter.patterns[:MAX_PATTERNS]:
        yield from examples_of(pattern)


@lru_cache(maxsize=1_000)
def examples_of(pattern: Pattern) -> tuple[str, ...]:
    """Return texts inside and outside of a pattern, in turn.

    None that capitals alone put outside: formats compare names of small letters as they are.
    """
    from ciconv.ir.pattern import outsiders, witnesses

    inside = witnesses(pattern)[:MAX_EXAMPLES]
    outside = tuple(one for one in outsiders(pattern) if one.lower() not in inside or one in inside)
    both = zip_longest(inside, outside[:MAX_EXAMPLES])
    return tuple(text for pair in both for text in pair if text)


def _matching(value: Constant, semantics: Semantics) -> tuple[str, ...]:
    """Texts inside and outside of a regular expression of a system."""
    if not isinstance(value, str):
        return ()
    is_gitlab = semantics is Semantics.GITLAB
    syntax = PatternSyntax.RE2 if is_gitlab else PatternSyntax.JAVA
    return examples_of(Pattern(text=value, syntax=syntax))


def _constants(expr: Expr) -> Iterator[Constant]:
    """The constant, or the items of a list written as JSON."""
    if not isinstance(expr, Literal):
        return
    value = expr.value
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            items = json.decode(value)
        except (DecodeError, UnicodeError, RecursionError):
            items = []
        yield from (item for item in items if isinstance(item, str))
    else:
        yield value


class _Sorter:
    """Puts each pair where it belongs."""

    def __init__(self) -> None:
        self._found: dict[str, dict[Constant, None]] = {}

    def mentions(self) -> Mentions:
        """Return all that was added."""
        inputs = self._below("inputs.", str)
        return Mentions(
            branches=self._texts("branches"),
            tags=self._texts("tags"),
            heads=self._texts("heads"),
            bases=self._texts("bases"),
            activities=self._texts("activities"),
            actors=self._texts("actors"),
            files=self._texts("files"),
            inputs=tuple((name, tuple(map(str, values))) for name, values in inputs),
            facts=self._below("facts.", _same),
        )

    def _texts(self, kind: str) -> tuple[str, ...]:
        return tuple(one for one in self._found.get(kind, ()) if isinstance(one, str))

    def _below(self, prefix: str, change: Callable[[Constant], Constant]) -> Values:
        return tuple(
            (kind.removeprefix(prefix), tuple(map(change, values)))
            for kind, values in self._found.items()
            if kind.startswith(prefix)
        )

    def add(self, name: str, value: Constant) -> None:
        """Note that a name is compared with a value."""
        low = name.lower()
        kind = _KINDS.get(low)
        if kind is not None:
            self._put(kind, value)
        elif low == "github.ref" and isinstance(value, str):
            self._add_ref(value)
        elif low in _ANY_REF:
            self._put("branches", value)
            self._put("tags", value)
        elif low.startswith(("inputs.", "github.event.inputs.")) and isinstance(value, str):
            self._put(f"inputs.{low.rpartition('.')[2]}", value)
        elif low.startswith(_FACTS) and low not in _DECIDED:
            self._put(f"facts.{name}", value)

    def _add_ref(self, value: str) -> None:
        for kind, prefix in (("branches", "refs/heads/"), ("tags", "refs/tags/")):
            if value.startswith(prefix):
                rest = value.removeprefix(prefix)
                self._put(kind, rest or "ciconv-any")
                self._put(kind, f"{rest}1")  # also where it is only the beginning

    def _put(self, kind: str, value: Constant) -> None:
        if value != "":
            self._found.setdefault(kind, {})[value] = None


def _same(value: Constant) -> Constant:
    return value


# the name of a branch or a tag
_ANY_REF = frozenset({"github.ref_name", "env.ci_commit_ref_name", "env.branch_name"})
_FILES = ("changed_files",)
_KINDS = {
    "changed_files": "files",
    "ref.branch": "branches",
    "ref.tag": "tags",
    "env.ci_commit_branch": "branches",
    "env.circle_branch": "branches",
    "env.ci_commit_tag": "tags",
    "env.change_target": "bases",
    "env.gitlab_user_login": "actors",
    "github.head_ref": "heads",
    "github.event.pull_request.head.ref": "heads",
    "github.event.workflow_run.head_branch": "branches",
    "github.base_ref": "bases",
    "github.event.pull_request.base.ref": "bases",
    "github.event.action": "activities",
    "github.actor": "actors",
    "github.event.release.tag_name": "tags",
}
_FACTS = ("github.", "vars.")
_DECIDED = frozenset(
    {
        "github.event_name",
        "github.ref",
        "github.sha",
        "github.ref_type",
        "github.job",
        "github.workflow",
        "github.event.schedule",
        "github.event.ref",
        "github.event.repository.default_branch",
    }
)
