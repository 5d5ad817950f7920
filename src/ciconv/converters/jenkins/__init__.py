"""Jenkins declarative: `Jenkinsfile`, one pipeline a file."""

from ciconv.converters.format import Format, late
from ciconv.converters.jenkins.profile import PROFILE

FORMAT = Format(
    name="jenkins",
    title="Jenkins declarative",
    paths=(
        "Jenkinsfile",
        "Jenkinsfile.*",
        "*.jenkinsfile",
        "*.Jenkinsfile",
        ".jenkins/Jenkinsfile",
    ),
    profile=PROFILE,
    write=late("ciconv.converters.jenkins.document.write", "write_project"),
)
