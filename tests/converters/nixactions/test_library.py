"""The library that ciconv writes beside workflows, at work: what GitHub does is what runs."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from nix_runner import Runner, Trace, lint, needs_nix

import ciconv.converters.nixactions.evaluate as evaluate_module

FOLDER = Path(evaluate_module.__file__).parent
TOOLS = {"npm": "", "deploy": ""}

pytestmark = needs_nix


class Bench:
    """Runs workflows that are given as the text of `jobs`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.runner = Runner(root=root / "run", tools=TOOLS, files={"a.txt": "x"})
        self.nix = root / "nix"
        self.nix.mkdir()
        for suffix in ("nix", "sh"):
            shutil.copy(FOLDER / f"library.{suffix}", self.nix / f"ciconv-lib.{suffix}")

    def run(self, jobs: str, env: Mapping[str, str] | None = None, **tools: str) -> Trace:
        """Run the jobs; `tools`: what recorded tools do."""
        (self.nix / "ci.nix").write_text(_WORKFLOW.replace("@JOBS@", jobs))
        runner = Runner(root=self.runner.root, tools=TOOLS | tools, files=self.runner.files)
        trace = runner.run(self.nix, "ci.nix", env)
        assert lint(runner) == ""
        return trace

    def steps(self, steps: str, env: Mapping[str, str] | None = None, **tools: str) -> Trace:
        """Run one job with the steps."""
        return self.run(f"a = job {{ steps = [ {steps} ]; }};", env, **tools)


_WORKFLOW = """
{ pkgs, nixactions, executor ? nixactions.executors.local }:
let library = import ./ciconv-lib.nix { inherit pkgs executor; }; in
nixactions.mkWorkflow {
  name = "ci";
  envFrom = [ library.githubContext ];
  jobs = let inherit (library) @NAMES@; in { @JOBS@ };
}
""".replace(
    "@NAMES@",
    "job emptyJob is and any not succeeded anyFailed var startsWith endsWith contains truthy flag sh"
    " withOutputs onSuccess onFailure onAny step run script runFile runIo unsupported loadNeeds"
    " jobEnv deadline saveOutputs tolerate upload download restoreCache saveCache service"
    " stopServices checkout",
)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


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
  (script { name = "fails-by-test"; id = "g"; text = "false"; mayFail = "[ \"$WHO\" != 'it' ]"; })
  (run "outcomes" [ ] "npm $STEPS_F_OUTCOME $STEPS_F_CONCLUSION $STEPS_G_OUTCOME $STEPS_MY_ID_OUTCOME")
  (script { name = "not"; text = "npm no"; condition = onSuccess "[ \"$STEPS_F_OUTCOME\" = success ]"; })
  (script { name = "yes"; text = "npm yes"; condition = onSuccess "ciconv_eq \"$STEPS_F_OUTCOME\" 'FAILURE' || exit 1"; })
  (script { name = "directory"; text = "npm here"; directory = "sub/$GITHUB_REF_NAME"; setup = "mkdir -p sub/main"; })
  (script { name = "python"; shell = "python3 -u {0} arg"; text = "import sys, os\nos.system('npm ' + sys.argv[1])\n"; })
  (script { name = "shell"; shell = "bash --noprofile --norc -eo pipefail"; text = "false | npm x; npm no"; condition = "always()"; })
  (script { name = "after"; text = "npm no"; })
  (script { name = "status"; text = "npm \"\${CICONV_JOB_STATUS:-success}\""; condition = "failure()"; })
  (script { name = "custom"; text = "npm custom"; condition = onFailure "[ \"$WHO\" ]"; })
  (script { name = "any"; text = "npm any"; condition = onAny "[ -n \"$UNKNOWN\" ] || [ -n \"$WHO\" ]"; })
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
    bench.steps(f'(runFile "x" [ ] "bash -e" "{written}") (run "keep" [ ] "cp copy ../copy")')
    assert (bench.runner.root / "run/copy").read_text() == text


