"""Laws of meaning: what comes out does what went in did, or a reported loss says what differs."""

import pytest
from hypothesis import Phase, given, settings

import ciconv
import strategies
from cases import CASES, Case
from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostics, Severity
from ciconv.ir.pipeline import Project
from ciconv.source import Source, Workspace
from ciconv.syntax import yaml
from ciconv.syntax.node import Document, Node, comments_in
from mutations import MANY
from oracles import tool

each_case = pytest.mark.parametrize("case", CASES, ids=str)


@each_case
def test_rendering_keeps_values_and_comments(case: Case) -> None:
    """Law 1: what is rendered is read as the same tree, with the same comments."""
    for path, text in case.inputs.items():
        if path.endswith((".yml", ".yaml")):
            for before in _parsed(path, text):
                rendered = yaml.render(before)
                assert comments_and_values(path, rendered) == (_comments(before), before.root)


def comments_and_values(path: str, text: str) -> tuple[list[str], Node]:
    """Return what a text of one document says to people and to machines."""
    (document,) = _parsed(path, text)
    return _comments(document), document.root


def _parsed(path: str, text: str) -> tuple[Document, ...]:
    return yaml.parse(Source(path, text), Diagnostics())


def _comments(document: Document) -> list[str]:
    found = (*document.leading, *comments_in(document.root))
    return sorted(comment.text for comment in found)


@each_case
def test_the_same_format_does_the_same(case: Case) -> None:
    """Law 8, on the way to GitHub Actions itself."""
    _check_equal(case.inputs, "github")


@pytest.mark.oracle
@each_case
def test_the_nix_workflow_does_the_same(case: Case) -> None:
    """Law 8, on the way to NixActions: every difference is covered by a loss."""
    tool("nix-instantiate")
    _check_equal(case.inputs, "nixactions")


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["of the caller", "of a checkout", "of the run"])
def test_nix_workflows_do_the_same_for(name: str) -> None:
    """What was once said otherwise: defaults name inputs of the caller, addresses have a name."""
    tool("nix-instantiate")
    _check_equal({".github/workflows/ci.yml": _ONCE[name]}, "nixactions")


_ONCE = {
    "of the caller": """\
on:
  workflow_call:
    inputs:
      label: {type: string, default: "${{ inputs.prefix }}"}
jobs:
  a:
    runs-on: ubuntu-latest
    steps: [{run: 'test "${{ inputs.label }}" = x'}]
""",
    "of a checkout": """\
on: {workflow_dispatch: {inputs: {branch: {default: main}}}}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - {name: all of it, uses: actions/checkout@v5, with: {ref: "${{ inputs.branch }}"}}
      - run: ls "${{ inputs.branch }}"
      - uses: actions/setup-node@v5
      - run: npm install
""",
    "of the run": """\
on: push
jobs:
  a:
    if: github.repository == 'an/owner'
    runs-on: ubuntu-latest
    steps:
      - run: tell "$URL"
        env:
          URL: ${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}
""",
}


@pytest.mark.oracle
@settings(max_examples=25)
@given(strategies.projects())
def test_nix_workflows_of_any_pipelines_do_the_same(project: Project) -> None:
    """Law 8, on the way to NixActions, for pipelines nobody has written."""
    tool("nix-instantiate")
    github = registry.get("github")
    assert github.write is not None
    run = Context(workspace=Workspace.of({}), catalog=Catalog.builtin(), diagnostics=Diagnostics())
    _check_equal(dict(github.write(project, run)), "nixactions")


@pytest.mark.parametrize("target", ["gitlab", "circleci", "jenkins"])
@settings(
    max_examples=200 if MANY else 15,  # others each time, and some differences, in a long run
    derandomize=not MANY,
    phases=(Phase.explicit, Phase.generate),
)
@given(strategies.projects())
def test_other_systems_do_the_same_for_any_pipelines(target: str, project: Project) -> None:
    """Laws 2 and 8, on the way to the others: what is written can be read, and does the same."""
    github = registry.get("github")
    assert github.write is not None
    run = Context(workspace=Workspace.of({}), catalog=Catalog.builtin(), diagnostics=Diagnostics())
    _check_equal(dict(github.write(project, run)), target)


def _check_equal(files: dict[str, str], target: str) -> None:
    converted = ciconv.convert(files, to=target, format="github").files
    if not converted:
        return  # bad input: other tests say what becomes of it
    if target == "github":  # the workflows stand among what they call
        converted = files | converted
    result = ciconv.verify(files, converted, formats=("github", target))
    assert [one.message for one in result.diagnostics if one.severity is Severity.ERROR] == []
    assert [one.message for one in result.differences if not one.explained] == []


@pytest.mark.parametrize("target", ["gitlab", "circleci", "jenkins"])
@pytest.mark.parametrize("case", range(15))
def test_other_systems_do_the_same_for(case: int, target: str) -> None:
    """Law 8 for what random pipelines once showed: each is a job, or several."""
    text = f"on: {{push: , workflow_dispatch: {{inputs: {{n: }}}}}}\njobs: {_JOBS[case]}\n"
    _check_equal({".github/workflows/ci.yml": text}, target)


