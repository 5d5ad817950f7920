"""Reading configurations: what the traps of the language mean."""

from collections.abc import Mapping

import pytest

import ciconv
from ciconv.ir.expression import Literal, Ref, Template, constant
from ciconv.ir.job import Job
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import RestoreCache, Run
from ciconv.ir.trigger import EventKind
from ciconv.simulation.event import Event

PATH = ".gitlab-ci.yml"


def read(text: str, **files: str) -> Pipeline:
    """The pipeline of a text; other files by path, with `__` for `/`."""
    inputs: Mapping[str, str] = {PATH: text} | files
    found = ciconv.read(inputs, format="gitlab")
    assert found.project is not None, found.diagnostics
    (pipeline,) = found.project.pipelines
    return pipeline


def job(pipeline: Pipeline, name: str) -> Job:
    """The job of a name."""
    (found,) = (one for one in pipeline.jobs if one.id == name)
    assert isinstance(found, Job)
    return found


def script(one: Job) -> str:
    """What a job runs."""
    (run,) = (step for step in one.steps if isinstance(step, Run))
    return constant(run.script) or ""


def test_stages_may_be_lists_of_lists() -> None:
    """They come one after another, as if the lists were one."""
    text = "stages: [one, [two, [three]]]\n"
    text += "a: {stage: three, script: [s]}\n"
    assert read(text).stages == (".pre", "one", "two", "three", ".post")


def test_scripts_are_one_shell() -> None:
    """`before_script` and `script` are joined, lists inside of lists are opened."""
    text = "a:\n  before_script: [one]\n  script:\n    - two\n    - [three, [four]]\n"
    assert script(job(read(text), "a")) == "one\ntwo\nthree\nfour"


def test_a_merge_key_below_wins() -> None:
    """Ruby reads a mapping from top to bottom: `<<` behind a key overrides it."""
    text = """\
.t: &t {image: one, script: [t]}
a:
  image: two
  <<: *t
b:
  <<: *t
  image: two
"""
    pipeline = read(text)
    images = [job(pipeline, name).container for name in "ab"]
    assert [constant(one.image) for one in images if one] == ["one", "two"]


def test_of_a_list_of_merge_keys_the_first_wins() -> None:
    """YAML says so, and Ruby does it."""
    text = ".x: &x {image: x}\n.y: &y {image: y}\na:\n  <<: [*x, *y]\n  script: [s]\n"
    container = job(read(text), "a").container
    assert container is not None and constant(container.image) == "x"


def test_extends_merges_deeply() -> None:
    """Mappings are merged, lists are replaced, a later parent wins, null takes away."""
    text = """\
.a: {variables: {A: a, B: a}, script: [a], image: a}
.b: {variables: {B: b}, before_script: [b]}
job:
  extends: [.a, .b]
  variables: {C: c}
  script: [own]
  image: null
"""
    found = job(read(text), "job")
    values = {one.name: constant(one.value) for one in found.env}
    assert values == {"A": "a", "B": "b", "C": "c"}
    assert (script(found), found.container) == ("b\nown", None)


def test_defaults_are_taken_whole() -> None:
    """A key of the job hides that of `default`; `inherit` limits what is taken."""
    text = """\
default: {image: d, before_script: [d], tags: [d]}
variables: {V: v, W: w}
a: {script: [a], before_script: []}
b:
  script: [b]
  inherit: {default: [image], variables: [W]}
"""
    pipeline = read(text)
    a, b = job(pipeline, "a"), job(pipeline, "b")
    assert (script(a), script(b)) == ("a", "b")
    assert a.runner is not None and b.runner is None and b.container is not None
    assert [one.name for one in pipeline.env] == ["W"]
    assert [one.name for one in a.env] == ["V"]


def test_references_are_put_in_place() -> None:
    """Also those that lead to others; lists in scripts are opened."""
    text = """\
.x: {script: [one, !reference [.y, script]]}
.y: {script: [two]}
a: {script: [!reference [.x, script], three]}
"""
    assert script(job(read(text), "a")) == "one\ntwo\nthree"


