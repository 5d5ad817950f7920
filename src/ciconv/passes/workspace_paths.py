"""Makes paths of steps relative that name the workspace: not every system knows where that is."""

from ciconv.context import Context
from ciconv.ir.expression import Template, constant
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Project
from ciconv.ir.step import Argument, Checkout, Step
from ciconv.ir.walk import rewrite
from ciconv.ir.workspace_paths import seen_from_workspace
from ciconv.profile import Profile

_PATHS = ("directory", "paths", "path", "root")


def workspace_paths(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project with the folders and files of steps as seen from the workspace."""
    pipelines = tuple(rewrite(one, _relative) for one in project.pipelines)
    return replace(project, pipelines=pipelines)


def _relative(node: Node) -> Node:
    if not isinstance(node, Step):
        return node
    changes: dict[str, object] = {}
    for name in _PATHS:
        value = getattr(node, name, None)
        if value is not None:
            changes[name] = seen_from_workspace(value)
    if isinstance(node, Checkout):
        changes["arguments"] = tuple(map(_argument, node.arguments))
    directory = changes.get("directory")
    if isinstance(directory, Template) and constant(directory) == ".":
        changes["directory"] = None
    return replace(node, **changes) if changes else node


def _argument(one: Argument) -> Argument:
    return replace(one, value=seen_from_workspace(one.value)) if one.name == "path" else one
