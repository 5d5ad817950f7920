"""What stands in the files of others and was once told apart by mistake, on the way to a system."""

from textwrap import dedent

import pytest

import ciconv
from oracles import tool

FILES = {
    "github": ".github/workflows/ci.yml",
    "gitlab": ".gitlab-ci.yml",
    "circleci": ".circleci/config.yml",
    "jenkins": "Jenkinsfile",
}
JOB = """\
    on: [push, pull_request]
    jobs:
      a:
        runs-on: ubuntu-latest
"""
WAYS = {
    "values that only the message of a plugin asks for": (
        "jenkins",
        "gitlab",
        """\
        pipeline {
            agent any
            stages { stage('a') { steps { sh 'make' } } }
            post { failure { slackSend(message: "${env.JOB_NAME} [${env.BUILD_NUMBER}]") } }
        }
        """,
    ),
    "steps that fail in place of others beside one that needs none": (
        "jenkins",
        "github",
        """\
        pipeline {
            agent any
            stages { stage('a') { steps { frobnicate 'x'; sh 'make' } } }
            post {
                always {
                    junit 'a*.xml'
                    recordCoverage(tools: [[parser: 'COBERTURA', pattern: 'c.xml']])
                    archiveArtifacts artifacts: 'b/**'
                }
                unstable { sendWord(topic: 'b') }
                failure { sendWord(topic: 'a') }
            }
        }
        """,
    ),
    "blanks behind a script that another one follows": (
        "circleci",
        "gitlab",
        """\
        version: 2.1
        jobs:
          a:
            docker: [{image: cimg/base:2024.05}]
            steps: [checkout, {run: "make a "}, {run: make b}]
        workflows: {ci: {jobs: [a]}}
        """,
    ),
    "the folder of the job": (
        "circleci",
        "nixactions",
        """\
        version: 2.1
        jobs:
          a:
            docker: [{image: "debian:12"}]
            steps: [{run: 'mv /root/debian ${CIRCLE_WORKING_DIRECTORY}'}]
        workflows: {ci: {jobs: [a]}}
        """,
    ),
    "the commit, which the starter tells": (
        "jenkins",
        "nixactions",
        """\
        pipeline {
            agent any
            environment { VERSION = "${GIT_COMMIT}" }
            stages { stage('a') { steps { sh 'make' } } }
        }
        """,
    ),
    "what one of two branches has set": (
        "jenkins",
        "gitlab",
        """\
        pipeline {
            agent any
            stages {
                stage('Names') {
                    parallel {
                        stage('Main') {
                            when { branch 'main' }
                            steps { script { env.TAGS = 'latest' } }
                        }
                        stage('Other') {
                            when { not { branch 'main' } }
                            steps { script { env.TAGS = "${BRANCH_NAME}"; env.ALL = "${TAGS}-x" } }
                        }
                    }
                }
                stage('Build') { steps { sh './build "$TAGS"' } }
            }
        }
        """,
    ),
    "a tag's first letter in the other case": (
        "github",
        "gitlab",
        JOB + "        if: startsWith(github.ref, 'refs/tags/v')\n        steps: [{run: make}]\n",
    ),
    "folders of one pattern": (
        "github",
        "jenkins",
        JOB
        + """\
        steps:
          - run: make
          - uses: actions/upload-artifact@v4
            with: {name: built, path: "dist/\\nts*/"}
    """,
    ),
    "the turn of the only job": (
        "github",
        "jenkins",
        JOB + "        concurrency: docs-${{ github.ref }}\n        steps: [{run: make}]\n",
    ),
    "cells with long names of a job that does not run": (
        "github",
        "jenkins",
        JOB
        + f"""\
        name: Analyze all
        if: github.actor != 'some[bot]'
        strategy:
          matrix: {{kind: [cpp, python], text: [{"long-" * 20}]}}
        steps: [{{run: make}}]
    """,
    ),
    "inputs of a call, which come with a start by hand": (
        "github",
        "gitlab",
        """\
        on: {workflow_call: {inputs: {os: {type: string}}}}
        jobs: {a: {runs-on: "${{ inputs.os }}", steps: [{run: make}]}}
        """,
    ),
    "an input that may pick Windows": (
        "github",
        "gitlab",
        """\
        on: {workflow_call: {inputs: {os: {type: string}}}}
        jobs:
          a:
            runs-on: ${{ inputs.os }}
            steps: [{run: make}, {run: dir, if: inputs.os == 'windows-latest'}]
        """,
    ),
    "outputs of a step that does not run": (
        "github",
        "gitlab",
        """\
        on: push
        jobs:
          a:
            runs-on: ubuntu-latest
            steps:
              - {id: b-c, if: github.ref != 'refs/heads/main', run: 'echo x=1 >> "$GITHUB_OUTPUT"'}
              - run: make "${{ github.ref }}" "${{ steps.b-c.outputs.x }}"
        """,
    ),
    "a call on whatever branch": (
        "github",
        "gitlab",
        """\
        on: workflow_call
        jobs:
          a:
            runs-on: ubuntu-latest
            steps:
              - if: startsWith(github.ref, 'refs/heads/') && github.ref != 'refs/heads/main'
                run: make
        """,
    ),
    "settings in small letters": (
        "github",
        "nixactions",
        JOB + "        container: ${{ vars.image }}:${{ vars.image_tag }}\n"
        "        steps: [{run: make}]\n",
    ),
    "outputs that are texts": (
        "github",
        "gitlab",
        JOB
        + """\
        outputs: {one: '{ "major": "16", "cost": "$5" }', two: "18"}
        steps: [{run: make}]
      b:
        needs: a
        runs-on: ubuntu-latest
        container: image:${{ needs.a.outputs.two }}
        steps: [{run: make b, env: {ONE: "${{ needs.a.outputs.one }}"}}]
    """,
    ),
}


