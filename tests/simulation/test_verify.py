"""Whether a difference between two pipelines is found, where, and for which events."""

from textwrap import dedent
from time import process_time

import pytest
from msgspec.structs import replace

import ciconv
from ciconv import Event, EventKind
from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.diagnostics import Diagnostic, Diagnostics, Loss, Severity
from ciconv.ir.expression import Binary, Literal, Op, Ref, Semantics
from ciconv.profile import Feature, Outcome
from ciconv.simulation.compare.difference import Difference, Field
from ciconv.simulation.compare.holes import same_text
from ciconv.simulation.compare.meaning import Meaning
from ciconv.simulation.compare.scripts import canonical_script, same_script
from ciconv.simulation.coverage import MAX_EVENTS, events_for
from ciconv.simulation.effects import EFFECTS, by_field, explaining
from ciconv.simulation.verify import Verification
from ciconv.simulation.verify import verify as compare_projects
from ciconv.source import Source, Workspace

PATH = ".github/workflows/ci.yml"
WORKFLOW = """\
name: CI
on:
  push:
    branches: [main, 'release/**', '!release/old']
    tags: ['v*']
    paths-ignore: ['docs/**']
  pull_request:
    types: [opened, labeled]
    branches: [main]
  schedule:
    - cron: '0 3 * * *'
  workflow_dispatch:
    inputs:
      level: {type: choice, options: [low, high]}
permissions: {contents: read}
concurrency: {group: "ci-${{ github.ref }}", cancel-in-progress: true}
env:
  GLOBAL: one
jobs:
  test:
    runs-on: ${{ matrix.os }}
    strategy:
      fail-fast: false
      matrix:
        os: [ubuntu-latest, macos-14]
        v: [1, 2]
    env:
      LOCAL: two
    timeout-minutes: 10
    container: node:20
    services:
      db: {image: "postgres:16"}
    outputs:
      out: ${{ steps.s.outputs.out }}
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - id: s
        run: |
          echo "${{ matrix.v }}"
          make
        env: {STEP: three}
      - run: make coverage
        if: matrix.v == 2
        shell: bash
      - run: make report
        if: failure()
        working-directory: out
        continue-on-error: true
  lint:
    runs-on: ubuntu-latest
    steps:
      - {name: first, run: one}
      - {name: second, run: two}
      - {name: third, run: three}
  deploy:
    needs: [test, lint]
    if: github.ref_name == 'main' && github.actor != 'bot'
    runs-on: ubuntu-latest
    environment: production
    permissions: {id-token: write}
    steps:
      - run: deploy ${{ inputs.level }}
        if: github.event_name != 'schedule'
  after:
    needs: deploy
    runs-on: ubuntu-latest
    steps: [{run: "true"}]
"""


def verify(text: str, other: str = WORKFLOW) -> Verification:
    """The workflow compared with another one."""
    found = ciconv.verify({PATH: other}, {PATH: text})
    assert [one.message for one in found.diagnostics] == []
    return found


def test_a_pipeline_equals_itself() -> None:
    """For a good number of events."""
    found = verify(WORKFLOW)
    assert found.differences == ()
    assert 20 < len(found.events) <= MAX_EVENTS