def test_time_limits_and_attempts(bench: Bench) -> None:
    trace = bench.run(
        """
        step = job { steps = [ (script { name = "x"; text = "sleep 5"; timeout = 1; }) ]; };
        job = job { steps = [
          (deadline "$((0))") (script { name = "x"; text = "sleep 5"; timeout = "100"; })
        ]; };
        again = job { steps = [ (script { name = "x"; attempts = 3; text = ''
          echo x >> tries; npm "$(wc -l < tries | tr -d ' ')"; [ -e tries ] && [ $(wc -l < tries) = 3 ]
        ''; }) ]; };
        never = job { steps = [ (script { name = "x"; attempts = 2; text = "npm try; exit 1"; }) ]; };
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


def test_outputs_and_results_reach_later_jobs(bench: Bench) -> None:
    trace = bench.run(
        """
        one = job { steps = [
          (runIo "m" [ ] "bash -e" "echo v=1.2 >> $GITHUB_OUTPUT; exit 1")
          (saveOutputs "one" { version = "$STEPS_M_OUTPUTS_V"; empty = "$NO"; })
        ]; };
        cell-a = job { steps = [ (saveOutputs "cell" { x = "a \\\\\\"b\\\\\\""; }) ]; };
        cell-b = job { steps = [ (run "bad" [ ] "false") (saveOutputs "cell" { x = "$NO"; }) ]; };
        last = job {
          needs = [ "one" "cell-a" "cell-b" ];
          "if" = withOutputs [ "one" "gone" ] (and [ (var "NEEDS_ONE_OUTPUTS_VERSION" "1.2") (is "failure" "one") ]);
          steps = [
            (loadNeeds { one = [ "one" ]; cell = [ "cell-a" "cell-b" ]; gone = [ "gone" ]; })
            (run "x" [ ] ''npm "$NEEDS_ONE_OUTPUTS_VERSION" "$NEEDS_CELL_OUTPUTS_X" "$NEEDS_ONE_RESULT" "$NEEDS_CELL_RESULT" "$NEEDS_GONE_RESULT"'')
          ];
        };
        """
    )
    assert [one.arguments for one in trace.calls] == [
        ("1.2", 'a "b"', "failure", "failure", "skipped")
    ]


MAKE = r"""(run "make" [ ] "mkdir -p dist/a/.h; touch dist/a/x.js dist/y.js dist/a/.h/z dist/y.map r.txt 'dist/a b.js'")"""

UPLOADS = [
    ('"dist"', "a/x.js, a b.js, y.js, y.map"),
    ('"dist/"', "a/x.js, a b.js, y.js, y.map"),
    ('"./dist/**/*.js" "!dist/y*"', "a/x.js, a b.js"),
    ('"dist/*.js"', "a b.js, y.js"),
    ('"dist/a" "r.txt"', "dist/a/x.js, r.txt"),
    ('"dist/a/x.js"', "x.js"),
    ('"dist/?.{js,map}"', ""),
    ('"dist/[xy].map" "r.txt"', "dist/y.map, r.txt"),
    ('"dist\\n!**/*.js\\n\\n# dist/a"', "y.map"),
    ('"gone" "r.txt"', "r.txt"),
]


def test_uploads_pick_and_place_files_as_github_does(bench: Bench) -> None:
    steps = "".join(
        f'(upload {{ name = "a{number}-$GITHUB_REF_NAME"; paths = [ {paths} ]; step = "u{number}"; }})'
        for number, (paths, _) in enumerate(UPLOADS)
    )
    trace = bench.steps(f"{MAKE} {steps}")
    assert trace.exit_code == 0
    for number, (_, expected) in enumerate(UPLOADS):
        folder = bench.runner.root / f"run/.artifacts/a{number}-main"
        found = sorted(
            one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()
        )
        assert found == sorted(filter(None, expected.split(", ")))


def test_artifacts_come_back(bench: Bench) -> None:
    find = """(run "find" [ ] "npm $(find . -type f ! -name .job-env | LC_ALL=C sort | tr '\\n' ' ')")"""
    trace = bench.run(
        f"""
        up = job {{ steps = [ {MAKE}
          (upload {{ name = "js"; paths = [ "dist/a/*.js" ]; }})
          (upload {{ name = "all-h"; paths = [ "dist/a" ]; hidden = true; step = "h"; }})
          (upload {{ name = "gone"; paths = [ "gone" ]; missing = "ignore"; step = "i"; }})
          (upload {{ name = "bad"; paths = [ "gone" ]; missing = "error"; step = "e"; }})
        ]; }};
        one = emptyJob {{ needs = [ "up" ]; "if" = "always()"; steps = [
          (download {{ name = "js"; path = "in/x"; }}) {find} (download {{ name = "gone"; step = "d"; }})
        ]; }};
        all = emptyJob {{ needs = [ "up" ]; "if" = "always()"; steps = [ (download {{ }}) {find} ]; }};
        some = emptyJob {{ needs = [ "up" ]; "if" = "always()"; steps = [
          (download {{ pattern = "*-h"; merge = true; path = "m"; }}) {find}
        ]; }};
        """
    )
    assert trace.states("up") == {
        "make": "success",
        "upload": "success",
        "h": "success",
        "i": "success",
        "e": "failure",
    }
    assert trace.commands("one") == ["npm ./in/x/x.js"]
    assert trace.states("one")["d"] == "failure"
    assert trace.commands("all") == ["npm ./all-h/.h/z ./all-h/x.js ./js/x.js"]
    assert trace.commands("some") == ["npm ./m/.h/z ./m/x.js"]


CACHE = """
  (restoreCache {
    name = "deps"; id = "cache"; key = "k-$(ciconv_hash_files 'a.txt')-$N"; restoreKeys = [ "k-" ];
    paths = [ "deps" "~/.tool" "packages/*/out" ];
  })
  (run "hit" [ ] ''npm "$STEPS_CACHE_OUTPUTS_CACHE_HIT" "$(cat deps/x ~/.tool/y 2>/dev/null)"'')
  (run "work" [ ] "mkdir -p deps ~/.tool packages/p/out; echo $N > deps/x; echo tool > ~/.tool/y; touch packages/p/out/z")
  (saveCache { name = "deps"; paths = [ "deps" "~/.tool" "packages/*/out" ]; })
"""


def test_caches(bench: Bench) -> None:
    def hits(number: str) -> tuple[str, ...]:
        trace = bench.steps(CACHE, {"N": number})
        assert trace.exit_code == 0
        shutil.rmtree(bench.runner.root / "home/.tool")
        return trace.calls[0].arguments

    assert hits("1") == ("", "")
    assert hits("1") == ("true", "1\ntool")
    assert hits("2") == ("false", "1\ntool")
    assert hits("2") == ("true", "2\ntool")
    assert hits("1") == ("true", "1\ntool")


def test_hashes_of_files_and_texts(bench: Bench) -> None:
    steps = """
      (run "files" [ ] "mkdir -p p/q; echo 1 > p/l.json; echo 2 > p/q/l.json")
      (script { name = "x"; text = ''npm "$A" "$B" "$C" "$D" "$E" "$F"''; setup = ''
        export A="$(ciconv_hash_files '**/l.json')" B="$(ciconv_hash_files 'p/*.json' 'p/q/*')"
        export C="$(ciconv_hash_files 'p/l.json')" D="$(ciconv_hash_files 'no')"
        export E="$(ciconv_format '{0}{{1}} {1}{0}' 'a b' '$c')" F="$(ciconv_or ''' "" f g)$(ciconv_bool ciconv_ends Abc BC)"
      ''; })
    """
    [call] = bench.steps(steps).calls
    both, same, one, none, text, choice = call.arguments
    assert both == same != one
    assert len(one) == 64
    assert (none, text, choice) == ("", "a b{1} $ca b", "ftrue")


DOCKER = """
case "$1 $2" in
  "network inspect") [ -e "$NIX_RUNNER/run/network" ] ;;
  "network create") touch "$NIX_RUNNER/run/network" ;;
  "inspect --format") echo healthy ;;
  "port "*) echo "5432/tcp -> 0.0.0.0:49153" ;;
  "run --rm") shift "$(("$#" - 3))"; "$@" ;;
