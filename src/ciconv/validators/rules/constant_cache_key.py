"""The rule `constant-cache-key`."""

import re
from collections.abc import Iterator

from ciconv.catalog.catalog import Kind
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Call, Expr, Literal, Ref, walk
from ciconv.validators.meaning import jobs_of, meanings
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_VERSION = re.compile(r"\d\.\d")
_SAVING = (Kind.CACHE, Kind.SAVE_CACHE)
_FIXED = frozenset(
    (name,) for name in ("os", "arch", "runner", "matrix", "workflow", "job", "repository")
)
_FORMATS = ("github", "circleci", "nixactions")  # in which a cache is never written twice


class ConstantCacheKey(Rule):
    """The key of a cache is the same in each run, so that what is in it never changes again.

    A cache is written once for each key. Put what its content depends on into the key:
    `${{ hashFiles('**/package-lock.json') }}`.
    """

    code = "constant-cache-key"
    summary = "a key of a cache that never changes"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the keys of saved caches that are the same in each run."""
        if subject.format not in _FORMATS:
            return
        for pipeline in subject.pipelines():
            for job in jobs_of(pipeline):
                for one in meanings(job, subject.context.catalog):
                    key = one.values.get("key") if one.kind in _SAVING else None
                    if key is not None and not any(map(_changes, walk(key))):
                        yield self.found(
                            key.span or one.step.span,
                            "the key of the cache is the same in each run",
                            "add a hash of the files that the content depends on",
                        )


def _changes(expr: Expr) -> bool:
    """Whether a part of a key may be another one in the next run."""
    if isinstance(expr, Literal):
        text = expr.value if isinstance(expr.value, str) else ""
        # who writes a version into the key changes it by hand
        return "{{" in text or "$" in text or _VERSION.search(text) is not None
    if isinstance(expr, Ref):
        return expr.path[:1] not in _FIXED
    return isinstance(expr, Call) and expr.function.lower() not in ("format", "join")
