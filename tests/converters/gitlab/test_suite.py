"""The expansion of gitlab-ci-local's own test pipelines, compared with what it previews.

CICONV_GITLAB_CI_LOCAL names a checkout of firecow/gitlab-ci-local; its cases are in no package. It
is run by the program that `scripts/oracles` installs.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import ciconv
import oracles
from ciconv.ir.expression import Literal
from ciconv.ir.job import Job
from ciconv.ir.step import Run

CHECKOUT = os.environ.get("CICONV_GITLAB_CI_LOCAL")
CASES = Path(CHECKOUT or ".") / "tests/test-cases"

# where the two differ, and why
EXCEPTIONS = {
    "artifacts-globstar": "it puts a command that begins with `!` in brackets; GitLab does not",
    "artifacts-shell": "as above",
    "cache-shell-fail": "as above",
    "needs-artifacts": "as above",
    "needs-empty": "as above",
    "include-local": "the file's name is given on its command line",
    "reference": "it merges mappings behind !reference with those of the job; GitLab does not",
    "self-dependency": "GitLab refuses a job that needs itself",
    "component-inputs-cli": "values of inputs stand in a file of its own",
    "component-inputs-edge-cases": "as above",
    "component-inputs-multiple": "as above",
    "include-rules": "it decides for the branch checked out; here the jobs have the conditions",
    "preview": "it accepts files without a job",
}
FOLDERS = sorted(path for path in CASES.iterdir() if path.is_dir()) if CHECKOUT else []

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(CHECKOUT is None, reason="CICONV_GITLAB_CI_LOCAL names no checkout"),
]
_GIT = (
    ("init", "-q", "."),
    ("config", "user.email", "a@example.com"),
    ("config", "user.name", "a"),
    ("remote", "add", "origin", "git@gitlab.com:group/project.git"),
    ("add", "-A", "."),
    ("commit", "-qm", "all"),
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_jobs_are_those_of_the_preview(folder: Path, tmp_path: Path) -> None:
    """Names, stages, needs and scripts of all jobs, where both take the pipeline."""
    if folder.name in EXCEPTIONS or not (folder / ".gitlab-ci.yml").exists():
        pytest.skip(EXCEPTIONS.get(folder.name, "no pipeline"))
    here = tmp_path / "case"
    shutil.copytree(folder, here)
    for words in _GIT:
        subprocess.run(("git", *words), cwd=here, check=True, capture_output=True)
    done = subprocess.run(
        (*oracles.gitlab_ci_local(), "--preview", "--cwd", "."),
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        pytest.skip("gitlab-ci-local does not take it")
    found = ciconv.read(here, format="gitlab")
    assert found.project is not None, found.diagnostics
    jobs = [job for one in found.project.pipelines for job in one.jobs if isinstance(job, Job)]
    try:
        expected = dict(_previewed(yaml.safe_load(done.stdout)))
    except yaml.YAMLError:
        pytest.skip("the preview is no YAML")
    assert {job.id: _seen(job) for job in jobs if job.id in expected} == expected


def _previewed(data: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    for name, job in data.items():
        if isinstance(job, dict) and "script" in job and not name.startswith("."):
            lines = (*_flat(job.get("before_script")), *_flat(job["script"]))
            yield name, (job.get("stage") or "test", "\n".join(one.rstrip("\n") for one in lines))


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value if isinstance(value, list) else ():
        yield from _flat(one)


def _seen(job: Job) -> tuple[str, str]:
    runs = (step for step in job.steps if isinstance(step, Run) and step.id != "dotenv")
    parts = (part for run in runs for part in run.script.parts)
    return job.stage or "", "".join(str(one.value) for one in parts if isinstance(one, Literal))