def test_yaml_is_that_of_ruby() -> None:
    """3.10 without quotes is a number, and `yes` is true."""
    text = "variables: {V: 3.10, Y: yes, O: 010}\na: {script: [s], allow_failure: yes}\n"
    pipeline = read(text)
    assert [constant(one.value) for one in pipeline.env] == ["3.1", "true", "8"]
    assert constant(job(pipeline, "a").choices[0].may_fail) == "true"


def test_variables_are_expanded() -> None:
    """Those of the configuration at once, `$$` is a dollar sign, `expand: false` stays."""
    text = """\
variables: {A: x, B: "$A-${A}-$$A", C: {value: $A, expand: false}}
a: {script: [s], image: "$B"}
"""
    pipeline = read(text)
    assert [constant(one.value) for one in pipeline.env] == ["x", "x-x-$A", "$A"]
    container = job(pipeline, "a").container
    assert container is not None and constant(container.image) == "x-x-$A"


def test_variables_in_a_circle_end() -> None:
    """Nothing hangs."""
    pipeline = read("variables: {A: $B$B, B: $A$A}\na: {script: [s]}\n")
    assert all(isinstance(one.value, Template) for one in pipeline.env)


def test_a_need_of_nothing_is_an_error() -> None:
    """With the place, and a proposal."""
    found = ciconv.read({PATH: "a: {script: [s]}\nb: {script: [s], needs: [aa]}\n"})
    (one,) = found.diagnostics
    assert (one.code, one.help) == ("unknown-need", "did you mean 'a'?")
    assert one.span is not None and str(one.span) == f"{PATH}:2:26"


def test_bombs_end() -> None:
    """Templates and references that grow without bounds are errors, in little time."""
    lines = [".r0: {script: [a, a, a, a, a, a, a, a, a, a]}"]
    lines += [
        f".r{n}: {{script: [{', '.join([f'!reference [.r{n - 1}, script]'] * 10)}]}}"
        for n in range(1, 9)
    ]
    lines.append("a: {script: [!reference [.r8, script]]}")
    found = ciconv.read({PATH: "\n".join(lines)}, format="gitlab")
    assert "unknown-reference" in {one.code for one in found.diagnostics}


def test_files_of_others_are_looked_for_in_a_folder() -> None:
    """By project, by address, by template, by component; `local` ones of theirs beside them."""
    text = """\
include:
  - {project: group/ci, file: /deploy.yml}
  - remote: https://example.com/ci/lint.yml
  - template: Jobs/Test.gitlab-ci.yml
  - component: gitlab.com/group/scan/secrets@1.0
"""
    root = ".ciconv/includes"
    files = {
        f"{root}/group/ci/deploy.yml": "include: /base.yml\ndeploy: {extends: .base}\n",
        f"{root}/group/ci/base.yml": ".base: {script: [deploy]}\n",
        f"{root}/example.com/ci/lint.yml": "lint: {script: [lint]}\n",
        f"{root}/templates/Jobs/Test.gitlab-ci.yml": "test: {script: [test]}\n",
        f"{root}/gitlab.com/group/scan/templates/secrets.yml": "scan: {script: [scan]}\n",
    }
    found = ciconv.read({PATH: text} | files, format="gitlab")
    assert found.project is not None
    (pipeline,) = found.project.pipelines
    assert [one.id for one in pipeline.jobs] == ["deploy", "lint", "test", "scan"]
    assert script(job(pipeline, "deploy")) == "deploy"


def test_rules_are_first_match() -> None:
    """`never` goes into the conditions behind it; what comes behind `always` is told."""
    text = """\
a:
  script: [s]
  rules:
    - {if: $CI_COMMIT_TAG, when: never}
    - {if: $CI_COMMIT_BRANCH == "main", when: manual}
    - when: on_success
    - {if: $X}
"""
    found = ciconv.read({PATH: text}, format="gitlab")
    assert [one.code for one in found.diagnostics] == ["rule-without-effect"]
    assert found.project is not None
    starts = [one.start for one in job(found.project.pipelines[0], "a").choices]
    assert starts == ["manual", "auto"]


