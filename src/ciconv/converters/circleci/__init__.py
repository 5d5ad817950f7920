"""CircleCI: `.circleci/config.yml`."""

from ciconv.converters.circleci.document import PATHS, read_project, write_project
from ciconv.converters.circleci.profile import PROFILE
from ciconv.converters.format import Format

FORMAT = Format(
    name="circleci",
    title="CircleCI",
    paths=PATHS,
    profile=PROFILE,
    read=read_project,
    write=write_project,
)
