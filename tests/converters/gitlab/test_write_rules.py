"""When pipelines and jobs run: triggers and conditions of GitHub as rules of GitLab."""

from typing import Any

import pytest
import yaml

import ciconv
from ciconv.diagnostics import Diagnostic

PATH = ".github/workflows/ci.yml"
STEPS = "    runs-on: ubuntu-latest\n    steps: [{run: make}]\n"


def converted(text: str, **others: str) -> tuple[dict[str, Any], tuple[Diagnostic, ...]]:
    """The written file as data, and what was said."""
    files = {PATH: text} | {f".github/workflows/{name}.yml": one for name, one in others.items()}
    found = ciconv.convert(files, to="gitlab", format="github")
    assert list(found.files) == [".gitlab-ci.yml"], found.diagnostics
    return yaml.safe_load(found.files[".gitlab-ci.yml"]), found.diagnostics


def conditions(rules: list[dict[str, Any]]) -> list[str]:
    """The `if` of each rule."""
    return [one.get("if", "") for one in rules]


def started(on: str) -> list[dict[str, Any]]:
    """The rules of the workflow for what starts it."""
    found, _ = converted(f"on:\n{on}\njobs:\n  a:\n{STEPS}")
    rules: list[dict[str, Any]] = found["workflow"]["rules"]
    return rules


PUSH = '$CI_PIPELINE_SOURCE == "push"'
MERGE = '$CI_PIPELINE_SOURCE == "merge_request_event"'
BRANCH, TAG = "$CI_COMMIT_BRANCH", "$CI_COMMIT_TAG"
TARGET = "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("  push:", [PUSH]),
        ("  push: {branches: [main]}", [f'{PUSH} && {BRANCH} == "main"']),
        ("  push: {branches: [main, dev]}", [rf"{PUSH} && {BRANCH} =~ /^(main|dev)$/"]),
        ("  push: {branches: ['release/*']}", [rf"{PUSH} && {BRANCH} =~ /^release\/[^/]*$/"]),
        ("  push: {branches: ['**']}", [f"{PUSH} && {BRANCH}"]),
        (
            "  push: {branches: ['feat/**', '!feat/x/**']}",
            [rf"{PUSH} && {BRANCH} =~ /^feat\/.*$/ && {BRANCH} !~ /^feat\/x\/.*$/"],
        ),
        (
            "  push: {branches-ignore: [main]}",
            [f'{PUSH} && {BRANCH} && {BRANCH} != "main"'],
        ),
        ("  push: {tags: ['v[0-9]+.*']}", [rf"{PUSH} && {TAG} =~ /^v[0-9]+\.[^/]*$/"]),
        (
            "  push: {branches: [main], tags: ['v*']}",
            [f'{PUSH} && {BRANCH} == "main"', rf"{PUSH} && {TAG} =~ /^v[^/]*$/"],
        ),
        ("  pull_request:", [MERGE]),
        ("  pull_request: {branches: [main]}", [f'{MERGE} && {TARGET} == "main"']),
        ("  workflow_dispatch:", ['$CI_PIPELINE_SOURCE == "web"']),
        ("  schedule: [{cron: '1 2 * * *'}]", ['$CI_PIPELINE_SOURCE == "schedule"']),
        (
            "  schedule: [{cron: '1 2 * * *'}, {cron: '3 4 * * *'}]",
            ['$CI_PIPELINE_SOURCE == "schedule"'],
        ),
        (
            "  issues: {types: [opened]}",
            ['$CI_PIPELINE_SOURCE == "trigger" && $GITHUB_EVENT_NAME == "issues"'],
        ),
        ("  release:", [f"{PUSH} && {TAG}"]),
    ],
)
def test_what_starts_a_workflow_is_its_rules(on: str, expected: list[str]) -> None:
    """A branch and a tag are different variables, and a glob is an anchored expression."""
    assert [one.replace("[^\\/]", "[^/]") for one in conditions(started(on))] == expected


@pytest.mark.parametrize(
    ("paths", "globs"),
    [
        ("docs/**", "docs/**/*"),
        ("**.js", "**/*.js"),
        ("*.js", "*.js"),
        ("src/**/*.ts", "src/**/*.ts"),
        ("**", "**/*"),
        ("README.md", "README.md"),
    ],
)
def test_paths_are_changes_in_ruby_s_globs(paths: str, globs: str) -> None:
    """There `docs/**` alone would be one level, and `**.js` the files at the top."""
    (rule,) = started(f"  push: {{paths: ['{paths}']}}")
    assert rule["changes"] == [globs]


def test_tags_start_it_whatever_was_changed() -> None:
    """GitHub does not look at paths when a tag is pushed."""
    branches, tags = started("  push: {branches: [main], tags: ['v*'], paths: [src/**]}")
    assert branches["changes"] == ["src/**/*"]
    assert "changes" not in tags


