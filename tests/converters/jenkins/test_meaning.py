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


# shells ask for empty texts with `-z` and `-n`, Groovy compares texts
EMPTY = """
pipeline {
    agent any
    stages { stage('Build') { steps { script {
        def changed = sh(script: 'git diff', returnStdout: true).trim()
        if (changed == '') { sh 'make' } else { sh 'make all' }
    } } } }
}
"""
# how a list looks is said by Groovy alone
LIST = """
pipeline {
    agent any
    stages { stage('Build') { steps { script {
        def paths = readJSON(text: env.LIST)
        echo "Paths: ${paths}"
    } } } }
}
"""
# no secret of GitHub may be called so, but one of the server beside a program
SECRET = """
pipeline {
    agent { docker { image 'a/b' } }
    stages { stage('Build') { steps {
        withSecrets(secrets: [[envVar: 'GITHUB_USER', secretRef: 'op://a/b/c']]) {
            sh 'make $GITHUB_USER'
        }
    } } }
}
"""
# a parameter counts more than what Jenkins itself sets
PARAMETER = """
pipeline {
    agent any
    parameters { string(name: 'BUILD_ID') }
    stages { stage('Build') {
        environment { BUILD_ID = "${BUILD_ID}" }
        steps { sh 'make' }
    } }
}
"""
# nothing looks at the files
NO_STEPS = """
pipeline {
    agent none
    stages {
        stage('Say') { steps { script { KIND = 'small' } } }
        stage('Build') { agent any
            steps { sh 'make' } }
    }
}
"""
# what is asked for is a text, which is true where it is not empty
CHOICE = """
pipeline {
    agent any
    stages { stage('Build') { steps { script {
        env.PLACES = "${env.PLACES ? "${env.PLACES}:" : ''}lib"
        sh 'make'
    } } } }
}
"""
# what such a runner of GitLab reads is PowerShell
WINDOWS = """
pipeline {
    agent { label 'windows' }
    stages { stage('Build') { steps { sh 'make' } } }
}
"""
# both stages are steps of one job, which asks the job that has looked
CHANGES = """
pipeline {
    agent any
    stages {
        stage('Rest') {
            when { not { changeset 'a/*' } }
            steps { sh 'make' }
        }
        stage('A') {
            when { changeset 'a/*' }
            steps { sh 'make a' }
        }
    }
}
"""
# no text of the pipeline is compared
TWO_NAMES = """
pipeline {
    agent any
    stages {
        stage('A') {
            when { expression { env.A == env.B + '-' } }
            steps { sh 'make' }
        }
    }
}
"""
# scripts that stay different are no fewer for being one, with the packing of files behind them
DIFFERENT = """
pipeline {
    agent any
    stages {
        stage('A') {
            steps {
                script {
                    def name = other()
                    sh("a $name")
                    sh("b $name")
                }
                sh 'c'
                sh 'd'
            }
        }
        stage('B') {
            parallel {
                stage('C') {
                    steps { sh 'make c' }
                }
                stage('D') {
                    steps { sh 'make d' }
                }
            }
        }
    }
}
"""
NAMES = """
pipeline {
    agent any
    parameters { string(name: 'A.B', defaultValue: 'x') }
    stages { stage('A') { steps { sh 'make' } } }
}
"""


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (CHANGES, "github"),
        (TWO_NAMES, "nixactions"),
        (DIFFERENT, "github"),
        (NAMES, "nixactions"),
        (EMPTY, "gitlab"),
        (LIST, "nixactions"),
        (SECRET, "nixactions"),
        (NO_STEPS, "nixactions"),
        (WINDOWS, "gitlab"),
        (CHOICE, "gitlab"),
    ],
    ids=[
        *("changes", "two-names", "different", "names", "empty"),
        *("list", "secret", "no-steps", "windows", "choice"),
    ],
)
def test_nothing_differs_without_a_word(text: str, target: str) -> None:
    """Both sides do the same, or a loss says what does not."""
    files = {"Jenkinsfile": text}
    become = ciconv.convert(files, to=target, format="jenkins").files
    found = ciconv.verify(files, become, formats=("jenkins", target))
    assert [one.message for one in found.differences if not one.explained] == []


