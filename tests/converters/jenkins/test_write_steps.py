"""Steps of stages: scripts, what stands around them, artifacts, checkouts, placeholders."""

import pytest

from ciconv.converters.jenkins.steps.artifacts import ant
from ciconv.converters.jenkins.steps.interpreter import read_interpreter, with_interpreter
from ciconv.converters.jenkins.variables import escaped, pieces
from ciconv.ir.expression import Ref
from converters.jenkins.writing import converted, job, losses, steps, written


def test_a_plain_command_is_a_plain_step() -> None:
    """No label, no interpreter, single quotes; Jenkins checks out by itself."""
    assert "steps {\nsh 'make'\n}" in written(steps("- run: make"))
    assert "checkout" not in written(steps("- run: make"))


def test_a_name_is_a_label() -> None:
    """As people write it."""
    assert "sh label: 'Build it', script: 'make'" in written(steps("- name: Build it\n  run: make"))


def test_bash_is_named_where_another_shell_would_do_something_else() -> None:
    """Jenkins' own shell is sh -xe."""
    text = written(steps("- run: |\n    [[ -f x ]]\n    make"))
    assert "sh '''#!/bin/bash -e\n[[ -f x ]]\nmake\n'''" in text


def test_a_secret_is_bound_and_never_in_a_text_of_groovy() -> None:
    """A step's variable is the credential itself; in other texts the shell's names stand."""
    text = written(
        steps(
            """
            - run: publish
              env:
                TOKEN: ${{ secrets.NPM_TOKEN }}
                HEADER: "Bearer ${{ secrets.NPM_TOKEN }}"
            """
        )
    )
    assert "string(credentialsId: 'NPM_TOKEN', variable: 'TOKEN')" in text
    assert "withEnv(['HEADER=Bearer ${NPM_TOKEN}'])" in text
    assert "NPM_TOKEN = credentials('NPM_TOKEN')" in text
    assert "secrets." not in text


def test_folder_time_limit_and_tolerance_stand_around_a_step() -> None:
    """In Jenkins' own words."""
    text = written(
        steps(
            """
            - run: make
              working-directory: web
              timeout-minutes: 5
              continue-on-error: true
            """
        )
    )
    inside = "catchError(buildResult: 'SUCCESS', stageResult: 'UNSTABLE') {\nsh 'make'\n}"
    assert f"dir('web') {{\ntimeout(time: 5, unit: 'MINUTES') {{\n{inside}" in text


def test_neighbours_share_what_stands_around_them() -> None:
    """Two steps in one folder are two lines in one block."""
    text = written(steps("- run: a\n  working-directory: web\n- run: b\n  working-directory: web"))
    assert "dir('web') {\nsh 'a'\nsh 'b'\n}" in text


def test_a_condition_known_before_is_a_stage_with_when() -> None:
    """And the steps before it are a stage, too."""
    text = written(
        steps("- run: make\n- name: Deploy\n  if: github.ref == 'refs/heads/main'\n  run: ship")
    )
    when = "when {\nbranch pattern: 'main', comparator: 'EQUALS'\n}"
    assert f"stage('Deploy') {{\n{when}\nsteps {{\nsh label: 'Deploy', script: 'ship'" in text


def test_what_runs_after_failures_is_post() -> None:
    """In the order that Jenkins keeps: what always runs, behind a failure, is cleanup."""
    text = written(
        steps(
            """
            - run: make
            - if: failure()
              run: cat log
            - if: always()
              run: rm log
            """
        )
    )
    assert "post {\nfailure {\nsh 'cat log'\n}\ncleanup {\nsh 'rm log'\n}\n}" in text


def test_an_artifact_is_kept_and_handed_over() -> None:
    """The folder is no part of the names in it, as GitHub has it."""
    text = written(
        """
        on: [push, pull_request]
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: make
              - uses: actions/upload-artifact@v4
                with: {name: site, path: dist/}
          use:
            needs: build
            runs-on: ubuntu-latest
            steps:
              - uses: actions/download-artifact@v4
                with: {name: site, path: public}
        """
    )
    assert "archiveArtifacts artifacts: 'dist/**', allowEmptyArchive: true" in text
    assert "dir('dist') {\nstash name: 'site', allowEmpty: true\n}" in text
    assert "dir('public') {\nunstash 'site'\n}" in text


def test_submodules_are_an_extension_of_the_checkout() -> None:
    """This repository, as the job has it."""
    text = written(
        steps("- run: make").replace(
            "uses: actions/checkout@v4",
            "{uses: actions/checkout@v4, with: {submodules: recursive}}",
        )
    )
    assert "extensions: [submodule(recursiveSubmodules: true)]" in text
    assert "userRemoteConfigs: scm.userRemoteConfigs" in text


