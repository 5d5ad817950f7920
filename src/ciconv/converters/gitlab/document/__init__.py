"""`.gitlab-ci.yml` and what it includes, both directions."""

from ciconv.converters.gitlab.document.read import PATHS, read_project
from ciconv.converters.gitlab.document.write import write_project

__all__ = ["PATHS", "read_project", "write_project"]