def test_paths_that_do_not_count_cannot_be_said() -> None:
    """`changes` has no negation, so it starts for all, and that is told at the filter."""
    text = f"on:\n  push:\n    paths-ignore: ['**.md']\njobs:\n  a:\n{STEPS}"
    found, said = converted(text)
    assert found["workflow"]["rules"] == [{"if": PUSH}]
    (loss,) = [one for one in said if one.code == "filter"]
    assert loss.span is not None
    assert loss.span.start.line == 3


def job_rules(condition: str, on: str = "[push, pull_request, workflow_dispatch]") -> Any:
    """The rules of a job with a condition; None where it has none."""
    text = f"on: {on}\njobs:\n  a:\n    if: {condition}\n{STEPS}"
    return converted(text)[0]["a"].get("rules")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("github.ref == 'refs/heads/main'", f'{BRANCH} == "main"'),
        ("github.ref != 'refs/heads/main'", f'{BRANCH} != "main"'),
        ("startsWith(github.ref, 'refs/tags/v')", f"{TAG} =~ /^v/"),
        ("startsWith(github.ref, 'refs/tags/')", TAG),
        ("contains(github.ref, 'refs/tags/')", TAG),
        ("github.ref_type == 'tag'", TAG),
        ("github.event_name == 'pull_request'", MERGE),
        ("github.event_name != 'pull_request'", MERGE.replace("==", "!=")),
        ("github.base_ref == 'main'", f'{TARGET} == "main"'),
        (
            "github.event_name == 'push' && github.ref == 'refs/heads/main'",
            f'{PUSH} && {BRANCH} == "main"',
        ),
        (
            "github.event_name == 'push' || github.event_name == 'workflow_dispatch'",
            f'{PUSH} || $CI_PIPELINE_SOURCE == "web"',
        ),
        (
            "!(github.event_name == 'push' && github.ref == 'refs/heads/main')",
            f'{PUSH.replace("==", "!=")} || {BRANCH} != "main"',
        ),
        ("contains(github.ref, 'staging')", f"{BRANCH} =~ /staging/i || {TAG} =~ /staging/i"),
        ("vars.DEPLOY == 'yes'", "$DEPLOY =~ /^yes$/i"),
        ("vars.DEPLOY == 'true'", '$DEPLOY == "true"'),
        ("vars.DEPLOY != ''", "$DEPLOY"),
        ("vars.DEPLOY", "$DEPLOY"),
        ("github.event.pull_request.draft == false", '$CI_MERGE_REQUEST_DRAFT != "true"'),
        (
            "contains(github.event.pull_request.labels.*.name, 'ci')",
            "$CI_MERGE_REQUEST_LABELS =~ /(^|,)ci(,|$)/i",
        ),
    ],
)
def test_a_condition_is_a_rule(condition: str, expected: str) -> None:
    """In variables that are there before the pipeline runs."""
    assert conditions(job_rules(f'"{condition}"')) == [expected]


@pytest.mark.parametrize(
    ("condition", "rules"),
    [
        ("github.event_name == 'issues'", [{"when": "never"}]),  # nothing it is started by
        ("false", [{"when": "never"}]),
        ("always()", None),  # nothing before it can fail
        ("success()", None),
        ("true", None),
    ],
)
def test_what_is_known_is_not_asked(condition: str, rules: Any) -> None:
    """A rule that always holds is none."""
    assert job_rules(condition) == rules


NEEDING = """\
on: [push, pull_request]
jobs:
  a:
    if: github.ref == 'refs/heads/main'
{steps}  b:
    needs: a
{condition}{steps}"""


def needing(condition: str) -> dict[str, Any]:
    """A job that needs one that is not in every pipeline."""
    line = f"    if: {condition}\n" if condition else ""
    found: dict[str, Any] = converted(NEEDING.format(steps=STEPS, condition=line))[0]["b"]
    return found


def test_a_job_comes_with_those_it_needs() -> None:
    """GitHub skips it with them; GitLab would not make such a pipeline at all."""
    found = needing("")
    assert found["rules"] == [{"if": f'{BRANCH} == "main"'}]
    assert found["needs"] == ["a"]


@pytest.mark.parametrize(
    ("condition", "rules"),
    [
        ("always()", [{"when": "always"}]),
        ("failure()", [{"when": "on_failure"}]),
        ("'!failure()'", None),
        ("always() && needs.a.result == 'success'", None),
        ("needs.a.result == 'failure' && always()", [{"when": "on_failure"}]),
        (
            "always() && github.event_name == 'push'",
            [{"if": PUSH, "when": "always"}],
        ),
        (
            "failure() || github.event_name == 'push'",
            [{"if": PUSH, "when": "always"}, {"when": "on_failure"}],
        ),
    ],
)
def test_how_the_jobs_before_ended_is_when(condition: str, rules: Any) -> None:
    """And the job is there although one that it needs may not be."""
    found = needing(condition)
    if rules and len(rules) == 1 and list(rules[0]) == ["when"]:
        assert found["when"] == rules[0]["when"]
    else:
        assert found.get("rules") == rules
    assert found["needs"] == [{"job": "a", "optional": True}]


