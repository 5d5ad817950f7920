"""GitLab CI/CD: `.gitlab-ci.yml`."""

from ciconv.converters.format import Format, late
from ciconv.converters.gitlab.profile import PROFILE

_DOCUMENT = "ciconv.converters.gitlab.document"

FORMAT = Format(
    name="gitlab",
    title="GitLab CI/CD",
    paths=(".gitlab-ci.yml", ".gitlab-ci.yaml"),
    profile=PROFILE,
    read=late(_DOCUMENT, "read_project"),
    write=late(_DOCUMENT, "write_project"),
)
