"""`filters` of jobs: which branches and tags they run for.

Without a filter a job runs for all branches and no tag; with one for tags alone, for all branches
and these. https://circleci.com/docs/guides/orchestrate/workflows/#using-contexts-and-filtering
"""

from functools import reduce

from msgspec import Struct

from ciconv.context import Context
from ciconv.converters.circleci.expressions.logic import read_logic
from ciconv.converters.fields import Fields, is_null
from ciconv.ir.expression import Binary, Expr, Literal, Matches, Op, Ref, Semantics
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.node import replace
from ciconv.source import Span
from ciconv.syntax.node import Entry, Scalar

EVERY = Filter(patterns=(Pattern(text=".*", syntax=PatternSyntax.JAVA),))
NONE = Filter()
BRANCH, TAG = Ref(path=("ref", "branch")), Ref(path=("ref", "tag"))


class Reach(Struct, frozen=True, kw_only=True):
    """Which branches and tags a job runs for, and a condition that also has to hold."""

    branches: Filter = EVERY
    tags: Filter = NONE
    condition: Expr | None = None
    span: Span | None = None


def read_filters(entry: Entry | None, context: Context) -> Reach:
    """Return what a job runs for."""
    if entry is None or is_null(entry.value):
        return Reach()
    if isinstance(entry.value, Scalar):
        condition = read_logic(entry.value, context, bare=True)
        return Reach(tags=EVERY, condition=condition, span=entry.span)
    fields = Fields(entry.value, context, "'filters'")
    branches = _read(fields.entry("branches"), context, otherwise=EVERY)
    tags = _read(fields.entry("tags"), context, otherwise=NONE)
    fields.leftovers("circleci")
    return Reach(branches=branches, tags=tags, span=entry.span)


def _read(entry: Entry | None, context: Context, *, otherwise: Filter) -> Filter:
    if entry is None or is_null(entry.value):
        return otherwise
    fields = Fields(entry.value, context, f"{entry.name!r} of 'filters'")
    only, ignore = fields.scalars("only"), fields.scalars("ignore")
    fields.leftovers("circleci")
    wanted = None if only is None else tuple(_pattern(one) for one in only if not is_null(one))
    unwanted = tuple(_pattern(one) for one in ignore or () if not is_null(one))
    if wanted is None:
        if any(one == EVERY.patterns[0] for one in unwanted):
            return replace(NONE, span=entry.span)
        return Filter(patterns=unwanted, ignore=True, span=entry.span)
    excluded = (replace(one, negated=True) for one in unwanted)
    return Filter(patterns=(*wanted, *excluded), span=entry.span)


def _pattern(scalar: Scalar) -> Pattern:
    """A name, or a regular expression between slashes that has to match the whole name."""
    said = scalar.text
    if len(said) > 1 and said.startswith("/") and said.endswith("/"):
        return Pattern(text=said[1:-1], syntax=PatternSyntax.JAVA, span=scalar.span)
    return Pattern(text=said, syntax=PatternSyntax.EXACT, span=scalar.span)


def union(filters: tuple[Filter, ...]) -> Filter:
    """Return a filter that lets in what any of the filters does, and sometimes more."""
    useful = [one for one in filters if one.patterns or one.ignore]
    if not useful:
        return next(iter(filters), NONE)
    if all(one == useful[0] for one in useful):
        return useful[0]
    if any(is_every(one) or one.ignore or negates(one) for one in useful):
        return EVERY
    patterns = dict.fromkeys(pattern for one in useful for pattern in one.patterns)
    return Filter(patterns=tuple(patterns), span=useful[0].span)


def negates(one: Filter) -> bool:
    """Whether a filter keeps out some of what it lets in."""
    return any(pattern.negated for pattern in one.patterns)


def is_every(one: Filter) -> bool:
    """Whether a filter lets in everything."""
    if one.ignore:
        return not one.patterns
    return len(one.patterns) == 1 and one.patterns[0] == EVERY.patterns[0]