def test_what_only_the_run_knows_is_asked_by_the_script() -> None:
    """The job is there in any case, and that is told."""
    text = (
        "on: push\njobs:\n  a:\n    outputs: {x: '${{ steps.s.outputs.x }}'}\n"
        "    runs-on: ubuntu-latest\n"
        "    steps: [{id: s, run: 'echo x=1 >> $GITHUB_OUTPUT'}]\n"
        f"  b:\n    needs: a\n    if: needs.a.outputs.x == '1'\n{STEPS}"
    )
    found, said = converted(text)
    assert "rules" not in found["b"]
    assert '"$NEEDS_A_OUTPUTS_X"' in found["b"]["script"][0]
    assert found["a"]["artifacts"] == {"reports": {"dotenv": "outputs.env"}}
    assert [
        one.loss.outcome for one in said if one.code in ("choice", "expression") and one.loss
    ] == ["approximated"]


def test_what_nobody_can_ask_fails_loudly() -> None:
    """In place of a job that runs when it should not."""
    text = f"on: push\njobs:\n  a:\n    if: github.event.deleted == true\n{STEPS}"
    found, said = converted(text)
    assert "exit 1" in found["a"]["script"][0]
    assert [one.loss.outcome for one in said if one.code == "expression" and one.loss] == ["manual"]


def test_several_workflows_are_one_file() -> None:
    """Each job has the rules of its workflow; those of one name have the workflow's before it."""
    other = f"on:\n  schedule: [{{cron: '1 2 * * *'}}]\njobs:\n  a:\n{STEPS}  c:\n{STEPS}"
    found, _ = converted(f"on: push\njobs:\n  a:\n{STEPS}", nightly=other)
    assert "workflow" not in found
    assert found["ci:a"]["rules"] == [{"if": PUSH}]
    assert found["nightly:a"]["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "schedule"'}]
    assert found["c"]["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "schedule"'}]


def test_conditions_of_several_workflows_stand_under_what_starts_each() -> None:
    """Worked out for the event, so that no rule asks for what it already said."""
    text = (
        "on: [push, pull_request]\njobs:\n  a:\n"
        f"    if: github.event_name == 'push' && github.ref == 'refs/heads/main'\n{STEPS}"
    )
    found, _ = converted(text, nightly=f"on: workflow_dispatch\njobs:\n  b:\n{STEPS}")
    assert found["a"]["rules"] == [{"if": f'{PUSH} && {BRANCH} == "main"'}]


def test_workflows_that_are_only_called_stand_in_the_place_of_the_calls() -> None:
    """And not beside them."""
    called = f"on: workflow_call\njobs:\n  inner:\n{STEPS}"
    text = "on: push\njobs:\n  outer:\n    uses: ./.github/workflows/called.yml\n"
    found, _ = converted(text, called=called)
    assert sorted(found) == ["default", "outer__inner", "workflow"]


def test_more_needs_than_gitlab_takes_are_the_stages_before() -> None:
    names = [f"part{number}" for number in range(51)]
    parts = "".join(f"  {name}:\n{STEPS}" for name in names[:-1])
    kept = "    steps: [{uses: actions/upload-artifact@v4, with: {name: x, path: x}}]\n"
    last = f"  {names[-1]}:\n    runs-on: ubuntu-latest\n{kept}"
    needs = "".join(f"      # why {name}\n      - {name}\n" for name in names)
    text = f"on: push\njobs:\n{parts}{last}  all:\n    needs:\n{needs}{STEPS}"
    found, said = converted(text)
    (file,) = ciconv.convert({".github/workflows/ci.yml": text}, to="gitlab").files.values()
    assert file.count("# why part") == len(names)
    assert "needs" not in found["all"]
    assert found["all"]["dependencies"] == []
    assert found["all"]["stage"] != found[names[0]].get("stage", "test")
    assert [one.code for one in said if "no more than 50" in one.message] == ["stage"]


def test_a_job_that_asks_for_failures_needs_all_that_may_fail() -> None:
    """One that is left out for the failure of another has not failed itself."""
    jobs = f"  a:\n{STEPS}  b:\n    needs: a\n{STEPS}  c:\n    needs: b\n    if: failure()\n{STEPS}"
    text = f"on: push\njobs:\n{jobs}  d:\n    needs: b\n    if: always()\n{STEPS}"
    found, _ = converted(text)
    assert found["c"]["when"] == "on_failure"
    assert found["c"]["needs"] == ["b", "a"]
    assert found["d"]["needs"] == ["b"]
    written = {".gitlab-ci.yml": yaml.safe_dump(found)}
    seen = ciconv.verify({PATH: text}, written, formats=("github", "gitlab"))
    assert [one.message for one in seen.unexplained] == []
