"""Rewrites of the IR, in the order they run: towards what the target can say.

Each is a function `(Project, Profile, Context) → Project` in a module of its name, which is loaded
when a project is to be rewritten: who only reads and judges one does without.
"""

from importlib import import_module

from ciconv.context import Context
from ciconv.ir.pipeline import Project
from ciconv.profile import Profile

PASSES = (
    "unread_ids",
    "told_by_scripts",
    "dynamic_defaults",
    "known_failures",
    "bind_variables",
    "bind_programs",
    "normalize",
    "fold_constants",
    "shell_names",
    "known_matrices",
    "lower_groups",
    "map_tools",
    "outputs_of_actions",
    "workspace_paths",
    "outside_files",
    "windows_shells",
    "legalize",
    "hidden_files",
    "lower_jobs",
    "starter_names",
    "bind_values",
)


def run_passes(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project in the target's terms; what stays in its own format stays as it is."""
    from ciconv.passes.keep_comments import keep_comments, with_all_comments

    if project.origin == profile.format:
        return project
    before = project = with_all_comments(project)
    for name in PASSES:
        run = getattr(import_module(f"ciconv.passes.{name}"), name)
        project = run(project, profile, context)
    return keep_comments(before, project)
