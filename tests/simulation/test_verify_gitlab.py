"""Whether what a GitLab pipeline does is compared by what it comes to in other systems."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Any

import pytest

import ciconv
from ciconv.simulation.compare.difference import Difference
from ciconv.simulation.compare.steps import compare_steps
from ciconv.simulation.plan import JobPlan, State

MAX_COMPARED = 4  # times: once with what is known of machines, once without, and some to spare

SOURCE = """\
    stages: [build, test]
    build:
      stage: build
      script: make
      rules:
        - if: $DEPLOY_TO == "Production"
    test:
      stage: test
      script: make test
    """


def _differences(source: str, to: str, **changed: str) -> set[tuple[str, str, bool]]:
    """What differs after converting: the job, the field, whether a loss explains it."""
    files = {".gitlab-ci.yml": dedent(source)}
    found = ciconv.convert(files, to=to, format="gitlab").files
    for old, new in changed.items():
        found = {path: text.replace(old, new) for path, text in found.items()}
    verified = ciconv.verify(files, found, formats=("gitlab", to))
    return {(one.job, one.field.value, one.explained) for one in verified.differences}


@pytest.mark.parametrize("to", ["github", "nixactions"])
def test_a_difference_is_told_of_its_own_job_alone(to: str) -> None:
    """`test` waits for `build`, whose condition ignores case over there."""
    found = {one for one in _differences(SOURCE, to) if one[1] in ("condition", "state")}
    assert found <= {("build", "condition", True), ("build", "state", True)}


def test_a_job_of_one_side_only_is_told_once() -> None:
    source = "a: {script: make a}\nb: {stage: deploy, script: make b}\n"
    found = _differences(source, "github", **{"  a:\n": "  a:\n    if: github.ref == 'x'\n"})
    assert [one for one in found if not one[2]] == [("a", "state", False)]


def test_a_program_of_nix_sees_the_variables_of_its_starter() -> None:
    source = """\
        workflow:
          rules:
            - if: $CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS
              when: never
            - when: always
        job: {script: make}
        """
    assert not any(not explained for *_, explained in _differences(source, "nixactions"))


def test_artifacts_without_their_hidden_files_are_not_the_same() -> None:
    source = "a: {script: make, artifacts: {paths: [dist/]}}\n"
    assert not any(not explained for *_, explained in _differences(source, "github"))
    found = _differences(source, "github", **{"          include-hidden-files: true\n": ""})
    assert [one for one in found if not one[2]] == [("a", "arguments", False)]
    source = "a: {script: make, artifacts: {paths: [report.xml]}}\n"
    assert not any(not explained for *_, explained in _differences(source, "github"))


@pytest.mark.parametrize("to", ["github", "circleci", "jenkins", "nixactions"])
@pytest.mark.parametrize("word", ["1", "1.0", "0", "-"])
def test_a_text_that_looks_like_a_number_is_one_for_nobody(to: str, word: str) -> None:
    """What somebody sets is a text in all systems, so that no comparison is of numbers."""
    source = f"job: {{script: make, rules: [{{if: '$MODE == \"{word}\"'}}]}}\n"
    assert [one for one in _differences(source, to) if not one[2]] == []


def test_an_optional_need_has_to_go_well_where_it_is_there() -> None:
    """What was skipped because something before it failed, is not absent."""
    source = """\
        lint: {stage: build, script: make lint}
        wheel: {needs: [lint], script: make wheel, rules: [{if: $CI_COMMIT_TAG}, {if: $WHEEL}]}
        check: {needs: [], script: make check}
        release:
          stage: deploy
          needs: [check, {job: wheel, optional: true}]
          script: make release
        """
    assert [one for one in _differences(source, "github") if not one[2]] == []
    absent = " && !(startsWith(github.ref, 'refs/tags/') || vars.WHEEL)"
    found = _differences(source, "github", **{absent: ""})
    assert ("release", "condition", False) in found


def test_a_matrix_that_does_not_run_is_none_that_is_missing() -> None:
    """It is told as what it is: it does not run where a branch is not protected."""
    source = """\
        workflow: {rules: [{if: $CI_COMMIT_REF_PROTECTED == "true"}]}
        test:linux:
          script: make $KIND
          parallel: {matrix: [{KIND: fast}, {KIND: slow, CC: clang}]}
        """
    found = _differences(source, "github")
    assert [one for one in found if one[0] == "test:linux" and one[1] == "job"] == []


def test_a_job_with_a_longer_name_is_no_cell_of_another_one() -> None:
    """`e2e_scale-start` is the gate of `e2e_scale`; `e2e` does not run, and so has no cells."""
    source = """\
        stages: [build, deploy]
        e2e:
          stage: build
          script: make $N
          parallel: {matrix: [{N: [a, b]}]}
          rules: [{if: $CI_COMMIT_TAG}]
        e2e_scale: {stage: build, script: make scale, rules: [{when: manual, allow_failure: true}]}
        publish: {stage: deploy, script: make publish}
        """
    runs_there = {"    if: startsWith(github.ref, 'refs/tags/')\n": ""}
    found = {one for one in _differences(source, "github", **runs_there) if not one[2]}
    assert ("e2e", "state", False) in found
    assert ("publish", "needs", False) not in found


def test_a_job_behind_one_that_nothing_starts_over_there_is_not_told_of() -> None:
    """`release` asks by name for the result of `sign`, which is what differs."""
    source = """\
        check: {needs: [], script: make check, rules: [{changes: [src]}, {if: $CI_COMMIT_TAG}]}
        build: {needs: [{job: check, optional: true}], script: make}
        sign:
          needs: [build]
          script: make sign
          rules: [{if: $CI_COMMIT_TAG && $CI_SERVER_HOST == "gitlab.com"}]
        release: {stage: deploy, needs: [sign], script: make, rules: [{if: $CI_COMMIT_TAG}]}
        """
    assert {one for one in _differences(source, "github") if one[1] == "state"} == {
        ("sign", "state", True)
    }


def test_what_a_rule_asks_beside_results_decides_whether_a_job_is_there() -> None:
    """`when: always` of one rule says nothing of the pipelines that the other ones let in."""
    source = """\
        sign:
          stage: build
          script: make sign
          rules: [{if: $CI_COMMIT_BRANCH, when: always}, {if: $SIGN}]
        check: {needs: [], script: make check}
        release:
          stage: deploy
          needs: [check, {job: sign, optional: true}]
          script: make release
          rules: [{if: $CI_COMMIT_TAG}]
        """
    files = {".gitlab-ci.yml": dedent(source)}
    (written,) = ciconv.convert(files, to="github", format="gitlab").files.values()
    assert "needs.sign.result == 'skipped' && !" in " ".join(written.split())
    assert [one for one in _differences(source, "github") if not one[2]] == []


def test_a_pattern_of_digits_is_a_number() -> None:
    """GitHub has no patterns in conditions, but what is no number is neither more nor less."""
    source = """\
        request:
          script: make
          rules:
            - if: $CI_COMMIT_REF_NAME =~ /^[0-9]+$/
        always: {script: make always}
        """
    found = _differences(source, "github")
    assert found
    assert [one for one in found if one[1] == "state"] == []


def test_what_decides_on_a_job_stands_in_no_script() -> None:
    """A script reaches from the lines that many jobs share to its own ones, over their rules."""
    source = """\
        .tools: &tools
          - cargo --version
        .rules: &rules
          rules:
            - if: $CI_PIPELINE_SOURCE == "web"
            - if: $CI_COMMIT_REF_NAME =~ /^v[0-9]+$/
        lint:
          <<: *rules
          before_script: [*tools]
          script: [make lint]
        always: {script: make always}
        """
    found = _differences(source, "github")
    assert ("lint", "state", True) in found
    assert [one for one in found if not one[2]] == []


def test_a_merge_request_has_an_id_whatever_it_is() -> None:
    """To ask whether there is one is to ask for merge requests."""
    text = "a:\n  script: [x]\n  rules: [{if: $CI_MERGE_REQUEST_ID}]\n"
    files = {".gitlab-ci.yml": text}
    made = ciconv.convert(files, to="circleci").files
    assert not [one for one in ciconv.verify(files, made).differences if not one.explained]
    merged = ciconv.Event(kind=ciconv.EventKind.PULL_REQUEST)
    (pipeline,) = ciconv.simulate(files, merged).pipelines
    assert [job.state for job in pipeline.jobs] == [State.RUN]


def test_jobs_beside_an_approval_are_compared_once_for_many_events(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Their copies without the approval are the same ones where only another job is different."""
    compared: list[str] = []

    def counting(one: JobPlan, *rest: Any) -> Iterator[Difference]:
        compared.append(one.job)
        return compare_steps(one, *rest)

    monkeypatch.setattr("ciconv.simulation.compare.jobs.compare_steps", counting)
    rules = "\n".join(f"    - changes: [dir{n}/*]" for n in range(10))
    source = (
        "build: {script: make}\n"
        "deploy: {stage: deploy, script: make it, when: manual, environment: live}\n"
        f"other:\n  script: make other\n  rules:\n{rules}\n"
    )
    _differences(source, "circleci")
    assert 0 < compared.count("build") <= MAX_COMPARED


