"""The JSON that Jenkins makes of a pipeline."""

from ciconv.diagnostics import Diagnostics
from ciconv.source import Source
from ciconv.syntax.groovy.parser import parse
from jenkins_json import to_jenkins_json

PIPELINE = """
pipeline {
    agent { label 'linux' }
    environment { A = 'x' + 'y' }
    stages {
        stage('Build') {
            when { branch 'main' }
            steps {
                sh "make ${A}"
                retry(2) { echo 'again' }
            }
        }
    }
}
"""


def literal(value: object) -> object:
    """A constant."""
    return {"isLiteral": True, "value": value}


def test_a_pipeline() -> None:
    """Sections by their names, steps in a branch, values with how literal they are."""
    script = parse(Source("Jenkinsfile", PIPELINE), Diagnostics())
    make = {"isLiteral": False, "value": '"make ${A}"'}
    assert to_jenkins_json(script)["pipeline"] == {
        "agent": {"type": "label", "argument": literal("linux")},
        "environment": [{"key": "A", "value": literal("xy")}],
        "stages": [
            {
                "name": "Build",
                "when": {"conditions": [{"name": "branch", "arguments": literal("main")}]},
                "branches": [
                    {
                        "name": "default",
                        "steps": [
                            {"name": "sh", "arguments": [{"key": "script", "value": make}]},
                            {
                                "name": "retry",
                                "arguments": literal(2),
                                "children": [
                                    {
                                        "name": "echo",
                                        "arguments": [
                                            {"key": "message", "value": literal("again")}
                                        ],
                                    }
                                ],
                            },
                        ],
                    }
                ],
            }
        ],
    }
