"""GitLab CI/CD: `.gitlab-ci.yml`."""

from ciconv.converters.format import Format
from ciconv.converters.gitlab.document import PATHS, read_project, write_project
from ciconv.converters.gitlab.profile import PROFILE

FORMAT = Format(
    name="gitlab",
    title="GitLab CI/CD",
    paths=PATHS,
    profile=PROFILE,
    read=read_project,
    write=write_project,
)