def plan(text: str, event: Event) -> dict[str, str]:
    """The jobs of an event with their states; absent ones are left out."""
    found = ciconv.simulate({PATH: text}, event, format="gitlab")
    jobs = (one for pipeline in found.pipelines if pipeline.starts for one in pipeline.jobs)
    return {one.id: one.state.value for one in jobs if one.runs}


PLANS = """\
plain: {script: [s]}
tagged: {script: [s], rules: [{if: $CI_COMMIT_TAG =~ /^v/}]}
merged: {script: [s], rules: [{if: $CI_PIPELINE_SOURCE == "merge_request_event"}]}
main: {script: [s], only: [main]}
nightly: {script: [s], only: [schedules]}
by-hand: {script: [s], rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH, when: manual}]}
later: {script: [s], rules: [{if: $CI_COMMIT_BRANCH == "dev", when: delayed, start_in: 1 hour}]}
undefined: {script: [s], rules: [{if: $CI_COMMIT_TAG == ""}]}
"""


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            Event(kind=EventKind.PUSH, branch="main"),
            {"plain": "run", "main": "run", "by-hand": "manual"},
        ),
        (Event(kind=EventKind.PUSH, branch="dev"), {"plain": "run", "later": "delayed"}),
        (Event(kind=EventKind.PUSH, tag="v1"), {"plain": "run", "tagged": "run"}),
        (Event(kind=EventKind.PUSH, tag="main"), {"plain": "run", "main": "run"}),
        (Event(kind=EventKind.PULL_REQUEST, branch="main"), {"merged": "run"}),
        (
            Event(kind=EventKind.SCHEDULE, branch="main"),
            {"plain": "run", "main": "run", "nightly": "run", "by-hand": "manual"},
        ),
    ],
    ids=str,
)
def test_pipelines_of_each_kind(event: Event, expected: dict[str, str]) -> None:
    """Which jobs take part, as GitLab documents it."""
    assert plan(PLANS, event) == expected


def test_names_that_only_look_like_those_of_gitlab_are_of_users() -> None:
    """They are settings of the project; what only a runner knows is nothing to a rule."""
    text = """\
a: {script: [s], rules: [{if: $CI_SKIP_TESTS}]}
b: {script: [s], rules: [{if: $CI_JOB_TOKEN}]}
"""
    pipeline = read(text)
    conditions = [job(pipeline, name).choices[0].condition for name in "ab"]
    assert conditions == [Ref(path=("vars", "CI_SKIP_TESTS")), Literal(value=False)]


def test_what_a_header_says_to_people_is_told() -> None:
    """And what decides on values elsewhere: it would be lost without a word."""
    text = """\
spec:
  description: what it is
  component: [name]
  include: [{local: inputs.yml}]
  inputs:
    target:
      description: what is made
      default: all
      rules: [{if: $CI_COMMIT_TAG, default: release}]
---
job: {script: ["make $[[ inputs.target ]]"]}
"""
    found = ciconv.read({PATH: text}, format="gitlab").diagnostics
    lines = {one.span.start.line for one in found if one.code == "template" and one.span}
    assert lines == {2, 3, 4, 6, 7, 9}


def test_services_see_the_variables_that_they_read() -> None:
    """GitLab hands a service all variables of the job; those that it has itself win."""
    text = """\
variables: {POSTGRES_PASSWORD: shared, MINIO_ROOT_USER: root, OTHER: x}
a:
  variables: {POSTGRES_DB: app}
  services:
    - postgres:16
    - name: registry.example.com/tools/minio:1
      variables: {MINIO_ROOT_USER: own}
  script: [s]
"""
    database, store = job(read(text), "a").services
    assert {one.name: constant(one.value) for one in database.env} == {
        "POSTGRES_PASSWORD": "shared",
        "POSTGRES_DB": "app",
    }
    assert {one.name: constant(one.value) for one in store.env} == {"MINIO_ROOT_USER": "own"}


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("postgres:16", "postgres"),
        ("tutum/wordpress", "tutum-wordpress"),
        ("$REGISTRY/db:1", "REGISTRY-db"),
        ("$IMAGE", "IMAGE"),
        ("${IMAGE}@sha256:1f", "IMAGE"),
        (":1", "service"),
    ],
)
def test_services_have_names(image: str, name: str) -> None:
    """That of the image; of a variable, whose value only the run knows, its own."""
    text = f"a:\n  services: ['{image}']\n  script: [s]\n"
    assert [one.name for one in job(read(text), "a").services] == [name]


