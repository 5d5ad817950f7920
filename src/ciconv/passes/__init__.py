"""Rewrites of the IR, in the order they run: towards what the target can say.

Each is a function `(Project, Profile, Context) → Project`.
"""

from ciconv.context import Context
from ciconv.ir.pipeline import Project
from ciconv.passes.bind_values import bind_values
from ciconv.passes.bind_variables import bind_variables
from ciconv.passes.fold_constants import fold_constants
from ciconv.passes.keep_comments import keep_comments
from ciconv.passes.known_matrices import known_matrices
from ciconv.passes.legalize import legalize
from ciconv.passes.lower_groups import lower_groups
from ciconv.passes.lower_jobs import lower_jobs
from ciconv.passes.map_tools import map_tools
from ciconv.passes.normalize import normalize
from ciconv.passes.shell_names import shell_names
from ciconv.passes.starter_names import starter_names
from ciconv.profile import Profile

PASSES = (
    bind_variables,
    normalize,
    fold_constants,
    shell_names,
    known_matrices,
    lower_groups,
    map_tools,
    legalize,
    lower_jobs,
    starter_names,
    bind_values,
)


def run_passes(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project in the target's terms; what stays in its own format stays as it is."""
    if project.origin == profile.format:
        return project
    before = project
    for run in PASSES:
        project = run(project, profile, context)
    return keep_comments(before, project)