# what is planted: text, replacement, and the field, the job and the step where it is found
PLANTED = (
    ("branches: [main, 'r", "branches: [main, dev, 'r", "starts", "", ""),
    ("'!release/old'", "'!release/older'", "starts", "", ""),
    (", '!release/old'", "", "starts", "", ""),
    ("'release/**'", "'release/*'", "starts", "", ""),
    ("tags: ['v*']", "tags: ['v[0-9]*']", "starts", "", ""),
    ("    tags: ['v*']\n", "", "starts", "", ""),
    ("['docs/**']", "['docs/*']", "starts", "", ""),
    ("paths-ignore", "paths", "starts", "", ""),
    ("[opened, labeled]", "[opened]", "starts", "", ""),
    ("    branches: [main]\n  sch", "    branches: [main, x]\n  sch", "starts", "", ""),
    ("0 3 * * *", "0 4 * * *", "starts", "", ""),
    ("level: {type: choice, options: [low, high]}", "grade: {}", "inputs", "", ""),
    ("contents: read", "contents: write", "permissions", "", ""),
    ("ci-${{ github.ref }}", "ci-${{ github.ref_name }}", "concurrency", "", ""),
    ("progress: true", "progress: false", "concurrency", "", ""),
    ("GLOBAL: one", "GLOBAL: 1", "env", "", ""),
    ("LOCAL: two", "LOCAL: 2", "env", "test", ""),
    ("STEP: three", "STEP: 3", "env", "test", "s"),
    ("fail-fast: false", "fail-fast: true", "fail-fast", "test", ""),
    ("v: [1, 2]", "v: [1, 3]", "matrix", "test", ""),
    ("v: [1, 2]", "v: [1, 2, 3]", "matrix", "test", ""),
    ("minutes: 10", "minutes: 11", "timeout", "test", ""),
    ("node:20", "node:22", "container", "test", ""),
    ("postgres:16", "postgres:17", "services", "test", ""),
    ("s.outputs.out", "s.outputs.other", "outputs", "test", ""),
    ("checkout@v4", "checkout@v3", "uses", "test", "#1"),
    ("fetch-depth: 0", "fetch-depth: 1", "arguments", "test", "#1"),
    ("          make\n", "          make all\n", "script", "test", "s"),
    ('"${{ matrix.v }}"', '"${{ matrix.os }}"', "script", "test", "s"),
    ("matrix.v == 2", "matrix.v == 1", "state", "test", "#3"),
    ("shell: bash", "shell: sh", "shell", "test", "#3"),
    ("if: failure()", "if: always()", "condition", "test", "#4"),
    ("        if: failure()\n", "", "condition", "test", "#4"),
    ("directory: out", "directory: in", "directory", "test", "#4"),
    ("error: true", "error: false", "may-fail", "test", "#4"),
    ("needs: [test, lint]", "needs: [test]", "needs", "deploy", ""),
    ("== 'main' &&", "== 'dev' &&", "state", "deploy", ""),
    ("== 'main' &&", "== 'main' ||", "state", "deploy", ""),
    ("actor != 'bot'", "actor != 'box'", "state", "deploy", ""),
    ("environment: production", "environment: staging", "environment", "deploy", ""),
    ("id-token: write", "id-token: read", "permissions", "deploy", ""),
    ("deploy ${{ inputs", "deploy x${{ inputs", "script", "deploy", "#1"),
    ("!= 'schedule'", "== 'schedule'", "state", "deploy", "#1"),
    ("runs-on: ${{ matrix.os }}", "runs-on: ubuntu-latest", "runner", "test", ""),
    ("      - {name: second, run: two}\n", "", "step", "lint", "#2"),
    ("third, run: three}", "third, run: three}\n      - {run: four}", "step", "lint", "+#4"),
)


@pytest.mark.parametrize(("old", "new", "field", "job", "step"), PLANTED)
def test_a_planted_difference_is_found(old: str, new: str, field: str, job: str, step: str) -> None:
    """One cause is one difference, with places on both sides, whichever side it is on."""
    assert WORKFLOW.count(old) == 1
    changed = WORKFLOW.replace(old, new)
    found = verify(changed).differences
    assert (field, job, step) in [(one.field.value, one.job, one.step) for one in found]
    if field not in ("inputs", "runner"):  # of these others follow
        assert len(found) == 1
    assert not any(one.explained for one in found)
    assert all(one.events and one.span is not None and one.labels for one in found)
    assert all(one.span is not None and one.span.source.path == PATH for one in found)


