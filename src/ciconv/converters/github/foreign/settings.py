"""Secrets and variables of other systems whose names GitHub keeps for itself.

https://docs.github.com/en/actions/reference/security/secrets#naming-your-secrets
"""

from functools import partial
from typing import TypeVar

from ciconv.context import Context, Place
from ciconv.ir.expression import Ref
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import rewrite
from ciconv.profile import Feature, Outcome

N = TypeVar("N", bound=Node)
_PREFIX = "GITHUB_"
_KINDS = {"secrets": "secret", "vars": "variable"}


def with_free_names(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline with settings called `GH_…` for those that begin with `GITHUB_`."""
    place = Place(pipeline=pipeline.id)
    jobs = tuple(_renamed(job, replace(place, job=job.id), context) for job in pipeline.jobs)
    return replace(_renamed(replace(pipeline, jobs=()), place, context), jobs=jobs)


def _renamed(node: N, place: Place, context: Context) -> N:
    return rewrite(node, partial(_free, node, place, context))


def _free(whole: Node, place: Place, context: Context, node: Node) -> Node:
    if not isinstance(node, Ref) or node.path[0] not in _KINDS or len(node.path) != 2:
        return node
    name = node.path[1]
    if not name.upper().startswith(_PREFIX) or name.upper() == "GITHUB_TOKEN":
        return node
    free = f"GH_{name[len(_PREFIX) :]}"
    said = f"no {_KINDS[node.path[0]]} of GitHub may be called {name!r}: set it up as {free!r}"
    at = node if node.span is not None else whole
    context.lose(place.loss(Feature.VARIABLE, Outcome.MANUAL), said, at)
    return replace(node, path=(node.path[0], free))
