"""Steps of other systems as scripts of GitLab: what a later step, or another job, relies on."""

from typing import Any

import pytest
import yaml

import ciconv

GITHUB, CIRCLECI = ".github/workflows/ci.yml", ".circleci/config.yml"


def converted(path: str, text: str) -> dict[str, Any]:
    """The written file as data; what it does is what the source does."""
    made = ciconv.convert({path: text}, to="gitlab")
    assert list(made.files) == [".gitlab-ci.yml"], made.diagnostics
    found = ciconv.verify({path: text}, made.files)
    assert [one.message for one in found.differences if not one.explained] == []
    read: dict[str, Any] = yaml.safe_load(made.files[".gitlab-ci.yml"])
    return read


def job(steps: str, further: str = "") -> dict[str, Any]:
    """The second job of a workflow, which gets what the first one keeps."""
    text = (
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n"
        f"{further}  b:\n    needs: a\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    )
    found: dict[str, Any] = converted(GITHUB, text)["b"]
    return found


def test_another_ref_is_checked_out_by_a_script() -> None:
    """The runner has the commit of the pipeline; no less history than there is already."""
    steps = (
        "      - uses: actions/checkout@v4\n        with: {ref: release, fetch-depth: DEPTH}\n"
        "      - run: make\n"
    )
    fetch = 'git fetch -q{} origin "${{INPUT_REF:-$CI_COMMIT_SHA}}"'
    script = job(steps.replace("DEPTH", "3"))["script"]
    assert fetch.format(" --depth 3") in script[0]
    assert 'export INPUT_REF="release"' in script[0]
    assert fetch.format("") in job(steps.replace("DEPTH", "0"))["script"][0]


def test_a_second_checkout_is_of_the_same_folder() -> None:
    """There is a repository already, into which nothing can be cloned."""
    once = "      - uses: actions/checkout@v4\n"
    script = job(f"{once}      - run: make\n{once}      - run: make all\n")["script"]
    assert script[1].endswith('git checkout -q --force "$CI_COMMIT_SHA"\n')


UPLOAD = "      - uses: actions/upload-artifact@v4\n        with: {name: x, path: PATHS}\n"
DOWNLOAD = "      - uses: actions/download-artifact@v4\n        with: {name: x, path: GOAL}\n"


@pytest.mark.parametrize(
    ("paths", "goal", "lines"),
    [
        ("dist/", "dist", ""),
        ("dist/", "out", "mkdir -p out\ncp -R dist/. out\n"),
        ("dist/", ".", "cp -R dist/. .\n"),
        # a name without a dot is that of a file or of a folder
        (
            "infra/plan",
            "infra",
            "mkdir -p infra\nif [ -d infra/plan ]; then cp -R infra/plan/. infra; fi\n",
        ),
        ("app", "out", "mkdir -p out\nif [ -d app ]; then cp -R app/. out; else cp app out; fi\n"),
        ("report.xml", "all", "mkdir -p all\ncp -R report.xml all\n"),
        (
            '"a/\\nb/c.txt"',
            "all",
            "mkdir -p all\ncp -R a all\nmkdir -p all/b\ncp -R b/c.txt all/b\n",
        ),
        ("dist/", "dist/sub", "mkdir -p dist/sub\ncp -R dist dist/sub\n"),
    ],
)
def test_files_are_copied_where_they_are_expected(paths: str, goal: str, lines: str) -> None:
    """GitLab brings them to where they were; a folder is never copied into itself."""
    steps = DOWNLOAD.replace("GOAL", goal) + "      - run: make\n"
    script = job(steps, UPLOAD.replace("PATHS", paths))["script"]
    title = "# in place of actions/download-artifact\n"
    assert script == ([f"{title}{lines}", "make"] if lines else ["make"])


def test_a_job_is_called_as_in_its_source() -> None:
    """`CI_JOB_NAME` is another name where GitLab does not take the source's, and in a matrix."""
    found = converted(
        GITHUB,
        """\
on: push
env: {JOB: "${{ github.job }}"}
jobs:
  image: {runs-on: ubuntu-latest, steps: [{run: "echo ${{ github.job }} $GITHUB_JOB $JOB"}]}
  cells:
    strategy: {matrix: {x: [1, 2]}}
    runs-on: ubuntu-latest
    steps: [{run: "echo $JOB"}]
  plain: {runs-on: ubuntu-latest, steps: [{run: "echo ${{ github.job }} $JOB"}]}
""",
    )
    assert found["variables"]["JOB"] == "$CI_JOB_NAME"
    assert found["image-job"]["script"] == ["echo image $GITHUB_JOB $JOB"]
    assert found["image-job"]["variables"] == {"GITHUB_JOB": "image", "JOB": "image"}
    assert found["cells"]["variables"] == {"JOB": "cells"}
    assert found["plain"]["script"] == ["echo $CI_JOB_NAME $JOB"]


def test_outputs_that_are_always_empty_are_not_written() -> None:
    """Neither those of a step that became a keyword nor those of no step at all."""
    found = converted(
        GITHUB,
        """\
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    outputs: {id: "${{ steps.up.outputs.artifact-id }}", no: "${{ steps.no.outputs.x }}"}
    steps:
      - run: make
      - {uses: actions/upload-artifact@v4, id: up, with: {name: x, path: dist}}
  b: {needs: a, runs-on: ubuntu-latest, steps: [{run: make}]}
""",
    )
    assert found["a"]["script"] == ["make"]
    assert "reports" not in found["a"]["artifacts"]


def test_a_step_after_a_cache_that_is_asked_whether_it_was_found() -> None:
    """It runs in any case, and is one script with what comes behind."""
    steps = """\
      - {uses: actions/cache@v4, id: c, with: {path: /usr/local/bin/x, key: k}}
      - {run: cargo install x, if: "steps.c.outputs.cache-hit != 'true'"}
      - run: x
"""
    assert job(steps)["script"] == ["cargo install x", "x"]


CIRCLE = """\
version: 2.1
jobs:
  a:
    docker: [{image: IMAGE}]
    steps: [STEPS]
workflows: {w: {jobs: [a]}}
"""
WRITES = "echo 'export A=1' >> $BASH_ENV"


@pytest.mark.parametrize(
    ("image", "scripts", "expected"),
    [
        ("cimg/base:1", (WRITES, "make"), [f'{WRITES}\n. "$BASH_ENV"\n', "make"]),
        ("cimg/base:1", ("make", WRITES), ["make", WRITES]),  # nobody is there to read it
        (
            "cimg/base:1",
            ("test -f x && . $BASH_ENV", "make"),
            ['touch "$BASH_ENV"', '(test -f x && . $BASH_ENV)\n. "$BASH_ENV"\n', "make"],
        ),
    ],
)
def test_what_scripts_write_for_each_later_bash(
    image: str, scripts: tuple[str, ...], expected: list[str]
) -> None:
    """All scripts are one process here, which has to read it behind the one that writes."""
    steps = ", ".join(f'{{run: "{one}"}}' for one in scripts)
    found = converted(CIRCLECI, CIRCLE.replace("IMAGE", image).replace("STEPS", steps))
    assert found["a"]["script"] == expected


def test_files_outside_of_the_project_are_copied_into_it() -> None:
    """When the job ends, however it does; a later job finds them where it looks for them."""
    found = converted(
        CIRCLECI,
        """\
version: 2.1
jobs:
  a:
    docker: [{image: cimg/base:1}]
    steps:
      - run: make
      - persist_to_workspace: {root: /tmp/space/, paths: [dist, "x/*.txt"]}
      - store_test_results: {path: ~/results}
  b:
    docker: [{image: cimg/base:1}]
    steps: [{attach_workspace: {at: /tmp/space}}, {run: make}]
  c:
    docker: [{image: cimg/base:1}]
    steps: [{run: make}, {persist_to_workspace: {root: ../, paths: [other]}}]
workflows: {w: {jobs: [a, {b: {requires: [a]}}, c]}}
""",
    )
    title = "# in place of actions/{}load-artifact\n"
    assert found["a"]["after_script"] == [
        title.format("up")
        + "mkdir -p .outside/tmp/space\ncp -R /tmp/space/dist .outside/tmp/space\n"
        + "mkdir -p .outside/tmp/space/x\ncp -R /tmp/space/x/*.txt .outside/tmp/space/x\n",
        title.format("up") + "mkdir -p .outside\ncp -R ~/results .outside\n",
    ]
    kept = found["a"]["artifacts"]
    assert kept["paths"] == [".outside/tmp/space/dist", ".outside/tmp/space/x/*.txt"]
    assert kept["reports"] == {"junit": ".outside/results/**/*.xml"}
    assert found["b"]["script"] == [
        title.format("down") + "mkdir -p /tmp/space\ncp -R .outside/tmp/space/. /tmp/space\n",
        "make",
    ]
    assert found["c"]["artifacts"]["paths"] == [".outside/other"]


IN = "working-directory: app"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (f"[{{run: a, {IN}}}, {{run: b, {IN}}}]", ['cd "app" # for all that follows', "a", "b"]),
        (
            f"[{{run: a}}, {{run: b, {IN}}}, {{run: c, {IN}}}]",
            ["a", 'cd "app" # for all that follows', "b", "c"],
        ),
        (f"[{{run: a, {IN}}}, {{run: b}}]", ['(cd "app" && a)', "b"]),
        (f"[{{run: a, {IN}}}]", ['(cd "app" && a)']),
        (
            "[{run: a, working-directory: '${{ env.D }}', env: {D: x}},"
            " {run: b, working-directory: '${{ env.D }}', env: {D: y}}]",
            ['(export D="x" && cd "$D" && a)', '(export D="y" && cd "$D" && b)'],
        ),
    ],
)
def test_scripts_of_one_folder_change_to_it_once(steps: str, expected: list[str]) -> None:
    """They are one process; what is given back is a folder for each of them."""
    text = f"on: push\njobs: {{a: {{runs-on: ubuntu-latest, steps: {steps}}}}}\n"
    assert converted(GITHUB, text)["a"]["script"] == expected
    made = ciconv.convert({GITHUB: text}, to="gitlab")
    back = ciconv.convert(made.files, to="github", format="gitlab")
    found = ciconv.verify(made.files, back.files)
    assert [one.message for one in found.differences if not one.explained] == []


