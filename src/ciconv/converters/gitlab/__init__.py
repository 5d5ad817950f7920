"""GitLab CI/CD: `.gitlab-ci.yml`."""

from ciconv.converters.format import Format, late
from ciconv.converters.gitlab.profile import PROFILE

FORMAT = Format(
    name="gitlab",
    title="GitLab CI/CD",
    paths=(".gitlab-ci.yml", ".gitlab-ci.yaml"),
    signs=(r"(?m)^[ ]+(?:script|trigger|extends)[ ]*:",),
    profile=PROFILE,
    read=late("ciconv.converters.gitlab.document.read", "read_project"),
    write=late("ciconv.converters.gitlab.document.write", "write_project"),
)
