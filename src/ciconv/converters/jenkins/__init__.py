"""Jenkins declarative: `Jenkinsfile`, one pipeline a file."""

from ciconv.converters.format import Format
from ciconv.converters.jenkins.document import PATHS
from ciconv.converters.jenkins.profile import PROFILE

FORMAT = Format(
    name="jenkins",
    title="Jenkins declarative",
    paths=PATHS,
    profile=PROFILE,
)
