"""Renames environment variables that no shell could read: `my-var` is `my_var`."""

import re

from ciconv.context import Context, Place
from ciconv.ir.expression import Expr, Ref
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import EnvVar
from ciconv.ir.walk import nodes, rewrite
from ciconv.profile import Feature, Outcome, Profile

_NO_NAME = re.compile(r"^(?=[0-9])|[^A-Za-z0-9_]")


def shell_names(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project with all variables under names that shells take."""
    pipelines = tuple(_pipeline(one, context) for one in project.pipelines)
    if project.origin == "github":
        pipelines = tuple(rewrite(one, _in_capitals) for one in pipelines)
    return replace(project, pipelines=pipelines)


def _in_capitals(node: Node) -> Node:
    """A setting under the name it is kept by: GitHub alone does not tell letters apart.

    https://docs.github.com/en/actions/reference/workflows-and-actions/variables#naming-conventions-for-configuration-variables
    """
    if not isinstance(node, Ref) or node.path[0] not in ("vars", "secrets") or len(node.path) != 2:
        return node
    return replace(node, path=(node.path[0], node.path[1].upper()))


def _pipeline(pipeline: Pipeline, context: Context) -> Pipeline:
    variables = (one for one in nodes(pipeline, until=Expr) if isinstance(one, EnvVar))
    odd = [one for one in variables if _renamed(one.name) != one.name]
    loss = Place(pipeline=pipeline.id).loss(Feature.VARIABLE_NAME, Outcome.APPROXIMATED)
    for one in odd:
        said = f"no shell takes the name {one.name!r}, so it is {_renamed(one.name)!r}"
        context.lose(loss, said, one)
    return rewrite(pipeline, _with_shell_name) if odd else pipeline


def _with_shell_name(node: Node) -> Node:
    if isinstance(node, EnvVar):
        return replace(node, name=_renamed(node.name))
    if isinstance(node, Ref) and node.path[0] == "env" and len(node.path) == 2:
        return replace(node, path=("env", _renamed(node.path[1])))
    return node


def _renamed(name: str) -> str:
    return _NO_NAME.sub("_", name)