@pytest.mark.parametrize(
    ("steps", "variables"),
    [
        ("[{run: a, env: {A: x}}]", {"A": "x"}),
        ("[{run: a, env: {A: x, B: y}}, {run: b, env: {A: x, B: z}}]", {"A": "x"}),
        ("[{run: a, env: {A: x}}, {run: b}]", None),
        ("[{run: a, env: {T: '${{ secrets.T }}', U: '${{ secrets.T }}'}}]", {"U": "$T"}),
        # what an artifact is made of does not see the variables of a script
        (
            "[{run: a, env: {A: x}}, {uses: actions/upload-artifact@v4,"
            " with: {name: n, path: 'd/${{ env.A }}'}}]",
            None,
        ),
    ],
)
def test_variables_of_all_scripts_are_those_of_the_job(
    steps: str, variables: dict[str, str] | None
) -> None:
    """No subshell is needed for them."""
    found = converted(
        GITHUB, f"on: push\njobs: {{a: {{runs-on: ubuntu-latest, steps: {steps}}}}}\n"
    )["a"]
    own = {name: one for name, one in found.get("variables", {}).items() if name != "GIT_STRATEGY"}
    assert own == (variables or {})


def test_tools_are_in_the_path_of_the_shell_at_once() -> None:
    """Nothing has to be handed on; back at GitHub later steps look into the file for it."""
    text = """\
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps: [{uses: actions/setup-python@v5}, {uses: actions/setup-go@v5}, {run: make}]
"""
    script = converted(GITHUB, text)["a"]["script"]
    assert any('export PATH="$HOME/go/bin:$PATH"' in one for one in script)
    assert not any("GITHUB_PATH" in one for one in script)
    made = ciconv.convert({GITHUB: text}, to="gitlab")
    (back,) = ciconv.convert(made.files, to="github", format="gitlab").files.values()
    assert 'echo "$HOME/go/bin" >> "$GITHUB_PATH"' in back