def is_none(one: Filter) -> bool:
    """Whether a filter lets in nothing."""
    return not one.patterns and not one.ignore


def condition_of(reach: Reach, branches: Filter, tags: Filter) -> Expr | None:
    """Return when a job of a workflow runs that is started for these branches and tags."""
    of_branch = _part(reach.branches, branches, BRANCH)
    of_tag = _part(reach.tags, tags, TAG)
    found = _either(of_branch, of_tag, reach, no_tags=is_none(tags), no_branches=is_none(branches))
    if reach.condition is None:
        return found
    return reach.condition if found is None else joined(Op.AND, found, reach.condition)


def _part(own: Filter, whole: Filter, name: Ref) -> Expr | bool:
    """Whether what started the workflow also passes the job's filter; True: always."""
    if is_none(own):
        return False
    if is_every(own) or own == whole:
        return True
    if not own.ignore and len(own.patterns) == 1:
        return _passes(own.patterns[0], own, name)
    if own.ignore and all(one.syntax is PatternSyntax.EXACT for one in own.patterns):
        parts = [_unlike(one, name) for one in own.patterns]
        return reduce(lambda left, right: joined(Op.AND, left, right), parts)
    if not own.ignore and not negates(own):
        parts = [_passes(one, own, name) for one in own.patterns]
        return reduce(lambda left, right: joined(Op.OR, left, right), parts)
    return Matches(value=replace(name, span=own.span), filter=own, span=own.span)


def _passes(pattern: Pattern, own: Filter, name: Ref) -> Expr:
    if pattern.syntax is PatternSyntax.EXACT:
        value = Literal(value=pattern.text, span=pattern.span)
        return joined(Op.EQ, replace(name, span=pattern.span), value)
    alone = Filter(patterns=(pattern,), span=pattern.span or own.span)
    return Matches(value=replace(name, span=pattern.span), filter=alone, span=pattern.span)


def _unlike(pattern: Pattern, name: Ref) -> Expr:
    value = Literal(value=pattern.text, span=pattern.span)
    return joined(Op.NE, replace(name, span=pattern.span), value)


def _either(
    of_branch: Expr | bool,
    of_tag: Expr | bool,
    reach: Reach,
    *,
    no_tags: bool,
    no_branches: bool,
) -> Expr | None:
    """The condition for branches or the one for tags, said as shortly as it can be."""
    if no_tags:
        return _alone(of_branch, reach)
    if no_branches:
        return _alone(of_tag, reach)
    if of_branch is True and of_tag is True:
        return None
    branch = _whole(BRANCH, of_branch, reach)
    tag = _whole(TAG, of_tag, reach)
    if branch is None or tag is None:
        return branch or tag or Literal(value=False, span=reach.span)
    return joined(Op.OR, branch, tag)


def _alone(part: Expr | bool, reach: Reach) -> Expr | None:
    if isinstance(part, Expr):
        return part
    return None if part else Literal(value=False, span=reach.span)


def _whole(name: Ref, part: Expr | bool, reach: Reach) -> Expr | None:
    """A condition for one kind of ref: none of the other kind fulfils it."""
    if part is False:
        return None
    op = Op.NE if name is TAG else Op.EQ  # what is for no tag is for a branch, or a pull request
    empty = Literal(value="", span=reach.span)
    there = joined(op, replace(TAG, span=reach.span), empty)
    if part is True:
        return there
    negative = isinstance(part, Binary) and part.op in (Op.NE, Op.AND)
    negative = negative or (isinstance(part, Matches) and part.filter.ignore)
    return joined(Op.AND, there, part) if negative else part


def joined(op: Op, left: Expr, right: Expr) -> Expr:
    """Return a comparison, or two conditions as one."""
    return Binary(op=op, left=left, right=right, semantics=Semantics.CIRCLECI, span=right.span)
