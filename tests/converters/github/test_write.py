"""Writing workflows from pipelines that were read from anywhere."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import ciconv
from cases import CASES, Case
from ciconv.catalog.catalog import Catalog
from ciconv.context import Context, Options
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import (
    Binary,
    Call,
    Changes,
    Expr,
    Literal,
    Op,
    Raw,
    Ref,
    Semantics,
    Template,
    text,
)
from ciconv.ir.job import ApprovalJob, Choice, Job, JobBase, Need, Runner, Start, Status
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import (
    ActionRef,
    Argument,
    Checkout,
    DownloadArtifact,
    EnvVar,
    Extra,
    Group,
    Placeholder,
    PublishReport,
    RestoreCache,
    Run,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
)
from ciconv.ir.trigger import EventKind, Input, PatternSyntax, Trigger
from ciconv.passes import run_passes
from ciconv.profile import Feature, Outcome
from ciconv.source import MappingLoader, Workspace
from ciconv.syntax import build
from foreign_pipelines import (
    MERGE,
    NODE,
    ONE,
    PUSH,
    RUN,
    foreign,
    job,
    matching,
    on_branch,
    push,
)
from strategies import projects

GITHUB = registry.get("github")
VALID = [case for case in CASES if not case.settings.get("invalid")]


def context(files: dict[str, str] | None = None, *, pin: str = "major") -> Context:
    """A context whose files are read one by one."""
    return Context(
        workspace=Workspace(MappingLoader(files or {})),
        catalog=Catalog.builtin(),
        diagnostics=Diagnostics(),
        options=Options(pin=pin),
        expand=False,
    )


def read(files: dict[str, str]) -> Project:
    """The project of the workflows among the files, which have no errors."""
    shared = context(files)
    assert GITHUB.read is not None
    paths = tuple(path for path in files if path.startswith(".github/workflows/"))
    project = GITHUB.read(shared.workspace, paths, shared)
    assert [one for one in shared.diagnostics if one.severity == "error"] == []
    return project


def written(project: Project, shared: Context | None = None) -> dict[str, str]:
    """The files of a project."""
    assert GITHUB.write is not None
    return dict(GITHUB.write(project, shared or context()))


def anew(project: Project) -> Project:
    """The project as if nobody had written it before."""
    pipelines = (replace(one, tree=None) for one in project.pipelines)
    return replace(project, pipelines=tuple(pipelines))


@pytest.mark.parametrize("case", VALID, ids=str)
def test_what_is_written_anew_reads_back(case: Case) -> None:
    """Law 2 for the cases, without the layout of their files."""
    shared = context(case.inputs)
    assert GITHUB.read is not None
    paths = tuple(path for path in case.inputs if path.startswith(".github/workflows/"))
    project = GITHUB.read(shared.workspace, paths, shared)
    if not shared.diagnostics.has_errors:
        assert read(case.inputs | written(anew(project))) == project


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(projects())
def test_generated_pipelines_read_back(project: Project) -> None:
    """Law 2 for pipelines nobody wrote."""
    assert read(written(project)) == project


def converted(project: Project, *, pin: str = "major") -> tuple[str, list[tuple[str, str]]]:
    """The text that a foreign project becomes, and its losses."""
    shared = context(pin=pin)
    lowered = run_passes(project, GITHUB.profile, shared)
    assert run_passes(lowered, GITHUB.profile, shared) == lowered
    ((path, found),) = written(lowered, shared).items()
    assert path == ".github/workflows/ci.yml"
    again = read({path: found})
    assert written(anew(again)) == {path: found}
    losses = [(one.loss.feature, one.loss.outcome) for one in shared.diagnostics if one.loss]
    return found, [(str(feature), str(outcome)) for feature, outcome in losses]


JOBS = "jobs:\n"


def jobs_of(project: Project) -> str:
    """The text below `jobs:` that a project becomes."""
    return converted(project)[0].partition(JOBS)[2]


def steps_of(*steps: Step, pin: str = "major") -> str:
    """The text of the steps that a job gets."""
    found = converted(foreign(job("a", *steps)), pin=pin)[0]
    return found.partition("    steps:\n")[2]


KEY = text("deps")
PATHS = text("a\nb")
KNOWN = (
    (Checkout(), "- uses: actions/checkout@v7"),
    (
        Checkout(arguments=(Argument(name="depth", value=text("0")),)),
        "- uses: actions/checkout@v7\n  with:\n    fetch-depth: '0'",
    ),
    (Checkout(arguments=(Argument(name="depth", value=text("1")),)), "- uses: actions/checkout@v7"),
    (
        RestoreCache(key=KEY, paths=text("x"), save=True, fallbacks=PATHS),
        "- uses: actions/cache@v6\n  with:\n    key: deps\n    path: x\n    restore-keys: |-\n"
        "      a\n      b",
    ),
    (
        RestoreCache(key=KEY, paths=text("x")),
        "- uses: actions/cache/restore@v6\n  with:\n    key: deps\n    path: x",
    ),
    (
        SaveCache(key=KEY, paths=text("x")),
        "- uses: actions/cache/save@v6\n  with:\n    key: deps\n    path: x",
    ),
    (
        UploadArtifact(artifact=text("app"), paths=text("out"), missing="error"),
        "- uses: actions/upload-artifact@v7\n  with:\n    name: app\n    path: out\n"
        "    if-no-files-found: error\n    include-hidden-files: true",
    ),
    (
        UploadArtifact(artifact=text("artifact"), paths=text("out")),
        "- uses: actions/upload-artifact@v7\n  with:\n    path: out\n"
        "    include-hidden-files: true",
    ),
    (
        DownloadArtifact(artifact=text("app"), path=text("out")),
        "- uses: actions/download-artifact@v8\n  with:\n    name: app\n    path: out",
    ),
    (
        PublishReport(kind="junit", paths=text("*.xml")),
        "- uses: actions/upload-artifact@v7\n  with:\n    name: a-junit\n    path: '*.xml'",
    ),
    (
        Use(ref=NODE, tool="setup-node", arguments=(Argument(name="version", value=text("20")),)),
        "- uses: actions/setup-node@v7\n  with:\n    node-version: '20'",
    ),
    (
        Use(ref=ActionRef(format="gitlab", name="x", written="x@1"), tool="no-such-tool"),
        "- run: |\n"
        "    echo 'ciconv: x@1 was not converted: ciconv does not know what this step does' >&2\n"
        "    exit 1",
    ),
    (
        Group(name=text("both"), steps=(Run(script=text("a")), Run(script=text("b")))),
        "- run: a\n- run: b",
    ),
    (
        Placeholder(
            what="plugin ${{ x }}",
            reason="it's odd",
            arguments=(Argument(name="k", value=text("v")),),
        ),
        "# with k: v\n- run: |\n    echo 'ciconv: plugin ${{ '${{' }} x }} was not converted: "
        "it'\\''s odd' >&2\n    exit 1",
    ),
    (
        Run(script=text("a\nb\n"), env=(ONE,)),
        "- run: |\n    a\n    b\n  env:\n    X: '1'",
    ),
    (
        Run(name=text("Name"), script=text("a\nb\n"), directory=text("d")),
        "- name: Name\n  working-directory: d\n  run: |\n    a\n    b",
    ),
    (
        Run(name=text("Name"), id="one", script=text("a"), env=(ONE,)),
        "- name: Name\n  id: one\n  run: a\n  env:\n    X: '1'",
    ),
    (
        Run(script=text("a"), extras=(Extra(format="gitlab", key="coverage", value=build.null()),)),
        "- run: a",
    ),
)


def test_a_number_is_a_number() -> None:
    """Also where another system has a text."""
    found = jobs_of(foreign(job("a", RUN, timeout=text("90"))))
    assert "    timeout-minutes: 90\n" in found


@pytest.mark.parametrize("number", [".inf", ".nan", "1e999", "9" * 400, "'${{ 1e999 }}'"])
@pytest.mark.parametrize("to", ["gitlab", "circleci", "jenkins", "nixactions"])
def test_no_time_limit_is_infinite(number: str, to: str) -> None:
    """Nobody could count to it, so it is no number."""
    source = (
        f"on: push\njobs: {{a: {{runs-on: ubuntu-latest, timeout-minutes: {number}, "
        f"steps: [{{run: make, timeout-minutes: {number}}}]}}}}\n"
    )
    made = ciconv.convert({".github/workflows/a.yml": source}, to=to)
    assert [one.code for one in made.diagnostics] == ["wrong-type"] * 2 and not made.files


def test_what_github_does_by_itself_is_left_out() -> None:
    """Its shell on Linux, and `success()`."""
    usual: dict[str, Any] = {"shell": text("bash -e {0}"), "condition": Call(function="success")}
    assert steps_of(Run(script=text("x"), **usual)) == "      - run: x\n"
    on_windows = job("a", Run(script=text("x"), **usual), runner=Runner(labels=(WINDOWS,)))
    assert "shell: bash -e {0}\n" in converted(foreign(on_windows))[0]


WINDOWS = text("windows-latest")


@pytest.mark.parametrize(("step", "expected"), KNOWN, ids=lambda one: type(one).__name__)
def test_steps_become_what_github_has(step: Step, expected: str) -> None:
    """Actions of the catalog with their own inputs, keys in the usual order."""
    lines = "".join(f"      {line}\n" for line in expected.split("\n"))
    assert steps_of(step) == lines


def test_actions_are_pinned_to_commits() -> None:
    """Where one is known; where not, the user is told. What a user wrote is the user's."""
    own = ActionRef(format="github", name="a/b", version="v1", written="a/b@v1")
    nix = Use(ref=replace(NODE, name="nix"), tool="install-nix")
    shared = context(pin="sha")
    project = foreign(job("a", Checkout(), nix, Use(ref=own), Checkout(ref=own)))
    (found,) = written(project, shared).values()
    assert [line.strip() for line in found.splitlines() if "uses:" in line] == [
        "- uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
        "- uses: cachix/install-nix-action@v31",
        "- uses: a/b@v1",
        "- uses: a/b@v1",
    ]
    assert [one.code for one in shared.diagnostics] == ["unpinned-action"]


