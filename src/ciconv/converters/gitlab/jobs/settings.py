"""Keys of a job about its run as a whole: time, tries, turns, deployment.

https://docs.gitlab.com/ci/yaml/
"""

from msgspec import Struct

from ciconv.converters.fields import Fields, is_null
from ciconv.converters.gitlab.scalars import FORMAT, Scope, extra, extras, seconds
from ciconv.ir.expression import Expr, Literal
from ciconv.ir.job import Concurrency, Environment
from ciconv.ir.step import Extra, Retry
from ciconv.syntax.node import Mapping, Scalar, resolve

DEFAULT_TIMEOUT = 60.0  # minutes, unless the project says otherwise
MAX_TRIES = 3
NO_DEPLOYMENT = ("prepare", "verify", "access")


def read_timeout(fields: Fields, scope: Scope) -> Expr:
    """Take `timeout`, in minutes."""
    entry = fields.entry("timeout")
    scalar = None if entry is None else resolve(entry.value)
    if entry is None or not isinstance(scalar, Scalar) or is_null(scalar):
        return Literal(value=DEFAULT_TIMEOUT, span=scope.at)
    found = seconds(scalar.text)
    if found is None:
        fields.wrong(scalar, "a time such as '1h 30m'", "timeout")
    minutes = DEFAULT_TIMEOUT if found is None else found / 60
    return Literal(value=minutes, span=scalar.span, comments=entry.comments)


def read_retry(fields: Fields, scope: Scope) -> tuple[Retry | None, tuple[Extra, ...]]:
    """Take `retry`: how often in all a job is tried."""
    entry = fields.entry("retry")
    node = None if entry is None else resolve(entry.value)
    if entry is None or node is None or is_null(node):
        return None, ()
    kept: tuple[Extra, ...] = ()
    count: object = 0
    if isinstance(node, Scalar):
        count = node.value
    elif isinstance(node, Mapping):
        inner = Fields(node, scope.context, "'retry'")
        scalar = inner.scalar("max")
        count = 0 if scalar is None else scalar.value
        kept = extras(inner, "when", "exit_codes", prefix="retry:")
        inner.leftovers(FORMAT)
        fields.comments.extend(inner.comments)
    if not isinstance(count, int) or not 0 <= count < MAX_TRIES:
        fields.wrong(node, f"a number from 0 to {MAX_TRIES - 1}", "retry")
        return None, kept
    if count == 0:
        return None, kept
    retry = Retry(attempts=count + 1, span=entry.span, comments=entry.comments)
    return retry, kept


def read_turns(fields: Fields, scope: Scope) -> Concurrency | None:
    """Take `resource_group`: its jobs run one after the other, none is dropped."""
    group = scope.take(fields, "resource_group")
    if group is None:
        return None
    return Concurrency(group=group, queue="max", span=group.span, comments=group.comments)


class Deployment(Struct, frozen=True, kw_only=True):
    """An environment, and what about it only GitLab knows."""

    environment: Environment | None = None
    extras: tuple[Extra, ...] = ()


def read_environment(fields: Fields, scope: Scope) -> Deployment:
    """Take `environment`."""
    entry = fields.entry("environment")
    node = None if entry is None else resolve(entry.value)
    if entry is None or node is None or is_null(node):
        return Deployment()
    if isinstance(node, Scalar):
        found = Environment(name=scope.text(node), span=entry.span, comments=entry.comments)
        return Deployment(environment=found)
    inner = Fields(node, scope.context, "'environment'")
    kept = extras(inner, "on_stop", "auto_stop_in", "kubernetes", prefix="environment:")
    tier = extras(inner, "deployment_tier", prefix="environment:", matters=False)
    action = inner.entry("action")
    said = resolve(action.value) if action is not None else None
    word = said.text if isinstance(said, Scalar) else "start"
    others = (
        ()
        if action is None or word in ("start", *NO_DEPLOYMENT)
        else (extra(action, "environment:action"),)
    )
    name, url = scope.take(inner, "name"), scope.take(inner, "url")
    inner.leftovers(FORMAT)
    environment = None
    if name is not None:
        no_deployment = Literal(value=False, span=None if said is None else said.span)
        environment = Environment(
            name=name,
            url=url,
            deployment=no_deployment if word in NO_DEPLOYMENT else None,
            span=entry.span,
            comments=(*entry.comments, *inner.comments),
        )
    return Deployment(environment=environment, extras=(*kept, *tier, *others))
