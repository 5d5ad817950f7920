"""The schema of GitLab and gitlab-ci-local take what is written, and run it as its source says."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cases import CASES, Case, conversion, write
from ciconv.simulation.compare.matching import plain_name
from edits import scalars
from gitlab_runner import GitLabRun, GitLabRunner
from mutations import MANY
from oracles import gitlab_ci_local, tool
from plan_runs import said

pytestmark = pytest.mark.oracle
FILE = ".gitlab-ci.yml"
OTHERS = ("github", "circleci", "jenkins")
# one run of each of these is a push to main whose jobs do the same in the shell of a machine
RUNS = (
    "anchors",
    "call-of-a-workflow",
    "composite-action",
    "composite-input-types",
    "conditions-of-jobs",
    "conditions-of-odd-forms",
    "defaults-of-run",
    "directories",
    "env-expressions",
    "env-hostile",
    "env-precedence",
    "env-types",
    "environment",
    "here-documents",
    "job-may-fail",
    "line-ends",
    "matrix-booleans",
    "matrix-constant-json",
    "matrix-include",
    "matrix-of-objects",
    "matrix-of-two",
    "names",
    "needs-and-branch",
    "outputs-of-steps",
    "scripts-as-they-are",
    "step-may-fail",
    "step-status",
    "steps-after-failures",
    "steps-in-order",
    "values-through-files",
)


def written() -> list[Case]:
    """The cases that GitLab can have."""
    valid = [one for one in CASES if one.format in OTHERS and not one.settings.get("invalid")]
    return [case for case in valid if conversion(case, "gitlab").files]


def test_the_schema_takes_every_output(tmp_path: Path) -> None:
    """All of them in one go."""
    for case in written():
        write(conversion(case, "gitlab").files, tmp_path / case.format / case.path.name)
    files = sorted(map(str, tmp_path.rglob(FILE)))
    options = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")
    command = [tool("check-jsonschema"), *options, "-o", "json", *files]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert json.loads(done.stdout)["status"] == "ok", done.stdout


def test_gitlab_ci_local_takes_every_output(tmp_path: Path) -> None:
    """It lists the jobs of a push to main, and shows the whole pipeline.

    Each takes half a second, so: those with something that is in none before, nor run below; all
    of them in a long run.
    """
    gitlab_ci_local()
    history = GitLabRunner(root=tmp_path / "history")
    history.prepare({FILE: ""})
    cases = written() if MANY else list(telling())
    assert len(cases) > 20
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda case: taken(case, tmp_path / str(case), history), cases))
    assert [one for one in said if one] == []


def telling() -> Iterator[Case]:
    """The cases with a key, or a word of a rule, at a place where no other one has it."""
    found = written()
    run = [one for one in found if one.format == "github" and one.path.name in RUNS]
    known = {place for case in run for place in places(case)}
    for case in found:
        own = set(places(case))
        if not own <= known:
            known |= own
            yield case


def places(case: Case) -> Iterator[str]:
    """Where values stand in what is written, without names and numbers; what rules ask with."""
    for text in conversion(case, "gitlab").files.values():
        for where, value in scalars(text):
            place = _NAMED.sub(r"\1/*", _JOB.sub("/*", _NUMBER.sub("", where)))
            yield place
            words = _ASKING.findall(value) if place.endswith(("/if", "/when")) else ()
            yield from (f"{place} {word}" for word in words)


_NUMBER = re.compile(r"/\d+(?=/|$)")
_JOB = re.compile(r"^/(?!(?:default|include|spec|stages|variables|workflow)\b)[^/]+")
_NAMED = re.compile(r"(/variables|/matrix|/inputs)/[^/]+")
_ASKING = re.compile(r"[=!][=~]|&&|\|\||\(|\bnull\b|^\w+$")


def taken(case: Case, folder: Path, history: GitLabRunner) -> str:
    """What is wrong with the output of a case, if anything is."""
    runner = GitLabRunner(root=folder)
    runner.share(history, dict(conversion(case, "gitlab").files))
    done = runner.call("--preview")
    if done.returncode == 0:
        return ""
    return f"{case}: {(done.stdout + done.stderr).strip()}"


@pytest.mark.parametrize("name", RUNS)
def test_what_is_written_runs_as_the_source_says(name: str, tmp_path: Path) -> None:
    """The same jobs, with the same results and the same calls, as is written by hand in a case."""
    case = next(one for one in CASES if one.format == "github" and one.path.name == name)
    run = next(one for one in case.runs["run"] if is_push_to_main(one))
    runner = GitLabRunner(
        root=tmp_path,
        tools=tuple(case.runs.get("tools", ())),
        fail=tuple(run.get("fail", ())),
        prints=run.get("prints", {}),
    )
    files = {path: text for path, text in case.inputs.items() if not path.startswith(".github/w")}
    runner.prepare(files | dict(conversion(case, "gitlab").files))
    given = run.get("env", {})
    own = {name: text for name, text in given.items() if not name.startswith("GITHUB")}
    if "GITHUB_RUN_NUMBER" in given:
        own["CI_PIPELINE_IID"] = given["GITHUB_RUN_NUMBER"]
    found = runner.run(own)
    wanted = {plain_name(job): state for job, state in run["jobs"].items()}
    calls = {plain_name(job): list(found.of(job)) for job in found.jobs if found.of(job)}
    # a condition that only the run can tell is asked by the steps, so that the job is green
    ran = {plain_name(job): state for job, state in found.jobs.items()}
    ran = {job: one for job, one in ran.items() if job in calls or wanted.get(job) != "skipped"}
    assert ran == {job: one for job, one in wanted.items() if one != "skipped"}, found.output
    expected = {plain_name(job): one for job, one in run.get("calls", {}).items()}
    assert calls == expected, found.output
    for sight in run.get("sees", ()):
        check_sight(sight, found)
    for one in said(case, run):  # and what the plan says of the same run
        if one.state not in (None, "skipped"):
            assert ran[plain_name(one.job)] == one.state, one
        if one.calls is not None:
            assert tuple(calls.get(plain_name(one.job), ())) == one.calls, one


def check_sight(sight: Mapping[str, Any], found: GitLabRun) -> None:
    """The variables and the folder of calls are those that are written by hand."""
    job = plain_name(sight.get("job", ""))
    seen = [one for one in found.sights if one.call == sight["call"]]
    seen = [one for one in seen if job in ("", plain_name(one.job))]
    assert seen, sight
    for one in seen:
        env = sight.get("env", {})
        assert {name: one.env.get(name, "<unset>") for name in env} == env, sight
        assert one.directory == sight.get("directory", one.directory), sight


def is_push_to_main(run: dict[str, Any]) -> bool:
    """Whether a run of a case is what gitlab-ci-local takes every run for."""
    env = run.get("env", {})
    return (
        env.get("GITHUB_EVENT_NAME", "push") == "push"
        and env.get("GITHUB_REF", "refs/heads/main") == "refs/heads/main"
        and "caller" not in run
    )