def test_variables_that_the_runner_obeys() -> None:
    """They say how files are fetched, which cache will do, whether the end counts."""
    text = """\
variables:
  GIT_CHECKOUT: "false"
  CACHE_FALLBACK_KEY: main
  AFTER_SCRIPT_IGNORE_ERRORS: "false"
a:
  cache: {paths: [x]}
  script: [s]
  after_script: [e]
"""
    found = job(read(text), "a")
    assert [one.key for one in found.extras] == ["variables:GIT_CHECKOUT"]
    (cache,) = (one for one in found.steps if isinstance(one, RestoreCache))
    assert constant(cache.fallbacks) == "default-\nmain"
    assert [one.may_fail for one in found.finally_steps] == [None]


def test_a_pipeline_that_starts_itself_is_a_step_that_fails() -> None:
    text = "again:\n  trigger: {include: .gitlab-ci.yml}\n"
    found = ciconv.convert({PATH: text}, to="github", format="gitlab")
    assert [one.message for one in found.diagnostics if one.severity == "error"] == []
    (said,) = (one for one in found.diagnostics if one.code == "tool")
    assert said.span is not None
    assert said.span.start.line == 2


@pytest.mark.parametrize("key", ["rules", "only", "except"])
def test_conditions_of_very_many_parts_are_an_error(key: str) -> None:
    items = "".join(f"    - {'if: $' if key == 'rules' else 'b'}A{one}\n" for one in range(2000))
    found = ciconv.convert({PATH: f"a:\n  script: x\n  {key}:\n{items}"}, to="github")
    (said,) = (one for one in found.diagnostics if one.severity == "error")
    assert (said.code, said.span and said.span.start.line) == ("expression-depth", 104)


INPUT = (
    "spec:\n  inputs:\n    x:\n      default: %s\n---\na:\n  script: echo $[[ inputs.x | %s ]]\n"
)


@pytest.mark.parametrize(
    ("value", "functions", "expected"),
    [
        ("it's", "posix_escape", r"echo it\'s"),
        ("a b$C", "posix_escape", r"echo a\ b\$C"),
        ("''", "posix_escape", "echo ''"),
        ("abcdef", "truncate(1, 3)", "echo bcd"),
        ("abcdef", "truncate(1,3) | posix_escape", "echo bcd"),
        ("$CI_COMMIT_SHA", "expand_vars", "echo $CI_COMMIT_SHA"),
        ("v1", "expand_vars | truncate(0, 1)", "echo v"),
        ("$A-long", "expand_vars | truncate(0, 4)", "echo $A-long"),  # only GitLab knows its value
    ],
)
def test_functions_of_inputs(value: str, functions: str, expected: str) -> None:
    """https://docs.gitlab.com/ci/inputs/#predefined-interpolation-functions"""
    found = ciconv.read({PATH: INPUT % (value, functions)}, format="gitlab")
    assert found.project is not None, found.diagnostics
    assert script(job(found.project.pipelines[0], "a")) == expected
    told = [one.message for one in found.diagnostics if "GitLab alone" in one.message]
    assert len(told) == ("$A" in value)


