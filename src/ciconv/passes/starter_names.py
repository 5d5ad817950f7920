"""Names and filters of other systems as GitHub's, for programs that another system starts.

What starts such a program hands over values under the names of GitHub's runner.
"""

from ciconv.context import Context
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Project
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
    return replace(project, pipelines=tuple(pipelines))
