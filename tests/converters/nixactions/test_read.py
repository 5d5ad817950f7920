"""Reading workflows that people wrote: what they mean, and what is wrong with them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

import ciconv
from ciconv.api import Reading
from ciconv.converters.nixactions import evaluate as module
from ciconv.converters.nixactions.document import library_text
from ciconv.diagnostics import Diagnostic
from ciconv.ir.expression import Call, Literal, Raw, Ref, conjuncts, constant
from ciconv.ir.job import Job
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Checkout, DownloadArtifact, Run, Step, UploadArtifact, Use
from nix_runner import needs_nix

FIXTURES = Path(__file__).parents[3] / "fixtures/nixactions"
LIBRARY = {f"nix/ciconv-lib.{end}": library_text(f"library.{end}") for end in ("nix", "sh")}
HEAD = "{ pkgs, nixactions, executor ? nixactions.executors.local }:\n"


def read(jobs: str, **more: str) -> Reading:
    """Read a workflow file with the jobs."""
    text = f'{HEAD}nixactions.mkWorkflow {{ name = "ci"; jobs = {{\n{jobs}\n}}; }}'
    return ciconv.read({"nix/ci.nix": text, **LIBRARY, **more})


def read_case(name: str) -> Reading:
    """Read a case below fixtures/nixactions."""
    folder = FIXTURES / name / "input"
    files = {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.nix")
    }
    return ciconv.read(files | LIBRARY)


def pipelines(reading: Reading) -> dict[str, Pipeline]:
    assert reading.project is not None, reading.diagnostics
    return {one.id: one for one in reading.project.pipelines}


def jobs_of(pipeline: Pipeline) -> dict[str, Job]:
    return {one.id: one for one in pipeline.jobs if isinstance(one, Job)}


def scripts(job: Job) -> list[str]:
    return [constant(one.script) or "" for one in job.steps if isinstance(one, Run)]


def words(condition: object) -> list[str]:
    """The parts of a condition that all have to hold, as short texts."""
    found = []
    for one in conjuncts(condition):  # type: ignore[arg-type]
        match one:
            case Call():
                found.append(f"{one.function}()")
            case Raw():
                found.append(f"raw {one.text}")
            case _:
                left, right = one.left, one.right  # type: ignore[attr-defined]
                found.append(f"{'.'.join(left.path)} {one.op} {right.value}")  # type: ignore[attr-defined]
    return found


@needs_nix
def test_jobs_conditions_and_artifacts() -> None:
    pipeline = pipelines(read_case("node-ci"))["node-ci"]
    jobs = jobs_of(pipeline)
    assert set(jobs) == {
        "test-node-20",
        "test-node-22",
        "test-node-24",
        "lint",
        "build",
        "deploy",
        "notify",
    }
    assert [(one.name, constant(one.value)) for one in pipeline.env] == [("CI", "true")]
    assert jobs["test-node-20"].calls == ("test",)
    assert scripts(jobs["test-node-20"]) == ["npm ci", "npm test"]
    assert scripts(jobs["test-node-24"]) == ["npm ci", "npm test -- --coverage"]
    assert jobs["build"].choices[0].condition is None  # after all before it went well
    deploy = jobs["deploy"]
    assert words(deploy.choices[0].condition) == [
        "ref.full == refs/heads/main",
        "event == push",
    ]
    assert words(jobs["notify"].choices[0].condition) == ["failure()"]
    assert [(one.name, one.value.parts) for one in deploy.env] == [
        ("DEPLOY_TOKEN", (Ref(path=("secrets", "DEPLOY_TOKEN")),))
    ]
    kinds: list[type[Step]] = [type(one) for one in deploy.steps]
    assert kinds == [Checkout, DownloadArtifact, Run]
    assert isinstance(deploy.steps[1], DownloadArtifact)
    assert constant(deploy.steps[1].path) == "dist"
    assert isinstance(jobs["build"].steps[-1], UploadArtifact)
    assert scripts(deploy) == ['./deploy.sh dist "${GITHUB_SHA:0:12}"']


@needs_nix
def test_packages_and_shells_of_steps() -> None:
    lint = jobs_of(pipelines(read_case("node-ci"))["node-ci"])["lint"]
    run = lint.steps[1]
    assert isinstance(run, Run)
    assert run.packages == ("nodejs_22",)
    assert run.shell is not None and constant(run.shell) == "bash -e {0}"


@needs_nix
def test_two_workflows_of_plain_attributes() -> None:
    found = pipelines(read_case("dojo"))
    assert list(found) == ["ci", "release"]
    jobs = jobs_of(found["ci"])
    assert list(jobs) == ["migrations", "test", "push"]  # as they are written
    test = jobs["test"]
    assert [need.job for need in test.needs or ()] == ["migrations"]
    assert [type(one) for one in test.steps] == [Checkout, Use, Run, Run]
    use, run, last = test.steps[1:]
    assert isinstance(use, Use) and use.tool == "setup-node"
    assert isinstance(run, Run) and run.retry is not None and run.retry.attempts == 3
    assert run.timeout == Literal(value=30.0)
    assert run.shell is not None and constant(run.shell) == "bash -euo pipefail {0}"
    assert [(one.name, constant(one.value)) for one in run.env] == [("LEVEL", "2")]
    assert last.condition == Call(function="always")
    assert words(jobs["push"].choices[0].condition) == ["always()", "ref.full == refs/heads/master"]
    [release] = jobs_of(found["release"]).values()
    assert [one.key for one in release.extras] == ["executor"]
    (condition,) = conjuncts(release.choices[0].condition)
    assert isinstance(condition, Raw) and "v*.*.*" in condition.text  # a pattern of bash


@needs_nix
def test_comments_go_to_the_job_they_stand_at() -> None:
    """Whatever else stands above the jobs is the workflow's; a text has no comments in it."""
    jobs = """
    # about a
    # and more
    a.steps = [
      # inside
      ''
        # code
        make # it
      ''
    ];
    b.steps = [ "x" ]; /* about b */
    """
    (pipeline,) = pipelines(read(f"# above\n\n{jobs}")).values()
    said = {one.id: [comment.text for comment in one.comments] for one in pipeline.jobs}
    assert [one.text for one in pipeline.comments] == ["above"]
    assert said == {"a": ["about a", "and more", "inside"], "b": ["about b"]}


