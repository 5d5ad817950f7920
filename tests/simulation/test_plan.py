"""What a plan says of jobs and steps."""

import textwrap
from collections.abc import Mapping
from types import MappingProxyType

import pytest

import ciconv
from ciconv import Event, EventKind
from ciconv.ir.job import Job, Need
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.trigger import Trigger
from ciconv.simulation.event import event_of
from ciconv.simulation.plan import JobPlan, PipelinePlan, State, StepPlan, dump

PATH = ".github/workflows/ci.yml"
PUSH = Event(kind=EventKind.PUSH, branch="dev")


def pipeline_of(
    text: str, event: Event = PUSH, files: Mapping[str, str] = MappingProxyType({})
) -> PipelinePlan:
    """The plan of a workflow; `on` is what the event needs unless it is given."""
    text = textwrap.dedent(text)
    if not text.lstrip().startswith("on:"):
        text = f"on: [push, pull_request, workflow_dispatch]\n{text}"
    plan = ciconv.simulate({PATH: text, **files}, event)
    assert [one.message for one in plan.diagnostics] == []
    return next(one for one in plan.pipelines if one.path == PATH)


def jobs_of(text: str, event: Event = PUSH) -> dict[str, JobPlan]:
    """Its jobs by the ids of instances."""
    return {job.id: job for job in pipeline_of(text, event).jobs}


def steps_of(steps: str, event: Event = PUSH, *, job: str = "", top: str = "") -> list[StepPlan]:
    """The plans of the steps of one job; `job` and `top` are further keys."""
    head = f"{top}\njobs:\n  a:\n    runs-on: ubuntu-latest\n"
    more = textwrap.indent(textwrap.dedent(job), "    ")
    body = textwrap.indent(textwrap.dedent(steps).strip(), "      ")
    (found,) = pipeline_of(f"{head}{more}\n    steps:\n{body}\n", event).jobs
    return list(found.steps)


def states(text: str, event: Event = PUSH) -> dict[str, str]:
    """The state of each job."""
    return {name: job.state.value for name, job in jobs_of(text, event).items()}


STEP = "runs-on: ubuntu-latest, steps: [{run: x}]"
CHAIN = f"""
jobs:
  a: {{if: "github.ref_name == 'main' && true", {STEP}}}
  b: {{needs: a, {STEP}}}
  c: {{needs: b, if: always(), {STEP}}}
  d: {{needs: c, {STEP}}}
  e: {{needs: c, if: "!cancelled()", {STEP}}}
  f: {{if: failure(), {STEP}}}
  g: {{needs: [a], if: failure(), {STEP}}}
  h: {{needs: [e], if: failure(), {STEP}}}
"""


def test_skips_spread_through_needs() -> None:
    """The implicit success() looks at all ancestors, not only at those named in `needs`."""
    found = states(CHAIN)
    assert found == {
        "a": "skip",
        "b": "skip",
        "c": "run",
        "d": "skip",
        "e": "run",
        "f": "skip",
        "g": "skip",
        "h": "run",
    }
    assert set(states(CHAIN, Event(kind=EventKind.PUSH, branch="main")).values()) == {"run", "skip"}


@pytest.mark.parametrize(
    ("job", "message", "place"),
    [
        (
            "a",
            "'if' is false: github.ref_name == 'main' is false for branch 'dev'",
            "github.ref_name == 'main'",
        ),
        ("b", "it needs 'a', which does not run", "a"),
        ("d", "it needs 'c', which comes after 'a', which does not run", "c"),
    ],
)
def test_a_skipped_job_says_why(job: str, message: str, place: str) -> None:
    """With the place of the condition or the need."""
    why = jobs_of(CHAIN)[job].why
    assert why is not None and why.span is not None
    assert (why.message, why.span.text) == (message, place)