def only(*choices: Choice) -> dict[str, Any]:
    """The fields of a job with these choices."""
    return {"choices": choices}


def body(name: str, *lines: str) -> str:
    """The text of a job with one step."""
    made = "".join(f"    {line}\n" for line in lines)
    return f"  {name}:\n{made}    runs-on: ubuntu-latest\n    steps:\n      - run: x\n"


def on_branch_main() -> Choice:
    """A choice for one branch."""
    return Choice(condition=on_branch("main"))


GRAPHS = (
    (
        (job("a", RUN, needs=None, stage="s1"), job("b", RUN, needs=None, stage="s2")),
        body("a") + "\n" + body("b", "needs: a"),
    ),
    (
        (
            job("a", RUN, needs=None, stage="s1", **only(on_branch_main())),
            job("b", RUN, needs=None, stage="s2"),
        ),
        body("a", "if: github.ref == 'refs/heads/main'")
        + "\n"
        + body("b", "needs: a", "if: ${{ !failure() && !cancelled() }}"),
    ),
    (
        (job("a", RUN), job("b", RUN, needs=(Need(job="a", optional=True),))),
        body("a") + "\n" + body("b", "needs: a"),
    ),
    (
        (
            job("a", RUN, **only(on_branch_main())),
            job("b", RUN, needs=(Need(job="a", optional=True),)),
        ),
        body("a", "if: github.ref == 'refs/heads/main'")
        + "\n"
        + body("b", "needs: a", "if: ${{ !failure() && !cancelled() }}"),
    ),
    (
        (job("a", RUN), job("b", RUN, needs=(Need(job="a", accept=tuple(Status)),))),
        body("a") + "\n" + body("b", "needs: a", "if: always()"),
    ),
    (
        (job("a", RUN), job("b", RUN, needs=(Need(job="a", accept=(Status.FAILURE,)),))),
        body("a")
        + "\n"
        + body("b", "needs: a", "if: ${{ !cancelled() && needs.a.result == 'failure' }}"),
    ),
    (
        (
            job(
                "a", RUN, **only(Choice(condition=on_branch("x")), Choice(condition=on_branch("y")))
            ),
        ),
        body("a"),  # what starts the pipeline says it
    ),
    ((job("a", RUN, choices=()),), body("a", "if: false")),
    (
        (job("a", finally_steps=(RUN,)),),
        body("a").replace("- run: x", "- if: always()\n        run: x"),
    ),
    (
        (job("a b", RUN), job("c", RUN, needs=(Need(job="a b"),))),
        body("a-b", "name: a b") + "\n" + body("c", "needs: a-b"),
    ),
)


