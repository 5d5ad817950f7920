"""Jobs as stages: their order, machines, matrices, gates, and what runs at the end."""

import pytest

from ciconv.converters.jenkins.jobs.arrange import arrange
from ciconv.converters.jenkins.jobs.status import After, take_apart
from ciconv.ir.expression import Expr
from converters.jenkins.writing import converted, job, losses, written


def test_a_diamond_is_two_stages_around_two_beside_each_other() -> None:
    """Series-parallel graphs are said exactly."""
    needs = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}
    found = arrange(needs, frozenset())
    assert found.blocks == ((("a",),), (("b",), ("c",)), (("d",),))
    assert not found.added


def test_chains_run_beside_each_other() -> None:
    """A branch may hold stages one after the other."""
    needs = {"lint": (), "build": (), "test": ("build",), "ship": ("test", "lint")}
    found = arrange(needs, frozenset())
    assert found.blocks == ((("lint",), ("build", "test")), (("ship",),))
    assert not found.added


def test_other_graphs_are_put_in_levels() -> None:
    """Then a job waits for more than it needs, which is told."""
    needs = {"a": (), "b": (), "c": ("a", "b"), "d": ("b",)}
    found = arrange(needs, frozenset())
    assert found.blocks == ((("a",), ("b",)), (("c",), ("d",)))
    assert found.added == {"d": ("a",)}


def test_a_matrix_stays_alone() -> None:
    """A parallel stage holds no matrix."""
    found = arrange({"lint": (), "test": ()}, frozenset({"test"}))
    assert found.blocks == ((("lint",),), (("test",),))
    assert found.added == {"test": ("lint",)}


def test_jobs_in_a_circle_are_arranged_all_the_same() -> None:
    """What is wrong with them was said before."""
    assert arrange({"a": ("b",), "b": ("a",)}, frozenset()).blocks


def condition(text: str) -> Expr | None:
    """The condition of a job."""
    workflow = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{{run: a}}]\n    if: {text}\n"
    import ciconv

    project = ciconv.read({".github/workflows/ci.yml": workflow}, format="github").project
    assert project is not None
    return project.pipelines[0].jobs[0].choices[0].condition


@pytest.mark.parametrize(
    ("text", "after", "exact"),
    [
        ("github.actor == 'x'", After.SUCCESS, True),
        ("success() && github.actor == 'x'", After.SUCCESS, True),
        ("failure()", After.FAILURE, True),
        ("always()", After.ANYTHING, True),
        ("cancelled()", After.CANCELLED, True),
        ("${{ !failure() && !cancelled() }}", After.SUCCESS, True),
        ("always() && needs.a.result == 'success'", After.SUCCESS, True),
        ("always() && needs.a.result == 'failure'", After.FAILURE, True),
        ("always() && contains(needs.*.result, 'failure')", After.FAILURE, True),
        ("success() || needs.a.result == 'skipped'", After.SUCCESS, False),
        ("${{ !success() }}", After.FAILURE, False),
    ],
)
def test_what_a_job_asks_of_others_is_where_it_stands(text: str, after: After, exact: bool) -> None:
    """Stages run after success, `post` after anything else."""
    found = take_apart(condition(text))
    assert found.after is after
    assert (not found.inexact) is exact


def test_a_lone_job_has_the_agent_of_the_pipeline() -> None:
    """Nothing more than there is to say."""
    text = written(job("steps:\n  - uses: actions/checkout@v4\n  - run: make"))
    assert text.startswith("pipeline {\nagent {\nlabel 'linux'\n}\nstages {\nstage('build') {")


def test_a_job_without_checkout_says_so() -> None:
    """Jenkins would check out by itself."""
    assert "skipDefaultCheckout()" in written(job("steps:\n  - run: make"))


def test_a_container_is_a_docker_agent() -> None:
    """With its variables as those of the stage, on any machine that has docker."""
    text = written(job("container:\n  image: node:22\n  env: {A: b}\nsteps:\n  - run: npm ci"))
    assert "docker {\nimage 'node:22'\n}" in text
    assert "A = 'b'" in text


def test_a_matrix_of_plain_values_is_one() -> None:
    """With axes, excludes and an agent of its own."""
    text = written(
        job(
            """
            strategy:
              matrix:
                node: [20, 22]
                os: [a, b]
                exclude: [{node: 20, os: b}]
            steps:
              - run: test ${{ matrix.node }}
            """
        )
    )
    assert "failFast true\nmatrix {" in text
    assert "axis {\nname 'node'\nvalues '20', '22'\n}" in text
    assert "exclude {\naxis {\nname 'node'\nvalues '20'\n}" in text
    assert "sh 'test $node'" in text


