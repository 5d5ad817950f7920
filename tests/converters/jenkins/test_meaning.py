"""What Jenkinsfiles mean: plans of what was read, written down by hand."""

import pytest

import ciconv
from ciconv.ir.trigger import EventKind
from ciconv.simulation.event import Event
from ciconv.simulation.plan import State

STAGES = """
pipeline {
    agent any
    stages {
        stage('Build') { steps { sh 'make' } }
        stage('Deploy') {
            when { %s }
            steps { sh 'deploy' }
        }
    }
}
"""


def push(branch: str | None = None, tag: str | None = None) -> Event:
    """A push of a branch or a tag."""
    return Event(kind=EventKind.PUSH, native="push", branch=branch, tag=tag)


def deploys(condition: str, event: Event) -> bool:
    """Whether the second stage runs."""
    plan = ciconv.simulate({"Jenkinsfile": STAGES % condition}, event, format="jenkins")
    (pipeline,) = plan.pipelines
    (job,) = pipeline.jobs
    (step,) = [one for one in job.steps if one.script == "deploy"]
    return step.state is State.RUN


@pytest.mark.parametrize(
    ("condition", "branches"),
    [
        ("branch 'main'", {"main": True, "Main": True, "main2": False, "a/main": False}),
        ("branch pattern: 'main', comparator: 'EQUALS'", {"main": True, "main2": False}),
        ("branch 'release/*'", {"release/1": True, "release/1/2": False, "main": False}),
        ("branch 'release/**'", {"release/1/2": True, "release": True}),
        ("branch pattern: 'v\\\\d+', comparator: 'REGEXP'", {"v12": True, "v12a": False}),
        ("not { branch 'main' }", {"main": False, "x": True}),
        ("expression { env.BRANCH_NAME == 'main' }", {"main": True, "x": False}),
        ("expression { env.BRANCH_NAME ==~ /a|b/ }", {"a": True, "ab": False}),
        ("expression { env.BRANCH_NAME =~ /a/ }", {"bab": True, "b": False}),
        ("anyOf { branch 'a'\nbranch 'b' }", {"a": True, "b": True, "c": False}),
        ("changeRequest()", {"main": False}),
        ("buildingTag()", {"main": False}),
    ],
)
def test_conditions_of_branches(condition: str, branches: dict[str, bool]) -> None:
    """As Jenkins compares names of branches."""
    assert {name: deploys(condition, push(name)) for name in branches} == branches


def test_tags_are_no_branches() -> None:
    """A tag has a name, and is asked for by its own condition."""
    assert deploys("tag 'v*'", push(tag="v1"))
    assert not deploys("tag 'v*'", push(tag="w1"))
    assert not deploys("tag 'v*'", push(branch="v1"))


def test_labels_of_machines_stay_as_they_are_in_a_trigger_shim() -> None:
    """They are those of the same server, whatever they are called elsewhere."""
    text = """
pipeline {
    agent { label 'ubuntu-22.04 && big' }
    stages { stage('Build') { steps { sh 'make' } } }
}
"""
    files = ciconv.convert({"Jenkinsfile": text}, to="nixactions", format="jenkins").files
    assert "label 'ubuntu-22.04 && big'" in files["Jenkinsfile"]


def test_what_a_script_printed_may_be_empty() -> None:
    """Shells ask for that with `-z` and `-n`; to Groovy it is a comparison of texts."""
    text = """
pipeline {
    agent any
    stages { stage('Build') { steps { script {
        def changed = sh(script: 'git diff', returnStdout: true).trim()
        if (changed == '') { sh 'make' } else { sh 'make all' }
    } } } }
}
"""
    files = {"Jenkinsfile": text}
    become = ciconv.convert(files, to="gitlab", format="jenkins").files
    found = ciconv.verify(files, become, formats=("jenkins", "gitlab"))
    assert [one.message for one in found.differences if not one.explained] == []
