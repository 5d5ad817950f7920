"""What starts a pipeline, its parameters, and conditions in `when`."""

import pytest

import ciconv
from converters.jenkins.writing import PATH, converted, job, losses, written

STEPS = "steps:\n  - run: make"


def guarded(on: str) -> str:
    """The `when` of a workflow's only stage."""
    text = written(job(STEPS, on))
    begin = text.find("when {\nbeforeAgent true\n")
    return "" if begin < 0 else text[begin : text.index("\nagent {", begin)]


@pytest.mark.parametrize(
    ("on", "condition"),
    [
        ("[push, pull_request]", ""),
        ("push", "not {\nchangeRequest()\n}"),
        ("pull_request", "changeRequest()"),
        ("{push: {branches: [main]}}", "branch pattern: 'main', comparator: 'EQUALS'"),
        ("{push: {branches: ['v*']}}", "branch pattern: 'v[^/]*', comparator: 'REGEXP'"),
        ("{push: {tags: ['v*']}}", "tag pattern: 'v[^/]*', comparator: 'REGEXP'"),
        ("{pull_request: {branches: [main]}}", "changeRequest target: 'main'"),
        ("workflow_dispatch", "triggeredBy cause: 'UserIdCause'"),
        ("{schedule: [{cron: '0 4 * * *'}]}", "triggeredBy 'TimerTrigger'"),
        ("issues", "triggeredBy cause: 'UserIdCause'"),
    ],
)
def test_a_pipeline_looks_whether_it_is_meant(on: str, condition: str) -> None:
    """A multibranch job builds whatever it is told to; comparators are exact."""
    found = guarded(on)
    assert condition in found if condition else not found


def test_a_later_pattern_wins_over_an_earlier_one() -> None:
    """As GitHub's filters do."""
    found = guarded("{push: {branches: ['r/**', '!r/old']}}")
    assert "branch pattern: 'r/.*', comparator: 'REGEXP'" in found
    assert "not {\nbranch pattern: 'r/old', comparator: 'EQUALS'\n}" in found


def test_files_of_a_tag_are_not_asked_for() -> None:
    """GitHub does not look at paths when a tag is pushed."""
    found = guarded("{push: {paths: ['src/**']}}")
    assert "changeset pattern: 'src/.*', comparator: 'REGEXP'\nbuildingTag()" in found


def test_schedules_are_of_the_main_branch_and_in_utc() -> None:
    """Names of days and months are numbers, which Jenkins knows."""
    text = written(job(STEPS, "{schedule: [{cron: '0 4 * JAN MON-FRI'}]}"))
    assert r"'TZ=Etc/UTC\n0 4 * 1 1-5'" in text
    assert "cron(env.BRANCH_IS_PRIMARY == 'true' ? " in text


def test_inputs_are_parameters() -> None:
    """The first of several choices is the default."""
    inputs = (
        "{inputs: {where: {type: choice, options: [a, b], default: b}, "
        "dry: {type: boolean, default: true}, note: {description: why}}}"
    )
    text = written(job(STEPS, f"{{workflow_dispatch: {inputs}}}"))
    assert "choice(name: 'where', choices: ['b', 'a'])" in text
    assert "booleanParam(name: 'dry', defaultValue: true)" in text
    assert "string(name: 'note', defaultValue: '', description: 'why')" in text


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("github.ref == 'refs/tags/v1'", "tag pattern: 'v1', comparator: 'EQUALS'"),
        (
            "startsWith(github.ref, 'refs/tags/v1.')",
            r"tag pattern: 'v1\\..*', comparator: 'REGEXP'",
        ),
        ("github.ref_type == 'tag'", "buildingTag()"),
        ("github.base_ref == 'main'", "changeRequest(target: 'main')"),
        ("env.MODE == 'x'", "environment name: 'MODE', value: 'x'"),
        ("github.event_name != 'schedule'", "not {\ntriggeredBy 'TimerTrigger'\n}"),
        (
            "github.ref_name == github.event.repository.default_branch",
            "environment name: 'BRANCH_IS_PRIMARY', value: 'true'",
        ),
        ("vars.A || vars.B", "anyOf {\nexpression {\nenv.A\n}\nexpression {\nenv.B\n}\n}"),
        ("github.repository == 'A/b'", "?.equalsIgnoreCase('A/b')"),
        ("false", "expression {\nfalse\n}"),
    ],
)
def test_conditions_are_said_in_words_of_when(condition: str, said: str) -> None:
    """`expression` only where there is no word of its own."""
    body = f"if: {condition if ':' not in condition else repr(condition)}\n{STEPS}"
    assert said in written(job(body))


def test_a_condition_that_cannot_be_said_makes_the_job_fail() -> None:
    """Loudly, with a loss that somebody has to look at."""
    workflow = job(f"if: github.event.issue.locked\n{STEPS}")
    assert "error 'ciconv: the condition was not converted" in written(workflow)
    assert ("expression", "manual") in losses(workflow)


def test_builds_take_turns() -> None:
    """A newer one ends the one that runs, where the source says so."""
    text = written(
        job(STEPS).replace("jobs:", "concurrency: {group: x, cancel-in-progress: true}\njobs:")
    )
    assert "options {\ndisableConcurrentBuilds(abortPrevious: true)" in text


def test_a_condition_about_a_value_that_jenkins_lacks_is_told_of_as_a_condition() -> None:
    """Whether the job runs depends on it, not only what a text says."""
    source = {
        ".gitlab-ci.yml": "a:\n  script: [a]\n  rules:\n    - if: $CI_PROJECT_ID != '7'\n",
    }
    found = ciconv.convert(source, to="jenkins")
    features = {one.loss.feature.value for one in found.diagnostics if one.loss is not None}
    assert "expression" in features
    differences = ciconv.verify(source, found.files, formats=("gitlab", "jenkins")).unexplained
    assert [one.message for one in differences] == []


def test_one_file_that_counts_is_enough() -> None:
    """Whatever else was changed: `not` around a changeset would ask for no other file at all."""
    text = written(
        """
        on:
          push: {branches: [main], paths-ignore: ['docs/**', '**.md']}
          pull_request: {paths: ['src/**', '!src/gen/**']}
        jobs: {build: {runs-on: ubuntu-latest, steps: [{run: make}]}}
        """
    )
    assert r"changeset pattern: '^(?!(?:docs/.*|.*\\.md)$).*', comparator: 'REGEXP'" in text
    assert "changeset pattern: '^(?!(?:src/gen/.*)$)src/.*', comparator: 'REGEXP'" in text


BOTH = """
on: [pull_request, pull_request_target]
jobs:
  build:
    runs-on: [self-hosted, "${{ matrix.os }}"]
    strategy: {matrix: {os: [a, b]}}
    if: github.event_name == 'pull_request_target'
    steps:
      - run: make
      - if: runner.os == 'Windows'
        run: make win
"""


def test_which_event_of_a_change_request_starts_a_build_is_told() -> None:
    """One build stands for both; what is not told is the same, names of systems among it."""
    assert ("expression", "approximated") in losses(BOTH)
    assert "expression" not in dict(losses(BOTH.replace("[pull_request, ", "[")))
    there = converted(BOTH).files
    found = ciconv.verify({PATH: BOTH}, there, formats=("github", "jenkins"))
    assert [one.message for one in found.differences if not one.explained] == []