@pytest.mark.parametrize(("jobs", "expected"), GRAPHS)
def test_jobs_of_other_systems(jobs: tuple[JobBase, ...], expected: str) -> None:
    """Stages, choices and what runs at the end are said with needs and conditions."""
    assert jobs_of(foreign(*jobs)) == expected


def test_choices_give_variables_and_tolerance() -> None:
    """Each for the cases in which it counts."""
    full = Choice(condition=on_branch("main"), env=(EnvVar(name="M", value=text("full")),))
    fast = Choice(may_fail=Literal(value=True), env=(EnvVar(name="M", value=text("fast")),))
    found = jobs_of(foreign(job("a", RUN, choices=(full, fast))))
    assert "    if:" not in found
    assert "continue-on-error: ${{ github.ref != 'refs/heads/main' }}\n" in found
    assert "M: ${{ case(github.ref == 'refs/heads/main', 'full', 'fast') }}\n" in found


def test_the_condition_of_a_pipeline_is_that_of_its_jobs() -> None:
    """GitHub has none for a whole workflow: what a filter of `on` cannot say is said by them."""
    on, _, found = converted(foreign(job("a", RUN), condition=on_branch("main")))[0].partition(JOBS)
    assert "  push:\n    branches: [main]\n" in on
    assert found == body("a")
    asked = Call(function="contains", arguments=(Ref(path=("actor",)), Literal(value="x")))
    found = jobs_of(foreign(job("a", RUN), condition=asked))
    assert found == body("a", "if: contains(github.actor, 'x')")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("needs: [build]\n  rules: [{if: $A == 'x'}]", None),
        ("needs: [build]\n  rules: [{if: $A == 'x' && $B}]", "vars.B"),
        ("needs: [build]\n  rules: [{if: $A == 'y'}]", "vars.A == 'y'"),
        ("needs: []\n  rules: [{if: $A == 'x'}]", "vars.A == 'x'"),
        (
            "needs: [build]\n  rules: [{if: $A == 'x', when: always}]",
            "vars.A == 'x' && !cancelled()",
        ),
        ("needs: []\n  rules: [{if: ($A == 'z' || $B) && $B}]", "vars.B"),
    ],
)
def test_no_job_asks_for_what_its_needs_asked_for(rules: str, expected: str | None) -> None:
    """Nor for a choice of which one case has to hold anyway."""
    start = "workflow:\n  rules: [{if: $CI_PIPELINE_SOURCE == 'push'}]\n"
    build = "build:\n  script: make\n  rules: [{if: $A == 'x'}]\n"
    source = f"{start}{build}test:\n  stage: deploy\n  script: make test\n  {rules}\n"
    (text,) = ciconv.convert({".gitlab-ci.yml": source}, to="github").files.values()
    _, _, test = text.partition("  test:\n")
    found = [line.strip() for line in test.splitlines() if line.startswith("    if: ")]
    assert found == ([] if expected is None else [f"if: {expected}"])


