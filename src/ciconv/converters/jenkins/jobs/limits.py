"""`options`: time limits, attempts, checkouts, runs at the same time.

https://www.jenkins.io/doc/book/pipeline/syntax/#options
"""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from ciconv.converters.jenkins.expressions.read import read_expression, read_template
from ciconv.converters.jenkins.sections import Directive, Section, extra
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.kept_files import given
from ciconv.converters.jenkins.steps.known import counts_silence, duration
from ciconv.converters.jenkins.steps.locks import lock_of
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant
from ciconv.ir.job import Concurrency
from ciconv.ir.step import Extra, Retry
from ciconv.syntax.groovy import tree


class Limits(Struct, frozen=True, kw_only=True):
    """What `options` say that other systems know as well; the rest is kept."""

    timeout: Expr | None = None  # minutes
    retry: Retry | None = None
    no_checkout: bool = False
    folder: Template | None = None  # of the checkout
    concurrency: Concurrency | None = None
    lock: Concurrency | None = None
    fail_fast: bool = False
    extras: tuple[Extra, ...] = ()


_Change = Callable[[Limits, Directive, Place], Limits | None]


def read_options(options: Directive | None, place: Place, *, but: tuple[str, ...] = ()) -> Limits:
    """Return what stands in `options`; those of the names `but` are kept as they are written."""
    limits = Limits()
    for one in Section(options.body).rest() if options is not None else ():
        reader = None if one.name in but else _READERS.get(one.name)
        changed = None if reader is None else reader(limits, one, place)
        if changed is None:
            kept = extra(f"options.{one.name}", one.statement, one.comments)
            changed = replace(limits, extras=(*limits.extras, kept))
        limits = changed
    return limits


def _call(one: Directive) -> tree.Call:
    return one.value if isinstance(one.value, tree.Call) else tree.Call(function=one.value)


def _timeout(limits: Limits, one: Directive, place: Place) -> Limits | None:
    seconds = duration(_call(one), place, 60)
    if seconds is None or counts_silence(one.named("activity"), place):
        return None
    return replace(limits, timeout=Literal(value=seconds / 60, span=one.span))


def _retry(limits: Limits, one: Directive, place: Place) -> Limits | None:
    node = given(_call(one), "count")
    value = None if node is None else read_expression(node, place.scope)
    if not isinstance(value, Literal) or not isinstance(value.value, float):
        return None
    return replace(limits, retry=Retry(attempts=int(value.value), span=one.span))


def _no_checkout(limits: Limits, one: Directive, place: Place) -> Limits | None:
    values = one.values
    if values and not (isinstance(values[0], tree.Constant) and values[0].value is True):
        return None
    return replace(limits, no_checkout=True)


def _folder(limits: Limits, one: Directive, place: Place) -> Limits | None:
    if not one.values:
        return None
    return replace(limits, folder=read_template(one.values[0], place.scope))


def _alone(limits: Limits, one: Directive, place: Place) -> Limits | None:
    """Builds of one branch take turns; `abortPrevious` ends the one that runs."""
    node = one.named("abortPrevious")
    ends = node is not None and constant(read_expression(node, place.scope)) == "true"
    branch = Ref(path=("ref", "full"), span=one.span)
    group = Template(parts=(Literal(value="ci-", span=one.span), branch), span=one.span)
    found = Concurrency(
        group=group,
        cancel=Literal(value=True, span=one.span) if ends else None,
        span=one.span,
        comments=one.comments,
    )
    return replace(limits, concurrency=found)


def _lock(limits: Limits, one: Directive, place: Place) -> Limits | None:
    turns = lock_of(_call(one), place)
    return None if turns is None else replace(limits, lock=turns)


def _fail_fast(limits: Limits, one: Directive, place: Place) -> Limits | None:
    kept = extra(f"options.{one.name}", one.statement, one.comments)
    return replace(limits, fail_fast=True, extras=(*limits.extras, kept))


_READERS: dict[str, _Change] = {
    "timeout": _timeout,
    "retry": _retry,
    "skipDefaultCheckout": _no_checkout,
    "checkoutToSubdirectory": _folder,
    "disableConcurrentBuilds": _alone,
    "lock": _lock,
    "parallelsAlwaysFailFast": _fail_fast,
}
