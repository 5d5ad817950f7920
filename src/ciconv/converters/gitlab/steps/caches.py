"""`cache`: files that later pipelines get back.

GitLab overwrites a cache; the caches of the IR are never changed. So the key of the run is part
of the name to save under, and the name without it a beginning that will do to restore from.
https://docs.gitlab.com/ci/yaml/#cache
"""

from msgspec import Struct

from ciconv.converters.fields import Fields, is_null
from ciconv.converters.gitlab.expressions.variables import literal
from ciconv.converters.gitlab.scalars import FORMAT, Scope, extra, extras, flat
from ciconv.converters.gitlab.steps.artifacts import UNTRACKED, join_lines
from ciconv.ir.expression import (
    Call,
    Expr,
    Literal,
    Ref,
    Template,
    either,
    join_texts,
    text,
    written,
)
from ciconv.ir.node import replace
from ciconv.ir.step import Extra, RestoreCache, SaveCache, Step
from ciconv.ir.walk import replace_references
from ciconv.source import Comment, Span
from ciconv.syntax.node import Mapping, Scalar, resolve
from ciconv.syntax.node import Node as Tree

POLICIES = ("pull-push", "pull", "push")
DEFAULT_KEY = "default"
MAX_FILES = 10  # whose content makes a key

# names of which a key only needs that they tell apart what they tell apart
_RUN = Ref(path=("run", "id"))
_NAME = either(Ref(path=("pr", "head")), Ref(path=("ref", "name")))
_ALIKE: dict[tuple[str, ...], Expr] = {
    ("ref", "slug"): _NAME,
    ("env", "CI_COMMIT_SHORT_SHA"): Ref(path=("commit", "sha")),
    ("env", "CI_PROJECT_ID"): Ref(path=("repo", "path")),
    ("env", "CI_PROJECT_PATH"): Ref(path=("repo", "path")),
    ("env", "CI_PROJECT_PATH_SLUG"): Ref(path=("repo", "path")),
    ("env", "CI_PROJECT_NAME"): Ref(path=("repo", "name")),
    ("env", "CI_JOB_NAME_SLUG"): Ref(path=("run", "job")),
}


class Caches(Struct, frozen=True, kw_only=True):
    """The steps at the beginning, and those at the end."""

    first: tuple[Step, ...] = ()
    last: tuple[Step, ...] = ()
    extras: tuple[Extra, ...] = ()


def read_caches(fields: Fields, scope: Scope) -> Caches:
    """Take `cache`, one or several."""
    entry = fields.entry("cache")
    node = None if entry is None else resolve(entry.value)
    if entry is None or node is None or is_null(node):
        return Caches()
    comments = entry.comments
    first: list[Step] = []
    last: list[Step] = []
    kept: list[Extra] = []
    for item in flat(node):
        one = _cache(item, scope, comments)
        first.extend(one.first)
        last.extend(one.last)
        kept.extend(one.extras)
        comments = ()
    return Caches(first=tuple(first), last=tuple(last), extras=tuple(kept))


def _cache(item: Tree, scope: Scope, comments: tuple[Comment, ...]) -> Caches:
    fields = Fields(item, scope.context, "a cache")
    paths = [scope.text(one) for one in fields.scalars("paths") or ()]
    untracked = fields.peek("untracked")
    whole: tuple[Extra, ...] = ()
    if untracked is not None and fields.boolean("untracked"):
        paths.append(text(UNTRACKED))
        whole = (extra(untracked, "cache:untracked"),)
    span = item.span
    key, fixed = _key(fields, scope, span)
    fallbacks = [_alike(scope.text(one)) for one in fields.scalars("fallback_keys") or ()]
    last = scope.variables.find("CACHE_FALLBACK_KEY")  # of every cache
    if last is not None and last.text:
        fallbacks.append(_alike(scope.variables.text(last.text, last.entry.value.span)))
    policy = _word(fields, "policy", POLICIES, scope)
    when = _word(fields, "when", ("on_success", "on_failure", "always"), scope)
    kept = extras(fields, "unprotect", prefix="cache:", matters=False)
    kept = (*kept, *whole, *fields.leftovers(FORMAT))
    if not paths:
        if isinstance(item, Mapping) and item.entries:
            message = "the cache names no paths, so nothing is kept"
            scope.context.diagnostics.note("without-effect", message, span)
        return Caches(extras=kept)
    name = key if fixed else _with_run(key)
    beginnings = fallbacks if fixed else [_joined(key, text("-")), *fallbacks]
    lines = join_lines(paths, span)
    at_once = policy == "pull-push" and when == "on_success"
    restore = RestoreCache(
        key=name,
        paths=lines,
        fallbacks=join_lines(beginnings, span) if beginnings else None,
        save=at_once,
        span=span,
        comments=(*comments, *item.comments, *fields.comments),
    )
    function = {"on_failure": "failure", "always": "always"}.get(when)
    condition = None if function is None else Call(function=function, span=span)
    save = SaveCache(key=name, paths=lines, condition=condition, span=span)
    return Caches(
        first=(restore,) if policy != "push" else (),
        last=(save,) if policy != "pull" and not at_once else (),
        extras=kept,
    )


def _word(fields: Fields, name: str, known: tuple[str, ...], scope: Scope) -> str:
    """One of some words; the first of them where nothing is said, or only the run tells."""
    scalar = fields.scalar(name)
    word = known[0] if scalar is None else scalar.text
    if word.startswith("$"):
        word = scope.variables.constant(word.strip("${}")) or known[0]
    if word not in known and scalar is not None:
        message = f"{name!r} of a cache cannot be {word!r}"
        scope.context.diagnostics.error("wrong-type", message, scalar.span)
        return known[0]
    return word


def _key(fields: Fields, scope: Scope, span: Span) -> tuple[Template, bool]:
    """The key, and whether another content of the files has another key."""
    node = fields.node("key")
    if node is None or is_null(node):
        return text(DEFAULT_KEY), False
    if isinstance(node, Scalar):
        return _alike(scope.text(node)), False
    if not isinstance(node, Mapping):
        fields.wrong(node, "text or a mapping", "key")
        return text(DEFAULT_KEY), False
    inner = Fields(node, scope.context, "'key'")
    names = (inner.scalars("files") or ()) + (inner.scalars("files_commits") or ())
    if not 1 <= len(names) <= MAX_FILES:
        fields.wrong(node, f"a mapping with 1 to {MAX_FILES} files", "key")
    prefix = inner.scalar("prefix")
    inner.leftovers(FORMAT)
    files = tuple(Literal(value=one.text, span=one.span) for one in names)
    hashed: Template = Template(parts=(Call(function="hashFiles", arguments=files, span=span),))
    if prefix is None:
        return replace(hashed, span=span), True
    return _joined(_alike(scope.text(prefix)), text("-"), hashed), True


def _alike(key: Template) -> Template:
    return replace_references(key, lambda ref: _ALIKE.get(ref.path))


def _with_run(key: Template) -> Template:
    return _joined(key, text("-"), Template(parts=(_RUN,)))


def _joined(*texts: Template) -> Template:
    parts = (
        literal(written(one.value), one.span) if isinstance(one, Literal) else one
        for one in join_texts(texts)
    )
    return Template(parts=tuple(parts), span=texts[0].span)