def test_what_nobody_knows_fails_and_shows_its_source() -> None:
    """A step `error`, never an echo; the loss says that somebody has to do something."""
    workflow = steps("- uses: acme/unknown@v1\n  with:\n    size: 3")
    text = written(workflow)
    assert "// uses: acme/unknown@v1\n// with:\n//   size: 3" in text
    assert "error 'ciconv: acme/unknown@v1 was not converted: " in text
    assert ("tool", "manual") in losses(workflow)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("dist", "dist/**"),
        ("dist/", "dist/**"),
        ("./report.xml", "report.xml"),
        ("**/*.log", "**/*.log"),
        (".", "**"),
    ],
)
def test_paths_become_patterns_of_ant(path: str, pattern: str) -> None:
    """A folder is everything in it."""
    assert ant(path) == pattern


@pytest.mark.parametrize(
    ("shell", "begin"),
    [
        ("sh -xe {0}", ""),
        ("bash -e {0}", "#!/bin/bash -e\n"),
        ("bash --noprofile --norc -eo pipefail {0}", "#!/bin/bash\nset -eo pipefail\n"),
        ("bash -leo pipefail {0}", "#!/bin/bash -l\nset -eo pipefail\n"),
        ("bash -el {0}", "#!/bin/bash -el\n"),
        ("sh -e {0}", "#!/bin/sh -e\n"),
        ("python {0}", "#!/usr/bin/env python\n"),
    ],
)
def test_the_first_lines_say_the_shell_both_ways(shell: str, begin: str) -> None:
    """Linux hands one argument to an interpreter."""
    assert with_interpreter("set +e\nmake", shell) == f"{begin}set +e\nmake"
    assert read_interpreter(f"{begin}set +e\nmake") == (shell, "set +e\nmake")


def test_dollars_in_values_are_escaped_and_read_back() -> None:
    """Jenkins expands variables in the values of environment and withEnv."""
    assert escaped("$5 ${X} $ $$") == "$$5 $${X} $ $$$"
    assert list(pieces("a$$B ${X}/$Y-$")) == [
        "a$B ",
        Ref(path=("env", "X")),
        "/",
        Ref(path=("env", "Y")),
        "-$",
    ]


def test_whether_a_secret_is_there_is_known() -> None:
    """Without its credential no build would start; conditions that ask for it are told of."""
    workflow = steps(
        """\
        - run: scan
          if: env.HAS_TOKEN == 'true'
        """
    ).replace("    runs-on", "    env: {HAS_TOKEN: \"${{ secrets.TOKEN != '' }}\"}\n    runs-on")
    assert "HAS_TOKEN = 'true'" in written(workflow)
    assert losses(workflow).count(("expression", "approximated")) == 2


def test_addresses_are_made_of_that_of_the_repository() -> None:
    """Jenkins knows where it clones from, and nothing of the server behind."""
    text = written(steps("- run: echo $GITHUB_SERVER_URL/$GITHUB_REPOSITORY"))
    assert """GITHUB_SERVER_URL = "${'https://' + scm.userRemoteConfigs[0].url""" in text


MATRIX = """\
    strategy:
      matrix:
        flag: [true, false]
        number: [0, 1]
"""


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("matrix.flag", "environment name: 'flag', value: 'true'"),
        ("matrix.flag == true", "environment name: 'flag', value: 'true'"),
        ("matrix.number", "expression {\n!(env.number in ['', '0'])"),
        ("matrix.number == 1", "environment name: 'number', value: '1'"),
        ("matrix.number > 0", "expression {\nenv.number.toInteger() > 0"),
    ],
)
def test_values_of_a_matrix_are_texts_in_jenkins(condition: str, said: str) -> None:
    """There `false` is as true as any other text."""
    workflow = steps(f"- {{run: a, if: {condition}}}").replace(
        "    runs-on", f"{MATRIX}    runs-on"
    )
    assert said in written(workflow)


def test_choices_by_the_matrix_ask_for_its_text() -> None:
    """`&&` and `||` pick by what GitHub takes for true."""
    workflow = steps("- {run: a, env: {B: \"${{ matrix.flag && 'yes' || 'no' }}\"}}").replace(
        "    runs-on", f"{MATRIX}    runs-on"
    )
    assert "\"B=${env.flag == 'true' ? 'yes' : 'no'}\"" in written(workflow)


def test_what_scripts_set_is_known_to_scripts_alone() -> None:
    """Groovy has the environment of the build, not what a file of the agent holds."""
    text = written(
        steps(
            """\
            - run: echo "VERSION=1" >> "$GITHUB_ENV"
            - run: ship
              env: {TAG: "v${{ env.VERSION }}"}
            """
        )
    )
    assert 'export TAG="v$VERSION"' in text
    assert "env.VERSION" not in text