@pytest.mark.parametrize(("old", "new", "field"), [one[:3] for one in PLANTED[::5]])
def test_it_is_found_on_the_other_side_too(old: str, new: str, field: str) -> None:
    """What the second side has is looked at as much as what the first has."""
    found = verify(WORKFLOW, WORKFLOW.replace(old, new)).differences
    assert field in [one.field.value for one in found]


# differently written, the same in effect
SAME = (
    ("run: one}", 'run: "one\\n"}'),
    ("permissions: {contents: read}", "permissions: {contents: read, issues: none}"),
    ("progress: true}", "progress: '${{ true }}'}"),
    ("needs: [test, lint]", "needs: [lint, test]"),
    ("timeout-minutes: 10", "timeout-minutes: ${{ 10 }}"),
    ("needs: deploy", "needs: [deploy]"),
    ("fail-fast: false", "fail-fast: ${{ false }}"),
    ("    runs-on: ubuntu-latest\n    steps:\n      - {name: f", "    timeout-minutes: 360\n"
     "    runs-on: ubuntu-latest\n    steps:\n      - {name: f"),
    ("if: matrix.v == 2", "if: success() && 2 == matrix.v"),
    ("shell: bash\n", "shell: bash --noprofile --norc -eo pipefail {0}\n"),
    ("directory: out", "directory: ./out/"),
    ("github.ref_name == 'main' && g", "github.ref_name == 'MAIN' && g"),
    ("if: failure()", "if: ${{ !(!failure()) }}"),
    ("[opened, labeled]", "[labeled, opened]"),
    ("deploy ${{ inputs.level }}", "deploy ${{ github.event.inputs.level }}"),
    ("name: CI\n", ""),
    ("name: first", "name: the first"),
    ("GLOBAL: one", "GLOBAL: ${{ 'one' }}"),
    ("os: [ubuntu-latest, macos-14]", "os: ${{ fromJSON('[\"ubuntu-latest\", \"macos-14\"]') }}"),
    ("[main, 'release/**', '!release/old']", "['main', '!x', 'release/**', '!release/old']"),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new"), SAME)
def test_another_spelling_is_no_difference(old: str, new: str) -> None:
    """Names, default values, quotes, order of what has none."""
    assert WORKFLOW.count(old) == 1
    assert verify(WORKFLOW.replace(old, new)).differences == ()


def test_a_renamed_job_is_no_difference() -> None:
    """It is found by what it does, and so is the need of it."""
    renamed = WORKFLOW.replace("  lint:", "  style:").replace("[test, lint]", "[test, style]")
    assert verify(renamed).differences == ()


def test_swapped_steps_are_one_difference() -> None:
    """It is the order that differs, not the steps."""
    lines = WORKFLOW.replace("first, run: one", "x").replace("third, run: three", "first, run: one")
    swapped = lines.replace("name: x", "name: third, run: three")
    (found,) = verify(swapped).differences
    assert (found.field, found.job) == (Field.ORDER, "lint")


def test_a_cell_says_that_it_is_the_only_one() -> None:
    """A difference in all cells is one of the job; that in one cell names the cell."""
    narrow = "matrix.v == 2 && matrix.os == 'macos-14'"
    (found,) = verify(WORKFLOW.replace("matrix.v == 2", narrow)).differences
    assert found.message.endswith("(in 'test (ubuntu-latest, 2)')")
    wide = verify(WORKFLOW.replace("make coverage", "make cover"))
    assert [one.message for one in wide.differences if "(in" in one.message] == []


def test_events_are_those_that_tell() -> None:
    """Only a run on the branch both sides speak of differs here."""
    (found,) = verify(WORKFLOW.replace("actor != 'bot'", "actor != 'box'")).differences
    assert {event.actor for event in found.events} == {"bot", "box", None}
    (starts,) = verify(
        WORKFLOW.replace("branches: [main, '", "branches: [main, dev, '")
    ).differences
    assert [event.branch for event in starts.events][0] == "dev"
    assert {event.kind for event in starts.events} == {EventKind.PUSH}


@pytest.mark.parametrize("word", ["==", "!="])
def test_a_need_that_is_missing_is_found_for_the_events_it_matters_for(word: str) -> None:
    """Where the job runs on one side alone, that is told; on which event comes first, it is not."""
    job = "runs-on: ubuntu-latest, steps: [{run: make}]"
    files = f"on: push\njobs:\n  first: {{{job}}}\n  last: {{needs: first, {job}}}\n"
    limited = f"if: github.ref {word} 'refs/heads/main', {job}"
    changed = files.replace(f"needs: first, {job}", job).replace(
        f"first: {{{job}", f"first: {{{limited}"
    )
    found = ciconv.verify({PATH: files}, {PATH: changed}).differences
    assert [(one.job, one.field) for one in found] == [("first", "state"), ("last", "needs")]
    for event in found[1].events:
        assert (event.branch == "main") is (word == "==")


def test_events_may_be_given() -> None:
    """Then no others are looked at."""
    changed = WORKFLOW.replace("0 3 * * *", "0 4 * * *")
    event = Event(kind=EventKind.PUSH, branch="main")
    found = ciconv.verify({PATH: WORKFLOW}, {PATH: changed}, events=(event,))
    assert (found.events, found.differences) == ((event,), ())


def test_pipelines_on_one_side_are_differences() -> None:
    """And the one that is on both is compared by its path."""
    two = {PATH: WORKFLOW, ".github/workflows/more.yml": WORKFLOW.replace("name: CI", "name: More")}
    found = ciconv.verify(two, {PATH: WORKFLOW}).differences
    assert [(one.field, one.pipeline) for one in found] == [(Field.PIPELINE, "more")]
    back = ciconv.verify({PATH: WORKFLOW}, two).differences
    assert [(one.field, one.pipeline) for one in back] == [(Field.PIPELINE, "more")]


def test_bad_input_is_an_error_and_no_verdict() -> None:
    """No differences were found because nothing was compared."""
    found = ciconv.verify({PATH: "on: ["}, {PATH: WORKFLOW})
    assert found.events == ()
    assert found.diagnostics[0].severity is Severity.ERROR


def test_the_number_of_events_is_bounded_and_said() -> None:
    """Usual events come first."""
    names = ", ".join(f"'b{number}/**'" for number in range(120))
    text = WORKFLOW.replace("[main, 'release/**', '!release/old']", f"[{names}]")
    found = ciconv.verify({PATH: text}, {PATH: text})
    assert len(found.events) == MAX_EVENTS
    assert [one.code for one in found.diagnostics] == ["events-left-out"]
    assert {event.kind for event in found.events} >= {EventKind.SCHEDULE, EventKind.MANUAL}


COVERED = (
    ("push: {branches: ['a/*']}", "branch", {"a/x", "main", "ciconv-topic"}),
    ("push: {tags: ['v*']}", "tag", {"vx", "v1.2.3"}),
    ("pull_request: {types: [closed]}", "activity", {"closed", "opened", "ciconv-activity"}),
    ("pull_request: {branches: [dev]}", "base_branch", {"dev", "main"}),
    ("schedule: [{cron: '1 * * * *'}]", "cron", {"1 * * * *"}),
    ("workflow_run: {workflows: [A, B]}", "upstream", {"A", "B"}),
    ("push: {paths: [src]}", "changed_files", {("src",), ()}),
)


@pytest.mark.parametrize(("on", "field", "wanted"), COVERED)
def test_events_cover_the_triggers(on: str, field: str, wanted: set[object]) -> None:
    """Inside and outside of every filter."""
    text = f"on: {{{on}}}\njobs: {{a: {{runs-on: x, steps: [{{run: x}}]}}}}"
    project = ciconv.read({PATH: text}).project
    assert project is not None
    events = events_for(project, project)
    assert {getattr(event, field) for event in events} >= wanted


LITERALS = (
    ("github.ref == 'refs/heads/dev'", "branch", "dev"),
    ("startsWith(github.ref, 'refs/tags/rel-')", "tag", "rel-1"),
    ("github.ref_name == 'next'", "branch", "next"),
    ('contains(fromJSON(\'["x1", "x2"]\'), github.ref_name)', "branch", "x2"),
    ("github.head_ref == 'feature'", "branch", "feature"),
    ("github.base_ref == 'stable'", "base_branch", "stable"),
    ("github.event.action == 'edited'", "activity", "edited"),
    ("github.actor == 'me'", "actor", "me"),
    ("inputs.mode == 'fast'", "inputs", (("mode", "fast"),)),
    ("github.repository == 'o/r'", "facts", (("github.repository", "o/r"),)),
    ("vars.X == 'y'", "facts", (("vars.X", "y"),)),
    ("github.event.label.name == 'go'", "facts", (("github.event.label.name", "go"),)),
)


@pytest.mark.parametrize(("condition", "field", "value"), LITERALS)
def test_events_cover_what_conditions_compare_with(
    condition: str, field: str, value: object
) -> None:
    """Wherever the constant stands: in a job's condition or in a text of a step."""
    on = "on: {push: , pull_request: , workflow_dispatch: {inputs: {mode: {}}}}"
    for job in (
        f'if: "{condition}", steps: [{{run: x}}]',
        f'steps: [{{run: "${{{{ {condition} }}}}"}}]',
    ):
        text = f"{on}\njobs: {{a: {{runs-on: x, {job.replace(chr(92), '')}}}}}"
        if '[\\"' in condition or '["' in condition:
            text = (
                f"{on}\njobs:\n  a:\n    if: {condition}\n    runs-on: x\n    steps: [{{run: x}}]\n"
            )
        project = ciconv.read({PATH: text}).project
        assert project is not None
        assert value in {getattr(event, field) for event in events_for(project, project)}


LINE = Source(PATH, WORKFLOW)


def loss(feature: Feature, *place: str, at: int = 0) -> Diagnostic:
    """A reported loss at pipeline, job, step."""
    names = (*place, "", "", "")[:3]
    found = Loss(feature, Outcome.APPROXIMATED, *names)
    span = LINE.span(at, at + 1)
    return Diagnostic(
        code=feature.value, severity=Severity.WARNING, message="lost", span=span, loss=found
    )


def difference(
    field: Field, job: str = "", step: str = "", span: tuple[int, int] = (0, 0)
) -> Difference:
    """A difference of the pipeline ci."""
    where = LINE.span(*span)
    return Difference(
        field=field, message="m", events=(), pipeline="ci", job=job, step=step,
        span=where, step_span=where if step else None,
    )  # fmt: skip


EXPLAINED = (
    (loss(Feature.FAIL_FAST, "ci", "test"), difference(Field.FAIL_FAST, "test"), True),
    (loss(Feature.FAIL_FAST, "ci", "test"), difference(Field.FAIL_FAST, "lint"), False),
    (loss(Feature.FAIL_FAST, "ci", "test"), difference(Field.MAX_PARALLEL, "test"), False),
    (loss(Feature.FAIL_FAST, "other", "test"), difference(Field.FAIL_FAST, "test"), False),
    (loss(Feature.PERMISSIONS, "ci"), difference(Field.PERMISSIONS, "test"), True),
    (loss(Feature.TOOL, "ci", "test", "s"), difference(Field.USES, "test", "s"), True),
    (loss(Feature.TOOL, "ci", "test", "s"), difference(Field.USES, "test", "#1"), False),
    (loss(Feature.TOOL, "ci", "test", at=50), difference(Field.USES, "test", "#1", (40, 60)), True),
    (
        loss(Feature.TOOL, "ci", "test", at=70),
        difference(Field.USES, "test", "#1", (40, 60)),
        False,
    ),
    (loss(Feature.TOOL, "ci", "test", "s"), difference(Field.CONDITION, "test"), False),
    (loss(Feature.CHECKOUT, "ci", "test"), difference(Field.ENV, "test"), False),
)


@pytest.mark.parametrize(("reported", "found", "expected"), EXPLAINED)
def test_a_loss_explains_only_its_own_fields_and_place(
    reported: Diagnostic, found: Difference, expected: bool
) -> None:
    """A loss somewhere else, or of something else, explains nothing."""
    assert (explaining(found, by_field([reported])) is reported) is expected


@pytest.mark.parametrize("field", [Field.CONTAINER, Field.SERVICES])
def test_a_lowered_container_is_still_the_same_image(field: Field) -> None:
    """`lowered` promises the same behaviour, so it explains no other image."""
    feature = Feature.CONTAINER if field is Field.CONTAINER else Feature.SERVICE
    reported = loss(feature, "ci", "test")
    assert reported.loss is not None
    kept = replace(reported, loss=replace(reported.loss, outcome=Outcome.LOWERED))
    same = replace(difference(field, "test"), here="a", there="a")
    assert explaining(same, by_field([kept])) is kept
    assert explaining(replace(same, there="b"), by_field([kept])) is None
    assert explaining(replace(same, there="b"), by_field([reported])) is reported


def test_other_turns_explain_only_the_key_that_says_them() -> None:
    """GitLab has `auto_cancel` where others have a group of concurrency."""
    reported = loss(Feature.CONCURRENCY, "ci")
    key = replace(difference(Field.EXTRA), subject="rules:auto_cancel")
    assert explaining(key, by_field([reported])) is reported
    assert explaining(replace(key, subject="workflow:name"), by_field([reported])) is None


def test_a_script_that_nothing_can_read_explains_its_whole_step() -> None:
    """It fails there; where another shell reads it, only what it says differs."""
    reported = loss(Feature.SHELL, "ci", "test", "s")
    assert reported.loss is not None
    failing = replace(reported, loss=replace(reported.loss, outcome=Outcome.MANUAL))
    condition = difference(Field.CONDITION, "test", "s")
    assert explaining(condition, by_field([failing])) is failing
    assert explaining(condition, by_field([reported])) is None


def test_another_runner_explains_only_what_depends_on_it() -> None:
    """What `runner.os` decides, not a condition that is simply another one."""
    reported = loss(Feature.RUNNER, "ci", "test")
    condition, runner = difference(Field.CONDITION, "test"), difference(Field.RUNNER, "test")
    assert explaining(condition, by_field([reported]), of_machine=True) is reported
    assert explaining(condition, by_field([reported]), of_machine=False) is None
    assert explaining(runner, by_field([reported]), of_machine=False) is reported


def test_whether_a_difference_is_of_the_machine_is_found_out() -> None:
    """It is gone when nobody knows the systems."""
    text = """
        on: push
        jobs:
          test:
            runs-on: windows-latest
            steps:
              - run: make
              - run: check
                if: runner.os == 'Windows'
              - run: make test
                env: {A: b}
    """
    other = text.replace("windows-latest", "ubuntu-latest").replace("A: b", "A: c")
    sides = [ciconv.read({PATH: dedent(one)}).project for one in (text, other)]
    assert sides[0] is not None and sides[1] is not None
    run = Context(workspace=Workspace.of({}), catalog=Catalog.builtin(), diagnostics=Diagnostics())
    found = compare_projects(sides[0], sides[1], (loss(Feature.RUNNER, "ci", "test"),), run)
    by_field: dict[Field, bool] = {one.field: one.explained for one in found.differences}
    expected = {Field.RUNNER: True, Field.STATE: True, Field.ENV: False}
    assert by_field.items() >= expected.items()


def test_every_feature_says_what_it_may_change() -> None:
    """One that is forgotten would never explain anything."""
    assert set(EFFECTS) == set(Feature)
    assert all(EFFECTS.values())


SCRIPTS = (
    ('echo "$A"', 'echo "x y"', True),
    ("echo 'a '\"$A\"", 'echo "a $A"', True),
    ("echo ${A}b", "echo x yb", True),
    ("echo '$A'", "echo 'x y'", False),
    ("echo '$A'", 'echo "$A"', False),
    ("echo $A", 'echo "$A"', False),
    ('echo "\\$A"', 'echo "$A"', False),
    ("echo $UNKNOWN", "echo ${UNKNOWN}", True),
    ("echo 'a ${{ env.A }}'", "echo 'a '\"${A}\"''", True),
    ("echo 'a ${{ env.B }}'", "echo 'a '\"${A}\"''", False),
    ("b='${{ inputs.b || 'c' }}'", "b=\"${{ inputs.b || 'c' }}\"", True),
    ("b='${{ inputs.b || 'c' }}'", "b=${{ inputs.b || 'c' }}", False),
    ("echo one", "echo two", False),
)


@pytest.mark.parametrize(("one", "other", "expected"), SCRIPTS)
def test_scripts_are_equal_when_a_shell_takes_them_for_the_same(
    one: str, other: str, expected: bool
) -> None:
    """Known variables are put in; quotes may be of another kind, but not missing."""
    known = {"A": "x y"}
    assert (canonical_script(one, known) == canonical_script(other, known)) is expected


def test_a_quote_that_nobody_closes_takes_no_time() -> None:
    """What is behind it is read once, however many expressions there are."""
    script = "echo don't\n" + "echo ${{ inputs.a }}\n" * 1000
    start = process_time()
    assert canonical_script(script, {}) != canonical_script(script.replace("'", ""), {})
    assert process_time() - start < 1


def test_a_variable_that_is_set_to_itself_has_the_value_it_had() -> None:
    """Only there: what a script sets to something else is no longer what it was."""
    known: tuple[dict[str, str], dict[str, str]] = {}, {"A": "${{ inputs.a }}"}
    left, right = 'A="${{ inputs.a }}"\necho "$A"', 'A="$A"\necho "$A"'
    assert same_script(left, right, known, "bash")
    assert not same_script(left, 'A="$B"\necho "$A"', known, "bash")
    assert not same_script(f"A=b\n{left}", f"A=b\n{right}", known, "bash")
    assert not same_script(left, right, ({}, {}), "bash")


@pytest.mark.parametrize(("name", "expected"), [("sha", True), ("message", False)])
def test_only_what_is_never_unset_is_empty_alike(name: str, expected: bool) -> None:
    """To GitHub, nothing is equal to an empty text; it has no message but for pushes."""
    asked = (
        Binary(op=Op.EQ, left=Ref(path=("commit", name)), right=Literal(value=""), semantics=one)
        for one in (Semantics.GITHUB, Semantics.GITLAB)
    )
    one, other = map(Meaning({}, {}).of, asked)
    assert one is not None and (one == other) is expected


HOLES = (
    ("a && '' || b", "b", True),
    ("case(a && false, a && '', b)", "b", True),
    ("case(a && true, 'x', b)", "b", False),
    ("a && 'x' || b", "b", False),
)


@pytest.mark.parametrize(("one", "other", "expected"), HOLES)
def test_what_is_never_true_chooses_nothing(one: str, other: str, expected: bool) -> None:
    """`a && ''` is empty or false, so the other one counts."""
    sides = (
        f"x ${{{{ {side.replace('a &', 'github.actor &').replace('b', 'vars.B')} }}}}"
        for side in (one, other)
    )
    assert same_text(*sides) is expected


def test_what_nothing_starts_stays_so() -> None:
    """`on: []` is what people write to switch a workflow off: no shim may start it by hand."""
    files = {".github/workflows/ci.yml": "on: []\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"}
    found = ciconv.convert(files, to="nixactions", format="github").files
    assert "on: []" in found[".github/workflows/ci.yml"]
