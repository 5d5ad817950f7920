"""Writing `.circleci/config.yml`; what was read from one stays as it is."""

from ciconv.context import Context
from ciconv.converters.format import Files
from ciconv.ir.pipeline import Project


def write_project(project: Project, context: Context) -> Files:
    """Return the file of the pipelines."""
    if project.origin != "circleci":
        return ()
    kept = {
        one.path: one.tree.span.source.text for one in project.pipelines if one.tree is not None
    }
    return tuple(kept.items())
