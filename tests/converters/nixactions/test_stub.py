"""Evaluating workflow files without NixActions: what they say, and what is wrong with them."""

from pathlib import Path

import pytest

from ciconv.converters.nixactions import evaluate as module
from ciconv.converters.nixactions.evaluate import Evaluation, evaluate
from nix_runner import Runner, needs_nix

pytestmark = needs_nix


def read(folder: Path, jobs: str, more: str = "") -> Evaluation:
    """Evaluate a workflow file with the jobs."""
    (folder / "ci.nix").write_text(
        "{ pkgs, nixactions, executor ? nixactions.executors.local }:\n"
        f'nixactions.mkWorkflow {{ name = "ci"; {more} jobs = {{ {jobs} }}; }}'
    )
    return evaluate(folder, "ci.nix")


def test_workflow_comes_back_as_data(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
        test = {
          inherit executor;
          needs = [ ];
          steps = [ { name = "t"; deps = [ pkgs.nodejs_22 pkgs.python3Packages.pytest ];
            bash = "bash ${pkgs.writeText "body" "a ''b'' $c\\n"}"; } ];
        };
        """,
        'env.CI = "true"; envFrom = [ (nixactions.envProviders.required [ "TOKEN" ]) ];',
    )
    assert found.problems == ()
    [(name, workflow)] = found.workflows.items()
    assert (name, workflow["name"], workflow["env"]) == ("ci", "ci", {"CI": "true"})
    [provider] = workflow["envFrom"]
    assert provider["ciconv"]["settings"] == {"names": ["TOKEN"]}
    job = workflow["jobs"]["test"]
    assert job["executor"]["ciconv"]["executor"] == "local"
    [step] = job["steps"]
    deps = [one["ciconv"]["name"] for one in step["deps"]]
    assert deps == ["nodejs_22", "python3Packages.pytest"]
    assert found.texts[step["bash"].removeprefix("bash ")] == "a ''b'' $c\n"


def test_file_may_give_several_workflows_and_call_for_matrices(tmp_path: Path) -> None:
    (tmp_path / "all.nix").write_text(
        """
        { pkgs, nixactions }: {
          a = nixactions.mkWorkflow { name = "a"; jobs = nixactions.mkMatrixJobs {
            name = "test";
            matrix = { os = [ "linux" ]; node = [ "20" "22" ]; };
            jobTemplate = { node, os }: {
              executor = nixactions.executors.oci { mode = "isolated"; };
              steps = [ { name = "x"; bash = "npm test"; deps = [ pkgs."nodejs_${node}" ]; } ];
            };
          }; };
          b = nixactions.mkWorkflow {
            name = "b"; jobs = { }; extensions = [ (one: one // { env.X = "1"; }) ];
          };
        }
        """
    )
    found = evaluate(tmp_path, "all.nix")
    assert found.problems == ()
    jobs = found.workflows["a"]["jobs"]
    assert list(jobs) == ["test-node-20-os-linux", "test-node-22-os-linux"]
    assert jobs["test-node-20-os-linux"]["passthru"]["of"] == "test"
    assert found.workflows["b"]["env"] == {"X": "1"}


GOOD = 'inherit executor; steps = [ { name = "s"; bash = "true"; } ];'
PROBLEMS = [
    ("a = { steps = [ ]; };", "job 'a' has no executor"),
    ("a = { inherit executor; };", "NixActions drops job 'a', which has no steps"),
    (f'a = {{ {GOOD} condition = "x"; }};', "ignores the attribute 'condition' of job 'a'"),
    (f"a = {{ {GOOD} continue-on-error = true; }};", "ignores the attribute 'continue-on-error'"),
    (f'a = {{ {GOOD} needs = "b"; }};', "'needs' of job 'a' is not a list of job names"),
    (f'a = {{ {GOOD} needs = [ "b" ]; }};', "job 'a' needs 'b', which is not a job"),
    (f'a = {{ {GOOD} needs = [ "a" ]; }};', "need each other in a circle"),
    (f"a = {{ {GOOD} env.X = 1; }};", "'env' of job 'a' is not a set of texts"),
    (f'a = {{ {GOOD} env.my-var = "1"; }};', "'env' of job 'a' is not a set of texts"),
    (f'a = {{ {GOOD} "if" = "a || b"; }};', "the condition of job 'a' has a '|'"),
    (f"a = {{ {GOOD} \"if\" = ''[ \"$X\" ]''; }};", "the condition of job 'a' has a quote"),
    (f"{'a' * 201} = {{ {GOOD} }};", "has more than 200 characters"),
    (f'"a b" = {{ {GOOD} }};', "the name of job 'a b' is not of"),
    (
        f"a = {{ {GOOD} }} // {{ executor = pkgs.git; }};",
        "'executor' of job 'a' is not an executor",
    ),
    (
        f'a = {{ {GOOD} outputs = {{ d = "d"; }}; }}; b = {{ {GOOD} outputs = {{ d = "e"; }}; }};',
        "both",
    ),
    (
        'a = { inherit executor; steps = [ { name = "a b"; bash = ""; } ]; };',
        "step 'a b' of job 'a'",
    ),
    (
        'a = { inherit executor; steps = [ { name = "s"; bash = ""; "if" = "x"; } ]; };',
        "ignores the attribute 'if' of step 's' of job 'a'",
    ),
    ('a = { inherit executor; steps = [ { name = "s"; } ]; };', "step 's' of job 'a' has no bash"),
    (f"a = {{ {GOOD} }}; }}; extra = {{", "called with unexpected argument 'extra'"),
    ("a = throw ''it is wrong'';", "it is wrong"),
    ("a = b;", "undefined variable 'b'"),
    ("a = nixactions.nothing;", "attribute 'nothing' missing"),
    ("a = nixactions.executors.local { image = 1; };", "unexpected argument 'image'"),
    ('a = { inherit executor; steps = { ${"${pkgs.git}"} = 1; }; };', "store path"),
]


@pytest.mark.parametrize(("jobs", "problem"), PROBLEMS, ids=[text for _, text in PROBLEMS])
def test_problems_are_named(tmp_path: Path, jobs: str, problem: str) -> None:
    assert problem in "\n".join(read(tmp_path, jobs).problems)


OUTSIDE = [
    'builtins.readFile "/etc/passwd"',
    'builtins.fetchurl "http://127.0.0.1:9/x"',
    "(import <nixpkgs> { }).git",
    'toString (builtins.readDir "/")',
    '(derivation { name = "x"; builder = "/bin/sh"; system = "x"; }).outPath + builtins.readFile x',
]


@pytest.mark.parametrize("expression", OUTSIDE)
def test_files_reach_nothing_outside(tmp_path: Path, expression: str) -> None:
    found = read(tmp_path, f"a = {expression};")
    assert found.problems
    assert found.workflows == {}


def test_environment_is_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    found = read(tmp_path, "", 'env.X = builtins.getEnv "SECRET";')
    assert found.workflows["ci"]["env"] == {"X": ""}


def test_endless_evaluation_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUT_SECONDS", 1)
    endless = "builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 100000000000)"
    assert read(tmp_path, f"a = {endless};").problems
    assert read(tmp_path, "a = let f = x: f (x + 1); in f 0;").problems


def test_machine_without_nix_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = evaluate(tmp_path, "ci.nix")
    assert not found.available
    assert found.problems == ("nix-instantiate is not installed",)


def test_missing_file_is_a_problem(tmp_path: Path) -> None:
    assert evaluate(tmp_path, "ci.nix").problems


RUN = """
  first = { inherit executor; continueOnError = true; steps = [
    { name = "a"; bash = "echo 'X=one' >> \\"$JOB_ENV\\"; mkdir out; touch out/f .hidden"; }
    { name = "b"; bash = "tool \\"$X\\" \\"$Y\\""; env.Y = "step"; }
    { name = "c"; bash = "tool \\"$Y\\"; false"; }
    { name = "d"; bash = "tool no"; }
    { name = "e"; bash = "tool e"; condition = "failure()"; }
    { name = "f"; bash = "tool f"; condition = "always()"; }
    { name = "g"; bash = "tool g"; condition = "[ \\"$X\\" = one ] || false"; }
  ]; outputs.out = "out"; };
  other = { inherit executor; steps = [ { name = "a"; bash = "mkdir out; touch out/f"; } ];
    outputs.kept = "out"; };
  gone = { inherit executor; needs = [ "first" ]; "if" = "[ \\\\$UNSET ]"; steps = [ ]; };
  plain = { inherit executor; needs = [ "first" ]; steps = [ ]; };
  last = { inherit executor; needs = [ "other" "first" ]; "if" = "always()";
    inputs = [ "kept" { name = "kept"; path = "x"; } ];
    steps = [ { name = "a"; bash = "tool \\"$(find . -name f | sort | xargs)\\""; } ]; };
  bad = { inherit executor; needs = [ "last" ]; "if" = "always()";
    steps = [ { name = "a"; bash = "tool \\"$UNSET\\""; } ]; };
  never = { inherit executor; needs = [ "bad" ]; "if" = "always()"; steps = [ ]; };
"""


def test_runner_does_what_was_measured_on_nixactions(tmp_path: Path) -> None:
    """Environments of steps leak, conditions see values late, some jobs vanish."""
    (tmp_path / "nix").mkdir()
    assert read(tmp_path / "nix", RUN).problems == ()
    trace = Runner(root=tmp_path, tools={"tool": ""}).run(tmp_path / "nix", "ci.nix")
    assert trace.commands() == [
        "tool one step",
        "tool step",
        "tool e",
        "tool f",
        "tool g",
        "tool ./out/f ./x/out/f",
    ]
    assert trace.jobs == {
        "first": "failure",
        "other": "success",
        "plain": "skipped",
        "last": "success",
        "bad": "failure",
    }
    assert trace.exit_code == 1
