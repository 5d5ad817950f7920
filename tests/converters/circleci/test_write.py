"""What pipelines of other systems become in CircleCI."""

import pytest
import yaml

import ciconv

PATH = ".github/workflows/ci.yml"
JOB = """\
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
"""


def written(text: str) -> str:
    """The configuration that a workflow of GitHub becomes, which means the same."""
    files = ciconv.convert({PATH: text}, to="circleci", format="github").files
    found = ciconv.verify({PATH: text}, files, formats=("github", "circleci"))
    assert [one.message for one in found.diagnostics if one.severity == "error"] == []
    assert [one.message for one in found.unexplained] == []
    return files[".circleci/config.yml"]


def test_pushes_alone_become_filters() -> None:
    """Globs are regular expressions of the whole name."""
    text = written("on: {push: {branches: [main, 'release/*'], tags: ['v*']}}\n" + JOB)
    assert "only:\n" in text and "- main\n" in text
    assert "/release/[^/]*/" in text
    assert "/v[^/]*/" in text
    assert "when:" not in text


def test_a_glob_is_no_regular_expression() -> None:
    """`.*` is every tag that begins with a dot."""
    text = written("on: {push: {tags: ['.*']}, workflow_dispatch: }\n" + JOB)
    assert 'pipeline.git.tag matches "^\\\\.[^/]*$"' in text
    text = written("on: {push: {tags: ['**']}, workflow_dispatch: }\n" + JOB)
    assert 'pipeline.git.tag != ""' in text


def test_what_asks_for_a_release_runs_for_tags_alone() -> None:
    """Though pushes of branches start the workflow as well."""
    condition = "    if: github.event_name == 'release'\n"
    job = JOB.replace("    runs-on", f"{condition}    runs-on")
    made = ciconv.convert(
        {PATH: "on: {push: {branches: [main]}, release: }\n" + job}, to="circleci"
    )
    text = made.files[".circleci/config.yml"]
    assert 'filters: pipeline.event.name == "push" and pipeline.git.tag != ""' in text
    assert "the push of any tag stands for a release" in [one.message for one in made.diagnostics]


def test_every_push_lets_tags_in() -> None:
    """Which CircleCI does only where a filter says so."""
    assert "only: /.*/" in written("on: push\n" + JOB)


def test_other_events_become_a_condition() -> None:
    """A pull request has to be set up, and is asked for by its name."""
    text = written("on: [push, pull_request, workflow_dispatch]\n" + JOB)
    assert 'pipeline.event.name == "pull_request" or pipeline.event.name == "api"' in text


def test_the_filter_of_tags_stands_at_every_job() -> None:
    """Otherwise those behind the first one would never run for a tag."""
    jobs = JOB + "  last:\n    needs: build\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n"
    assert written("on: {push: {tags: ['v*']}}\n" + jobs).count("only: /v[^/]*/") == 2


def test_smaller_than_signs_are_escaped() -> None:
    """Two of them begin a value of CircleCI's."""
    steps = "      - run: |\n          cat <<EOF\n          x\n          EOF\n"
    text = written("on: push\n" + JOB + steps)
    assert "cat \\<<EOF" in text


def test_a_matrix_becomes_parameters() -> None:
    """Of the job, for which the workflow asks once for each combination."""
    job = """\
jobs:
  test:
    strategy: {fail-fast: false, matrix: {node: [18, 20]}}
    runs-on: ubuntu-latest
    steps:
      - run: node-${{ matrix.node }}
"""
    text = written("on: push\n" + job)
    assert "node: { type: integer }" in text
    assert "node: [18, 20]" in text


def test_values_of_the_matrix_stay_values_in_names_of_artifacts() -> None:
    """And in the scripts that collect the files."""
    job = """\
jobs:
  build:
    strategy: {matrix: {os: [a, b]}}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/upload-artifact@v4
        with: {name: "app ${{ matrix.os }}", path: "out/*-${{ matrix.os }}.zip"}
      - uses: actions/upload-artifact@v4
        with: {name: "log of ${{ matrix.os }}", path: "out/${{ matrix.os }}.log"}
"""
    text = written("on: push\n" + job)
    assert "to='/tmp/workspace/app-<< parameters.os >>'" in text
    assert 'for file in out/*-"<< parameters.os >>".zip; do' in text
    assert "path: out/<< parameters.os >>.log" in text


