"""Pipelines of GitLab as Jenkinsfiles: what a maintainer would not write."""

import pytest

import ciconv

DOCKER = """
variables: {DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: ""}
build:
  image: docker:24
  services: [docker:24-dind]
  variables: {DOCKER_HOST: "tcp://docker:2376", DOCKER_DRIVER: overlay2}
  script: [docker build .]
  only: [branches]
"""


def written(text: str) -> tuple[str, list[str]]:
    """The Jenkinsfile, each line without the blanks before it, and what was said."""
    found = ciconv.convert({".gitlab-ci.yml": text}, to="jenkins", format="gitlab")
    lines = found.files["Jenkinsfile"].splitlines()
    return "\n".join(line.strip() for line in lines), [one.message for one in found.diagnostics]


def test_the_docker_of_the_agent_is_asked_through_its_socket() -> None:
    """Where the service was, nobody listens any more."""
    text, said = written(DOCKER)
    assert "DOCKER_HOST = 'unix:///var/run/docker.sock'" in text
    assert "2376" not in text
    assert "DOCKER_DRIVER = 'overlay2'" in text
    left = "the variable 'DOCKER_HOST' is left out: the docker is that of the agent"
    assert said.count(left) == 2
    assert "DOCKER_TLS_CERTDIR = ''" in text
    assert [one for one in said if "DOCKER_TLS_CERTDIR" in one] == []


def test_that_a_branch_is_built_is_said_in_words_of_when() -> None:
    """No `expression` for what is neither a change request nor a tag."""
    text, _ = written(DOCKER)
    assert "not {\nbuildingTag()\n}" in text
    assert "expression" not in text


LAST = r"""
stages: [build, end]
build:
  stage: build
  script: [printf 'A=%s\nB=%s\n' "$X" "$Y" >> x.env]
  artifacts: {reports: {dotenv: x.env}}
end:
  stage: end
  when: always
  variables: {V: x}
  script: [make]
"""


def test_the_last_job_has_its_variables_from_its_beginning() -> None:
    """Each name that a text of printf sets is one; values may ask git for what is checked out."""
    text, _ = written(LAST)
    start = text.index("checkout scm")
    names = ("V=x", "A=${env.NEEDS_BUILD_OUTPUTS_A", "B=${env.NEEDS_BUILD_OUTPUTS_B")
    places = [text.index(one, start) for one in (*names, "sh 'make'")]
    assert places == sorted(places)
    files = {".gitlab-ci.yml": LAST}
    become = {"Jenkinsfile": ciconv.convert(files, to="jenkins").files["Jenkinsfile"]}
    found = ciconv.verify(files, become, formats=("gitlab", "jenkins"))
    assert [one.message for one in found.differences if not one.explained] == []


NARROW = """
workflow:
  rules: [{if: $CI_COMMIT_BRANCH == "main"}, {if: $CI_COMMIT_TAG}]
test:
  script: test "$SUITE"
  parallel: {matrix: [{SUITE: [a, b]}]}
deploy:
  script: deploy
  rules: [{if: $CI_COMMIT_TAG}]
"""


def test_nothing_is_said_twice() -> None:
    """A choice with a case that has to hold anyway, and a variable that its axis has set."""
    text, _ = written(NARROW)
    _, _, deploy = text.partition("stage('deploy') {")
    assert "when {\nbeforeAgent true\nbuildingTag()\n}" in deploy
    assert "name 'SUITE'" in text
    assert "SUITE =" not in text


@pytest.mark.parametrize(
    ("job", "program"),
    [
        ("image: node:20, script: [apt-get update && apt-get install -y jq]", "apt-get"),
        ("image: node:20, script: ['if true; then apk add jq; fi']", "apk"),
        ("image: cimg/node:20.1, script: [sudo npm install -g x]", "sudo"),
        ("image: docker:24, services: ['docker:24-dind'], script: [docker ps]", "docker"),
        ("image: node:20, script: [echo apt-get install jq, make apk]", ""),
        ("image: {name: node:20, docker: {user: node}}, script: [apt-get update]", ""),
    ],
)
def test_a_container_runs_as_root_where_its_scripts_have_to(job: str, program: str) -> None:
    """Jenkins would start it as the agent's user, who can install nothing."""
    text, said = written(f"build: {{{job}}}\n")
    assert ("--user root" in text) is bool(program)
    told = f"the container runs as root, which {program!r} has to be, not as the agent's user"
    assert (told in said) is bool(program)


USUAL = """
workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS
      when: never
    - if: $CI_COMMIT_BRANCH
    - if: $CI_COMMIT_TAG
build: {script: [make]}
"""


def test_what_nothing_tells_is_not_asked() -> None:
    """Whether merge requests are open for a branch is never known, which decides the rules."""
    text, said = written(USUAL)
    assert "expression" not in text and "buildingTag" not in text
    assert [one for one in said if one.startswith("CI_OPEN_MERGE_REQUESTS: ")]