def test_cells_of_other_matrices_are_stages() -> None:
    """With their values in place, named after them, and steps that never run left out."""
    text = written(
        job(
            """
            strategy:
              matrix:
                include: [{os: linux, fast: true}, {os: mac, fast: false}]
            steps:
              - run: test ${{ matrix.os }}
              - if: matrix.fast
                run: quick
            """
        )
    )
    assert "stage('build (linux, true)')" in text
    assert "sh 'test linux'\nsh 'quick'" in text
    assert text.count("sh 'quick'") == 1


def test_an_environment_is_a_gate() -> None:
    """Somebody has to agree, and to make sure who."""
    workflow = job("environment: production\nsteps:\n  - run: ship")
    assert "input {\nmessage 'Deploy to production?'\n}" in written(workflow)
    assert ("environment", "manual") in losses(workflow)


TWO = """
on: {push: {branches: [main]}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
  tell:
    needs: build
    if: failure()
    runs-on: ubuntu-latest
    steps:
      - run: mail
"""


def test_a_job_after_failure_stands_in_post() -> None:
    """On a machine of its own, named by the comment above; only in builds the pipeline is for."""
    text = written(TWO)
    assert "post {\nfailure {\n// tell\nnode('linux') {\nsh 'mail'\n}\n}\n}" in text
    assert text.index("branch pattern: 'main'") < text.index("post {")


def test_outputs_are_variables_of_the_build() -> None:
    """Set in `script`, as a declarative stage asks for."""
    text = written(
        """
        on: [push, pull_request]
        jobs:
          a:
            runs-on: ubuntu-latest
            outputs: {v: "${{ steps.s.outputs.v }}"}
            steps:
              - {id: s, run: 'echo v=1 >> "$GITHUB_OUTPUT"'}
          b:
            needs: a
            if: needs.a.outputs.v == '1'
            runs-on: ubuntu-latest
            steps:
              - run: echo "${{ needs.a.outputs.v }}"
        """
    )
    assert "script {\nenv.NEEDS_A_OUTPUTS_V = sh(" in text
    assert "environment name: 'NEEDS_A_OUTPUTS_V', value: '1'" in text or (
        "env.NEEDS_A_OUTPUTS_V == '1'" in text
    )
    assert "sh 'echo \"$NEEDS_A_OUTPUTS_V\"'" in text


def test_a_service_is_started_and_removed() -> None:
    """By docker on the agent."""
    text = written(job("services:\n  db: {image: 'postgres:16'}\nsteps:\n  - run: make"))
    assert 'docker run --detach --cidfile "$WORKSPACE_TMP/db.cid" postgres:16' in text
    assert "post {\nalways {\nsh label: 'Remove db'" in text


def test_several_workflows_are_several_files() -> None:
    """One pipeline a file, named after the workflow."""
    import ciconv

    one = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: a}]\n"
    files = {f".github/workflows/{name}.yml": one for name in ("ci", "release")}
    assert list(ciconv.convert(files, to="jenkins").files) == [
        "Jenkinsfile.ci",
        "Jenkinsfile.release",
    ]


def test_the_same_input_gives_the_same_bytes() -> None:
    """Whatever the order of sets."""
    assert converted(TWO).files == converted(TWO).files


def test_nobody_is_asked_before_a_job_that_always_fails() -> None:
    """A condition that cannot be said makes the job fail, in whatever run."""
    text = written(
        """\
        on: push
        jobs:
          deploy:
            runs-on: ubuntu-latest
            environment: production
            if: github.event.pull_request.merged
            steps: [{run: deploy}]
        """
    )
    assert "error 'ciconv: the condition was not converted" in text
    assert "input" not in text


def test_a_first_step_that_always_runs_is_no_afterthought() -> None:
    """Behind the checkout nothing can have failed before it."""
    text = written(
        job(
            """\
            steps:
              - uses: actions/checkout@v4
              - {run: one, if: always()}
              - {run: two, if: always()}
            """
        )
    )
    assert "steps {\nsh 'one'\n}\npost {\nalways {\nsh 'two'" in text


def test_an_output_may_be_a_variable_that_a_script_sets() -> None:
    """It is in the file that scripts hand on, not in the environment of the build."""
    text = written(
        """\
        on: push
        jobs:
          a:
            runs-on: ubuntu-latest
            outputs: {version: "${{ env.VERSION }}"}
            steps: [{run: 'echo "VERSION=1" >> "$GITHUB_ENV"'}]
          b:
            needs: a
            runs-on: ubuntu-latest
            steps: [{run: 'ship ${{ needs.a.outputs.version }}'}]
        """
    )
    assert """. "$WORKSPACE_TMP/steps.env" && printf %s "${VERSION-}"'""" in text