def test_results_of_skipped_jobs_are_known() -> None:
    """`needs.x.result` of a job that the event rules out is `skipped`, its outputs are empty."""
    found = jobs_of(f"""
        jobs:
          a: {{if: false, {STEP}}}
          b: {{needs: a, if: "always() && needs.a.result == 'skipped'", {STEP}}}
          c: {{needs: a, if: "always() && needs.a.outputs.x != ''", {STEP}}}
    """)
    assert (found["b"].state, found["b"].condition) == (State.RUN, "true")
    assert found["c"].state is State.SKIP


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, "success()"),
        ("success()", "success()"),
        ("always()", "true"),
        ("failure()", "failure()"),
        ("true", "success()"),
        ("github.event_name == 'push'", "success()"),
        ("always() && steps.x.outcome == 'success'", "steps.x.outcome == 'success'"),
        ("steps.x.outputs.y && github.ref_name == 'dev'", "steps.x.outputs.y && success()"),
        ("github.ref_name == 'dev' || steps.x.outputs.y", "success()"),
    ],
)
def test_what_only_the_run_knows_stays_in_conditions(condition: str | None, expected: str) -> None:
    """In one form for all that mean the same."""
    line = "" if condition is None else f'\n  if: "{condition}"'
    _, step = steps_of(f"- {{id: x, run: x}}\n- run: make{line}")
    assert (step.state, step.condition) == (State.RUN, expected)


def test_a_step_that_the_job_does_not_have_has_no_outputs() -> None:
    """Which is known before the run."""
    (step,) = steps_of("- {run: 'echo x${{ steps.x.outputs.y }}', if: '!steps.x.outcome'}")
    assert (step.condition, step.script) == ("success()", "echo x")


def test_a_step_whose_condition_is_false_is_skipped() -> None:
    """And later steps know that it had no outputs."""
    first, second = steps_of(
        """
        - {id: x, run: make, if: "github.ref_name == 'main'"}
        - {run: "echo ${{ steps.x.outcome }}-${{ steps.x.outputs.y }}"}
        """
    )
    assert first.state is State.SKIP and first.why is not None
    assert second.script == "echo skipped-"


def test_known_values_are_put_into_texts() -> None:
    """What is left to the run stays in its braces, in one spelling."""
    (step,) = steps_of(
        """
        - name: Build ${{ github.ref_name }}
          run: |
            echo ${{ github.ref }} ${{ github.event_name }} ${{github.sha}}
            echo ${{ env.A }} ${{ env.B }} ${{ env.NONE }} ${{ inputs.x }}
          env: {B: "${{ env.A }}2"}
        """,
        top="env: {A: '1'}",
    )
    assert step.name == "Build dev"
    assert step.script == ("echo refs/heads/dev push ${{ github.sha }}\necho 1 12 ${{ env.NONE }} ")
    assert step.env == (("A", "1"), ("B", "12"))


def test_variables_written_by_a_script_are_not_known_any_more() -> None:
    """A step may change them for those after it by way of GITHUB_ENV."""
    before, after = steps_of(
        """
        - {run: 'echo "DEPLOY=yes" >> "$GITHUB_ENV"', if: "env.DEPLOY == 'no'"}
        - {run: make, if: "env.DEPLOY == 'yes' && env.OTHER == 'x'"}
        """,
        job="env: {DEPLOY: 'no', OTHER: x}",
    )
    assert before.condition == "success()"
    assert after.condition == "env.DEPLOY == 'yes' && success()"


SHELLS = (
    ("ubuntu-latest", None, "", "bash -e {0}"),
    ("ubuntu-latest", "bash", "", "bash --noprofile --norc -eo pipefail {0}"),
    ("ubuntu-latest", "sh", "", "sh -e {0}"),
    ("ubuntu-latest", "bash  -e {0}", "", "bash -e {0}"),
    ("ubuntu-latest", None, "container: alpine", "sh -e {0}"),
    ("ubuntu-latest", None, "defaults: {run: {shell: python}}", "python {0}"),
    ("windows-latest", None, "", "pwsh -command \". '{0}'\""),
    ("[self-hosted, Windows]", None, "", "pwsh -command \". '{0}'\""),
    ("macos-14", None, "", "bash -e {0}"),
)


@pytest.mark.parametrize(("runner", "shell", "job", "expected"), SHELLS)
def test_shells_are_command_lines(runner: str, shell: str | None, job: str, expected: str) -> None:
    """Defaults depend on the machine."""
    line = "" if shell is None else f", shell: '{shell}'"
    more = f", {job}" if job else ""
    text = f"jobs: {{a: {{runs-on: {runner}{more}, steps: [{{run: x{line}}}]}}}}"
    (job_plan,) = pipeline_of(text).jobs
    assert job_plan.steps[0].shell == expected


