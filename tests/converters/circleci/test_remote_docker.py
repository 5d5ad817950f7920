"""Docker for jobs that run in an image."""

import ciconv

DIND = """\
variables: {DOCKER_HOST: "tcp://docker:2375", KEEP: a}
build:
  image: docker:24
  services: ["docker:24-dind", {name: "postgres:15", alias: db}]
  variables: {DOCKER_TLS_CERTDIR: ""}
  script: [docker build .]
plain:
  image: alpine:3
  script: [make]
"""


def written(path: str, text: str, format: str) -> tuple[str, list[str]]:
    """The configuration that a file becomes, which means the same, and what is said of it."""
    found = ciconv.convert({path: text}, to="circleci", format=format)
    checked = ciconv.verify({path: text}, found.files, formats=(format, "circleci"))
    assert [one.message for one in checked.unexplained] == []
    return found.files[".circleci/config.yml"], [one.message for one in found.diagnostics]


def test_a_step_is_in_the_place_of_the_service() -> None:
    """And says where Docker is, which other jobs still do themselves."""
    text, said = written(".gitlab-ci.yml", DIND, "gitlab")
    image, plain = text.partition("  plain:\n")[0], text.partition("  plain:\n")[2]
    assert "- checkout\n      - setup_remote_docker\n      - run: docker build .\n" in image
    assert "dind" not in text and "name: db\n" in image
    assert "DOCKER" not in image and "KEEP: a" in image
    assert "setup_remote_docker" not in plain and "DOCKER_HOST" in plain
    assert any("neither the files nor the services" in one for one in said)


def test_a_machine_has_docker() -> None:
    """A job that runs in no image needs no step for it."""
    text = "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: docker build .}]}}\n"
    assert "setup_remote" not in written(".github/workflows/a.yml", text, "github")[0]


def test_containers_of_a_pod_are_told_not_to_see_the_files() -> None:
    """Beside a service the job itself runs in an image, where nothing can be mounted."""
    pod = """\
pipeline {
  agent { kubernetes { yaml '''
spec:
  containers:
  - {name: maven, image: maven:3.9, command: [sleep], args: [infinity]}
  - {name: node, image: node:20, command: [cat], tty: true}
  - {name: db, image: postgres:15}
''' } }
  stages {
    stage('a') { steps { container('maven') { sh 'mvn test' } } }
    stage('b') { steps { container('node') { sh 'npm test' } } }
  }
}
"""
    text, said = written("Jenkinsfile", pod, "jenkins")
    assert "- setup_remote_docker\n" in text
    assert any("neither the files nor the services" in one for one in said)