@pytest.mark.parametrize(("cache", "codes"), [("{key: x}", ["without-effect"]), ("{}", [])])
def test_a_cache_without_paths_keeps_nothing(cache: str, codes: list[str]) -> None:
    """Its key is spoken of; an empty one is how people switch a cache off."""
    text = f"a: {{script: [x], cache: {cache}}}\n"
    assert [one.code for one in ciconv.read({".gitlab-ci.yml": text}).diagnostics] == codes


def test_printf_writes_several_variables_of_a_dotenv_file() -> None:
    r"""`\n` in its pattern is a line, and no letter of the next name."""
    text = (
        "a:\n  script: |\n    printf 'ONE=%s\\nTWO=%s\\n' 1 2 >> my.env\n"
        "  artifacts: {reports: {dotenv: my.env}}\n"
    )
    assert [one.name for one in job(read(text), "a").outputs] == ["ONE", "TWO"]


DOTENV = """\
variables: {SHARED: all}
.exports: {stage: build, artifacts: {reports: {dotenv: out.env}}}
one: {extends: .exports, script: ['echo "LEVEL=1" >> out.env', 'echo "SHARED=1" >> out.env']}
two: {extends: .exports, script: ['echo "LEVEL=2" >> out.env']}
last: {stage: deploy, variables: {LEVEL: low, OTHER: own}, script: [go]}
"""


def test_variables_of_other_jobs_win() -> None:
    """Those of the last job that ran; where none did, what the job itself would have counts."""
    files = ciconv.convert({PATH: DOTENV}, to="github", format="gitlab").files
    (text,) = files.values()
    said = "LEVEL: ${{ needs.two.outputs.LEVEL || (needs.one.outputs.LEVEL || 'low') }}"
    assert said in text
    assert "SHARED: ${{ needs.one.outputs.SHARED || 'all' }}" in text
    assert "OTHER: own" in text


def test_a_script_for_bash_stays_one_where_the_usual_shell_is_another() -> None:
    """What names its shell is not for the one that the image has."""
    bash = "bash -eo pipefail /dev/fd/3 3<<'STEP'\nmake\nSTEP"
    lines = bash.replace("\n", "\n      ")
    pipeline = read(f"a:\n  image: docker:27\n  script:\n    - |\n      {lines}\n    - make all\n")
    shells = [one.shell for one in job(pipeline, "a").steps if isinstance(one, Run)]
    assert list(map(constant, shells)) == ["bash -eo pipefail {0}", "sh -eo pipefail {0}"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "variables: {A: b}\na: {script: make, inherit: {variables: false}}\n",
            "'A' has no effect: no job inherits it",
        ),
        (
            "variables: {A: b}\na: {script: make, inherit: {variables: [A]}}\n",
            "",
        ),
        (
            "workflow: {rules: [{if: $A}]}\nvariables: {A: b}\n"
            "a: {script: make, inherit: {variables: false}}\n",
            "",
        ),
        (
            "a: {stage: build, script: make}\nb: {script: x, needs: [{job: a, artifacts: true}]}\n",
            "'artifacts' has no effect: the job 'a' keeps no files",
        ),
        (
            "a: {stage: build, script: make, artifacts: {paths: [x]}}\n"
            "b: {script: x, needs: [{job: a, artifacts: true}]}\n",
            "",
        ),
    ],
)
def test_what_reaches_no_job_has_no_effect(source: str, said: str) -> None:
    """It is told at its place, and only where it is so."""
    found = ciconv.read({PATH: source}, format="gitlab").diagnostics
    assert [one.message for one in found if one.code == "without-effect"] == [said] * bool(said)


@pytest.mark.parametrize("to", ["circleci", "jenkins"])
def test_each_value_of_a_variable_of_rules_is_shown_where_none_can_be_picked(to: str) -> None:
    """The job fails, and whoever mends it sees what the rules said."""
    rules = "{exists: [x/**/y], variables: {A: one}}, {if: $B, variables: {A: two}}"
    source = {PATH: f"a:\n  script: make $A\n  rules: [{rules}, {{when: always}}]\n"}
    (text,) = ciconv.convert(source, to=to, format="gitlab").files.values()
    assert "was not converted" in text and "one" in text and "two" in text
