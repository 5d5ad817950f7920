"""The library that ciconv writes beside workflows, at work: conditions and steps."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from nix_bench import FOLDER, Bench
from nix_bench import bench as bench
from nix_runner import Runner, needs_nix

pytestmark = needs_nix


def test_library_is_clean_for_shellcheck() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    done = subprocess.run(["shellcheck", FOLDER / "library.sh"], capture_output=True, text=True)
    assert done.stdout == ""


def test_context_is_that_of_a_push(bench: Bench) -> None:
    trace = bench.steps('(run "a" [ ] "npm")')
    env = trace.calls[0].env
    expected = {
        "CI": "true",
        "GITHUB_ACTOR": "tester",
        "GITHUB_BASE_REF": "",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_REF_NAME": "main",
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_REPOSITORY": "acme/app",
        "GITHUB_REPOSITORY_OWNER": "acme",
        "GITHUB_WORKFLOW": "ci",
        "RUNNER_OS": "macOS" if os.uname().sysname == "Darwin" else "Linux",
    }
    assert {name: env[name] for name in expected} == expected
    assert len(env["GITHUB_SHA"]) == 40
    assert env["GITHUB_WORKSPACE"] == env["JOB_DIR"]
    assert Path(env["RUNNER_TEMP"]).name == "temp"


def test_context_of_the_caller_wins_but_not_its_workspace(bench: Bench) -> None:
    given = {"GITHUB_REF": "refs/pull/1/merge", "GITHUB_WORKSPACE": "/x", "RUNNER_TEMP": "/y"}
    env = bench.steps('(run "a" [ ] "npm")', given).calls[0].env
    assert env["GITHUB_REF"] == "refs/pull/1/merge"
    assert env["GITHUB_WORKSPACE"] == env["JOB_DIR"]
    assert env["RUNNER_TEMP"] != "/y"


def test_context_of_a_tag_and_of_no_repository(bench: Bench) -> None:
    bench.steps('(run "a" [ ] "npm")')
    repository = bench.runner.root / "repository"
    for command in (["tag", "v1"], ["checkout", "-q", "v1"]):
        subprocess.run(["git", *command], cwd=repository, check=True, capture_output=True)
    env = bench.steps('(run "a" [ ] "npm")').calls[0].env
    assert env["GITHUB_REF"] == "refs/tags/v1"
    assert env["GITHUB_REF_TYPE"] == "tag"
    shutil.rmtree(repository / ".git")
    trace = bench.steps('(run "a" [ ] "npm")', {"GIT_CEILING_DIRECTORIES": str(bench.root)})
    assert trace.exit_code == 0
    assert trace.calls[0].env["GITHUB_SHA"] == ""


CONDITIONS = [
    ('var "R" "refs/heads/MAIN"', {"R": "Refs/Heads/main"}, True),
    ('var "R" "main"', {"R": "refs/heads/main"}, False),
    ('var "R" "main"', {}, False),
    ('var "R" "a|b \\"c\\" $d `e` \\\\ \'f\'"', {"R": "A|b \"c\" $d `e` \\ 'f'"}, True),
    ('startsWith "R" "refs/tags/v"', {"R": "refs/tags/V1"}, True),
    ('startsWith "R" "*"', {"R": "x"}, False),
    ('endsWith "R" "-RC"', {"R": "v1-rc"}, True),
    ('contains "R" "[skip ci]"', {"R": "fix [Skip CI] x"}, True),
    ('contains "R" "[skip ci]"', {"R": "fix s x"}, False),
    ('truthy "R"', {"R": "false"}, True),
    ('truthy "R"', {}, False),
    ('flag "R"', {"R": "true"}, True),
    ('flag "R"', {"R": "1"}, False),
    ('not (truthy "R")', {}, True),
    ('any [ (var "R" "1") (var "R" "2") ]', {"R": "2"}, True),
    ('any [ (var "R" "1") (var "R" "2") ]', {"R": "3"}, False),
    ("any [ ]", {}, False),
    ("and [ ]", {}, True),
    ('and [ (any [ (var "R" "1") (truthy "S") ]) (not (var "R" "2")) ]', {"S": "x"}, True),
    ('and [ (any [ (var "R" "1") (truthy "S") ]) (not (var "S" "x")) ]', {"S": "x"}, False),
    ("sh ''[ \"$R\" = 'a' ] && [[ $S != *b ]]''", {"R": "a", "S": "c"}, True),
    ('sh "[ \\"$UNKNOWN\\" = x ]"', {}, False),
]


def test_conditions_of_jobs(bench: Bench) -> None:
    """All in one run: job number n has the condition number n, with variables of its own."""
    jobs, env = [], {}
    for number, (condition, given, _) in enumerate(CONDITIONS):
        for name, value in given.items():
            env[f"{name}_{number}"] = value
        for name in ("R", "S"):
            condition = condition.replace(f'"{name}"', f'"{name}_{number}"')
            condition = condition.replace(f'${name}\\"', f'${name}_{number}\\"')
            condition = condition.replace(f"${name} ", f"${name}_{number} ")
            condition = condition.replace(f'${name}"', f'${name}_{number}"')
        jobs.append(f'j{number} = job {{ "if" = {condition}; steps = [ ]; }};')
    trace = bench.run("\n".join(jobs), env)
    found = [trace.jobs.get(f"j{number}") for number in range(len(CONDITIONS))]
    assert found == ["success" if expected else "skipped" for *_, expected in CONDITIONS]
    assert trace.exit_code == 0


def test_jobs_for_changed_files(bench: Bench) -> None:
    """Since the push before; all files, where nobody can tell."""
    conditions = ('"*.txt"', '"docs/**" "src/**/*"', '"src/*"', '"a.txt"')
    jobs = "\n".join(
        f'j{number} = job {{ "if" = changed [ {one} ]; steps = [ ]; }};'
        for number, one in enumerate(conditions)
    )
    first = bench.run(jobs)
    assert set(first.jobs.values()) == {"success"}
    repository = bench.runner.root / "repository"
    (repository / "src" / "app").mkdir(parents=True)
    (repository / "src" / "app" / "b.py").write_text("y")
    for command in (["add", "src"], ["commit", "-q", "-m", "more"]):
        subprocess.run(["git", *command], cwd=repository, check=True, capture_output=True)
    second = bench.run(jobs)
    found = [second.jobs.get(f"j{number}") for number in range(len(conditions))]
    assert found == ["skipped", "success", "skipped", "skipped"]
    scheduled = bench.run(jobs, {"GITHUB_EVENT_NAME": "schedule"})
    assert set(scheduled.jobs.values()) == {"success"}


@pytest.mark.parametrize("test", ["a | b", "a\\nb"])
def test_condition_that_cannot_be_pasted_is_refused(bench: Bench, test: str) -> None:
    with pytest.raises(AssertionError, match="one line without"):
        bench.run(f'a = job {{ "if" = sh "{test}"; steps = [ ]; }};')


GRAPH = """
  good = job { steps = [ ]; };
  bad = job { steps = [ (run "x" [ ] "false") ]; };
  after = job { needs = [ "bad" ]; "if" = succeeded [ "bad" ]; steps = [ ]; };
  far = job { needs = [ "after" "good" ]; "if" = succeeded [ "bad" "after" "good" ]; steps = [ ]; };
  fine = job { needs = [ "good" ]; "if" = succeeded [ "good" ]; steps = [ ]; };
  notify = job { needs = [ "far" ]; "if" = anyFailed [ "bad" "after" "far" ]; steps = [ ]; };
  quiet = job { needs = [ "fine" ]; "if" = anyFailed [ "fine" "good" ]; steps = [ ]; };
  always = job { needs = [ "far" ]; "if" = "always()"; steps = [ ]; };
  skipped = job { needs = [ "after" ]; "if" = is "skipped" "after"; steps = [ ]; };