def test_conditions_of_hundreds_of_parts_are_compared() -> None:
    """They are that deep, and Python calls no function a thousand levels deep."""
    refs = ", ".join(f"branch{number}" for number in range(100))
    variables = ", ".join(f'$V{number} == "x"' for number in range(100))
    source = f"a:\n  script: make\n  except: {{refs: [{refs}], variables: [{variables}]}}\n"
    assert _differences(source, "gitlab") == set()


@pytest.mark.parametrize("to", ["gitlab", "jenkins"])
def test_the_commit_of_a_change_request_is_another_one(to: str) -> None:
    """GitHub builds what a merge would give; that is told, and no difference of pushes."""
    step = "{run: echo $X, env: {X: 'at ${{ github.sha }}'}}"
    for on, expected in (("[push, pull_request]", [True]), ("push", [])):
        text = f"on: {on}\njobs: {{a: {{runs-on: ubuntu-latest, steps: [{step}]}}}}\n"
        files = {".github/workflows/ci.yml": text}
        found = ciconv.convert(files, to=to, format="github").files
        verified = ciconv.verify(files, found, formats=("github", to))
        variables = [one for one in verified.differences if one.subject == "X"]
        assert [one.explained for one in variables] == expected
        assert all(event.kind == "pull_request" for one in variables for event in one.events)


def test_a_job_is_called_as_its_script_knows_it() -> None:
    """GitHub takes no colon in an id, and has the id in `github.job`."""
    source = "lint:all: {script: make $CI_JOB_NAME}\n"
    assert [one for one in _differences(source, "github") if not one[2]] == []


def test_what_a_script_stands_for_is_no_matter() -> None:
    """What it runs is compared; that a tool of another system did it once says nothing."""
    source = "test:\n  script:\n    - |\n      # in place of tool/action\n      make\n"
    found = _differences(source, "github")
    assert [one for one in found if not one[2] or one[1] == "uses"] == []


def test_what_keeps_a_report_looks_for_no_variables() -> None:
    """Elsewhere it is a step that keeps files."""
    source = """\
        variables: {FOLDER: $CI_PROJECT_DIR/x}
        test:
          script: make
          artifacts:
            reports: {coverage_report: {coverage_format: cobertura, path: a.xml}}
        """
    assert [one for one in _differences(source, "jenkins") if not one[2]] == []