MATRIX = """
jobs:
  test:
    NAME
    strategy: {matrix: {os: [ubuntu-latest, windows-latest], v: [3.10, '3.11'],
      exclude: [{os: windows-latest, v: '3.11'}], include: [{os: macos-14, v: x, extra: {a: [1]}}]}}
    runs-on: ${{ matrix.os }}
    steps: [{run: "echo ${{ matrix.v }}-${{ matrix.extra }}"}]
"""


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("", "test (ubuntu-latest, 3.1)"),
        ("name: Unit tests", "Unit tests (ubuntu-latest, 3.1)"),
        ("name: On ${{ matrix.os }}", "On ubuntu-latest"),
    ],
)
def test_a_matrix_gives_one_job_for_each_cell(name: str, first: str) -> None:
    """With stable ids, and the names that GitHub shows."""
    found = pipeline_of(MATRIX.replace("NAME", name)).jobs
    assert [job.id for job in found] == [
        "test (ubuntu-latest, 3.1)",
        "test (ubuntu-latest, 3.11)",
        "test (windows-latest, 3.1)",
        "test (macos-14, x, 1)",
    ]
    assert [job.runner for job in found] == [
        ("ubuntu-latest",),
        ("ubuntu-latest",),
        ("windows-latest",),
        ("macos-14",),
    ]
    assert [job.steps[0].script for job in found][::3] == ["echo 3.1-", "echo x-Object"]
    assert found[0].name == first
    assert found[0].fail_fast == "true"


def test_long_names_are_cut_as_github_cuts_them() -> None:
    """At a hundred characters."""
    (job,) = pipeline_of(MATRIX.replace("NAME", f"name: {'x' * 120}")).jobs[:1]
    assert len(job.name) == 100 and job.name.endswith("...")


def test_a_matrix_of_an_input_is_worked_out() -> None:
    """`fromJSON` of what is known; of what is not known there is one job, and the expression."""
    text = f"""
        on: {{workflow_dispatch: {{inputs: {{vs: {{default: '["1", "2"]'}}}}}}}}
        jobs:
          a:
            strategy: {{matrix: {{v: "${{{{ fromJSON(inputs.vs) }}}}"}}}}
            {STEP.replace(", ", chr(10) + " " * 12)}
          b:
            needs: a
            strategy: {{matrix: "${{{{ fromJSON(needs.a.outputs.m) }}}}"}}
            {STEP.replace(", ", chr(10) + " " * 12)}
    """
    found = pipeline_of(text, event_of("manual")).jobs
    assert [job.id for job in found] == ["a (1)", "a (2)", "b (…)"]
    assert found[2].matrix == "fromJSON(needs.a.outputs.m)"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (", ".join(map(str, range(17))), "more than 256 jobs"),
        ("", "no job at all"),
    ],
)
def test_matrices_of_a_wrong_size_are_errors(values: str, said: str) -> None:
    """GitHub starts at most 256 jobs, and at least one."""
    axes = f"a: [{values}], b: [{values}]"
    text = f"on: push\njobs: {{t: {{strategy: {{matrix: {{{axes}}}}}, {STEP}}}}}"
    plan = ciconv.simulate({PATH: text}, PUSH)
    assert [(one.code, said in one.message) for one in plan.diagnostics] == [("matrix-size", True)]
    assert plan.pipelines[0].jobs == ()


def test_jobs_that_wait_for_each_other_are_an_error() -> None:
    """And do not hang the planner."""
    jobs = (
        Job(id="a", needs=(Need(job="b"),)),
        Job(id="b", needs=(Need(job="a"),)),
        Job(id="c"),
    )
    push = Trigger(kind=EventKind.PUSH, native="push")
    project = Project(origin="github", pipelines=(Pipeline(id="p", triggers=(push,), jobs=jobs),))
    plan = ciconv.simulate(project, PUSH)
    assert {one.code for one in plan.diagnostics} == {"needs-cycle"}
    assert [job.state.value for job in plan.pipelines[0].jobs] == ["skip", "skip", "run"]


