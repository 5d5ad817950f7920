"""Calls of workflows and actions: what they see, when they run, how many there may be."""

import ciconv

CALLER = """
on: push
env: {ONLY: caller}
jobs:
  first:
    runs-on: ubuntu-latest
    outputs: {go: "${{ steps.s.outputs.go }}"}
    steps: [{id: s, run: 'echo go=no >> "$GITHUB_OUTPUT"'}]
  call:
    needs: first
    if: needs.first.outputs.go == 'yes'
    uses: ./.github/workflows/called.yml
    secrets: {TOKEN: "${{ secrets.REAL }}"}
"""
CALLED = """
on: {workflow_call: {secrets: {TOKEN: {required: true}}}}
jobs:
  work:
    runs-on: ubuntu-latest
    steps: [{run: "echo ${{ secrets.TOKEN }} ${{ secrets.OTHER }}."}]
  report:
    needs: work
    if: always()
    runs-on: ubuntu-latest
    steps: [{run: 'echo "$ONLY"'}]
"""
FILES = {".github/workflows/ci.yml": CALLER, ".github/workflows/called.yml": CALLED}


def _written(files: dict[str, str]) -> str:
    return ciconv.convert(files, to="nixactions").files["nix/ci.nix"]


def test_a_call_gates_jobs_that_always_run() -> None:
    """`always()` inside a call says nothing while the call itself is skipped."""
    report = _written(FILES).partition("call__report =")[2]
    assert "NEEDS_FIRST_OUTPUTS_GO" in report.partition("steps")[0]


def test_secrets_that_are_not_handed_over_are_empty() -> None:
    """A call sees the secrets it is given, and no other."""
    written = _written(FILES)
    assert "REAL" in written and "OTHER" not in written


def test_what_is_called_does_not_see_the_environment_of_the_caller() -> None:
    """The variables of the caller stand at its own jobs."""
    first, _, called = _written(FILES).partition("call__work =")
    assert "ONLY = " in first.partition("first =")[2] and "ONLY = " not in called


def test_programs_have_names_of_their_own() -> None:
    """Names that are alike, and those of the library, lose no workflow."""
    names = ("CI.yml", "ci.yaml", "build.test.yml", "build-test.yml", "ciconv-lib.yml", "-.yml")
    job = "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: make %s}]}}\n"
    files = {f".github/workflows/{name}": job % number for number, name in enumerate(names)}
    converted = ciconv.convert(files, to="nixactions").files
    programs = "".join(text for path, text in converted.items() if path.endswith(".nix"))
    assert all(f"make {number}" in programs for number in range(len(names)))


def test_calls_in_calls_are_bounded() -> None:
    """What multiplies ends in an error at its place."""
    calls = "".join(f"  c{one}: {{uses: ./.github/workflows/w%s.yml}}\n" for one in range(10))
    files = {
        f".github/workflows/w{level}.yml": "on: [push, workflow_call]\njobs:\n"
        + calls.replace("%s", str(level + 1))
        for level in range(9)
    }
    job = "on: workflow_call\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: make}]}}\n"
    _check_bounded(files | {".github/workflows/w9.yml": job}, "call-limit")


def test_actions_in_actions_are_bounded() -> None:
    """The same for composite actions."""
    head = "runs:\n  using: composite\n  steps:\n"
    files = {
        f"a{level}/action.yml": head + f"    - uses: ./a{level + 1}\n" * 10 for level in range(9)
    }
    files["a9/action.yml"] = head + "    - {run: make, shell: bash}\n"
    files[".github/workflows/ci.yml"] = (
        "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{uses: ./a1}]}}\n"
    )
    _check_bounded(files, "action-limit")


def _check_bounded(files: dict[str, str], code: str) -> None:
    result = ciconv.convert(files, to="nixactions")
    found = [one for one in result.diagnostics if one.severity == "error"]
    assert [one.code for one in found] == [code] and found[0].span is not None
    assert not result.files
