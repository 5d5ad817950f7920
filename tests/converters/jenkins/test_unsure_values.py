"""Variables that something may have set or not: their value is only known while the build runs."""

import pytest

import ciconv

_FRAME = """def done = false
pipeline {{
  agent any
  stages {{
{stages}
  }}
{post}
}}
"""
_ASKS = "stage('b') {\n when { expression { !done } }\n steps { sh 'make b' }\n }\n"
_SETS = "steps {\n sh 'make a'\n script { done = true }\n }\n"
_POST = "post { always { script { if (!done) { sh 'make b' } } } }\n"
# name: the stages, what is behind them
CASES = {
    "in a stage with a condition": (
        f"stage('a') {{\n when {{ branch 'main' }}\n {_SETS} }}\n {_ASKS}",
        "",
    ),
    "beside": (f"stage('p') {{ parallel {{\n stage('a') {{ {_SETS} }}\n {_ASKS} }} }}\n", ""),
    "before what comes last": (f"stage('a') {{ {_SETS} }}", _POST),
    "in what comes last of a stage": (
        "stage('a') {\n steps { sh 'make a' }\n post { failure { script { done = true } } }\n }\n"
        + _ASKS,
        "",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_asks_for_it_fails_loudly(name: str) -> None:
    """Neither is it known to be set nor known to be not."""
    text, codes = _converted(*CASES[name])
    assert "exit 1" in text
    assert "done" in text
    assert codes


def test_what_is_known_is_used() -> None:
    """A value that nothing changes, and one that a stage before has certainly set."""
    assert "run: make b" in _converted(_ASKS, "")[0]
    assert "if: false" in _converted(f"stage('a') {{ {_SETS} }}\n {_ASKS}", "")[0]


def _converted(stages: str, post: str) -> tuple[str, list[str]]:
    source = {"Jenkinsfile": _FRAME.format(stages=stages, post=post)}
    found = ciconv.convert(source, to="github", format="jenkins")
    told = [one.code for one in found.diagnostics if one.severity == "warning"]
    return "".join(found.files.values()), told