def test_layers_arrive_merged() -> None:
    """Variables, rights, turns, time: of the pipeline, the job and the step."""
    pipeline = pipeline_of("""
        env: {A: '1', B: '1', R: "${{ github.ref_name }}"}
        permissions: {contents: read, issues: none}
        concurrency: {group: "ci-${{ github.ref }}", cancel-in-progress: true}
        jobs:
          a:
            runs-on: {group: big, labels: [x, y]}
            env: {B: '2', C: '2'}
            permissions: {packages: write}
            timeout-minutes: 5
            continue-on-error: ${{ github.ref_name == 'dev' }}
            environment: {name: prod, url: "https://${{ github.ref_name }}.example"}
            services: {db: {image: "postgres:16", ports: [5432]}}
            outputs: {o: "${{ steps.s.outputs.o }}"}
            steps:
              - {id: s, run: x, env: {C: '3'}, timeout-minutes: 1, working-directory: ./sub/}
              - {uses: actions/upload-artifact@v4, with: {name: out, path: dist}}
              - {uses: actions/cache@v4, with: {path: .c, key: k-1}}
          b:
            runs-on: x
            steps: [{run: x}]
    """)
    a, b = pipeline.jobs
    assert pipeline.concurrency is not None
    assert (pipeline.concurrency.group, pipeline.concurrency.cancel) == (
        "ci-refs/heads/dev",
        "true",
    )
    assert dict(a.env) == {"A": "1", "B": "2", "C": "2", "R": "dev"}
    assert dict(a.steps[0].env) == {"A": "1", "B": "2", "C": "3", "R": "dev"}
    assert (a.permissions, b.permissions) == (("packages: write",), ("contents: read",))
    assert (a.timeout, b.timeout, a.steps[0].timeout) == ("5", "", "1")
    assert (a.may_fail, b.may_fail) == ("true", "false")
    assert a.runner == ("x", "y", "group: big")
    assert a.environment == (("name", "prod"), ("url", "https://dev.example"))
    assert [(one.name, one.image, one.ports) for one in a.services] == [
        ("db", "postgres:16", ("5432",))
    ]
    assert a.outputs == (("o", "${{ steps.s.outputs.o }}"),)
    assert a.steps[0].directory == "sub"
    assert (a.artifacts_out, a.caches_in, a.caches_out) == (("out",), ("k-1",), ("k-1",))
    assert [step.kind for step in a.steps] == ["run", "upload-artifact", "cache"]


INPUTS = """
    on:
      workflow_dispatch:
        inputs:
          flag: {type: boolean, default: true}
          level: {type: choice, options: [low, high]}
          text: {default: hi}
          free: {}
          must: {required: true}
    jobs:
      a:
        runs-on: x
        if: inputs.flag
        steps:
          - run: "${{ inputs.level }} ${{ inputs.text }} [${{ inputs.free }}]
              ${{ inputs.must }} ${{ github.event.inputs.flag }}"
"""


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ((), "low hi [] ${{ inputs.must }} true"),
        ((("level", "high"), ("must", "x"), ("free", "y")), "high hi [y] x true"),
        ((("flag", "false"),), None),
    ],
)
def test_inputs_of_a_manual_start(
    inputs: tuple[tuple[str, str], ...], expected: str | None
) -> None:
    """With their defaults and types; one that has to be given and is not stays open."""
    (job,) = pipeline_of(INPUTS, Event(kind=EventKind.MANUAL, inputs=inputs)).jobs
    assert [step.script for step in job.steps] == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (event_of("push", tag="v1"), "refs/tags/v1 v1 tag / null"),
        (event_of("push"), "refs/heads/main main branch / null"),
        (
            event_of("pull_request", branch="x", base_branch="y"),
            "refs/pull/1/merge 1/merge branch x/y 1",
        ),
        (
            event_of("pull_request_target", branch="x", base_branch="y"),
            "refs/heads/y y branch x/y 1",
        ),
    ],
)
def test_refs_of_events(event: Event, expected: str) -> None:
    """What the contexts say of what a run stands at."""
    words = ["ref", "ref_name", "ref_type"]
    script = " ".join(f"${{{{ github.{word} }}}}" for word in words)
    script += " ${{ github.head_ref }}/${{ github.base_ref }}"
    script += " ${{ toJSON(github.event.pull_request.number) }}"
    on = "on: [push, pull_request, pull_request_target]"
    text = f"{on}\njobs: {{a: {{runs-on: x, steps: [{{run: '{script}'}}]}}}}"
    assert pipeline_of(text, event).jobs[0].steps[0].script == expected


