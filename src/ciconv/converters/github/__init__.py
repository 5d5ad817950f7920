"""GitHub Actions: `.github/workflows/*.yml`."""

from ciconv.converters.format import Format
from ciconv.converters.github.document import PATHS, read_project, write_project
from ciconv.converters.github.profile import PROFILE

FORMAT = Format(
    name="github",
    title="GitHub Actions",
    aliases=("gha",),
    paths=PATHS,
    profile=PROFILE,
    read=read_project,
    write=write_project,
)
