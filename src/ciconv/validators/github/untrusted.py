"""Values of `github.event` that anybody may choose.

https://docs.github.com/en/actions/concepts/security/script-injections
"""

from ciconv.ir.expression import Expr, Index, Literal, Ref

_PATHS = frozenset(
    tuple(path.split("."))
    for path in """
    github.head_ref
    github.event.issue.title
    github.event.issue.body
    github.event.pull_request.title
    github.event.pull_request.body
    github.event.pull_request.head.ref
    github.event.pull_request.head.label
    github.event.pull_request.head.repo.default_branch
    github.event.comment.body
    github.event.review.body
    github.event.review_comment.body
    github.event.discussion.title
    github.event.discussion.body
    github.event.pages.*.page_name
    github.event.commits.*.message
    github.event.commits.*.author.email
    github.event.commits.*.author.name
    github.event.head_commit.message
    github.event.head_commit.author.email
    github.event.head_commit.author.name
    github.event.workflow_run.head_branch
    github.event.workflow_run.head_commit.message
    github.event.workflow_run.head_commit.author.email
    github.event.workflow_run.head_commit.author.name
    """.split()  # noqa: SIM905 - a path a line
)


def untrusted_path(expr: Expr) -> str:
    """Return the path of an expression that a stranger chooses, empty for any other one."""
    path = _path(expr)
    if path is None or path[:1] != ("github",):
        return ""
    return ".".join(path) if any(_fits(path, known) for known in _PATHS) else ""


def untrusted_whole(expr: Expr) -> str:
    """Return the path of an object that holds what a stranger chooses, empty for others."""
    path = _path(expr)
    if path is None or path[:1] != ("github",):
        return ""
    inside = (known[: len(path)] for known in _PATHS if len(known) > len(path))
    return ".".join(path) if any(_fits(path, known) for known in inside) else ""


def _path(expr: Expr) -> tuple[str, ...] | None:
    """The names that lead to a value; an item of a list, whichever it is, is `*`."""
    if isinstance(expr, Ref):
        return tuple(part.lower() for part in expr.path)
    if not isinstance(expr, Index):
        return None
    base = _path(expr.base)
    if base is None:
        return None
    if isinstance(expr.key, Literal) and isinstance(expr.key.value, str):
        return (*base, expr.key.value.lower())
    return (*base, "*")


def _fits(path: tuple[str, ...], known: tuple[str, ...]) -> bool:
    if len(path) != len(known):
        return False
    return all(one in (other, "*") for one, other in zip(path, known, strict=True))