def test_an_environment_has_no_empty_address() -> None:
    """GitHub refuses one; what another system knows and GitHub does not is empty here."""
    source = "deploy:\n  script: [make]\n  environment: {name: site, url: $CI_PAGES_URL}\n"
    made = ciconv.convert({".gitlab-ci.yml": source}, to="github")
    assert "\n    environment: site\n" in "".join(made.files.values())
    assert any("CI_PAGES_URL, so it is empty" in one.message for one in made.diagnostics)


def test_an_approval_waits_for_an_environment() -> None:
    """And does not pass where the environment guards nothing."""
    found, losses = converted(
        foreign(ApprovalJob(id="hold"), job("a", RUN, needs=(Need(job="hold"),)))
    )
    assert "  hold:\n    runs-on: ubuntu-latest\n    permissions:\n      actions: read\n" in found
    assert "    environment: hold\n" in found
    assert "required_reviewers" in found and "exit 1" in found
    assert losses == [("approval", "manual")]


def test_a_job_started_by_hand_waits_for_an_environment() -> None:
    """Whether the choice is the only one, or one of several."""
    by_hand = Choice(condition=on_branch("main"), start=Start.MANUAL)
    found, losses = converted(foreign(job("a", RUN, choices=(by_hand,))))
    assert "    needs: a-start\n    runs-on" in found and "    branches: [main]\n" in found
    assert losses == [("manual-start", "manual")]
    either = jobs_of(foreign(job("a", RUN, choices=(by_hand, Choice()))))
    assert "  a-start:\n    name: start a\n    if: github.ref == 'refs/heads/main'\n" in either
    assert "    needs: a-start\n    if: ${{ !failure() && !cancelled() }}\n" in either


