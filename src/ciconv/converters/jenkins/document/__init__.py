"""A Jenkinsfile, and all of them: reading here in `read`, writing in `write`."""

# `jenkins/*.groovy` are libraries as often as pipelines: they are read when they are named
PATHS = ("Jenkinsfile", "Jenkinsfile.*", "*.jenkinsfile", "*.Jenkinsfile", ".jenkins/Jenkinsfile")
