"""What somebody changed in a converted pipeline, `verify` never calls explained."""

import re
from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

import pytest
from msgspec import Struct

import ciconv
from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.diagnostics import Diagnostic, Diagnostics
from ciconv.ir.job import ApprovalJob
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Project
from ciconv.simulation.compare.pipelines import differences
from ciconv.simulation.event import Event
from ciconv.simulation.plan import JobPlan
from ciconv.simulation.simulate import Simulator
from ciconv.simulation.verify import Converted, verify, verify_against
from ciconv.source import Workspace
from mutations import MANY, Mutant, mutants
from oracles import tool

SOURCE = """\
name: CI
on:
  push:
  pull_request:
  workflow_dispatch:
    inputs:
      level: { type: choice, options: [low, high], default: low }
permissions:
  contents: read
concurrency:
  group: ci-${{ github.ref }}
  cancel-in-progress: true
env:
  MODE: fast
jobs:
  lint:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    outputs:
      level: ${{ steps.level.outputs.level }}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/cache@v4
        with:
          path: ~/.npm
          key: npm-${{ hashFiles('package-lock.json') }}
      - id: level
        run: echo "level=3" >> "$GITHUB_OUTPUT"
      - run: ./lint.sh
        working-directory: app
      - uses: actions/upload-artifact@v4
        with:
          name: dist
          path: dist
  test:
    needs: lint
    runs-on: ubuntu-latest
    container: node:20
    strategy:
      matrix:
        db: [sqlite, memory]
    services:
      redis:
        image: redis:7
    env:
      DB: ${{ matrix.db }}
    steps:
      - uses: actions/checkout@v4
      - run: npm test
        env:
          CI_LEVEL: ${{ inputs.level }}
        timeout-minutes: 5
        continue-on-error: true
      - run: tail -n 50 npm-debug.log
        if: failure()
  deploy:
    needs: [test, lint]
    if: github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: actions/download-artifact@v4
        with:
          name: dist
          path: dist
      - run: ./deploy.sh "$LEVEL" "$TOKEN"
        env:
          LEVEL: ${{ needs.lint.outputs.level }}
          TOKEN: ${{ secrets.TOKEN }}
"""
FILES = {".github/workflows/ci.yml": SOURCE}
TARGETS = ("github", "gitlab", "circleci", "jenkins", "nixactions")
Found: TypeAlias = frozenset[tuple[object, ...]]


class Case(Struct, frozen=True):
    """A source, what became of it, and what was said of that."""

    source: Project
    target: Project
    losses: tuple[Diagnostic, ...]
    events: tuple[Event, ...]


@cache
def _converted(target: str) -> Case:
    done = ciconv.convert(FILES, to=target, format="github")
    source, read = _read(FILES, "github"), _read(done.files, target)
    losses = () if target == "github" else done.diagnostics
    found = verify(source, read, losses, _context())
    assert [one.message for one in found.unexplained] == []
    return Case(source, read, losses, found.events)


def _read(files: dict[str, str], format: str) -> Project:
    read = ciconv.read(files, format=format)
    assert read.project is not None, [one.message for one in read.diagnostics]
    return read.project


def _context() -> Context:
    return Context(workspace=Workspace.of({}), catalog=Catalog.builtin(), diagnostics=Diagnostics())


@pytest.mark.parametrize(
    "target", [*TARGETS[:4], pytest.param(TARGETS[4], marks=pytest.mark.oracle)]
)
def test_no_change_is_explained(target: str) -> None:
    """Each change of the table, made at some place of what a conversion gave, is found.

    A change that takes a difference away which the conversion made is none that has to be, and
    neither is one that leaves all plans as they are: nobody asks a job that needs a skipped one.
    """
    if target == "nixactions":
        tool("nix-instantiate")
    one = _converted(target)
    hidden = [
        f"{mutant.kind}: {mutant.place}"
        for mutant in _chosen(one, target)
        if _is_hidden(mutant, one)
    ]
    assert hidden == []


def _chosen(one: Case, target: str) -> Iterator[Mutant]:
    """All changes in a long run; else one of some kinds, of which each target has others."""
    kinds: dict[str, int] = {}
    for mutant in mutants(one.target):
        is_new = mutant.kind not in kinds
        number = kinds.setdefault(mutant.kind, len(kinds))
        if MANY or (is_new and number % len(TARGETS) == TARGETS.index(target)):
            yield mutant


def _is_hidden(mutant: Mutant, one: Case) -> bool:
    usual = Converted(losses=one.losses, project=one.target)
    found = verify_against(one.source, mutant.project, usual, _context(), events=one.events)
    if found.unexplained or _plans(one, mutant.project) == _plans(one, one.target):
        return False
    return not _every(one, one.target) - _every(one, mutant.project)


def _plans(one: Case, target: Project) -> list[list[JobPlan]]:
    """The jobs that run, for each event, and all that is known of them."""
    side = Simulator(target, _context())
    pipelines = [pipeline for event in one.events for pipeline in side.plan(event).pipelines]
    return [[job for job in pipeline.jobs if job.runs] for pipeline in pipelines]


def _every(one: Case, target: Project) -> Found:
    """All differences to the source, for each event by itself."""
    here, there = Simulator(one.source, _context()), Simulator(target, _context())
    return frozenset(
        (found.cause, found.cell, found.message, event)
        for event in one.events
        for found in differences(here.plan(event), there.plan(event))
    )