def test_a_parameter_counts_more_than_what_jenkins_sets() -> None:
    """`BUILD_ID` is what was asked for, not the number of the build."""
    files = ciconv.convert({"Jenkinsfile": PARAMETER}, to="github", format="jenkins").files
    assert "run_number" not in "".join(files.values())


VALUES = """
pipeline {
    agent any
    stages { stage('Build') { steps { script {
        def kept = %s
        if (kept) { sh "make ${kept}" }
    } } } }
}
"""


@pytest.mark.parametrize(
    ("value", "condition", "text"),
    [
        ("env.A != null", "vars.A", "!!vars.A"),
        ("env.A && env.B", "vars.A && vars.B", "!!vars.A && !!vars.B"),
        ("env.A ?: env.B", "vars.A || vars.B", "vars.A || vars.B"),
    ],
)
def test_what_asks_is_true_or_false_where_it_is_a_text(
    value: str, condition: str, text: str
) -> None:
    """`&&` and `!= null` give none of their operands in Groovy."""
    source = {"Jenkinsfile": VALUES % value}
    (written,) = ciconv.convert(source, to="github", format="jenkins").files.values()
    assert f"if: {condition}\n" in written
    assert f"make ${{{{ {text} }}}}" in written


INSIDE = """
pipeline {
    agent any
    stages { stage('Build') { steps {
        withDockerContainer(image: 'node:20', toolName: 'docker-27') { sh 'make' }
    } } }
}
"""


def test_which_docker_starts_a_container_is_told() -> None:
    """Jenkins has several installed; elsewhere there is one."""
    found = ciconv.convert({"Jenkinsfile": INSIDE}, to="github", format="jenkins")
    assert "container: node:20" in "".join(found.files.values())
    assert any("withDockerContainer.toolName" in one.message for one in found.diagnostics)


AROUND = """
pipeline {
    agent any
    stages {
        stage('Build') { steps {
%s
        } }
        stage('Test') {
            parallel {
                stage('A') { steps { sh 'a' } }
                stage('B') { steps { sh 'b' } }
            }
        }
    }
}
"""


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("sh 'nohup serve &'", True),
        ("sh 'serve & # on port 80'", True),
        ("sh 'make 2>&1 | tee log'", False),
        (r"sh 'a &\nb &\nwait'", False),
        ("sh 'a && b'", False),
    ],
)
def test_a_program_that_goes_on_is_not_on_other_machines(step: str, told: bool) -> None:
    """On one agent later stages find it."""
    found = ciconv.convert({"Jenkinsfile": AROUND % step}, to="github", format="jenkins")
    said = [one.code for one in found.diagnostics]
    assert ("background" in said) is told


@pytest.mark.parametrize(
    ("groovy", "written"),
    [
        ("script { def one = docker.build('me/app').push('1') }", "docker push 'me/app:1'"),
        ("zip zipFile: 'a.zip', archive: false, dir: 'dist'", "zip -q -r - .) > 'a.zip'"),
        (
            "script { def out = sh(script: 'x', returnStdout: true).trim()\n"
            "if (out.length() > 0) { sh 'make' } }",
            "if: steps.out.outputs.value != ''",
        ),
    ],
)
def test_what_has_a_meaning_is_converted(groovy: str, written: str) -> None:
    """Also where a value is kept that nobody uses, or only looked whether there is any."""
    found = ciconv.convert({"Jenkinsfile": AROUND % groovy}, to="github", format="jenkins")
    assert written in "".join(found.files.values())
    assert "was not converted" not in "".join(found.files.values())


def test_a_number_made_of_a_parameter_is_compared_as_its_text() -> None:
    """Systems hand parameters over as texts, and not all of them make a number of one."""
    text = STAGES.replace(
        "agent any", "agent any\n    parameters { string(name: 'N', defaultValue: '2') }"
    )
    for number, state in (("2", State.RUN), ("3", State.SKIP)):
        source = {"Jenkinsfile": text % f"expression {{ params.N.toInteger() == {number} }}"}
        plan = ciconv.simulate(source, push("main"), format="jenkins")
        (step,) = (one for one in plan.pipelines[0].jobs[0].steps if one.script == "deploy")
        assert step.state is state