def test_here_strings_are_escaped_and_read_back() -> None:
    """What stands behind the three signs is no expression."""
    steps = '      - run: |\n          read -r a <<< "$(date)"; echo $a >> out\n'
    assert 'read -r a \\<<< "$(date)"; echo $a >> out' in written("on: push\n" + JOB + steps)


def test_a_pattern_of_tags_lets_no_branch_in() -> None:
    """A branch has no tag, though the pattern fits the empty text that CircleCI has for it."""
    text = written("on: {push: {tags: ['*']}, workflow_dispatch: {}}\n" + JOB)
    assert text.count("pipeline.git.tag") == 2


def test_a_condition_says_nothing_twice() -> None:
    """And begins with what a name does, where no more is asked of it."""
    triggers = "{push: {branches: [main, main]}, schedule: [{cron: 1 1 * * 1}, {cron: 1 1 * * 2}]}"
    job = JOB.replace("    steps:", "    if: startsWith(github.ref, 'refs/heads/v1.')\n    steps:")
    text = written(f"on: {triggers}\n" + job)
    assert text.count('"schedule"') == 1
    assert text.count('"main"') == 1
    assert 'filters: pipeline.git.branch starts-with "v1."' in text


def test_other_branches_than_the_default_one() -> None:
    """Neither a tag nor another branch is the default one."""
    test = "github.ref_name != github.event.repository.default_branch"
    job = JOB.replace("    steps:", f"    if: {test}\n    steps:")
    assert "filters: not pipeline.git.branch.is_default" in written("on: push\n" + job)


def test_what_a_comparison_gives_is_text_in_a_variable() -> None:
    """Which a condition of a step compares with `true`."""
    job = """\
jobs:
  build:
    runs-on: ubuntu-latest
    env: {HAS_KEY: "${{ secrets.KEY != '' }}"}
    steps:
      - if: env.HAS_KEY == 'true'
        run: make
"""
    assert "false ||" not in written("on: push\n" + job)


def test_what_several_jobs_begin_with_is_a_command() -> None:
    """And what they run on an executor; what stands once stays where it is."""
    first = """\
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Fetch the tools
        run: |
          curl -fsSLO https://example.org/tools.sh
          sh tools.sh
          rm tools.sh
"""
    jobs = f"  one:\n{first}      - run: make one\n  two:\n{first}      - run: make two\n"
    text = written(f"on: push\njobs:\n{jobs}  three:\n    runs-on: macos-15\n    steps: []\n")
    assert text.count("curl") == 1
    assert text.count("      - fetch-the-tools\n") == 2
    assert text.count("    executor: ubuntu-2404\n") == 2
    assert text.count("macos:") == 1


def test_what_gitlab_alone_tells_is_a_variable_to_create() -> None:
    """The script stays as it is."""
    source = {
        ".gitlab-ci.yml": "build:\n  image: docker\n  script: [docker push $CI_REGISTRY_IMAGE]\n"
    }
    made = ciconv.convert(source, to="circleci", format="gitlab")
    assert "docker push $CI_REGISTRY_IMAGE" in made.files[".circleci/config.yml"]
    said = [one.message for one in made.diagnostics if "'CI_REGISTRY_IMAGE'" in one.message]
    assert len(said) == 1 and said[0].startswith("create the variable")


def test_an_axis_called_like_a_key_has_another_name() -> None:
    """The keys of a job in a workflow stand beside its parameters."""
    job = """\
jobs:
  build:
    strategy: {matrix: {include: [{name: a}, {name: b}]}}
    runs-on: ubuntu-latest
    steps:
      - run: make ${{ matrix.name }}
"""
    text = written("on: push\n" + job)
    assert "matrix_name: a\n" in text and "name: build-a\n" in text


