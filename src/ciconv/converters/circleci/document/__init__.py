"""`.circleci/config.yml`, both directions."""

from ciconv.converters.circleci.document.read import PATHS, read_project
from ciconv.converters.circleci.document.write import write_project

__all__ = ["PATHS", "read_project", "write_project"]
