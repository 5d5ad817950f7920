"""Why something does not run is said in the words of the system whose files it stands in."""

import pytest

import ciconv
from ciconv.simulation.event import Event
from ciconv.simulation.plan import Why

# a job that runs in any case stands beside it, so that the pipeline starts
_JOB = "script: make\n  image: x\nb:\n  rules: [{when: always}]\n  script: make\n  image: x"
_CONFIG = """\
version: 2.1
jobs:
  a: {docker: [{image: x}], steps: [{run: make}]}
  b: {docker: [{image: x}], steps: [{run: make}]}
workflows: {w: {%s}}
"""
_FILES = {
    "only": (".gitlab-ci.yml", f"a:\n  only: [main]\n  {_JOB}\n"),
    "except": (".gitlab-ci.yml", f"a:\n  except: [tags]\n  {_JOB}\n"),
    "a kind": (".gitlab-ci.yml", f"a:\n  only: [tags]\n  {_JOB}\n"),
    "rules": (".gitlab-ci.yml", f"a:\n  rules: [{{if: $CI_COMMIT_TAG =~ /^v/}}]\n  {_JOB}\n"),
    "two rules": (
        ".gitlab-ci.yml",
        f"a:\n  rules: [{{if: $CI_COMMIT_TAG}}, {{if: $CI_MERGE_REQUEST_IID}}]\n  {_JOB}\n",
    ),
    "never": (
        ".gitlab-ci.yml",
        'workflow: {rules: [{when: never, if: \'$CI_COMMIT_BRANCH != "main" && '
        f'$CI_PIPELINE_SOURCE == "push"\'}}, {{when: always}}]}}\na:\n  {_JOB}\n',
    ),
    "no rule": (".gitlab-ci.yml", f"a:\n  rules: [{{when: never}}]\n  {_JOB}\n"),
    "schedule": (".gitlab-ci.yml", f"a:\n  only: [schedules]\n  {_JOB}\n"),
    "filter": (
        ".circleci/config.yml",
        _CONFIG % "jobs: [b, a: {filters: {branches: {only: main}}}]",
    ),
    "branch": (
        ".circleci/config.yml",
        _CONFIG % "jobs: [b], when: {equal: [x, << pipeline.git.branch >>]}",
    ),
    "when": (
        "Jenkinsfile",
        "pipeline { agent any; stages { stage('a') { when { anyOf { branch 'x'\ntriggeredBy "
        "'TimerTrigger' } }\nsteps { sh 'make' } } } }",
    ),
}


@pytest.mark.parametrize(
    ("name", "event", "expected"),
    [
        ("only", {"branch": "dev"}, "$CI_COMMIT_BRANCH == 'main' || $CI_COMMIT_TAG == 'main'"),
        ("except", {"tag": "v1"}, "!$CI_COMMIT_TAG is false for tag 'v1'"),
        ("a kind", {"branch": "dev"}, "$CI_COMMIT_TAG is false for branch 'dev'"),
        ("two rules", {"branch": "dev"}, "; nor does another of its rules hold"),
        ("rules", {"branch": "dev"}, "$CI_COMMIT_TAG =~ /^v/ is false for branch 'dev'"),
        ("never", {"branch": "dev"}, "'main' || $CI_PIPELINE_SOURCE != 'push' is false for"),
        ("no rule", {"branch": "dev"}, "it has no rule by which it takes part"),
        ("schedule", {"branch": "dev"}, "$CI_PIPELINE_SOURCE == 'schedule' is false for branch"),
        ("schedule", {"kind": "pull_request"}, "for a merge request from 'topic' into 'main'"),
        ("filter", {"branch": "dev"}, "pipeline.git.branch == 'main' is false for branch 'dev'"),
        ("filter", {"kind": "pull_request"}, "it is not started by a pull request"),
        ("branch", {"branch": "dev"}, "equal: [x, << pipeline.git.branch >>] is false for branch"),
        ("when", {"branch": "y"}, "matches(env.BRANCH_NAME, 'x') || triggeredBy == 'TimerTrigger'"),
        ("when", {"kind": "manual"}, "is false for a manual start on branch 'main'"),
    ],
)
def test_it_is_said_in_the_words_of_the_system(
    name: str, event: dict[str, str], expected: str
) -> None:
    """What was written where it says it all; else what it means, and never its opposite."""
    path, text = _FILES[name]
    why = _why(path, text, Event(**{"kind": "push", **event}))  # type: ignore[arg-type]
    assert why is not None
    assert expected in why.message, why.message
    assert why.span is not None and why.span.source.path == path


def _why(path: str, text: str, event: Event) -> Why | None:
    (pipeline,) = ciconv.simulate({path: text}, event).pipelines
    jobs = {one.job: one for one in pipeline.jobs}
    return pipeline.why or jobs["a"].why


def test_github_names_its_events() -> None:
    """A manual start is what people write for it there."""
    why = _why(
        ".github/workflows/ci.yml",
        "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n",
        Event(kind="manual"),  # type: ignore[arg-type]
    )
    assert why is not None and why.message == "it is not started by the event 'workflow_dispatch'"