@pytest.mark.oracle
@pytest.mark.parametrize("name", WAYS)
def test_nothing_differs_that_no_loss_explains(name: str) -> None:
    source, target, written = WAYS[name]
    if target == "nixactions":
        tool("nix-instantiate")
    files = {FILES[source]: dedent(written)}
    made = ciconv.convert(files, to=target, format=source).files
    found = ciconv.verify(files, made, formats=(source, target)).differences
    assert [one.message for one in found if not one.explained] == []


def test_an_output_keeps_its_quotes() -> None:
    """What a shell would read between double quotes is escaped where the text is written."""
    _, target, written = WAYS["outputs that are texts"]
    made = ciconv.convert({FILES["github"]: dedent(written)}, to=target, format="github").files
    line = r'echo "NEEDS_A_OUTPUTS_ONE={ \"major\": \"16\", \"cost\": \"\$5\" }" >> outputs.env'
    assert line in made[FILES["gitlab"]]


def test_branches_beside_each_other_wait_for_none() -> None:
    """What both set is that of the one that ran, in whatever follows."""
    _, _, written = WAYS["what one of two branches has set"]
    project = ciconv.read({"Jenkinsfile": dedent(written)}, format="jenkins").project
    assert project is not None
    jobs = project.pipelines[0].jobs
    needs = {one.id: [need.job for need in one.needs or ()] for one in jobs}
    assert needs == {"main": [], "other": [], "build": ["main", "other"]}


def test_the_message_of_a_plugin_has_values_of_the_target() -> None:
    """Nothing sets variables of Jenkins elsewhere; the name of a workflow is known at once."""
    written = WAYS["values that only the message of a plugin asks for"][2]
    for target, expected in {
        "gitlab": 'INPUT_MESSAGE="$CI_PIPELINE_NAME [$CI_PIPELINE_IID]"',
        "circleci": 'INPUT_MESSAGE="ci [$GITHUB_RUN_NUMBER]"',
    }.items():
        made = ciconv.convert({"Jenkinsfile": dedent(written)}, to=target, format="jenkins").files
        assert expected in made[FILES[target]]
