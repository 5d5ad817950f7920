"""Which checkouts are the usual one: of the pipeline's own repository, of the commit it is for."""

from ciconv.ir.expression import Expr, Ref, Template, disjuncts

# commits that are checked out anyway, but for how a project is set to treat requests
_REFS = frozenset(
    {
        ("ref", "full"),
        ("ref", "name"),
        ("commit", "sha"),
        ("pr", "head"),
        ("pr", "head_sha"),
        ("pr", "head_name"),
    }
)
_TOKENS = frozenset({("token",), ("secrets", "GITHUB_TOKEN")})
_REPOSITORIES = frozenset({("repo", "path"), ("pr", "head_repo")})


def is_own_ref(ref: Template) -> bool:
    """Return whether a commit is the one that is built."""
    return all(isinstance(one, Ref) and one.path in _REFS for one in _alternatives(ref))


def is_own_repository(repository: Template | None) -> bool:
    """Return whether a repository is the one that the pipeline belongs to."""
    if repository is None or not repository.parts:
        return True
    return all(
        isinstance(one, Ref) and one.path in _REPOSITORIES for one in _alternatives(repository)
    )


def is_own_token(token: Template | None) -> bool:
    """Return whether a token is the one that each job has anyway."""
    return token is None or all(
        isinstance(one, Ref) and one.path in _TOKENS for one in _alternatives(token)
    )


def _alternatives(expr: Expr) -> tuple[Expr, ...]:
    """`a || b`, and what stands alone in a template."""
    if isinstance(expr, Template):
        return _alternatives(expr.parts[0]) if len(expr.parts) == 1 else (expr,)
    return tuple(disjuncts(expr))