def test_a_payload_has_only_what_belongs_to_the_event() -> None:
    """A push has no pull request, which makes `draft == false` true for it."""
    text = f"jobs: {{a: {{if: github.event.pull_request.draft == false, {STEP}}}}}"
    assert jobs_of(text)["a"].condition == "success()"
    pulled = jobs_of(text, event_of("pull_request"))["a"]
    assert pulled.condition == "github.event.pull_request.draft == false && success()"
    draft = event_of("pull_request", facts=(("github.event.pull_request.draft", True),))
    assert jobs_of(text, draft)["a"].state is State.SKIP


def test_called_workflows_and_actions_are_part_of_the_plan() -> None:
    """Jobs of the called pipeline, steps of the local action; a foreign call stays a call."""
    called = """
        on: {workflow_call: {inputs: {v: {type: string}}}}
        jobs: {x: {runs-on: u, steps: [{run: "echo ${{ inputs.v }}"}]}}
    """
    action = "runs: {using: composite, steps: [{run: one, shell: bash}, {run: two, shell: sh}]}"
    pipeline = pipeline_of(
        """
        jobs:
          call: {uses: ./.github/workflows/called.yml, with: {v: "${{ github.ref_name }}"}}
          far: {uses: o/r/.github/workflows/w.yml@v1, with: {a: b}, secrets: inherit}
          act: {runs-on: u, steps: [{uses: ./act}]}
        """,
        files={".github/workflows/called.yml": textwrap.dedent(called), "act/action.yml": action},
    )
    call, far, act = pipeline.jobs
    assert (call.id, call.steps[0].script) == ("call__x", "echo dev")
    assert (far.call, far.arguments) == ("o/r/.github/workflows/w.yml@v1", (("a", "b"),))
    assert [step.script for step in act.steps] == ["one", "two"]


def test_a_plan_is_plain_data() -> None:
    """For JSON: only lists, mappings and constants; what is usual is left out."""
    data = dump(pipeline_of(CHAIN))
    assert data["starts"] is True
    assert data["jobs"][1] == {  # type: ignore[index]
        "id": "b",
        "job": "b",
        "name": "b",
        "state": "skip",
        "condition": "false",
        "needs": ["a"],
        "why": {
            "message": "it needs 'a', which does not run",
            "at": ".github/workflows/ci.yml:5:14",
        },
        "at": ".github/workflows/ci.yml:5:3",
    }


def test_bad_input_is_a_plan_without_pipelines() -> None:
    """And an error with a place; a project can be planned as well."""
    broken = ciconv.simulate({PATH: "on: ["}, PUSH)
    assert broken.pipelines == () and broken.diagnostics[0].severity == "error"
    project = ciconv.read({PATH: f"on: push\njobs: {{a: {{{STEP}}}}}"}).project
    assert project is not None
    assert ciconv.simulate(project, PUSH).pipelines[0].starts


CALLED = """
on: workflow_call
jobs:
  x: {if: "github.ref_name == 'main'", runs-on: u, steps: [{run: "echo ${{ github.job }}"}]}
  y: {runs-on: u, steps: [{run: y}]}
  z: {needs: x, runs-on: u, steps: [{run: z}]}
"""


@pytest.mark.parametrize(
    ("condition", "branch", "expected"),
    [
        ("true", "main", {"call__x": "run", "call__y": "run", "call__z": "run", "after": "run"}),
        ("true", "dev", {"call__x": "skip", "call__y": "run", "call__z": "skip", "after": "run"}),
        (
            "false",
            "main",
            {"call__x": "skip", "call__y": "skip", "call__z": "skip", "after": "skip"},
        ),
    ],
)
def test_from_outside_a_call_is_one_job(
    condition: str, branch: str, expected: dict[str, str]
) -> None:
    """Who needs it is skipped when nothing of it runs, not when a job inside is skipped."""
    text = f"""
        jobs:
          call: {{uses: ./.github/workflows/called.yml, if: {condition}}}
          after: {{needs: call, {STEP}}}
          told: {{needs: call, if: "always() && needs.call.result != 'skipped'", {STEP}}}
    """
    event = Event(kind=EventKind.PUSH, branch=branch)
    found = pipeline_of(text, event, {".github/workflows/called.yml": CALLED}).jobs
    states = {job.id: job.state.value for job in found}
    assert states.pop("told") == states["after"]
    assert states == expected
    if branch == "main" and condition == "true":
        assert found[0].steps[0].script == "echo x"