LOST = (
    (job("a", RUN, **only(Choice(start=Start.DELAYED, after="1 h"))), "delayed-start"),
    (job("a", RUN, **only(Choice(may_fail=Literal(value=True), exit_codes=(3,)))), "exit-code"),
    (job("a", RUN, **only(Choice(interruptible=True))), "interruptible"),
    (job("a", PublishReport(kind="junit", paths=text("x"))), "report"),
)


@pytest.mark.parametrize(("one", "feature"), LOST, ids=lambda one: str(one)[:15])
def test_what_github_lacks_is_a_loss(one: Job, feature: str) -> None:
    """With its outcome, at the job."""
    found, losses = converted(foreign(one))
    assert losses == [(feature, "approximated")]
    assert "continue-on-error" not in found  # a failure is never hidden


UNSAYABLE = (
    on_branch("^x", Op.MATCH),
    Raw(format="groovy", text="x()"),
    Call(function="file_exists", arguments=(Literal(value="x"),)),
    Ref(path=("commit", "colour")),
)


def test_what_only_its_steps_find_out_is_told_of_github_as_well() -> None:
    """A pipeline of its own without a text, as when its reader has understood a script."""
    changes = Changes(filter=matching("src/.*"))
    project = replace(foreign(job("a", RUN, **only(Choice(condition=changes)))), origin="github")
    found, losses = converted(project)
    assert " was not converted: GitHub " in found and losses == [("expression", "manual")]


@pytest.mark.parametrize("expr", UNSAYABLE, ids=lambda one: type(one).__name__)
def test_what_no_expression_says_fails_loudly(expr: Expr) -> None:
    """In a step, in a job and in the workflow; never a crash, never silence."""
    failing = " was not converted: GitHub "
    template = Template(parts=(expr,))
    with_step = job("a", RUN, Run(name=text("odd"), script=text("y"), condition=expr), RUN)
    both = Binary(op=Op.AND, left=on_branch("main"), right=expr, semantics=Semantics.GITLAB)
    with_job = job("a", RUN, **only(Choice(condition=both, may_fail=Literal(value=True))))
    found, losses = converted(foreign(with_step))
    assert found.count(failing) == 1 and losses == [("expression", "manual")]
    found, losses = converted(foreign(with_job))
    assert ("    branches: [main]\n" in found) != ("    if: github.ref ==" in found)
    assert found.count(failing) == 1 and losses == [("expression", "manual")]
    assert "continue-on-error" not in found
    with_all = foreign(job("a", RUN), job("b", RUN), env=(EnvVar(name="X", value=template),))
    assert converted(with_all)[0].count(failing) == 2