def test_a_job_that_needs_none_of_the_others_does_not_wait_for_their_filters() -> None:
    """CircleCI would leave it out with them: a job that is always there is required, too."""
    pipeline = """\
check:
  image: alpine
  stage: test
  rules: [{if: $CI_COMMIT_BRANCH == "topic"}]
  script: make check
deploy:
  image: alpine
  stage: deploy
  rules: [{if: $CI_COMMIT_BRANCH == "main"}]
  script: make deploy
"""
    source = {".gitlab-ci.yml": pipeline}
    files = ciconv.convert(source, to="circleci", format="gitlab").files
    assert "requires: [check, start]" in files[".circleci/config.yml"]
    found = ciconv.verify(source, files, formats=("gitlab", "circleci"))
    assert [one.message for one in found.unexplained] == []


def test_statuses_of_requirements_become_words_of_gitlab() -> None:
    """`terminal` runs always, `failed` after a failure."""
    source = {
        ".circleci/config.yml": """\
version: 2.1
jobs:
  test: &job {docker: [{image: cimg/base:2024.05}], steps: [{run: make}]}
  report: *job
  mend: *job
workflows:
  ci:
    jobs: [test, {report: {requires: [{test: terminal}]}}, {mend: {requires: [{test: failed}]}}]
"""
    }
    files = ciconv.convert(source, to="gitlab", format="circleci").files
    text = files[".gitlab-ci.yml"]
    assert text.count("when: always") == 1 and text.count("when: on_failure") == 1
    found = ciconv.verify(source, files, formats=("circleci", "gitlab"))
    assert [one.message for one in found.unexplained] == []


def test_a_job_has_a_step_though_it_does_nothing() -> None:
    """CircleCI takes no empty list; a command has no name that a job has."""
    steps = "[{uses: actions/checkout@v4}, {name: Build it, run: 'make a\nmake b'}]"
    jobs = "".join(f"  {name}: {{runs-on: ubuntu-latest, steps: {steps}}}\n" for name in "ab")
    text = written(f"on: push\njobs:\n  build-it: {{runs-on: ubuntu-latest, steps: []}}\n{jobs}")
    assert "- run: ':'" in text


def test_no_tag_is_an_empty_one() -> None:
    """What other systems have as nothing is a text without letters here."""
    stage = "stage('{}') {{\nagent any\nwhen {{ {} }}\nsteps {{ sh 'make' }}\n}}\n"
    tagless, tagged = stage.format("a", "not { buildingTag() }"), stage.format("b", "buildingTag()")
    source = f"pipeline {{\nagent none\nstages {{\n{tagless}{tagged}}}\n}}\n"
    files = ciconv.convert({"Jenkinsfile": source}, to="circleci", format="jenkins").files
    text = files[".circleci/config.yml"]
    assert 'pipeline.git.tag == ""' in text
    assert 'pipeline.git.tag != ""' in text


def test_variables_of_a_container_are_those_of_its_steps() -> None:
    """Which is told, and explains what differs."""
    job = JOB.replace("    steps:", "    container: {image: 'node:22', env: {A: b}}\n    steps:")
    assert "environment:\n          A: b" in written("on: push\n" + job)


def test_what_a_workflow_says_of_a_job_has_the_values_of_the_matrix() -> None:
    """Parameters have no meaning there: a plain product names them, other cells have their own."""
    job = """\
jobs:
  test:
    strategy: {fail-fast: false, matrix: MATRIX}
    runs-on: ubuntu-latest
    environment: stage-${{ matrix.os }}
    concurrency: turn-${{ matrix.os }}
    steps: [{run: make}]
"""
    plain = written("on: push\n" + job.replace("MATRIX", "{os: [a, b]}"))
    assert "serial-group: turn-<< matrix.os >>" in plain
    assert "context: [stage-<< matrix.os >>]" in plain
    listed = written("on: push\n" + job.replace("MATRIX", "{include: [{os: a}, {os: b, x: 1}]}"))
    assert "serial-group: turn-a" in listed and "serial-group: turn-b" in listed
    assert "context: [stage-b]" in listed
    assert "<< parameters" not in plain + listed