def test_the_name_of_the_ref_where_no_merge_request_starts_it() -> None:
    """GitLab's own is the same then; else it is made of what there is."""
    steps = "[{run: 'x ${{ github.ref_name }}'}]"
    text = f"on: EVENT\njobs: {{a: {{runs-on: ubuntu-latest, steps: {steps}}}}}\n"
    pushed = converted(GITHUB, text.replace("EVENT", "push"))["a"]["script"]
    assert pushed == ["x $CI_COMMIT_REF_NAME"]
    both = converted(GITHUB, text.replace("EVENT", "[push, pull_request]"))["a"]["script"]
    assert both[-1] == "x $GITHUB_REF_NAME"


def test_stages_of_several_workflows_keep_the_order_of_each() -> None:
    """A job that needs nothing does not wait for the stages before its own."""
    workflow = "on: push\njobs:\n{}"
    job = "  {}: {{needs: [{}], runs-on: ubuntu-latest, steps: [{{run: make}}]}}\n"
    files = {
        ".github/workflows/a.yml": workflow.format(
            job.format("test", "") + job.format("build", "test")
        ),
        ".github/workflows/b.yml": workflow.format(
            job.format("publish", "") + job.format("announce", "publish")
        ),
    }
    made = ciconv.convert(files, to="gitlab").files[".gitlab-ci.yml"]
    found = yaml.safe_load(made)
    assert found["stages"] == ["test", "build", "deploy", "announce"]
    assert (found["publish"]["stage"], found["publish"]["needs"]) == ("deploy", [])
    assert found["announce"]["needs"] == ["publish"]