def test_a_shell_that_hands_values_on_to_nobody_fails() -> None:
    """The file that later steps read is one of POSIX shells."""
    workflow = steps(
        """\
        - run: echo "A=1" >> $env:GITHUB_ENV
          shell: pwsh
        """
    )
    text = written(workflow)
    assert "later steps would not see what this shell writes for them" in text
    assert "pwsh" not in text.replace("// shell: pwsh", "")


def test_what_a_message_shows_of_the_source_is_short() -> None:
    """A job may be long."""
    long = " || ".join(f"github.event.x{n} == 'y'" for n in range(40))
    found = converted(job(f"if: {long}\nsteps: [{{run: a}}]"))
    errors = [one for one in found.files["Jenkinsfile"].splitlines() if "error " in one]
    assert errors
    assert max(map(len, errors)) < 300


def test_programs_that_are_installed_are_in_the_path() -> None:
    """No script has to hand the folder on: the environment of the stage says it."""
    text = written(
        steps(
            """\
            - uses: azure/setup-kubectl@v4
            - run: kubectl apply -f x.yml
            """
        )
    )
    folders = "${env.HOME}/.local/share/mise/shims:${env.HOME}/.local/bin"
    assert f'PATH = "{folders}:${{env.PATH}}"' in text
    assert "GITHUB_PATH" not in text
    assert "\nsh 'kubectl apply -f x.yml'" in text


def test_programs_in_a_container_are_handed_on() -> None:
    """What PATH is in there, nobody knows before it starts."""
    workflow = steps("- uses: azure/setup-kubectl@v4\n- run: kubectl apply -f x.yml")
    text = written(workflow.replace("    runs-on", "    container: node:22\n    runs-on"))
    assert "PATH = " not in text
    assert 'GITHUB_PATH="$(mktemp)"' in text


def test_a_cache_at_the_end_makes_no_stage() -> None:
    """It needs no step, so that what always runs is behind everything."""
    text = written(
        steps(
            """\
            - run: a
            - {run: tell, if: always()}
            - uses: actions/cache/save@v4
              with: {path: x, key: y}
            """
        )
    )
    assert "nothing to do" not in text
    assert "steps {\nsh 'a'\n}\npost {\nalways {\nsh 'tell'" in text


def test_a_star_at_the_end_of_a_path_also_finds_folders() -> None:
    """To Ant it is one name, and a folder has no bytes of its own."""
    text = written(
        steps("- uses: actions/upload-artifact@v4\n  with: {name: docs, path: build/docs/*}\n")
    )
    assert "archiveArtifacts artifacts: 'build/docs/**', allowEmptyArchive: true" in text


PINNED = """\
    - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
    - uses: acme/tool@fc324d3547104276b827a68afc52ff2a11cc49c9 # v5.0.0
      with:
        # how loud it is
        level: high
    """


def test_versions_of_pins_stay_where_the_pin_stays() -> None:
    """What a failing step shows of its source is not told a second time above the stage."""
    text = written(steps(PINNED))
    assert "v7.0.1" not in text
    assert text.count("v5.0.0") == text.count("how loud it is") == 1


def test_files_outside_of_the_workspace_are_told_of() -> None:
    """Jenkins looks for none there, and an empty archive is no failure."""
    found = converted(steps("- uses: actions/upload-artifact@v4\n  with: {path: ~/logs}"))
    said = [one.message for one in found.diagnostics]
    assert "'~/logs' is outside of the workspace, so nothing of it is found" in said


def test_files_are_looked_for_from_their_own_folder() -> None:
    """Also those that are left out, and those of a folder that is not in the workspace."""
    text = written(
        """
        on: [push, pull_request]
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/upload-artifact@v4
                with: {name: one, path: "dist\\n!dist/**/*.map\\n!**/*.tmp"}
              - uses: actions/upload-artifact@v4
                with: {name: two, path: /tmp/logs}
          use:
            needs: build
            runs-on: ubuntu-latest
            steps:
              - uses: actions/download-artifact@v4
        """
    )
    assert "stash name: 'one', excludes: '**/*.map, **/*.tmp', allowEmpty: true" in text
    kept = "archiveArtifacts artifacts: '**', allowEmptyArchive: true"
    assert f"dir('/tmp/logs') {{\n{kept}\nstash name: 'two', allowEmpty: true\n}}" in text


def test_whether_it_is_a_change_request_is_true_or_false() -> None:
    """Scripts compare it with these words; the number of the request would be neither."""
    text = written(
        steps(
            """
            - run: make
              env:
                IS: ${{ github.event_name == 'pull_request' }}
                NOT: ${{ github.event_name != 'pull_request' }}
                WORD: ${{ github.event_name == 'pull_request' && 'a' || 'b' }}
            """
        )
    )
    assert "IS=${env.CHANGE_ID != null}" in text
    assert "NOT=${!env.CHANGE_ID}" in text
    assert "WORD=${env.CHANGE_ID ? 'a' : 'b'}" in text
