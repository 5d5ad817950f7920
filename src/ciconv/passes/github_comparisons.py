"""Filters of names inside conditions: GitHub has comparisons there, but no patterns.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#functions
"""

from collections.abc import Iterator
from functools import reduce
from typing import TypeVar

from ciconv.context import Context, Place
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    Semantics,
    both,
    either,
    operation,
    opposite,
    walk,
)
from ciconv.ir.filter import Pattern, PatternSyntax
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pattern.charset import LAST, has
from ciconv.ir.pattern.matching import tree_of
from ciconv.ir.pattern.tree import At, Chars, Choice, Repeat, Sequence, Tree, UnknownPattern
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Group, Step
from ciconv.ir.walk import rewrite
from ciconv.profile import Feature, Outcome

N = TypeVar("N", bound=Node)

MAX_CHOICES = 24
_DIGITS = ((ord("0"), ord("9")),)
_REF = Ref(path=("ref", "full"))
_KINDS: dict[tuple[str, ...], str] = {
    ("ref", "branch"): "refs/heads/",
    ("ref", "tag"): "refs/tags/",
}


class Gap:
    """Any characters in a pattern; `exact`: no matter which and how many; `digits`: only these."""

    def __init__(self, *, exact: bool, digits: bool = False) -> None:
        self.exact, self.digits = exact, digits


Piece = str | Gap