"""


def test_status_of_ancestors(bench: Bench) -> None:
    trace = bench.run(GRAPH)
    assert trace.jobs == {
        "good": "success",
        "bad": "failure",
        "after": "skipped",
        "far": "skipped",
        "fine": "success",
        "notify": "success",
        "quiet": "skipped",
        "always": "success",
        "skipped": "success",
    }
    assert trace.exit_code == 1


STEPS = r"""
  (jobEnv { WHO = "$GITHUB_REPOSITORY_OWNER \\\"x\\\""; })
  (script {
    name = "set"; id = "my-id"; env.E = "it's $x"; setup = "export S=\"$GITHUB_REF_NAME\"";
    text = ''
      npm "$WHO" "$E" "$S"
      echo v.1=a b >> "$GITHUB_OUTPUT"
      printf 'multi<<END\none\n\ntwo\nEND\nlast=x' >> "$GITHUB_OUTPUT"
      echo "A='quoted \$x" >> "$GITHUB_ENV"
      mkdir bin; echo 'npm own' > bin/own; chmod +x bin/own; echo "$PWD/bin" >> "$GITHUB_PATH"
    '';
  })
  (run "read" [ ] ''npm "$STEPS_MY_ID_OUTPUTS_V_1" "$STEPS_MY_ID_OUTPUTS_MULTI" "$A" "$E$S"'')
  (run "path" [ ] "own")
  (script { name = "fails"; id = "f"; text = "exit 3\n"; mayFail = true; })
  (script { name = "by-test"; id = "g"; text = "false"; mayFail = "[ \"$WHO\" != 'it' ]"; })
  (run "outcomes" [ ] ''
    npm $STEPS_F_OUTCOME $STEPS_F_CONCLUSION $STEPS_G_OUTCOME $STEPS_MY_ID_OUTCOME
  '')
  (script { name = "not"; text = "npm"; condition = onSuccess "[ $STEPS_F_OUTCOME = success ]"; })
  (script {
    name = "yes"; text = "npm yes";
    condition = onSuccess "ciconv_eq \"$STEPS_F_OUTCOME\" 'FAILURE' || exit 1";
  })
  (script {
    name = "directory"; text = "npm here"; directory = "sub/$GITHUB_REF_NAME";
    setup = "mkdir -p sub/main";
  })
  (script {
    name = "python"; shell = "python3 -u {0} arg";
    text = "import sys, os\nos.system('npm ' + sys.argv[1])\n";
  })
  (script {
    name = "shell"; shell = "bash --noprofile --norc -eo pipefail"; text = "false | npm x; npm no";
    condition = "always()";
  })
  (script { name = "after"; text = "npm no"; })
  (script {
    name = "status"; text = "npm \"\${CICONV_JOB_STATUS:-success}\""; condition = "failure()";
  })
  (script { name = "custom"; text = "npm custom"; condition = onFailure "[ \"$WHO\" ]"; })
  (script {
    name = "any"; text = "npm any";
    condition = onAny "[ -n \"$UNKNOWN\" ] || [ -n \"$WHO\" ]";
  })