@needs_nix
def test_what_is_ignored_or_wrong_is_said_at_its_place() -> None:
    found = read_case("dojo").diagnostics
    ignored = [one for one in found if one.code == "nixactions-ignores"]
    assert [(one.message, line(one), one.help) for one in ignored] == [
        ("NixActions ignores the attribute 'condition' of job 'push'", 40, 'write `"if"`')
    ]
    codes = [(one.code, line(one)) for one in found if one is not ignored[0]]
    assert codes == [("nixactions-retry", 26), ("nixactions-timeout", 29)]


def line(diagnostic: Diagnostic) -> int:
    assert diagnostic.span is not None
    return diagnostic.span.start.line


def test_without_nix_one_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    reading = read("a = { steps = [ ]; inherit executor; };")
    assert reading.project is None
    [error] = reading.diagnostics
    assert error.code == "no-nix"
    assert "nix-instantiate" in error.message
    assert "install Nix" in error.help


@needs_nix
@pytest.mark.parametrize(
    ("jobs", "message", "place"),
    [
        ("a = { inherit executor; steps = [ }; };", "syntax error", (3, 35)),
        ("a = { inherit exekutor; steps = [ ]; };", "undefined variable", (3, 6)),
        ('a = throw "no job today";', "no job today", None),
        ("a = { steps = builtins.readFile /etc/passwd; };", "forbidden", None),
        ("a = { steps = import ../../other.nix; };", "forbidden", None),
        ('a = { steps = builtins.fetchurl "http://localhost/x"; };', "", None),
        ("a = let f = x: f (x + 1); in f 1;", "", None),
    ],
)
def test_a_file_that_cannot_be_evaluated(
    jobs: str, message: str, place: tuple[int, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIMEOUT_SECONDS", 2)
    reading = read(jobs)
    assert reading.project is None
    [error] = reading.diagnostics
    assert error.code == "nix-evaluation"
    assert message in error.message
    assert "/ciconv-" not in error.message  # the temporary folder
    assert error.span is not None and error.span.source.path == "nix/ci.nix"
    if place is not None:
        assert (error.span.start.line, error.span.start.column) == place


@needs_nix
def test_only_the_project_is_seen_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    reading = read("a = { inherit executor; steps = [ ]; };")
    assert reading.project is not None
    assert list(tmp_path.iterdir()) == []


@needs_nix
def test_a_folder_is_read_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "nix").mkdir()
    text = 'nixactions.mkWorkflow { name = "ci"; jobs.a = { inherit executor; steps = [ ]; }; }'
    (tmp_path / "nix/ci.nix").write_text(HEAD + text)
    (tmp_path / "nix/overlay.nix").write_text("final: previous: { }")  # no workflow
    for source in (tmp_path, tmp_path / "nix/ci.nix"):
        assert list(pipelines(ciconv.read(source))) == ["ci"]


SHIM: Mapping[str, str] = {
    ".github/workflows/main.yml": """\
# generated by ciconv: the trigger shim of nix/ci.nix
name: Main
on: { push: { branches: [main] } }
permissions: { contents: read }
jobs:
  ci:
    runs-on: ubuntu-24.04
    steps:
      - run: nix run .#ci
        env:
          TOKEN: ${{ secrets.TOKEN }}
          WANTED: ${{ inputs.wanted }}
          EXPR_1: ${{ contains(github.event.issue.labels.*.name, 'x') }}
"""
}


@needs_nix
def test_the_shim_gives_triggers_rights_and_values() -> None:
    jobs = """
      a = lib.job {
        "if" = lib.var "TOKEN" "x";
        envFrom = [ (nixactions.envProviders.required [ "TOKEN" ]) ];
        steps = [ (lib.script { name = "s"; setup = ''export OWN="$TOKEN-$WANTED"''; text = "x";
          condition = lib.onSuccess ''[ "$EXPR_1" = true ]''; }) ];
      };
    """
    text = f"""{HEAD}let lib = import ./ciconv-lib.nix {{ inherit pkgs executor; }}; in
      nixactions.mkWorkflow {{ name = "ci"; jobs = {{ {jobs} }}; }}"""
    found = pipelines(ciconv.read({"nix/ci.nix": text, **LIBRARY, **SHIM}))
    pipeline = found["main"]
    assert pipeline.path == ".github/workflows/main.yml"
    assert [one.native for one in pipeline.triggers] == ["push"]
    assert pipeline.permissions is not None
    job = jobs_of(pipeline)["a"]
    assert job.env == ()  # the starter sets the secret
    assert [one.name for one in pipeline.bindings] == ["TOKEN", "WANTED", "EXPR_1"]
    assert words(job.choices[0].condition) == ["secrets.TOKEN == x"]
    run = job.steps[-1]
    assert [one.value.parts for one in run.env] == [
        (
            Ref(path=("secrets", "TOKEN")),
            Literal(value="-"),
            Ref(path=("inputs", "wanted")),
        )
    ]
    (contains,) = conjuncts(run.condition)
    assert isinstance(contains, Call) and contains.function == "contains"


@needs_nix
def test_a_call_that_lacks_words_is_a_script() -> None:
    """A file that calls the library in its own way is no fault of ciconv."""
    library = "(import ./ciconv-lib.nix { inherit pkgs executor; })"
    found = read(f'a = {{ steps = [ ({library}.service {{ name = ""; image = "x"; }}) ]; }};')
    *_, step = jobs_of(pipelines(found)["ci"])["a"].steps
    assert isinstance(step, Run)