def test_windows_runs_each_script_with_the_shell_it_is_for() -> None:
    """Its own shells are keys; what has more around it is read by a program from bash."""
    job = """\
jobs:
  test:
    runs-on: windows-2022
    steps:
      - run: Get-Item .
      - {run: dir, shell: cmd}
      - {run: ls, shell: powershell}
      - {run: ver, shell: cmd, timeout-minutes: 1}
"""
    text = written("on: push\n" + job)
    assert "resource_class: windows.medium\n    shell: pwsh.exe\n" in text
    assert "- run: Get-Item .\n" in text
    assert "shell: cmd.exe\n          command: dir\n" in text
    assert "shell: powershell.exe -ExecutionPolicy Bypass\n          command: ls\n" in text
    assert "timeout 60 bash -c 'step=$(mktemp -u).cmd;" in text


CHECKOUTS = """\
on: pull_request
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - {uses: actions/checkout@v4, with: {lfs: true, sparse-checkout: src}}
      - uses: actions/checkout@v4
        with: {repository: acme/tools, path: tools, ref: v1, token: "${{ secrets.PAT }}"}
      - {uses: actions/checkout@v4, with: {path: base, ref: "${{ github.base_ref }}"}}
      - {uses: actions/checkout@v4, with: {ref: "${{ github.event.pull_request.head.sha }}"}}
"""


def test_scripts_check_out_what_the_step_does_not_bring() -> None:
    """Other repositories, other commits, large files; the head of a request it does bring."""
    text = written(CHECKOUTS)
    clone = 'git clone --quiet "https://x-access-token:$PAT@github.com/acme/tools.git" tools\n'
    assert clone in text
    assert "working_directory: tools\n" in text and "git fetch --quiet origin v1\n" in text
    assert 'git fetch --quiet origin "$GITHUB_BASE_REF"\n' in text
    assert text.count("- checkout\n") == 2 and "git lfs pull" in text
    assert "exit 1" not in text
    said = ciconv.convert({PATH: CHECKOUTS}, to="circleci", format="github").diagnostics
    assert [one.message for one in said if one.loss and one.loss.feature == "tool-input"] == [
        "the input 'sparse' of the checkout is left out: all files are there"
    ]


CONDITIONS = """\
on: [push, pull_request, workflow_dispatch]
jobs:
  build:
    strategy: {fail-fast: false, matrix: {os: [Ubuntu, debian], full: [true, false]}}
    runs-on: ubuntu-latest
    steps:
      - {uses: actions/checkout@v4, if: matrix.full}
      - {run: make a, if: "matrix.os == 'ubuntu' && github.event_name == 'workflow_dispatch'"}
      - {run: make b, if: "startsWith(github.ref, 'refs/tags/v') || !matrix.full"}
      - {run: make c, if: "github.ref == 'refs/heads/main' && env.X == 'a'"}
      - {uses: actions/cache@v4, if: matrix.os == 'arch', with: {path: x, key: k}}
      - {uses: actions/cache/restore@v4, if: env.X == 'a', with: {path: y, key: k}}
"""


def test_conditions_that_are_known_before_stand_around_steps() -> None:
    """A shell asks for the rest; where none can, it is told that a condition has no effect."""
    config = yaml.safe_load(written(CONDITIONS))
    full, os = "<< parameters.full >>", "<< parameters.os >>"
    event, tag = "<< pipeline.event.name >>", "<< pipeline.git.tag >>"
    steps = config["jobs"]["build"]["steps"]
    asked = [one["when"]["condition"] for one in steps if isinstance(one, dict) and "when" in one]
    assert asked == [
        full,
        {"and": [{"equal": ["Ubuntu", os]}, {"equal": ["api", event]}]},
        {"or": [{"matches": {"pattern": "^v.*$", "value": tag}}, {"not": full}]},
        {"equal": ["main", "<< pipeline.git.branch >>"]},
        False,
        False,
    ]
    assert steps[0]["when"]["steps"] == ["checkout"]
    assert steps[3]["when"]["steps"][0]["run"].startswith('[ "${X,,}" = a ] || exit 0')
    assert [*steps[4]["when"]["steps"][0], *steps[-1]["when"]["steps"][0]] == [
        "restore_cache",
        "save_cache",
    ]
    said = ciconv.convert({PATH: CONDITIONS}, to="circleci", format="github").diagnostics
    lost = [one.span for one in said if "condition is left out" in one.message]
    assert [one.start.line for one in lost if one is not None] == [12]


