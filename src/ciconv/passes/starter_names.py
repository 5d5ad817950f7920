"""Names and filters of other systems as GitHub's, for programs that another system starts.

What starts such a program hands over values under the names of GitHub's runner.
"""

from functools import partial

from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.ir.expression import Ref
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Project
from ciconv.ir.walk import rewrite
from ciconv.passes.github_comparisons import with_comparisons
from ciconv.passes.github_names import with_own_names, with_spelled_addresses
from ciconv.passes.valid_ids import with_valid_ids
from ciconv.profile import Feature, Profile, Support


def starter_names(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project with names that the starter has, where it is a starter's program."""
    is_started = profile.of(Feature.TRIGGERS).support is Support.LOWERED
    if not is_started:
        return project
    if project.origin == "github":
        own = tuple(map(with_spelled_addresses, project.pipelines))
        return project if own == project.pipelines else replace(project, pipelines=own)
    pipelines = (
        with_valid_ids(with_own_names(with_comparisons(one, context))) for one in project.pipelines
    )
    change = partial(_of_starter, project.origin, context.catalog)
    return replace(project, pipelines=tuple(rewrite(one, change) for one in pipelines))


# of a job, and the program runs in one of its own
_OF_JOBS = frozenset(("environment", "job", "matrix", "node"))


def _of_starter(origin: str, catalog: Catalog, node: Node) -> Node:
    """A value that only the system has which starts the program, by its variable there."""
    if not isinstance(node, Ref) or node.path[0] in _OF_JOBS or node.path == ("run", "job_id"):
        return node
    name = catalog.names().get(node.path)
    native = None if name is None else getattr(name, origin, None)
    if name is None or name.github or name.nixactions or not native or "." in native:
        return node
    return replace(node, path=("env", native))
