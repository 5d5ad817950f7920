"""The library that ciconv writes beside workflows, at work: what jobs hand to each other."""

import os
import shutil

from nix_bench import Bench
from nix_bench import bench as bench
from nix_runner import needs_nix

pytestmark = needs_nix


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
          "if" = withOutputs [ "one" "gone" ]
            (and [ (var "NEEDS_ONE_OUTPUTS_VERSION" "1.2") (is "failure" "one") ]);
          steps = [
            (loadNeeds { one = [ "one" ]; cell = [ "cell-a" "cell-b" ]; gone = [ "gone" ]; })
            (run "x" [ ] ''
              npm "$NEEDS_ONE_OUTPUTS_VERSION" "$NEEDS_CELL_OUTPUTS_X" "$NEEDS_ONE_RESULT" \\
                "$NEEDS_CELL_RESULT" "$NEEDS_GONE_RESULT"
            '')
          ];
        };
        """
    )
    assert [one.arguments for one in trace.calls] == [
        ("1.2", 'a "b"', "failure", "failure", "skipped")
    ]


MAKE = """(run "make" [ ] ''
  mkdir -p dist/a/.h; touch dist/a/x.js dist/y.js dist/a/.h/z dist/y.map r.txt 'dist/a b.js'
'')"""

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
        f'(upload {{ step = "{number}"; name = "a{number}-$RUNNER_OS"; paths = [ {paths} ]; }})'
        for number, (paths, _) in enumerate(UPLOADS)
    )
    trace = bench.steps(f"{MAKE} {steps}")
    assert trace.exit_code == 0
    system = "macOS" if os.uname().sysname == "Darwin" else "Linux"
    for number, (_, expected) in enumerate(UPLOADS):
        folder = bench.runner.root / f"run/.artifacts/a{number}-{system}"
        found = sorted(
            one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()
        )
        assert found == sorted(filter(None, expected.split(", ")))


def test_artifacts_come_back(bench: Bench) -> None:
    find = """(run "find" [ ] "npm $(find . -type f ! -name .job-env | sort | xargs)")"""
    trace = bench.run(
        f"""
        up = job {{ steps = [ {MAKE}
          (upload {{ name = "js"; paths = [ "dist/a/*.js" ]; }})
          (upload {{ name = "all-h"; paths = [ "dist/a" ]; hidden = true; step = "h"; }})
          (upload {{ name = "gone"; paths = [ "gone" ]; missing = "ignore"; step = "i"; }})
          (upload {{ name = "bad"; paths = [ "gone" ]; missing = "error"; step = "e"; }})
        ]; }};
        one = emptyJob {{ needs = [ "up" ]; "if" = "always()"; steps = [
          (download {{ name = "js"; path = "in/x"; }}) {find}
          (download {{ name = "gone"; step = "d"; }})
        ]; }};
        all = emptyJob {{ needs = [ "up" ]; "if" = "always()"; steps = [
          (download {{ }}) {find}
        ]; }};
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
  (run "work" [ ] ''
    mkdir -p deps ~/.tool packages/p/out
    echo $N > deps/x; echo tool > ~/.tool/y; touch packages/p/out/z
  '')
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
        export E="$(ciconv_format '{0}{{1}} {1}{0}' 'a b' '$c')"
        export F="$(ciconv_or ''' "" f g)$(ciconv_bool ciconv_ends Abc BC)"
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
        (service {
          name = "pg"; image = "postgres:$V"; env.POSTGRES_PASSWORD = "a $V"; ports = [ "5432" ];
          options = "--health-cmd pg_isready";
        })
        (jobEnv { DYNAMIC = "$V"; })
        (script {
          name = "x"; env.STATIC = "1"; setup = "export SET=2"; text = "npm run";
          shell = "sh -e";
          container = {
            image = "node:20"; options = "--cpus 1"; volumes = [ "/a:/b" ]; env.C = "c";
            pass = [ "V" ];
          };
        })
        (run "port" [ ] "npm $JOB_SERVICES_PG_PORTS_5432")
        (stopServices [ "pg" ])
        """,
        {"V": "16", "HOST_SECRET": "x"},
        docker=DOCKER,
    )
    assert trace.exit_code == 0, trace.output
    assert trace.commands()[-4:-2] == ["npm run", "npm 49153"]
    calls = [one.arguments for one in trace.calls if one.tool == "docker"]
    service, script = (one for one in calls if one[0] == "run")
    assert service[-1] == "postgres:16"
    assert service[service.index("-e") :][:2] == ("-e", "POSTGRES_PASSWORD=a 16")
    assert service[service.index("-p") + 1] == "5432"
    passed = {script[at + 1] for at, one in enumerate(script) if one == "-e"}
    assert {"V", "DYNAMIC", "STATIC", "SET", "C=c", "GITHUB_OUTPUT", "GITHUB_SHA", "CI"} <= passed
    assert not {"HOST_SECRET", "PATH", "HOME"} & passed
    assert script[script.index("--cpus") + 1] == "1"
    assert script[-4] == "node:20"
    assert script[-3:-1] == ("sh", "-e")
    network = next(one[2] for one in calls if one[:2] == ("network", "create"))
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
