"""`.gitlab-ci.yml` and what it includes, both directions."""

from ciconv.converters.gitlab.document.read import read_project
from ciconv.converters.gitlab.document.write import write_project

__all__ = ["read_project", "write_project"]
