"""`only` and `except`: names, kinds of pipelines, patterns, variables, changes.

https://docs.gitlab.com/ci/yaml/deprecated_keywords/#only--except
"""

from collections.abc import Iterator

from ciconv.converters.fields import Fields
from ciconv.converters.gitlab.expressions.junctions import FALSE, all_of, any_of, equal, negated
from ciconv.converters.gitlab.expressions.read import read_condition
from ciconv.converters.gitlab.expressions.regexes import filter_of, read_pattern
from ciconv.converters.gitlab.expressions.variables import EVENT, SOURCES
from ciconv.converters.gitlab.jobs.ruling import take_paths
from ciconv.converters.gitlab.scalars import FORMAT, Scope, alternatives
from ciconv.ir.expression import Changes, Expr, Matches, Ref
from ciconv.ir.filter import Pattern
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, resolve

# pipelines of a merge request have neither a branch nor a tag, all others have one of them
NOT_OF_MERGE_REQUESTS = negated(equal(Ref(path=EVENT), "pull_request"))

_BRANCH, _TAG = Ref(path=("ref", "branch")), Ref(path=("ref", "tag"))
_KINDS = {
    **{word: word for word in SOURCES},
    "pushes": "push",
    "webs": "web",
    "schedules": "schedule",
    "merge_request": "merge_request_event",
    "merge_requests": "merge_request_event",
    "apis": "api",
    "triggers": "trigger",
    "pipelines": "pipeline",
    "parent_pipelines": "parent_pipeline",
}
_OTHER_KINDS = {  # that nothing outside of GitLab is like
    "chat": "chat",
    "chats": "chat",
    "external": "external",
    "externals": "external",
    "external_pull_request": "external_pull_request_event",
    "external_pull_requests": "external_pull_request_event",
    "webides": "webide",
    "webide": "webide",
}


def read_only_except(fields: Fields, scope: Scope, *, by_default: bool) -> Expr | None:
    """Take `only` and `except`; `by_default`: whether those without any run for all refs."""
    only, without = fields.node("only"), fields.node("except")
    parts: list[Expr | None] = []
    if only is not None or without is not None or by_default:
        parts.extend(_policy(only, "only", scope, default=NOT_OF_MERGE_REQUESTS))
    denied = any_of(_policy(without, "except", scope, default=FALSE))
    return all_of((*parts, negated(denied)))


def _policy(node: Node | None, key: str, scope: Scope, *, default: Expr) -> Iterator[Expr | None]:
    """The conditions of a policy, one for each of its keys."""
    node = None if node is None else resolve(node)
    if isinstance(node, Scalar | Sequence):
        yield _refs(node, key, scope)
        return
    fields = Fields(node, scope.context, f"{key!r}")
    refs = fields.node("refs")
    yield default if refs is None else _refs(refs, key, scope)
    variables = fields.node("variables")
    if variables is not None:
        scalars = fields.only_scalars(
            alternatives(variables, "'variables'", scope.context), "variables"
        )
        yield any_of(read_condition(one, scope.variables, scope.context) for one in scalars)
    changes = take_paths(fields, "changes", scope)
    if changes is not None:
        yield Changes(filter=changes, span=changes.span)
    cluster = fields.scalar("kubernetes")
    if cluster is not None and cluster.text != "active":
        fields.wrong(cluster, "'active'", "kubernetes")
    if cluster is not None:
        yield Ref(path=("env", "CI_KUBERNETES_ACTIVE"), span=None if node is None else node.span)
    if isinstance(node, Mapping):
        fields.leftovers(FORMAT)


def _refs(node: Node, key: str, scope: Scope) -> Expr | None:
    fields = Fields(None, scope.context, f"{key!r}")
    found = alternatives(node, f"{key!r}", scope.context)
    return any_of(_ref(one) for one in fields.only_scalars(found, "refs"))


def _ref(scalar: Scalar) -> Expr:
    text, span = scalar.text, scalar.span
    pattern = read_pattern(text.partition("/@")[0] + "/", span) if "/@" in text else None
    name, _, path = ("", "", text.partition("/@")[2]) if pattern else text.partition("@")
    if text.startswith("/") and pattern is None:
        name, path, pattern = text, "", read_pattern(text, span)
    found = _pattern(pattern, scalar) if pattern is not None else _named(name, scalar)
    if not path:
        return found
    project = equal(Ref(path=("env", "CI_PROJECT_PATH"), span=span), path)
    return all_of((project, found)) or project


def _named(name: str, scalar: Scalar) -> Expr:
    span = scalar.span
    if name == "branches":
        return Ref(path=_BRANCH.path, span=span)
    if name == "tags":
        return Ref(path=_TAG.path, span=span)
    event = Ref(path=EVENT, span=span)
    if name in _KINDS:
        return equal(event, SOURCES[_KINDS[name]])
    if name in _OTHER_KINDS:
        return equal(event, _OTHER_KINDS[name])
    refs = (Ref(path=one.path, span=span) for one in (_BRANCH, _TAG))
    return any_of(equal(one, name) for one in refs) or event


def _pattern(pattern: Pattern, scalar: Scalar) -> Expr:
    refs = (Ref(path=one.path, span=scalar.span) for one in (_BRANCH, _TAG))
    found = any_of(Matches(value=one, filter=filter_of(pattern), span=one.span) for one in refs)
    return found or FALSE
