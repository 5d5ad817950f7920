"""Runs `.gitlab-ci.yml` with gitlab-ci-local, in a repository of its own, with recorded tools."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from oracles import gitlab_ci_local

_GIT = """\
git init -q -b main .
git add -A
git -c user.name=tester -c user.email=tester@example.com commit -q --allow-empty -m first
git remote add origin https://gitlab.com/acme/app.git
git update-ref refs/remotes/origin/main HEAD
git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main
"""
_RESULT = re.compile(r"^ (PASS|FAIL|WARN) {2}(.+?) *$", re.MULTILINE)
_STATES = {"PASS": "success", "FAIL": "failure", "WARN": "failure"}
_RECORDER = """\
#!/bin/bash
call="{tool}${{*:+ $*}}"; call=${{call//$'\\n'/$'\\x1f'}}
printf '%s\\t%s\\n' "$CI_JOB_NAME" "$call" >> {calls}
{{ printf '%s\\0' "$CI_JOB_NAME" "$call" "$PWD"; env -0; }} > "$(mktemp {seen}/XXXXXX)"
while IFS=$'\\t' read -r said text; do
  if [ "$said" = "$call" ]; then printf '%s\\n' "$text"; fi
done < {prints}
! grep -qxF -e "$call" -e "$CI_JOB_NAME: $call" {fails}
"""


class Sight(Struct, frozen=True, kw_only=True):
    """What one call of a tool saw."""

    job: str
    call: str
    directory: str  # relative to the project
    env: Mapping[str, str]


class GitLabRun(Struct, frozen=True, kw_only=True):
    """What a run did: the jobs in the order they ended, with their states; the calls of tools."""

    jobs: Mapping[str, str]
    calls: tuple[tuple[str, str], ...]  # job and command line
    sights: tuple[Sight, ...]
    output: str

    def of(self, job: str) -> list[str]:
        """Return the calls of one job."""
        return [call for name, call in self.calls if name == job]


class GitLabRunner(Struct, frozen=True, kw_only=True):
    """A folder to work in, tools that are recorded, calls that fail and what calls print."""

    root: Path
    tools: tuple[str, ...] = ()
    fail: tuple[str, ...] = ()
    prints: Mapping[str, str] = {}

    def prepare(self, files: Mapping[str, str]) -> None:
        """Write the repository and the tools."""
        for path, text in files.items():
            _write(self.root / "repository" / path, text)
        subprocess.run(["sh", "-ec", _GIT], cwd=self.root / "repository", check=True)
        (self.root / "home").mkdir()
        names = {name: self.root / name for name in ("calls", "fails", "prints", "seen")}
        names["calls"].touch()
        names["seen"].mkdir()
        _write(names["fails"], "".join(f"{one}\n" for one in self.fail))
        _write(names["prints"], "".join(f"{call}\t{said}\n" for call, said in self.prints.items()))
        for tool in self.tools:
            _write(self.root / "tools" / tool, _RECORDER.format(tool=tool, **names))
            (self.root / "tools" / tool).chmod(0o755)

    def share(self, history: "GitLabRunner", files: Mapping[str, str]) -> None:
        """Write a repository that is not run, with the history of another one: that is quick."""
        own = {".git": f"gitdir: {history.root}/repository/.git\n"}
        for path, text in (own | dict(files)).items():
            _write(self.root / "repository" / path, text)

    def run(self, variables: Mapping[str, str]) -> GitLabRun:
        """Run the pipeline of a push to main."""
        given = [
            one for name, text in variables.items() for one in ("--variable", f"{name}={text}")
        ]
        done = self.call("--force-shell-executor", *given)
        found = _RESULT.findall(done.stdout)
        lines = (self.root / "calls").read_text("utf-8").splitlines()
        return GitLabRun(
            jobs={name: _STATES[word] for word, name in found},
            calls=tuple(_call(line) for line in lines),
            sights=tuple(
                _sight(one, self.root / "repository")
                for one in sorted((self.root / "seen").iterdir())
            ),
            output=done.stdout + done.stderr,
        )

    def call(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Call gitlab-ci-local in the repository."""
        env = {
            "PATH": f"{self.root}/tools:{os.environ['PATH']}",
            "HOME": str(self.root / "home"),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "GCL_IGNORE_PREDEFINED_VARS": "CI_PIPELINE_IID",  # which runs may give
        }
        return subprocess.run(
            [*gitlab_ci_local(), "--no-json-schema-validation", *arguments],
            cwd=self.root / "repository",
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=60,
            check=False,
        )


def _call(line: str) -> tuple[str, str]:
    job, call = line.split("\t", 1)
    return job, call.replace("\x1f", "\n")


def _sight(path: Path, project: Path) -> Sight:
    job, call, folder, *pairs = path.read_text("utf-8").split("\0")
    env = dict(pair.partition("=")[::2] for pair in pairs if pair)
    directory = os.path.relpath(folder, project)
    return Sight(job=job, call=call.replace("\x1f", "\n"), directory=directory, env=env)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
