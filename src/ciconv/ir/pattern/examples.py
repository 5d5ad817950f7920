"""Texts inside and outside of patterns, to try out what a filter does."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

from msgspec import Struct

from ciconv.ir.filter import Pattern
from ciconv.ir.pattern.automaton import Machine
from ciconv.ir.pattern.charset import CharSet, has
from ciconv.ir.pattern.language import NICE, shortest
from ciconv.ir.pattern.matching import answer, machine_of, tree_of
from ciconv.ir.pattern.tree import At, Chars, Choice, Repeat, Tree

MAX_EXAMPLES = 8
MAX_TRIES = 200
MAX_LENGTH = 500  # characters of one; a longer one is cut off, and so it is none


class _Style(Struct, frozen=True):
    """How to make an example: how often to repeat, which choice to take, what to fill in."""

    times: int
    choice: int
    filling: str


_STYLES = (
    *(_Style(1, choice, "x") for choice in range(MAX_EXAMPLES)),
    _Style(0, 0, "x"),
    _Style(2, 0, "x/y"),
    _Style(3, 1, "1.0"),
    _Style(2, 2, "a-b"),
)


def witnesses(pattern: Pattern) -> tuple[str, ...]:
    """Return some texts that a pattern matches: one for each choice in it, then a shortest one.

    What looks like a name comes first. There is no empty text among them, unless only that matches,
    and there are none for an unknown pattern.
    """
    machine = machine_of(pattern)
    if machine is None:
        return ()
    tree = tree_of(pattern.syntax, pattern.text)
    tries = (_example(tree, style) for style in _STYLES)
    found = _checked(machine, tries, inside=True)
    return _with_shortest(machine, found, inside=True)


def outsiders(pattern: Pattern) -> tuple[str, ...]:
    """Return some texts that a pattern does not match: near misses, then a shortest one."""
    machine = machine_of(pattern)
    if machine is None:
        return ()
    misses = (miss for one in witnesses(pattern) for miss in _near(one))
    found = _checked(machine, misses, inside=False)
    return _with_shortest(machine, found, inside=False)


def _checked(machine: Machine, tries: Iterable[str], *, inside: bool) -> list[str]:
    """The different texts among the first of the tries that are on the right side."""
    wanted = dict.fromkeys(one for one in islice(tries, MAX_TRIES) if one)
    wanted = dict.fromkeys(sorted(wanted, key=_is_odd))
    found = (one for one in wanted if answer(machine, partial(machine.matches, one)) is inside)
    return list(islice(found, MAX_EXAMPLES))


def _is_odd(text: str) -> bool:
    """Whether a text can be neither a path nor a name of a branch or a tag."""
    return text.startswith(("/", "-")) or text.endswith(("/", ".")) or "//" in text or ".." in text


def _with_shortest(machine: Machine, found: list[str], *, inside: bool) -> tuple[str, ...]:
    """The texts and a shortest one, which is empty only if there is no other."""
    for least in (1,) if found else (1, 0):
        text = answer(machine, partial(shortest, machine, inside=inside, least=least))
        if text is not None and text not in found:
            return (*found, text)
    return tuple(found)


def _example(tree: Tree, style: _Style) -> str:
    match tree:
        case At():
            return ""
        case Chars():
            return _letter(tree.chars)
        case Choice():
            return _example(tree.parts[style.choice % len(tree.parts)], style)
        case Repeat():
            return _repeated(tree, style)
    return "".join(_example(part, style) for part in tree.parts)[:MAX_LENGTH]


def _letter(chars: CharSet) -> str:
    return next((one for one in NICE if has(chars, one)), chr(chars[0][0]) if chars else "")


def _repeated(tree: Repeat, style: _Style) -> str:
    times = max(style.times, tree.least)
    times = times if tree.most is None else min(times, tree.most)
    if isinstance(tree.part, Chars) and style.times and times:
        filled = style.filling if tree.most is None else style.filling[:times]
        if len(filled) >= tree.least and all(has(tree.part.chars, one) for one in filled):
            return filled
    return (_example(tree.part, style) * times)[:MAX_LENGTH] if times else ""


def _near(text: str) -> Iterator[str]:
    """Texts that are almost this one."""
    yield from (f"{text}x", f"x{text}", text[:-1], text[1:], f"{text}/x", f"x/{text}")
    for old, new in (("/", "-"), (".", "-"), ("-", "/"), ("1", "x"), ("x", "/"), ("a", "A")):
        if old in text:
            yield text.replace(old, new, 1)
    yield text.swapcase()
    yield text.partition("/")[2]
    yield text.rpartition("/")[0]