def test_outputs_that_are_numbers_are_written_as_they_are() -> None:
    """`10` is a number to YAML, and no `10.0` to those who read it."""
    found = converted(
        GITHUB,
        """\
on: push
jobs:
  a: {runs-on: ubuntu-latest, outputs: {total: 10}, steps: [{run: make}]}
  b: {needs: a, runs-on: ubuntu-latest, steps: [{run: "seq ${{ needs.a.outputs.total }}"}]}
""",
    )
    assert found["a"]["script"][-1] == 'echo "NEEDS_A_OUTPUTS_TOTAL=10" >> outputs.env'


def test_a_group_of_runners_is_told_to_be_a_tag() -> None:
    """Nothing in GitLab is like a group; its runners need the tag."""
    text = "on: push\njobs: {a: {runs-on: {group: big}, steps: [{run: make}]}}\n"
    made = ciconv.convert({GITHUB: text}, to="gitlab")
    assert "tags: [big]" in made.files[".gitlab-ci.yml"]
    assert [one.span.start.line for one in made.diagnostics if one.code == "runner" and one.span]
    assert converted(GITHUB, text)


def test_a_choice_among_several_values_says_each_of_them_once() -> None:
    """`a && 'x' || b && 'y' || 'z'`, whose test would else be there twice for each value."""
    ways = " || ".join(f"(env.X == '{n}' && '{n}')" for n in "123456")
    steps = "      - run: echo $Y\n        env: {X: $V, Y: \"${{ WAYS || 'no' }}\"}\n"
    (script,) = job(steps.replace("WAYS", ways))["script"]
    assert script.count("printf %s") == 7
    assert script.count("; elif ") == 5


def test_an_input_of_two_ways_to_start_is_one_variable() -> None:
    """Its default is that of a manual start, and that is told of the other one."""
    text = (
        "on:\n  workflow_dispatch: {inputs: {a: {default: x}}}\n"
        "  workflow_call:\n    inputs:\n      a: {default: y, type: string}\n"
        "jobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'echo ${{ inputs.a }}'}]}}\n"
    )
    made = ciconv.convert({GITHUB: text}, to="gitlab")
    (said,) = (one for one in made.diagnostics if "for all ways to start" in one.message)
    assert said.span is not None and said.span.start.line == 5
    assert said.loss is not None and said.loss.outcome == "approximated"


