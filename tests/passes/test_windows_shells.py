"""Scripts of a matrix that has Windows in some of its cells."""

import pytest

import ciconv

RUNNERS = (
    ("{os: [ubuntu-latest, windows-latest]}", "matrix.os", "", True),
    ("{OS: [ubuntu-latest, windows-latest]}", "matrix.os", "", True),
    ("{on: [{os: ubuntu-latest}, {os: windows-latest}]}", "matrix.on.os", "", True),
    ("{on: [{os: macos-latest, name: windows}]}", "matrix.on.os", "", False),
    ("{os: [ubuntu-latest, macos-latest]}", "matrix.os", "", False),
    ("{os: [ubuntu-latest, windows-latest]}", "matrix.os", ", shell: bash", False),
    ("{os: [windows-latest]}", "matrix.image", "", False),
    ("{on: [windows-latest]}", "matrix.on.os", "", False),
)


@pytest.mark.parametrize(("matrix", "runner", "shell", "is_told"), RUNNERS)
@pytest.mark.parametrize("to", ["gitlab", "jenkins"])
def test_bash_on_windows_is_told(
    matrix: str, runner: str, shell: str, is_told: bool, to: str
) -> None:
    """Where a value of the matrix, or a part of one, picks the machine."""
    source = (
        f"on: push\njobs:\n  a:\n    strategy: {{matrix: {matrix}}}\n"
        f"    runs-on: ${{{{ {runner} }}}}\n    steps: [{{run: make{shell}}}]\n"
    )
    made = ciconv.convert({".github/workflows/a.yml": source}, to=to)
    said = [one for one in made.diagnostics if "where GitHub has PowerShell" in one.message]
    assert len(said) == is_told
    assert all(one.span is not None and "runs-on" in one.span.text for one in said)