_JOB = "runs-on: ubuntu-latest, steps: [{run: make}]"
_JOBS = (
    # what runs only after a failure has no success behind it
    f"{{a: {{{_JOB}}}, b: {{needs: a, if: failure(), {_JOB}}}, c: {{needs: b, {_JOB}}}}}",
    f"{{a: {{if: cancelled(), {_JOB}}}, b: {{{_JOB}}}, c: {{needs: [a, b], {_JOB}}}}}",
    f"{{a: {{if: cancelled(), {_JOB}}}}}",
    # nobody but the run knows a label: the step fails, where it would run
    "{a: {runs-on: ubuntu-latest, steps: [{run: x, if: \"github.ref_name == 'x'\", "
    "env: {A: 'a${{ github.event.label.name }}'}}, {run: y}]}}",
    # values that a matrix does not have
    "{a: {runs-on: ubuntu-latest, strategy: {matrix: {v: [1]}}, "
    "steps: [{run: 'x${{ matrix.os }}${{ matrix.v }}'}]}}",
    # what is no text is searched as one, and none is larger than a number
    f"{{a: {{if: \"contains(endsWith(github.ref_name, true), 'tr')\", {_JOB}}}, b: {{{_JOB}}}}}",
    f"{{a: {{if: inputs.n < 1, environment: e, {_JOB}}}, b: {{{_JOB}}}}}",
    # a step that never runs is nobody's counterpart
    "{a: {runs-on: macos-14, outputs: {o: x}, steps: [{run: a, if: \"!'x'\"}, {run: b}]}}",
    f"{{a: {{{_JOB}}}, b: {{needs: a, if: failure(), outputs: {{o_p: x}}, runs-on: ubuntu-latest, "
    "steps: [{run: x, if: cancelled()}]}}",
    # asking for success is not taking what was left out for one
    f"{{a: {{if: failure(), {_JOB}}}, b: {{needs: a, if: success(), {_JOB}}}}}",
    # nothing is in every text; a push has no draft
    f"{{a: {{if: 'contains(github.sha, null)', {_JOB}}}}}",
    f"{{a: {{if: \"!github.event.pull_request.draft == ('' == 'x')\", {_JOB}}}}}",
    # no number is a truth of its own, and truths are numbers; what is not set is empty
    f"{{a: {{if: success() && 0, {_JOB}}}, b: {{runs-on: ubuntu-latest, steps: [{{run: x, env: "
    '{A: "x${{ null != !github.ref }}", B: "x${{ github.base_ref == \'\' }}"}}]}}',
    # a step has its variables for itself, one that never runs has no outputs
    "{a: {runs-on: ubuntu-latest, steps: [{run: x, env: {A: '1'}}, "
    "{run: y, env: {B: 'y${{ env.A }}'}}]}}",
    "{a: {runs-on: ubuntu-latest, steps: [{run: x, id: s, if: cancelled() && !!null}, "
    "{run: y, env: {B: 'x${{ steps.s.outputs.o }}'}}]}}",
)


def test_what_cannot_be_converted_fails_only_where_it_would_run() -> None:
    """The condition of a step stays, though nothing tells the value of its variable."""
    text = f"on: push\njobs: {_JOBS[3]}\n"
    files = {".github/workflows/ci.yml": text}
    for target, condition in (("gitlab", "if ["), ("circleci", "condition:"), ("jenkins", "when")):
        (written,) = ciconv.convert(files, to=target, format="github").files.values()
        before, _, _ = written.partition("was not converted")
        assert condition in before, target


@pytest.mark.parametrize("target", ["gitlab", "circleci", "jenkins"])
def test_what_also_asks_for_cancelling_is_converted(target: str) -> None:
    """`failure() || cancelled()` is what people write, and no reason for a step that fails."""
    step = "{run: tell, if: 'failure() || cancelled()'}"
    jobs = f"{{a: {{runs-on: ubuntu-latest, steps: [{{run: make}}, {step}]}}, "
    jobs += f"b: {{needs: a, if: 'failure() || cancelled()', {_JOB}}}}}"
    files = {".github/workflows/ci.yml": f"on: push\njobs: {jobs}\n"}
    found = ciconv.convert(files, to=target, format="github")
    assert "not converted" not in "".join(found.files.values())
    assert "cancelled" in {one.loss.feature for one in found.diagnostics if one.loss is not None}
    _check_equal(files, target)


@pytest.mark.parametrize("target", ["gitlab", "circleci", "jenkins"])
def test_a_job_that_only_a_cancellation_starts_never_runs(target: str) -> None:
    """Where nothing runs after one; it does not fail in every run, either."""
    files = {".github/workflows/ci.yml": f"on: push\njobs: {_JOBS[1]}\n"}
    found = ciconv.convert(files, to=target, format="github").files
    assert "not converted" not in "".join(found.values())


@pytest.mark.oracle
def test_a_nix_workflow_written_anew_does_the_same() -> None:
    """What starts a program stays where it is: no shim stands in the place of the program."""
    tool("nix-instantiate")
    files = {".github/workflows/ci.yml": f"on: push\njobs: {_JOBS[0]}\n"}
    first = ciconv.convert(files, to="nixactions", format="github").files
    again = ciconv.convert(first, to="nixactions", format="nixactions").files
    found = ciconv.verify(first, first | again, formats=("nixactions", "nixactions"))
    assert found.events and found.differences == ()