def test_each_kind_of_runner_is_told_once() -> None:
    """Two jobs run on the same, the third on another one."""
    jobs = "".join(
        f"  {name}: {{runs-on: {label}, container: alpine, steps: [{{run: make}}]}}\n"
        for name, label in (("a", "ubuntu-latest"), ("b", "ubuntu-latest"), ("c", "ubuntu-22.04"))
    )
    made = ciconv.convert({GITHUB: f"on: push\njobs:\n{jobs}"}, to="gitlab")
    lines = [one.span.start.line for one in made.diagnostics if one.code == "runner" and one.span]
    assert lines == [3, 5]


def test_what_all_jobs_of_a_template_say_is_said_in_it() -> None:
    """A turn to wait for alone is no reason for a template, but stands in one that there is."""
    service = (
        "    services: {db: {image: 'postgres:16', env: {POSTGRES_DB: a, POSTGRES_USER: b}}}\n"
    )
    text = "on: push\njobs:\n" + "".join(
        f"  {name}:\n    runs-on: ubuntu-latest\n    concurrency: {group}\n{further}"
        f"    steps: [{{run: make {name}}}]\n"
        for name, group, further in (
            ("one", "db", service),
            ("two", "db", service),
            ("three", "db", service),
            ("four", "four", ""),
        )
    )
    found = converted(GITHUB, text)
    templates = {name: found[name].get("extends") for name in ("one", "two", "three", "four")}
    assert {found[one]["resource_group"] for one in templates.values() if one} == {"db"}
    assert [name for name, one in templates.items() if one is None] == ["four"]
    assert "resource_group" not in found["one"]
    assert found["four"]["resource_group"] == "four"


def test_files_outside_of_the_project_are_kept_as_copies() -> None:
    """As reports are whose folder is outside: the same files, in another place."""
    for name in ("store_artifacts", "store_test_results"):
        steps = f"{{run: make}}, {{{name}: {{path: /tmp/reports}}}}"
        text = f"version: 2.1\njobs: {{build: {{docker: [{{image: x}}], steps: [{steps}]}}}}\n"
        assert ".outside/tmp/reports" in str(converted(CIRCLECI, text)["build"]["artifacts"])


@pytest.mark.parametrize("to", ["gitlab", "circleci", "jenkins", "nixactions"])
def test_that_nobody_shows_a_summary_is_told(to: str) -> None:
    """Where it is written first in each step; the run of a shim is one of GitHub's."""
    steps = "[{run: 'echo a >> $GITHUB_STEP_SUMMARY; echo b >> $GITHUB_STEP_SUMMARY'}]"
    text = f"on: push\njobs: {{a: {{runs-on: ubuntu-latest, steps: {steps}}}}}\n"
    made = ciconv.convert({GITHUB: text}, to=to)
    said = [one for one in made.diagnostics if "shown nowhere" in one.message]
    found = [one.span.start.column for one in said if one.span is not None and one.loss is not None]
    assert found == ([] if to == "nixactions" else [62])


ASKED = "steps.look.outputs.found == 'yes'"
LOOK = "      - id: look\n        run: echo found=yes >> $GITHUB_OUTPUT\n"


@pytest.mark.parametrize(
    ("conditions", "asked_once"),
    [
        ((ASKED, ASKED), True),
        ((ASKED, f"{ASKED} && github.ref == 'refs/heads/main'"), True),
        ((f"{ASKED} && success()", ASKED), True),
        ((ASKED,), False),  # nothing is gained
        ((ASKED, "github.ref == 'refs/heads/main'"), False),
        ((ASKED, f"failure() && {ASKED}"), False),  # it runs after what fails, too
        (("hashFiles('x') != ''", "hashFiles('x') != ''"), False),  # may change
        (("env.A == 'b'", "env.A == 'b'"), False),
    ],
)
def test_what_all_further_steps_ask_is_asked_once(
    conditions: tuple[str, ...], asked_once: bool
) -> None:
    """The script ends there; what GitHub does is the same."""
    steps = "".join(
        f"      - if: {one}\n        run: make {n}\n" for n, one in enumerate(conditions)
    )
    script = job(f"{LOOK}{steps}")["script"]
    assert any("|| exit 0" in one for one in script) is asked_once