def test_an_approval_is_asked_for_where_its_job_runs() -> None:
    """One that is asked for on each branch, before a job of one, stands for no environment."""
    one = _converted("jenkins")
    (pipeline,) = one.target.pipelines
    jobs = tuple(
        replace(job, choices=(replace(job.choices[0], condition=None),))
        if isinstance(job, ApprovalJob)
        else job
        for job in pipeline.jobs
    )
    assert jobs != pipeline.jobs
    asked = replace(one.target, pipelines=(replace(pipeline, jobs=jobs),))
    usual = Converted(losses=one.losses, project=one.target)
    found = verify_against(one.source, asked, usual, _context(), events=one.events)
    assert {one.job for one in found.unexplained} == {"approve-deploy"}


def test_another_construct_keeps_the_same_files() -> None:
    """That artifacts are folders elsewhere explains no other paths in them."""
    several = "path: |\n            dist/**\n            doc\n  test:"
    text = SOURCE.replace("path: dist\n  test:", several)
    assert text != SOURCE
    files = {".github/workflows/ci.yml": text}
    for target in ("gitlab", "jenkins"):
        done = ciconv.convert(files, to=target, format="github")
        source, read = _read(files, "github"), _read(done.files, target)
        assert not verify(source, read, done.diagnostics, _context()).unexplained
        changed = {path: re.sub(r"\bdoc\b", "docs", one) for path, one in done.files.items()}
        found = verify(source, _read(changed, target), done.diagnostics, _context()).unexplained
        assert {one.subject for one in found} == {"paths"}, target


@pytest.mark.parametrize(
    ("event", "target"),
    [
        ("pull_request_target", "gitlab"),
        ("release", "circleci"),
        ("issues", "jenkins"),
        ("issues", "gitlab"),  # nothing that anybody knows starts it there
        ("workflow_call", "jenkins"),
    ],
)
def test_what_another_event_stands_in_for_is_compared(event: str, target: str) -> None:
    """No event starts the workflow on both sides, but the other side has one of its own for it."""
    job = "{runs-on: ubuntu-latest, steps: [{run: make all}]}"
    source = {".github/workflows/ci.yml": f"on: {event}\njobs: {{a: {job}}}\n"}
    ((path, text),) = ciconv.convert(source, to=target, format="github").files.items()
    before, after = (
        ciconv.verify(source, {path: one}, formats=("github", target))
        for one in (text, text.replace("make all", "make some"))
    )
    assert [one.message for one in before.unexplained] == []
    assert {str(one.field) for one in after.unexplained} == {"script"}


def test_one_difference_of_options_hides_no_other() -> None:
    """A loss explains the options of a container that the conversion gives, and no others."""
    args = "-u root -v /var/run/docker.sock:/var/run/docker.sock"
    agent = f"agent {{ docker {{ image 'x:1'; args '{args}' }} }}"
    text = f"pipeline {{ {agent}\nstages {{ stage('a') {{ steps {{ sh 'make' }} }} }} }}"
    source = {"Jenkinsfile": text}
    ((path, made),) = ciconv.convert(source, to="github", format="jenkins").files.items()
    assert made.count("-u root") == 1
    for user, fields in (("root", set()), ("me", {"container"})):
        files = {path: made.replace("-u root", f"-u {user}")}
        found = ciconv.verify(source, files, formats=("jenkins", "github"))
        assert {str(one.field) for one in found.unexplained} == fields


def test_a_step_that_fails_in_place_of_another_is_one_difference() -> None:
    """Neither its script nor its shell is one that anybody asked for."""
    body = "script { def found = lookUp(it: 'x') { it.name } }"
    text = f"pipeline {{ agent any\nstages {{ stage('a') {{ steps {{ {body} }} }} }} }}"
    source = {"Jenkinsfile": text}
    done = ciconv.convert(source, to="github", format="jenkins")
    found = ciconv.verify(source, done.files, formats=("jenkins", "github")).differences
    assert [str(one.field) for one in found if "def found" in one.message] == ["uses"]


FILTERED = """\
version: 2.1
jobs:
  build:
    machine: {image: ubuntu-2404:current}
    steps: [{run: make}]
workflows:
  all:
    jobs:
      - build: {filters: {tags: {only: /.*/}}}
      - build: {name: last, filters: {branches: {ignore: /.*/}, tags: {only: '/v1\\.\\d+/'}}}
"""


def test_another_machine_is_no_reason_for_other_tags() -> None:
    """A loss that explains one event of a job, which might be put down to its machine, too."""
    source = {".circleci/config.yml": FILTERED}
    ((path, text),) = ciconv.convert(source, to="github", format="circleci").files.items()
    lines = text.splitlines(keepends=True)
    (number,) = (at for at, line in enumerate(lines) if "if: " in line and "v1" in line)
    changed = {path: "".join((*lines[:number], *lines[number + 1 :]))}
    before = ciconv.verify(source, {path: text}, formats=("circleci", "github"))
    after = ciconv.verify(source, changed, formats=("circleci", "github"))
    assert [one.message for one in before.unexplained] == []
    assert {str(one.field) for one in after.unexplained} == {"state"}