def test_a_matrix_behind_all_stages_has_all_its_cells() -> None:
    """There is no `matrix` in `post`."""
    text = written(
        """\
        on: push
        jobs:
          a:
            runs-on: ubuntu-latest
            steps: [{run: a}]
          tell:
            needs: a
            if: always()
            runs-on: ubuntu-latest
            strategy: {matrix: {to: [one, two]}}
            steps: [{run: 'tell ${{ matrix.to }}'}]
        """
    )
    assert "sh 'tell one'" in text
    assert "sh 'tell two'" in text


def test_jobs_of_one_name_are_called_after_their_ids() -> None:
    """A number behind it would say nothing."""
    text = written(
        """\
        on: push
        jobs:
          a: {name: Test, runs-on: ubuntu-latest, steps: [{run: a}]}
          b: {name: Test, runs-on: ubuntu-latest, steps: [{run: b}]}
        """
    )
    assert "stage('a')" in text
    assert "stage('b')" in text


def test_a_job_that_waits_for_a_failure_of_nothing_never_runs() -> None:
    """Without jobs before it nothing can have failed."""
    text = written(job("if: failure()\nsteps: [{run: a}]"))
    assert "expression {\nfalse\n}" in text


def test_an_image_that_names_the_commit_starts_on_the_agent() -> None:
    """Which agent it is, is settled before anything is checked out."""
    text = written(
        job(
            """\
            container: "registry.example.com/app:${{ github.sha }}"
            steps: [{uses: actions/checkout@v4}, {run: a}]
            """
        )
    )
    assert "agent {\nlabel 'linux'\n}" in text
    assert 'docker.image("registry.example.com/app:${env.GIT_COMMIT}").inside {' in text


def test_a_machine_that_nobody_can_name_makes_the_job_fail() -> None:
    """A label that is no text of Groovy would be a machine that does not exist."""
    found = converted(job("runs-on: \"${{ join(github.event.x, '-') }}\"\nsteps: [{run: a}]"))
    assert "ciconv: the machine was not converted" in found.files["Jenkinsfile"]


def test_a_job_after_a_failure_of_one_is_after_that_of_any() -> None:
    """`post` knows the result of the whole build."""
    workflow = """\
        on: push
        jobs:
          a: {runs-on: ubuntu-latest, steps: [{run: a}]}
          b: {runs-on: ubuntu-latest, steps: [{run: b}]}
          tell: {needs: a, if: failure(), runs-on: ubuntu-latest, steps: [{run: tell}]}
        """
    said = [one.message for one in converted(workflow).diagnostics]
    assert "the job 'tell' also runs when one of 'b' fails" in said


def test_a_job_at_the_end_has_its_secrets_and_settings_are_asked_for() -> None:
    """No `environment` stands around it, and what every job sees has to be set up by somebody."""
    workflow = """\
        on: push
        jobs:
          a: {runs-on: ubuntu-latest, steps: [{run: make}]}
          tell:
            needs: a
            if: always()
            runs-on: ubuntu-latest
            env:
              ROOM: ${{ vars.ROOM }}
            steps:
              - run: tell "${{ secrets.HOOK }}" "$ROOM"
        """
    end = written(workflow).partition("post {")[2]
    assert "string(credentialsId: 'HOOK', variable: 'HOOK')" in end
    said = [one.message for one in converted(workflow).diagnostics]
    assert any("create the variable 'ROOM'" in message for message in said)


@pytest.mark.parametrize(("values", "is_known"), [("[0, 1]", True), ("[false, true]", False)])
def test_the_number_of_a_cell_is_the_value_that_counts(values: str, is_known: bool) -> None:
    """A flag is no number, though Python takes it for one."""
    workflow = f"""\
        on: push
        jobs:
          a:
            runs-on: ubuntu-latest
            strategy: {{matrix: {{part: {values}}}}}
            steps: [{{run: 'echo ${{{{ strategy.job-index }}}}'}}]
        """
    assert ("sh 'echo $part'" in written(workflow)) == is_known


def test_what_the_last_job_cannot_say_fails_in_its_place() -> None:
    """A limit and a variable that cannot be computed: the job does not run without them."""
    text = written(
        """
        on: push
        jobs:
          a:
            runs-on: ubuntu-latest
            steps: [{run: make}]
          b:
            needs: a
            if: always()
            timeout-minutes: ${{ hashFiles('x') }}
            env: {V: "${{ hashFiles('y') }}"}
            runs-on: ubuntu-latest
            steps: [{run: make b}]
        """
    )
    last = text[text.index("post {") :]
    errors = [line for line in last.splitlines() if line.startswith("error ")]
    assert ["time limit" in one or "variable" in one for one in errors] == [True, True]
    assert last.index("error") < last.index("sh 'make b'")
