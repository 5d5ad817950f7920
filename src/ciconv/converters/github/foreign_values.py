"""Predefined values of other systems that GitHub has something like, or nothing.

https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context
"""

from collections.abc import Mapping
from typing import TypeVar

from ciconv.context import Context, Place
from ciconv.ir.expression import Binary, Literal, Op, Ref, Semantics, Template, walk
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import replace_references, rewrite
from ciconv.passes.ambient import Ambient, Like, ambient_of
from ciconv.profile import Feature, Outcome

N = TypeVar("N", bound=Node)


def with_values_alike(pipeline: Pipeline, origin: str, context: Context) -> Pipeline:
    """Return the pipeline with GitHub's nearest values; each difference is a loss."""
    ambient = ambient_of(origin)
    if ambient is None:
        return pipeline
    here = Place(pipeline=pipeline.id)
    jobs = tuple(
        _rewritten(job, _Alike(ambient, replace(here, job=job.id), context))
        for job in pipeline.jobs
    )
    bare = _rewritten(replace(pipeline, jobs=()), _Alike(ambient, here, context))
    return replace(bare, jobs=jobs)


def _rewritten(node: N, alike: "_Alike") -> N:
    return replace_references(rewrite(node, _same, whole=alike.value), lambda _: None)


def _same(node: Node) -> Node:
    return node


class _Alike:
    """Finds the nearest values for the names in one job."""

    def __init__(self, ambient: Ambient, place: Place, context: Context) -> None:
        self._ambient, self._place, self._context = ambient, place, context
        self._near = _near(ambient, context)

    def value(self, node: Node) -> Node | None:
        """Return what stands for a name that GitHub does not know; None: the node may stay."""
        if isinstance(node, Binary) and _ignores_case(node):
            said = "GitHub compares texts without regard to upper and lower case"
            loss = self._place.loss(Feature.EXPRESSION, Outcome.APPROXIMATED)
            self._context.lose(loss, said, node)
        if not isinstance(node, Ref):
            return None
        name = node.path[1] if node.path[0] == "env" and len(node.path) == 2 else None
        like = self._near.get(node.path)
        if like is None and name is not None and self._ambient.pattern.fullmatch(name):
            like = Like(Literal(value=""), f"GitHub has nothing like {name}, so it is empty")
            self._lose(Outcome.MANUAL, like, node)
        elif like is not None:
            self._lose(Outcome.APPROXIMATED, like, node)
        return None if like is None else replace(like.value, span=node.span)

    def _lose(self, outcome: Outcome, like: Like, at: Node) -> None:
        if like.differs:
            loss = self._place.loss(Feature.VARIABLE, outcome)
            self._context.lose(loss, like.differs, at)


def _ignores_case(node: Binary) -> bool:
    """Whether a comparison with case became one without, of a text that may be anything."""
    if node.semantics is Semantics.GITHUB or node.op not in (Op.EQ, Op.NE):
        return False
    literal = next((one for one in (node.left, node.right) if isinstance(one, Literal)), None)
    text = None if literal is None else literal.value
    free = any(isinstance(one, Ref) and one.path[0] in _FREE for one in walk(node))
    return free and isinstance(text, str) and text.lower() != text.upper()


_FREE = ("vars", "inputs", "secrets", "matrix", "commit", "actor")


def _near(ambient: Ambient, context: Context) -> Mapping[tuple[str, ...], Like]:
    found: dict[tuple[str, ...], Like] = {}
    for path, name in context.catalog.names().items():
        near = name.near.get(ambient.format)
        if near is not None and name.github is not None:
            said = f"the value is only nearly that of {near.name}: there {near.differs}"
            found["env", near.name] = Like(Ref(path=path), said)
    found |= {("env", name): like for name, like in ambient.alike.items()}
    return {**found, **_VALUES}


_REPOSITORY = Ref(path=("repo", "path"))
_VALUES: Mapping[tuple[str, ...], Like] = {
    ("registry",): Like(Literal(value="ghcr.io"), "the registry is GitHub's"),
    ("registry", "image"): Like(
        Template(parts=(Literal(value="ghcr.io/"), _REPOSITORY)),
        "the image goes to the registry of GitHub",
    ),
    ("env", "CI_COMMIT_SHORT_SHA"): Like(
        Ref(path=("commit", "sha")), "it has 40 characters here, 8 of which are GitLab's"
    ),
    ("ref", "slug"): Like(
        Ref(path=("ref", "name")), "the name is not in lower case, nor cut, as in GitLab"
    ),
    ("env", "CI_PROJECT_PATH_SLUG"): Like(_REPOSITORY, "the path has its slash and capitals"),
    ("env", "CI_COMMIT_TIMESTAMP"): Like(
        Ref(path=("github", "event", "head_commit", "timestamp")), "only pushes have one"
    ),
    ("server", "host"): Like(Literal(value="github.com"), "the host is that of GitHub"),
    ("env", "CI_SERVER_FQDN"): Like(Literal(value="github.com"), "the host is that of GitHub"),
    ("run", "job_id"): Like(Ref(path=("run", "id")), "it is the number of the run"),
    ("environment", "name"): Like(Literal(value=""), "the name is not known outside of the job"),
    ("environment", "slug"): Like(Literal(value=""), "the name is not known outside of the job"),
    ("environment", "url"): Like(Literal(value=""), "the address is not known outside of the job"),
}
