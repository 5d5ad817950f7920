"""Predefined values of other systems in the words of one that has something like them."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec import Struct

from ciconv.catalog.catalog import Name
from ciconv.context import Context, Place
from ciconv.ir.expression import Binary, Expr, Literal, Op, Ref
from ciconv.ir.job import JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import replace_references, rewrite
from ciconv.passes.ambient import Ambient, Like, ambient_of
from ciconv.passes.joining import negated
from ciconv.profile import Feature, Outcome

N = TypeVar("N", bound=Node)
Path = tuple[str, ...]


class Likeness(Struct, frozen=True, kw_only=True):
    """What a system has in the place of others' values. `title`: what people call it.

    `knows`: whether it has a value for a canonical name; `values`: the nearest to names that it
    does not have, besides those that are the same for all; `keeps_unknown`: a variable that
    nothing sets there may stay.
    """

    title: str
    knows: Callable[[Path, Name], bool]
    values: Mapping[Path, Like] = {}
    keeps_unknown: bool = False


def with_values_alike(
    pipeline: Pipeline, origin: str, likeness: Likeness, context: Context
) -> Pipeline:
    """Return the pipeline with the nearest values of the target; each difference is a loss."""
    ambient = ambient_of(origin)
    if ambient is None:
        return pipeline
    system = _System(likeness, ambient, context)
    here = Place(pipeline=pipeline.id)
    jobs = tuple(_job(job, system, replace(here, job=job.id), context) for job in pipeline.jobs)
    bare = _rewritten(replace(pipeline, jobs=()), _Alike(system, here, context))
    return replace(bare, jobs=jobs)


def _job(job: JobBase, system: "_System", place: Place, context: Context) -> JobBase:
    """A job; what decides whether it runs is an expression that asks for a little else."""
    asked = _Alike(system, place, context, Feature.EXPRESSION)
    job = replace(job, choices=tuple(_rewritten(one, asked) for one in job.choices))
    return _rewritten(job, _Alike(system, place, context))


def _rewritten(node: N, alike: "_Alike") -> N:
    return replace_references(rewrite(node, _same, whole=alike.value), lambda _: None)


def _same(node: Node) -> Node:
    return node


class _System:
    """What stands for the names of one system in another."""

    def __init__(self, likeness: Likeness, ambient: Ambient, context: Context) -> None:
        self.likeness, self._ambient = likeness, ambient
        self.near = _near(ambient, likeness, context)

    def name_of(self, ref: Ref, context: Context) -> str:
        """Return what the old system calls a value."""
        native = context.catalog.native_name(self._ambient.format, ref.path)
        return native or ref.path[-1]

    def is_unknown(self, ref: Ref) -> bool:
        """Whether it is a variable that the old system sets, and the new one has nothing like."""
        if ref.path[0] != "env" or len(ref.path) != 2:
            return False
        return self._ambient.pattern.fullmatch(ref.path[1]) is not None


class _Alike:
    """Finds the nearest values for the names in one job."""

    def __init__(
        self,
        system: _System,
        place: Place,
        context: Context,
        feature: Feature = Feature.VARIABLE,
    ) -> None:
        self._system, self._place, self._context = system, place, context
        self._feature = feature

    def value(self, node: Node) -> Node | None:
        """Return what stands for a name that the target does not know; None: the node may stay."""
        likeness = self._system.likeness
        if isinstance(node, Binary):
            return self._flag(node)
        if not isinstance(node, Ref):
            return None
        like = self._system.near.get(node.path)
        if like is not None:
            name = self._system.name_of(node, self._context)
            said = like.differs and f"{name}: {like.differs}"
            self._lose(Outcome.APPROXIMATED, said, node)
            return replace(like.value, span=node.span)
        if not self._system.is_unknown(node):
            return None
        said = f"{likeness.title} has nothing like {node.path[1]}, so it is empty"
        self._lose(Outcome.MANUAL, said, node)
        return None if likeness.keeps_unknown else Literal(value="", span=node.span)

    def _flag(self, node: Binary) -> Expr | None:
        """A comparison of what is `true` or `false` with a value that is a boolean here."""
        word = node.right.value if isinstance(node.right, Literal) else None
        if not isinstance(node.left, Ref) or word not in ("true", "false"):
            return None
        like = self._system.near.get(node.left.path)
        if node.op not in (Op.EQ, Op.NE) or like is None or like.value != _PROTECTED:
            return None
        self._lose(Outcome.APPROXIMATED, f"{node.left.path[-1]}: {like.differs}", node.left)
        flag = replace(like.value, span=node.left.span)
        is_wanted = (word == "true") is (node.op is Op.EQ)
        return flag if is_wanted else negated(flag)

    def _lose(self, outcome: Outcome, differs: str, at: Node) -> None:
        if differs:
            self._context.lose(self._place.loss(self._feature, outcome), differs, at)


def _near(ambient: Ambient, likeness: Likeness, context: Context) -> Mapping[Path, Like]:
    found: dict[Path, Like] = {}
    for path, name in context.catalog.names().items():
        near = name.near.get(ambient.format)
        if near is not None and likeness.knows(path, name):
            found["env", near.name] = Like(Ref(path=path), near.differs)
    found |= {("env", name): like for name, like in ambient.alike.items()}
    return {**found, **_VALUES, **likeness.values}


_PROTECTED = Ref(path=("ref", "protected"))
_VALUES: Mapping[Path, Like] = {
    ("env", "CI_COMMIT_SHORT_SHA"): Like(
        Ref(path=("commit", "sha")), "it has 40 characters here, 8 of which are GitLab's"
    ),
    ("ref", "slug"): Like(
        Ref(path=("ref", "name")), "the name is not in lower case, nor cut, as in GitLab"
    ),
    ("env", "CI_PROJECT_PATH_SLUG"): Like(
        Ref(path=("repo", "path")), "the path has its slash and capitals"
    ),
    ("run", "job_id"): Like(Ref(path=("run", "id")), "it is the number of the run"),
    ("environment", "name"): Like(Literal(value=""), "the name is not known outside of the job"),
    ("environment", "slug"): Like(Literal(value=""), "the name is not known outside of the job"),
    ("environment", "url"): Like(Literal(value=""), "the address is not known outside of the job"),
}