"""


def test_steps_talk_to_each_other_as_on_github(bench: Bench) -> None:
    trace = bench.steps(STEPS)
    assert [one.arguments for one in trace.calls if one.step in ("set", "read")] == [
        ('acme "x"', "it's $x", "main"),
        ("a b", "one\n\ntwo", "'quoted $x", ""),
    ]
    assert trace.commands("a")[2:] == [
        "npm own",
        "npm failure success failure success",
        "npm yes",
        "npm here",
        "npm arg",
        "npm x",
        "npm failure",
        "npm custom",
        "npm any",
    ]
    assert [one.directory for one in trace.calls if one.step == "directory"] == ["sub/main"]
    states = trace.states("a")
    assert states["not"] == states["after"] == "skipped"
    assert states["shell"] == "failure"
    assert trace.jobs == {"a": "failure"}


@pytest.mark.parametrize("line", ["no-equals-sign", "x<<END\\nnever ended"])
def test_malformed_output_fails_the_step(bench: Bench, line: str) -> None:
    trace = bench.steps(f"""(runIo "x" [ ] "bash -e" ''printf '{line}' >> $GITHUB_OUTPUT'')""")
    assert trace.states("a") == {"x": "failure"}


def test_user_scripts_are_kept_byte_for_byte(bench: Bench) -> None:
    text = 'cat "$0" > copy; npm \'a  b\' $(( 1 + 1 )) # "$ {x}" \\t\n\n  \tlast'
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    written = quoted.replace("\n", "\\n").replace("\t", "\\t")
    bench.steps(f'(runFile "x" [ ] "bash -e" "{written}") (run "keep" [ ] "cp copy $NIX_RUNNER")')
    assert (bench.runner.root / "copy").read_text() == text


def test_time_limits_and_attempts(bench: Bench) -> None:
    trace = bench.run(
        """
        step = job { steps = [ (script { name = "x"; text = "sleep 5"; timeout = 1; }) ]; };
        job = job { steps = [
          (deadline "$((0))") (script { name = "x"; text = "sleep 5"; timeout = "100"; })
        ]; };
        again = job { steps = [ (script { name = "x"; attempts = 3; text = ''
          echo x >> tries; npm "$(grep -c x tries)"; [ "$(grep -c x tries)" = 3 ]
        ''; }) ]; };
        never = job { steps = [
          (script { name = "x"; attempts = 2; text = "npm try; exit 1"; })
        ]; };
        """
    )
    assert trace.jobs == {
        "step": "failure",
        "job": "failure",
        "again": "success",
        "never": "failure",
    }
    assert trace.commands("again") == ["npm 1", "npm 2", "npm 3"]
    assert trace.commands("never") == ["npm try", "npm try"]
    assert trace.output.count("was ended after 1 seconds") == 2


def test_job_that_may_fail(bench: Bench) -> None:
    trace = bench.run(
        """
        maybe = job { steps = tolerate [
          (run "bad" [ ] "false") (run "next" [ ] "npm no")
          (script { name = "on-failure"; text = "npm failure"; condition = "failure()"; })
          (script { name = "custom"; text = "npm no"; condition = onSuccess "true"; })
          (script { name = "always"; text = "npm always"; condition = "always()"; })
        ]; };
        after = job { needs = [ "maybe" ]; "if" = succeeded [ "maybe" ]; steps = [ ]; };
        """
    )
    assert trace.exit_code == 0
    assert trace.jobs == {"maybe": "success", "after": "success"}
    assert trace.commands() == ["npm failure", "npm always"]


def test_what_is_unsupported_fails_and_is_named(bench: Bench) -> None:
    trace = bench.steps(
        """(unsupported {
          name = "x"; what = "acme/deploy@v1"; reason = "nobody knows it";
          arguments.to = "it's $HOME";
        })"""
    )
    assert trace.states("a") == {"x": "failure"}
    assert "'acme/deploy@v1' is not converted: nobody knows it" in trace.output
    assert "to: it's $HOME" in trace.output


def test_checkout_brings_git_and_what_the_copy_leaves_out(bench: Bench) -> None:
    runner = bench.runner
    files = {"a.txt": "x", "target/y": "1", "node_modules/z": "2"}
    bench.runner = Runner(root=runner.root, tools=runner.tools, files=files)
    trace = bench.steps(
        '(run "a" [ ] "npm $(ls)") checkout (run "b" [ ] "npm $(ls) $(git remote)")'
    )
    assert trace.commands() == ["npm a.txt", "npm a.txt node_modules target origin"]
