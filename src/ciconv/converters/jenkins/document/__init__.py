"""A Jenkinsfile, and all of them: reading in `read`, writing in `write`."""