STARTS = (
    ((), "on: workflow_dispatch"),
    ((MERGE,), "on: pull_request"),
    ((push(branches=matching("^main$")),), "on:\n  push:\n    branches: [main]"),
    ((push(branches=matching("^rel/.*$", "x")),), "on:\n  push:\n    branches: [rel/**, '**x**']"),
    (
        (push(tags=matching(r"v\d+(-rc)?", syntax=PatternSyntax.JAVA)),),
        "on:\n  push:\n    tags: ['v[0-9]+', 'v[0-9]+-rc']",
    ),
    (
        (push(branches=matching("!a*", syntax=PatternSyntax.EXACT)),),
        "on:\n  push:\n    branches: [\\!a\\*]",
    ),
    (
        (push(branches=matching("^main$")), push(tags=matching("^v.*$"))),
        "on:\n  push:\n    branches: [main]\n    tags: [v**]",
    ),
    (
        (push(branches=matching("^a$")), push(branches=matching("^b$"))),
        "on:\n  push:\n    branches: [a, b]",
    ),
    ((push(), push(tags=matching("^v$"))), "on: push"),
    (
        (push(branches=matching("^.*$")), push(tags=matching("^v$"))),
        "on:\n  push:\n    branches: ['**']\n    tags: [v]",
    ),
)


@pytest.mark.parametrize(("triggers", "expected"), STARTS)
def test_triggers_of_other_systems(triggers: tuple[Trigger, ...], expected: str) -> None:
    """With GitHub's names, each event once, and globs in place of other patterns."""
    found, losses = converted(foreign(job("a", RUN), triggers=triggers))
    shell = "defaults:\n  run:\n    shell: bash"  # said once, as GitHub's own is another one
    assert found == f"{expected}\n\n{shell}\n\njobs:\n{body('a')}"
    assert losses == []


LOST_STARTS = (
    ((push(branches=matching("^a|b.c$")),), "filter", "on: workflow_dispatch"),
    ((PUSH, Trigger(kind=EventKind.OTHER, native="chat")), "triggers", "on: push"),
    (
        (push(branches=matching("^a$")), replace(push(matching("^b$")), paths=matching("^c$"))),
        "triggers",
        "on:\n  push:\n    branches: [a, b]",
    ),
)


@pytest.mark.parametrize(("triggers", "feature", "expected"), LOST_STARTS)
def test_triggers_that_github_lacks(
    triggers: tuple[Trigger, ...], feature: str, expected: str
) -> None:
    """They are named, and start nothing or more."""
    found, losses = converted(foreign(job("a", RUN), triggers=triggers))
    assert found.startswith(f"{expected}\n")
    assert [name for name, _ in losses] == [feature]


@pytest.mark.parametrize(
    "pattern", ["(a|b)" * 60, "(" * 70, "a{1000}", "(?=x)", "[^a]", ".+", "a\\b"]
)
def test_patterns_that_no_glob_says_end_quickly(pattern: str) -> None:
    """None of them hangs, none is taken for something else."""
    found, losses = converted(foreign(job("a", RUN), triggers=(push(branches=matching(pattern)),)))
    assert found.startswith("on: workflow_dispatch\n")
    assert losses == [(Feature.FILTER, Outcome.MANUAL)]


def test_inputs_of_every_start_are_asked_for_by_hand() -> None:
    """Other systems have them for whoever starts a pipeline."""
    asked = Input(name="level", default=text("low"))
    found, _ = converted(foreign(job("a", RUN), inputs=(asked,)))
    assert "  workflow_dispatch:\n    inputs:\n      level:\n        type: string\n" in found