NEVER = "      - run: make slow\n        if: false\n"
ON_MAIN = "      - run: make NAME\n        if: github.ref == 'refs/heads/main'\n"
ENDS = "if (-not ({})) {{ exit 0 }} # skipped otherwise"
THROWN = ["throw 'ciconv: ", "throw 'ciconv: "]
# what two steps ask, and the scripts
SHARED = (
    (
        "github.ref == 'refs/heads/main'",
        [ENDS.format("\"$env:CI_COMMIT_BRANCH\" -ceq 'main'"), "make a", "make b"],
    ),
    (
        "github.event_name != 'push' && vars.A == 'b c'",
        [
            ENDS.format("\"$env:CI_PIPELINE_SOURCE\" -cne 'push' -and \"$env:A\" -eq 'b c'"),
            "make a",
            "make b",
        ],
    ),
    (
        "startsWith(github.ref, 'refs/tags/')",
        [ENDS.format("\"$env:CI_COMMIT_TAG\" -cne ''"), "make a", "make b"],
    ),
    ("contains(vars.A, 'b')", THROWN),
    ("github.ref_type == 'branch'", ["throw 'ciconv: ", *THROWN]),  # which bash works out
)
IN_DOCS = "      - run: make NAME\n        working-directory: docs\n"


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        (NEVER, ["exit 0"]),
        (NEVER + NEVER.replace("slow", "slower"), ["exit 0"]),
        ("      - run: make\n" + NEVER + NEVER.replace("slow", "slower"), ["make"]),
        (NEVER + "      - run: make\n", ["make"]),
        (ON_MAIN.replace("NAME", "a"), ["throw 'ciconv: "]),
        *(
            ("".join(f'      - {{run: make {one}, if: "{asked}"}}\n' for one in "ab"), lines)
            for asked, lines in SHARED
        ),
        (
            IN_DOCS.replace("NAME", "a") + IN_DOCS.replace("NAME", "b"),
            ['cd "docs" # for all that follows', "make a", "make b"],
        ),
        (
            IN_DOCS.replace("NAME", "a").replace("docs", "$HOME")
            + IN_DOCS.replace("NAME", "b").replace("docs", "$HOME"),
            ["throw 'ciconv: ", "throw 'ciconv: "],
        ),
    ],
)
def test_nothing_on_windows_is_for_bash(steps: str, lines: list[str]) -> None:
    """What never runs is left out, and nothing runs without what PowerShell cannot ask."""
    text = f"on: push\njobs:\n  a:\n    runs-on: windows-latest\n    steps:\n{steps}"
    script = [one.rstrip("\n").split("\n")[-1] for one in converted(GITHUB, text)["a"]["script"]]
    assert [one[: len(line)] for one, line in zip(script, lines, strict=True)] == lines


@pytest.mark.parametrize("condition", ["false", "github.ref == 'refs/heads/main'"])
def test_a_step_on_windows_without_its_condition_is_found(condition: str) -> None:
    """A step that runs where its source does not is a difference that no loss explains."""
    text = (
        "on: [push, pull_request]\njobs:\n  a:\n    runs-on: windows-latest\n    steps:\n"
        f"      - run: make\n      - run: make slow\n        if: {condition}\n"
    )
    made = dict(ciconv.convert({GITHUB: text}, to="gitlab").files)
    before, _, _ = made[".gitlab-ci.yml"].partition("    - make\n")
    made[".gitlab-ci.yml"] = f"{before}    - make\n    - make slow\n"
    found = ciconv.verify({GITHUB: text}, made)
    assert any("make slow" in one.message for one in found.differences if not one.explained)
