"""Jenkins declarative: `Jenkinsfile`, one pipeline a file."""

from ciconv.converters.format import Format, late
from ciconv.converters.jenkins.profile import PROFILE

FORMAT = Format(
    name="jenkins",
    title="Jenkins declarative",
    # `jenkins/*.groovy` are libraries as often as pipelines: they are read when they are named
    paths=(
        "Jenkinsfile",
        "Jenkinsfile.*",
        "*.jenkinsfile",
        "*.Jenkinsfile",
        ".jenkins/Jenkinsfile",
    ),
    signs=(r"(?m)^[ \t]*pipeline[ ]*\{",),
    profile=PROFILE,
    write=late("ciconv.converters.jenkins.document.write", "write_project"),
    read=late("ciconv.converters.jenkins.document.read", "read_project"),
)