def test_github_takes_so_many_inputs() -> None:
    """The last of more have their default in every run, which is told."""
    names = [f"P{number}" for number in range(27)]
    declared = "\n".join(f"string(name: '{name}', defaultValue: 'x')" for name in names)
    asked = " ".join(f"${{params.{name}}}" for name in names)
    stages = f"stages {{ stage('a') {{ steps {{ sh \"echo {asked}\" }} }} }}"
    text = f"pipeline {{ agent any\nparameters {{ {declared} }}\n{stages} }}"
    found = ciconv.convert({"Jenkinsfile": text}, to="github", format="jenkins")
    told = [one.message for one in found.diagnostics if "25 inputs" in one.message]
    assert [one.split("'")[1] for one in told] == ["P25", "P26"]
    (written,) = found.files.values()
    assert written.count("type: string") == 25
    assert "inputs.P26" not in written


def test_long_conditions_and_lists_take_several_lines() -> None:
    """As a person would break them."""
    parts = [on_branch(f"branch-{number}", Op.NE) for number in range(4)]
    whole = parts[0]
    for one in parts[1:]:
        whole = Binary(op=Op.AND, left=whole, right=one, semantics=Semantics.GITHUB)
    found, _ = converted(foreign(job("a", RUN, **only(Choice(condition=whole)))))
    lines = [f"github.ref != 'refs/heads/branch-{number}'" for number in range(4)]
    assert "    if: >-\n      " + "\n      && ".join(lines) + "\n" in found
    many = matching(*(f"^a-long-name-of-a-branch-{number}$" for number in range(4)))
    found, _ = converted(foreign(job("a", RUN), triggers=(push(branches=many),)))
    assert "    branches:\n      - a-long-name-of-a-branch-0\n" in found


def test_long_steps_stand_apart() -> None:
    """Blank lines between steps, if these have more than a few lines."""
    long = Run(name=text("long"), script=text("1\n2\n3\n4\n5\n"))
    assert "\n\n      - name: long" in steps_of(long, long)
    assert "\n\n" not in steps_of(RUN, RUN, Checkout())


def test_several_pipelines_are_several_files() -> None:
    """Whatever their names are."""
    ids = ("Build all", "build/all", "ok")
    pipelines = (Pipeline(id=one, triggers=(PUSH,), jobs=(job("a", RUN),)) for one in ids)
    found = written(Project(origin="gitlab", pipelines=tuple(pipelines)))
    assert [path.removeprefix(".github/workflows/") for path in found] == [
        "Build-all.yml",
        "build-all.yml",
        "ok.yml",
    ]


def test_names_of_jobs_are_known_before_their_variables() -> None:
    """GitHub refuses `env` in the name of a job, and in that of an environment."""
    text = """\
pipeline {
    agent any
    environment { VERSION = 'v1' }
    stages {
        stage('a') {
            input { message "Tag ${env.VERSION} of ${env.BUILD_TAG}?" }
            steps { sh 'make' }
        }
    }
}
"""
    (written,) = ciconv.convert({"Jenkinsfile": text}, to="github").files.values()
    names = [line.strip() for line in written.splitlines() if line.startswith("    name:")]
    assert any("Tag v1 of" in one for one in names)
    assert not any("env." in one for one in names)


def test_rules_behind_one_that_cannot_be_computed_still_decide() -> None:
    """The job fails where it might run, and nowhere else; what decides nothing is told."""
    rules = "{if: $A == 'b', exists: [x]}, {if: $C == 'd', when: never}, {if: $E == 'f'}"
    source = {".gitlab-ci.yml": f"a:\n  script: make\n  rules: [{rules}]\n"}
    found = ciconv.convert(source, to="github", format="gitlab")
    (text,) = found.files.values()
    assert "vars.A == 'b'" in text and "vars.C" in text and "vars.E == 'f'" in text
    open_end = source[".gitlab-ci.yml"].replace("{if: $A == 'b', exists: [x]}", "{exists: [x]}")
    found = ciconv.convert({".gitlab-ci.yml": open_end}, to="github", format="gitlab")
    said = [one.message for one in found.diagnostics]
    assert any("$E == 'f' decides nothing" in one for one in said)
