"""Every word of declarative pipelines changes what is written, or is told where it stands.

https://www.jenkins.io/doc/book/pipeline/syntax/
"""

from functools import cache

import pytest

import ciconv
from ciconv.api import Conversion

PIPELINE = """
pipeline {
    agent %(agent)s
%(pipeline)s
    stages {
        stage('One') {
%(stage)s
            steps { sh 'make' }
%(post)s
        }
        stage('Two') { steps { sh 'test' } }
    }
%(last)s
}
"""
USUAL = {"agent": "any", "pipeline": "", "stage": "", "post": "", "last": ""}
OPTIONS = (
    *("buildDiscarder(logRotator(numToKeepStr: '1'))", "checkoutToSubdirectory('a')"),
    *("disableConcurrentBuilds()", "disableConcurrentBuilds(abortPrevious: true)"),
    *("disableRestartFromStage()", "disableResume()", "newContainerPerStage()"),
    *("overrideIndexTriggers(true)", "parallelsAlwaysFailFast()", "preserveStashes(buildCount: 5)"),
    *("quietPeriod(30)", "rateLimitBuilds(throttle: [count: 1, durationName: 'hour'])", "retry(3)"),
    *("skipDefaultCheckout()", "skipStagesAfterUnstable()", "timeout(time: 1, unit: 'HOURS')"),
    *("timeout(activity: true, time: 5)", "timestamps()", "ansiColor('xterm')", "lock('x')"),
    *("durabilityHint('MAX_SURVIVABILITY')", "throttleJobProperty(categories: ['a'])"),
)
OF_STAGES = (
    *("timeout(time: 1, unit: 'HOURS')", "timeout(activity: true, time: 5)", "retry(3)"),
    *("timestamps()", "ansiColor('xterm')", "lock('x')", "throttle(['a'])", "warnError('x')"),
    "withCredentials([string(credentialsId: 'a', variable: 'A')])",
)
TRIGGERS = (
    *("cron('H 4 * * 1-5')", "pollSCM('H/5 * * * *')", "upstream(upstreamProjects: 'a')"),
    *("githubPush()", "gitlab(triggerOnPush: true)", "GenericTrigger(token: 'x')"),
)
PARAMETERS = (
    *("string(name: 'P', defaultValue: 'x')", "text(name: 'P', defaultValue: 'x')"),
    *("booleanParam(name: 'P', defaultValue: true)", "choice(name: 'P', choices: ['a', 'b'])"),
    *("password(name: 'P')", "file(name: 'P')", "run(name: 'P', projectName: 'x')"),
    "credentials(name: 'P')",
)
TOOLS = ("maven 'm'", "jdk 'j'", "gradle 'g'", "nodejs 'n'", "git 'g'", "ant 'a'")
AGENTS = (
    *("{ label 'a && b' }", "{ node { label 'x'\ncustomWorkspace '/x' } }", "{ docker 'node:20' }"),
    "{ docker { image 'node:20'\nargs '-v /a:/b'\nregistryUrl 'https://r.example.org' } }",
    "{ dockerfile true }",
    "{ dockerfile { filename 'F'\ndir 'd'\nadditionalBuildArgs '--x' } }",
    "{ kubernetes { yaml 'spec: {containers: [{name: a, image: b}]}'\ndefaultContainer 'a' } }",
)
WHENS = (
    *("branch 'main'", "branch pattern: 'm.*', comparator: 'REGEXP'", "buildingTag()"),
    *("changelog 'x'", "changeset '**/*.js'", "changeRequest()", "changeRequest target: 'main'"),
    *("changeRequest author: 'me'", "environment name: 'A', value: 'b'", "tag 'v*'"),
    *("equals expected: 2, actual: currentBuild.number", "expression { params.X }"),
    *("not { branch 'main' }", "allOf { branch 'a'\nbranch 'b' }", "anyOf { branch 'a'\ntag 'b' }"),
    *("triggeredBy 'SCMTrigger'", "triggeredBy 'TimerTrigger'", "triggeredBy cause: 'UserIdCause'"),
    *("beforeAgent true\nbranch 'a'", "beforeInput true\nbranch 'a'", "isRestartedRun()"),
)
STATUSES = (
    *("always", "changed", "fixed", "regression", "aborted", "failure", "success", "unstable"),
    *("unsuccessful", "notBuilt", "cleanup"),
)
INPUT = "input { message 'go?'\nok 'y'\nsubmitter 'me'\nparameters { string(name: 'Q') } }"
WORDS = (
    *(("pipeline", f"options {{ {one} }}") for one in OPTIONS),
    *(("pipeline", f"triggers {{ {one} }}") for one in TRIGGERS),
    *(("pipeline", f"parameters {{ {one} }}") for one in PARAMETERS),
    *(("pipeline", f"tools {{ {one} }}") for one in TOOLS),
    *(("pipeline", one) for one in ("environment { A = 'x' }", "libraries { lib('x@main') }")),
    *(("agent", one) for one in AGENTS),
    *(("stage", f"options {{ {one} }}") for one in OF_STAGES),
    *(("stage", f"when {{ {one} }}") for one in WHENS),
    *(("stage", one) for one in ("environment { A = 'x' }", "tools { maven 'm' }", "input 'go?'")),
    *(("stage", one) for one in ("agent { label 'b' }", "agent { docker 'node:20' }", INPUT)),
    *(("post", f"post {{ {one} {{ sh 'p' }} }}") for one in STATUSES),
    *(("last", f"post {{ {one} {{ sh 'p' }} }}") for one in STATUSES),
)


@cache
def converted(place: str, words: str) -> Conversion:
    """A pipeline with some words at a place of it."""
    text = PIPELINE % (USUAL | {place: words})
    return ciconv.convert({"Jenkinsfile": text}, to="github", format="jenkins")


@pytest.mark.parametrize(("place", "words"), WORDS)
def test_each_word_is_converted_or_told(place: str, words: str) -> None:
    """Nothing is lost silently."""
    text = PIPELINE % (USUAL | {place: words})
    first = text[: text.index(words)].count("\n") + 1
    lines = range(first, first + words.count("\n") + 1)
    found, usual = converted(place, words), converted("last", "")
    told = [one for one in found.diagnostics if one.span and one.span.start.line in lines]
    assert found.files, [one.message for one in found.diagnostics]
    assert found.files != usual.files or told
