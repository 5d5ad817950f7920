"""Whether texts match patterns and filters, in linear time. None always means: unknown."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.pattern.automaton import Machine, TooMuchWork
from ciconv.ir.pattern.charset import ANY
from ciconv.ir.pattern.glob import read_ant_glob, read_github_glob, read_gitlab_glob
from ciconv.ir.pattern.language import is_apart, is_same, is_within, shortest
from ciconv.ir.pattern.tree import Tree, UnknownPattern, any_number, check_size, sequence, text

MAX_LENGTH = 5_000  # characters of a pattern

T = TypeVar("T")


def matches(pattern: Pattern, text: str) -> bool | None:
    """Return whether a pattern matches a text, no matter if it is negated.

    RE2 is searched for in the text, as GitLab does; all others match the whole of it. None: the
    pattern is wrong, too large, or no regular language (look-around, back-references).
    """
    if pattern.syntax is PatternSyntax.EXACT:
        return pattern.text == text
    if pattern.syntax is PatternSyntax.JAVA and pattern.text.startswith(_BUT):
        return _matches_but(pattern, text)
    machine = machine_of(pattern)
    return None if machine is None else answer(machine, lambda: machine.matches(text))


_BUT, _END = "^(?!(?:", ")$)"  # around what a text may not be, before what it has to be


def _matches_but(pattern: Pattern, text: str) -> bool | None:
    """Whether a text is not what a look-ahead at the beginning forbids, and matches the rest."""
    out, end, inside = pattern.text.removeprefix(_BUT).partition(_END)
    answers = [
        matches(Pattern(text=one, syntax=PatternSyntax.JAVA), text) for one in (inside, out) if end
    ]
    if not end or None in answers:
        return None
    return answers == [True, False]


def equal(one: Pattern, other: Pattern) -> bool | None:
    """Return whether two patterns match the same texts, no matter if they are negated."""
    if (one.syntax, one.text) == (other.syntax, other.text):
        return True
    return _together(one, other, is_same)


def within(one: Pattern, other: Pattern) -> bool | None:
    """Return whether all that one pattern matches is also matched by another one."""
    if (one.syntax, one.text) == (other.syntax, other.text):
        return True
    return _together(one, other, is_within)


def apart(one: Pattern, other: Pattern) -> bool | None:
    """Return whether two patterns match no text in common, no matter if they are negated."""
    return _together(one, other, is_apart)


def _together(
    one: Pattern, other: Pattern, question: Callable[[Machine, Machine], bool]
) -> bool | None:
    here, there = machine_of(one), machine_of(other)
    if here is None or there is None:
        return None
    return answer(here, lambda: answer(there, lambda: question(here, there)))


def is_empty(pattern: Pattern) -> bool | None:
    """Return whether there is no text that a pattern matches."""
    machine = machine_of(pattern)
    if machine is None:
        return None
    return answer(machine, lambda: shortest(machine, inside=True) is None)


def filter_matches(filter: Filter, text: str) -> bool | None:
    """Return whether a branch, a tag or one path counts for a filter.

    The last pattern that matches decides, so a negated one needs another before it.
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushbranchestagsbranches-ignoretags-ignore
    """
    chosen: bool | None = False
    for pattern in filter.patterns:
        match matches(pattern, text):
            case True:
                chosen = not pattern.negated
            case None if chosen is pattern.negated:
                chosen = None
    return chosen if chosen is None else chosen is not filter.ignore


def any_matches(filter: Filter, paths: Iterable[str]) -> bool | None:
    """Return whether any of the changed paths counts for a filter."""
    unknown = False
    for path in paths:
        match filter_matches(filter, path):
            case True:
                return True
            case None:
                unknown = True
    return None if unknown else False


def answer(machine: Machine, question: Callable[[], T]) -> T | None:
    """Return the answer of a question to an automaton, None if it takes too much work."""
    machine.rest()
    try:
        return question()
    except TooMuchWork:
        return None


def machine_of(pattern: Pattern) -> Machine | None:
    """Return the automaton of a pattern, None if it is unknown; the last ones are kept."""
    return None if len(pattern.text) > MAX_LENGTH else _machine(pattern.syntax, pattern.text)


@lru_cache(maxsize=256)
def _machine(syntax: PatternSyntax, pattern: str) -> Machine | None:
    try:
        tree = tree_of(syntax, pattern)
        if syntax is PatternSyntax.RE2:
            tree = sequence((any_number(ANY), tree, any_number(ANY)))
        return Machine(tree)
    except UnknownPattern:
        return None


def tree_of(syntax: PatternSyntax, pattern: str) -> Tree:
    """Return the tree of a pattern, or raise UnknownPattern."""
    tree = _READERS[syntax](pattern)
    check_size(tree)
    return tree


def _regex(flavour: PatternSyntax) -> Callable[[str], Tree]:
    def read(pattern: str) -> Tree:
        from ciconv.ir.pattern import regex  # GitHub has none: no need to load it for its files

        return regex.read_regex(pattern, regex.FLAVOURS[flavour])

    return read


_READERS: dict[PatternSyntax, Callable[[str], Tree]] = {
    PatternSyntax.GITHUB_GLOB: read_github_glob,
    PatternSyntax.GITLAB_GLOB: read_gitlab_glob,
    PatternSyntax.ANT_GLOB: read_ant_glob,
    PatternSyntax.RE2: _regex(PatternSyntax.RE2),
    PatternSyntax.JAVA: _regex(PatternSyntax.JAVA),
    PatternSyntax.EXACT: text,
}