def with_comparisons(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline with comparisons in the place of filters, as far as GitHub has them."""
    bare = _said(replace(pipeline, jobs=()), Place(pipeline=pipeline.id), context)
    jobs: list[JobBase] = []
    for job in pipeline.jobs:
        place = Place(pipeline=pipeline.id, job=job.id)
        if isinstance(job, Job):
            outer = _said(replace(job, steps=(), finally_steps=()), place, context)
            steps = tuple(_step(one, place, context) for one in job.steps)
            last = tuple(_step(one, place, context) for one in job.finally_steps)
            jobs.append(replace(outer, steps=steps, finally_steps=last))
        else:
            jobs.append(_said(job, place, context))
    return replace(bare, jobs=tuple(jobs))


def _step(step: Step, place: Place, context: Context) -> Step:
    if isinstance(step, Group):
        bare = _said(replace(step, steps=()), place.at(step), context)
        return replace(bare, steps=tuple(_step(one, place, context) for one in step.steps))
    return _said(step, place.at(step), context)


def _said(node: N, place: Place, context: Context) -> N:
    def change(one: Node) -> Node:
        if isinstance(one, Binary) and _is_cased(one):
            loss = place.loss(Feature.EXPRESSION, Outcome.APPROXIMATED)
            said = "GitHub compares texts without regard to case"
            if one.semantics is Semantics.GROOVY:
                said += ", and what is not set is empty"
            context.lose(loss, said, one if one.span is not None else node)
        if not isinstance(one, Matches):
            return one
        found = comparison(one)
        if found is None:
            return one
        expr, is_exact = found
        if not is_exact:
            loss = place.loss(Feature.EXPRESSION, Outcome.APPROXIMATED)
            said = ", ".join(repr(pattern.text) for pattern in one.filter.patterns)
            context.lose(
                loss,
                f"GitHub has no patterns in conditions: the comparison that stands for {said} "
                "ignores case, and lets every character stand where the pattern has a gap",
                one if one.span is not None else node,
            )
        return expr

    return rewrite(node, change)


def _is_cased(node: Binary) -> bool:
    """Whether a text is compared that may have other letters, or for Groovy may be none at all."""
    if node.semantics is Semantics.GITHUB or node.op not in (Op.EQ, Op.NE):
        return False
    sides = (node.left, node.right)
    texts = [one.value for one in sides if isinstance(one, Literal) and isinstance(one.value, str)]
    is_groovy = node.semantics is Semantics.GROOVY
    names = _FREE | {"pr"} if is_groovy else _FREE  # others ask it for names of branches
    free = any(isinstance(one, Ref) and one.path[0] in names for one in walk(node))
    has_empty = is_groovy and "" in texts
    is_open = not any(isinstance(one, Literal) for one in sides)  # any letters may stand there
    of_refs = any(isinstance(one, Ref) and one.path[0] == "ref" for one in walk(node))
    if of_refs and not is_groovy and any(one.lower() != one for one in texts):
        return True  # names of branches mostly have small letters alone
    return free and (has_empty or is_open or any(one.lower() != one.upper() for one in texts))


_FREE = frozenset(
    ("env", "inputs", "vars", "secrets", "matrix", "steps", "needs", "commit", "actor")
)


def comparison(node: Matches) -> tuple[Expr, bool] | None:
    """Return a filter as comparisons, and whether they mean the same; None for what has none."""
    whole: Expr | None = None
    exact = True
    for pattern in node.filter.patterns:
        found = _pattern(pattern, node.value)
        if found is None:
            return None
        expr, is_exact = found
        exact = exact and is_exact
        if pattern.negated:
            whole = None if whole is None else both(whole, opposite(expr))
        else:
            whole = expr if whole is None else either(whole, expr)
    if whole is None:
        whole = Literal(value=False)
    return replace(opposite(whole) if node.filter.ignore else whole, span=node.span), exact


def _pattern(pattern: Pattern, value: Expr) -> tuple[Expr, bool] | None:
    """One pattern, no matter if it is negated."""
    try:
        tree = tree_of(pattern.syntax, pattern.text)
        choices = _choices(tree)
    except UnknownPattern:
        return None
    if choices is None:
        return None
    if pattern.syntax is PatternSyntax.RE2:  # which searches
        choices = [_searched(one) for one in choices]
    found = [_joined(one) for one in choices]
    cased = pattern.syntax is PatternSyntax.ANT_GLOB or pattern.text.startswith("(?i)")
    plain = not any(isinstance(piece, Gap) for one in found for piece in one)
    exprs = [_choice(one, value) for one in found]
    exact = (cased or plain) and all(map(_is_exact, found))
    return reduce(either, exprs), exact


def _searched(pieces: list[Piece]) -> list[Piece]:
    """A pattern that may stand anywhere, but where `^` and `$` are."""
    gap = Gap(exact=True)
    begin = [] if pieces[:1] == ["^"] else [gap]
    end = [] if pieces[-1:] == ["$"] else [gap]
    inside = [one for one in pieces if one not in ("^", "$")]
    return [*begin, *inside, *end]


def _choices(tree: Tree) -> list[list[Piece]] | None:
    """A pattern as alternatives of texts and gaps; None where it is something else.

    Beginnings and ends of the text are the pieces `^` and `$` until they are joined, letters have
    a sign before them.
    """
    if isinstance(tree, Choice):
        found = [_choices(one) for one in tree.parts]
        known = [one for one in found if one is not None]
        return [piece for one in known for piece in one] if len(known) == len(found) else None
    if isinstance(tree, Repeat) and (tree.least, tree.most) == (0, 1):
        inner = _choices(tree.part)
        return None if inner is None else [*([] if _is_gap(inner) else [[]]), *inner]
    if not isinstance(tree, Sequence):
        piece = _piece(tree)
        return None if piece is None else [piece]
    choices: list[list[Piece]] = [[]]
    for part in tree.parts:
        inner = _choices(part)
        if inner is None or len(choices) * len(inner) > MAX_CHOICES:
            return None
        choices = [[*left, *right] for left in choices for right in inner]
    return choices


def _is_gap(choices: list[list[Piece]]) -> bool:
    """Whether there is one alternative, which may be nothing anyway."""
    return len(choices) == 1 and len(choices[0]) == 1 and isinstance(choices[0][0], Gap)


def _piece(tree: Tree) -> list[Piece] | None:
    if isinstance(tree, At):
        word = {1: "^", 2: "$", 4: "^", 8: "$"}.get(int(tree.guard))
        return None if word is None else [word]
    if isinstance(tree, Chars):
        letter = _letter(tree)
        return [Gap(exact=False)] if letter is None else [f"\0{letter}"]
    if isinstance(tree, Repeat) and isinstance(tree.part, Chars) and tree.most is None:
        if _letter(tree.part) is not None:
            return None
        digits = tree.least > 0 and tree.part.chars == _DIGITS
        return [Gap(exact=tree.least == 0 and _is_wide(tree.part.chars), digits=digits)]
    return None


def _is_wide(chars: tuple[tuple[int, int], ...]) -> bool:
    """Whether a set has all characters of names: `.` of expressions lacks line ends alone."""
    covered = sum(last - first + 1 for first, last in chars)
    return covered >= LAST + 1 - 8 and has(chars, "/")


def _letter(tree: Tree) -> str | None:
    """The one letter of a set, no matter its case."""
    if not isinstance(tree, Chars):
        return None
    size = sum(last - first + 1 for first, last in tree.chars)
    if size > 4:
        return None
    every = [chr(code) for first, last in tree.chars for code in range(first, last + 1)]
    letters = {one.casefold() for one in every}
    return (
        min(every, key=lambda one: (not one.isascii(), one.isupper()))
        if len(letters) == 1
        else None
    )


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Letters next to each other as one text; gaps next to each other as one gap."""
    found: list[Piece] = []
    for piece in pieces:
        if piece in ("^", "$"):
            continue
        last = found[-1] if found else None
        if isinstance(piece, str):
            letter = piece.removeprefix("\0")
            if isinstance(last, str):
                found[-1] = last + letter
            else:
                found.append(letter)
        elif isinstance(last, Gap):
            digits = last.digits and piece.digits
            found[-1] = Gap(exact=last.exact and piece.exact, digits=digits)
        else:
            found.append(piece)
    return found


def _choice(pieces: list[Piece], value: Expr) -> Expr:
    """What GitHub can say of a text with gaps."""
    if not any(isinstance(one, Gap) for one in pieces):
        return operation(Op.EQ, value, Literal(value="".join(map(str, pieces))))
    found: list[Expr] = []
    first, *inner, last = (pieces[0], *pieces[1:-1], pieces[-1]) if pieces[1:] else (*pieces, "")
    if isinstance(first, str):
        found.append(_begins(value, first))
    others = [("contains", one) for one in inner if isinstance(one, str)]
    others += [("endsWith", last)] if isinstance(last, str) and last else []
    for function, text in others:
        if found and _kind(value) is not None:  # which kind of ref it is was asked already
            found.append(_call(function, Ref(path=("ref", "name")), text))
        else:
            found.append(_asked(function, value, text))
    if not found:
        found = [_there(value), *_number(first, value)]
    return reduce(both, found)


def _number(piece: Piece, value: Expr) -> Iterator[Expr]:
    """What is true of digits: a text that is no number is neither more nor less than one."""
    if isinstance(piece, Gap) and piece.digits:
        name = value if _kind(value) is None else Ref(path=("ref", "name"))
        yield operation(Op.GE, name, Literal(value=0.0))


def _is_exact(pieces: list[Piece]) -> bool:
    """Whether the gaps take anything, and the texts around them cannot overlap."""
    texts = sum(isinstance(one, str) for one in pieces)
    return texts < 2 and all(isinstance(one, str) or one.exact for one in pieces)


def _kind(value: Expr) -> str | None:
    return _KINDS.get(value.path) if isinstance(value, Ref) else None


def _there(value: Expr) -> Expr:
    kind = _kind(value)
    if kind is not None:
        return _call("startsWith", _REF, kind)
    return operation(Op.NE, value, Literal(value=""))


def _begins(value: Expr, text: str) -> Expr:
    kind = _kind(value)
    if kind is not None:
        return _call("startsWith", _REF, kind + text)
    return _call("startsWith", value, text)


def _asked(function: str, value: Expr, text: str) -> Expr:
    kind = _kind(value)
    if kind is None:
        return _call(function, value, text)
    name = Ref(path=("ref", "name"))
    return both(_call("startsWith", _REF, kind), _call(function, name, text))


def _call(function: str, value: Expr, text: str) -> Call:
    return Call(function=function, arguments=(value, Literal(value=text)))