def test_more_tries_than_there_are_is_told() -> None:
    """A step is run again five times at most."""
    text = "pipeline { agent any\n stages { stage('a') { steps { retry(9) { sh 'make' } } } } }\n"
    found = ciconv.convert({"Jenkinsfile": text}, to="circleci", format="jenkins")
    assert "max_auto_reruns: 5" in found.files[".circleci/config.yml"]
    assert any("is tried 6 times" in one.message for one in found.diagnostics)


def test_reports_below_the_folder_of_the_job_are_kept() -> None:
    """By a path from there; one that only the run knows is told."""
    text = "a:\n  script: [make]\n  artifacts: {reports: {junit: PATH}}\n"
    said = []
    for path in ("$CI_PROJECT_DIR/out/x.xml", "$OUT/x.xml"):
        source = {".gitlab-ci.yml": text.replace("PATH", path)}
        found = ciconv.convert(source, to="circleci", format="gitlab")
        checked = ciconv.verify(source, found.files, formats=("gitlab", "circleci"))
        assert [one.message for one in checked.unexplained] == []
        said += [one.message for one in found.diagnostics]
        is_kept = "path: out/x.xml\n" in found.files[".circleci/config.yml"]
        assert is_kept is path.startswith("$CI_PROJECT_DIR")
    assert any("the report is left out" in one for one in said)


def test_a_job_starts_at_least_where_it_might() -> None:
    """Changed files cannot be asked for, the branch and the event can: elsewhere nothing fails."""
    rule = "{{if: {0}, changes: [docs/*]}}"
    asked = ('$CI_PIPELINE_SOURCE == "merge_request_event"', '$CI_COMMIT_BRANCH == "main"')
    rules = ", ".join(rule.format(f"'{one}'") for one in asked)
    text = f"docs: {{script: make docs, rules: [{rules}]}}\n"
    files = ciconv.convert({".gitlab-ci.yml": text}, to="circleci").files
    made = files[".circleci/config.yml"]
    assert 'filters: pipeline.event.name == "pull_request" or pipeline.git.branch == "main"' in made


def test_a_machine_of_a_matrix_serves_other_jobs_as_well() -> None:
    """There are no two executors for the same machine."""
    text = written(
        "on: push\n"
        "jobs:\n"
        "  all:\n"
        "    strategy: {matrix: {os: [ubuntu-latest, macos-latest]}}\n"
        "    runs-on: ${{ matrix.os }}\n"
        "    steps: [run: make]\n"
        "  one: {runs-on: ubuntu-latest, steps: [run: make one]}\n"
    )
    assert text.count("image: ubuntu-2404:current") == 1
    assert "executor: ubuntu-latest" in text


def test_conditions_of_several_statuses_ask_for_all_of_them() -> None:
    """Of those CircleCI knows two; a job that is cancelled runs nothing more."""
    asked = ("failure() && !cancelled()", "failure() || cancelled()", "always() && success()")
    steps = "".join(f"      - if: {one}\n        run: echo\n" for one in (*asked, "cancelled()"))
    config = yaml.safe_load(written("on: push\n" + JOB + steps))
    runs = [one["run"] for one in config["jobs"]["build"]["steps"]]
    failed = {"when": "on_fail", "command": "echo"}
    assert runs[1:4] == [failed, failed, "echo"]
    assert runs[4].startswith("false || exit 0")