esac
"""


def test_services_and_containers(bench: Bench) -> None:
    trace = bench.steps(
        """
        (service { name = "pg"; image = "postgres:$V"; env.POSTGRES_PASSWORD = "a $V"; ports = [ "5432" ]; options = "--health-cmd pg_isready"; })
        (jobEnv { DYNAMIC = "$V"; })
        (script {
          name = "x"; env.STATIC = "1"; setup = "export SET=2"; text = "npm run";
          shell = "sh -e"; container = { image = "node:20"; options = "--cpus 1"; volumes = [ "/a:/b" ]; env.C = "c"; pass = [ "V" ]; };
        })
        (run "port" [ ] "npm $JOB_SERVICES_PG_PORTS_5432")
        (stopServices [ "pg" ])
        """,
        {"V": "16", "HOST_SECRET": "x"},
        docker=DOCKER,
    )
    assert trace.exit_code == 0, trace.output
    assert trace.commands()[-4:-2] == ["npm run", "npm 49153"]
    runs = [
        one.arguments for one in trace.calls if one.tool == "docker" and one.arguments[0] == "run"
    ]
    service, script = runs
    assert service[-1] == "postgres:16"
    assert ("-e", "POSTGRES_PASSWORD=a 16") == service[service.index("-e") :][:2]
    assert service[service.index("-p") + 1] == "5432"
    passed = {script[at + 1] for at, one in enumerate(script) if one == "-e"}
    assert {"V", "DYNAMIC", "STATIC", "SET", "C=c", "GITHUB_OUTPUT", "GITHUB_SHA", "CI"} <= passed
    assert not {"HOST_SECRET", "PATH", "HOME"} & passed
    assert script[script.index("--cpus") + 1] == "1"
    assert script[-4] == "node:20"
    assert script[-3:-1] == ("sh", "-e")
    network = next(
        one.arguments[2] for one in trace.calls if one.arguments[:2] == ("network", "create")
    )
    assert trace.commands()[-2:] == [
        f"docker rm -f -v {network}-pg",
        f"docker network rm {network}",
    ]


def test_unhealthy_service_fails_the_job(bench: Bench) -> None:
    docker = 'if [ "$1" = inspect ]; then echo unhealthy; fi'
    trace = bench.steps(
        '(service { name = "pg"; image = "x"; }) (run "x" [ ] "npm")', docker=docker
    )
    assert trace.states("a") == {"service-pg": "failure", "x": "skipped"}


def test_what_is_unsupported_fails_and_is_named(bench: Bench) -> None:
    trace = bench.steps(
        """(unsupported {
          name = "x"; what = "acme/deploy@v1"; reason = "nobody knows it"; arguments.to = "it's $HOME";
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