INPUTS = """\
on: {workflow_dispatch: {inputs: {note: {type: string}}}}
jobs:
  build:
    runs-on: ubuntu-latest
    strategy: {matrix: {level: [1, 2]}}
    steps:
      - if: matrix.level == 2
        run: echo "${{ github.event.inputs.note }}"
"""


def test_values_have_the_type_and_the_name_of_their_parameter() -> None:
    """A number without a fraction, as 2.0 is not the parameter 2; an input by its other name."""
    (job,) = yaml.safe_load(written(INPUTS))["jobs"].values()
    (when,) = (one["when"] for one in job["steps"])
    assert str(when["condition"]["equal"][0]) == "2"
    assert job["environment"] == {"note": "<< pipeline.parameters.note >>"}


SH = """\
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - id: level
        run: echo "name=High" >> "$GITHUB_OUTPUT"
      - if: steps.level.outputs.name == 'high'
        shell: sh
        run: make "$GITHUB_WORKSPACE" | tee log
"""


def test_what_stands_before_a_script_is_for_its_shell() -> None:
    """`sh` may be dash, which knows nothing of `${X,,}` and `${X/#~/…}`."""
    (last,) = yaml.safe_load(written(SH))["jobs"]["build"]["steps"][-1:]
    assert last["run"]["shell"] == "sh -e"
    assert ",,}" not in last["run"]["command"] and "/#~" not in last["run"]["command"]


def test_keys_of_caches_have_the_values_of_variables_of_the_file() -> None:
    """CircleCI's `.Environment` has those of the project alone."""
    step = "{uses: actions/cache@v4, with: {path: a, key: '${{ env.A }}-${{ env.B }}'}}"
    job = JOB.replace("    steps:", f"    env: {{A: one}}\n    steps:\n      - {step}")
    text = written("on: push\n" + job)
    assert "key: one-{{ .Environment.B }}" in text


KEPT = """\
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    strategy: {matrix: {d: [x, z]}}
    steps:
      - uses: actions/checkout@v4
      - uses: STEP
      - run: make
"""


@pytest.mark.parametrize(
    "step",
    [
        "actions/cache@v4\n        with: {path: ~/.npm, key: 'npm-${{ hashFiles(FILE) }}'}",
        "actions/setup-node@v4\n        with: {cache: npm, cache-dependency-path: '${{ FILE }}'}",
    ],
    ids=["cache", "setup-node"],
)
def test_no_key_is_made_of_all_files_for_one_that_nobody_knows(step: str) -> None:
    """A folder of the matrix is in no name of a file; what then is left of the key is told."""
    text = KEPT.replace("STEP", step.replace("FILE", "format(''{0}/a.json'', matrix.d)"))
    made = written(text)
    assert "key: npm-\n" in made and "git ls-files" not in made
    losses = ciconv.convert({PATH: text}, to="circleci").diagnostics
    assert any("whose names only the run knows" in one.message for one in losses)


def test_the_whole_folder_is_kept_where_no_job_asks_for_it() -> None:
    """By one step; a file that begins with a dot is in it anyway."""
    step = "{uses: actions/upload-artifact@v4, with: {name: all, path: .}}"
    found = yaml.safe_load(written("on: push\n" + JOB + f"      - {step}\n"))
    kept = {"store_artifacts": {"path": ".", "destination": "all"}}
    assert found["jobs"]["build"]["steps"][-1] == kept


HERE = """\
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: gradle/actions/wrapper-validation@v4
      - run: grep -q x <<< "$LIST"
        env: {LIST: x}
"""


def test_only_scripts_of_users_have_an_escaped_here_string() -> None:
    r"""What checks scripts without CircleCI's rules reads `\<<<` as a here-document."""
    steps = yaml.safe_load(written(HERE))["jobs"]["build"]["steps"]
    *_, ours, own = (one["run"] for one in steps if isinstance(one, dict))
    assert "< <(printf '%s\\n' \"$sums\")" in ours["command"] and "<<" not in ours["command"]
    assert own["command"] == 'grep -q x \\<<< "$LIST"'
