"""Comments and settings that say what is not to be found."""

import ciconv
from ciconv.validators.settings import Settings

PATH = ".github/workflows/ci.yml"
FILE = """on: push
jobs:
  build:
    runs-on: {label}
    steps:
      - run: echo
"""


def codes(files: dict[str, str], **settings: object) -> list[str]:
    """The codes of what is found."""
    chosen = Settings(**settings) if settings else None  # type: ignore[arg-type]
    return [one.code for one in ciconv.validate(files, format="github", settings=chosen)]


def test_a_comment_behind_the_line_allows() -> None:
    """With a reason nothing is left to say."""
    label = "mine # ciconv: allow[unknown-runner] our own machines"
    assert codes({PATH: FILE.format(label=label)}) == []


def test_a_comment_above_allows() -> None:
    """Other comments may stand between it and the line."""
    text = FILE.format(label="mine").replace(
        "    runs-on", "    # ciconv: allow[unknown-runner] ours\n    # really\n    runs-on"
    )
    assert codes({PATH: text}) == []


def test_an_allowance_wants_a_reason_and_a_use() -> None:
    """Without a reason it works, and is reported; without a use it hides something later."""
    assert codes({PATH: FILE.format(label="mine # ciconv: allow[unknown-runner]")}) == [
        "allowance-without-reason"
    ]
    assert codes({PATH: FILE.format(label="ubuntu-latest # ciconv: allow[unknown-runner] x")}) == [
        "unused-allowance"
    ]


def test_settings_of_the_repository() -> None:
    """A table in pyproject.toml or .ciconv.toml; the latter wins."""
    bad = FILE.format(label="mine")
    ignoring = '[validate]\nignore = ["unknown-runner"]\n'
    per_path = '[tool.ciconv.validate]\nper-path = { "*/ci.yml" = ["unknown-runner"] }\n'
    assert codes({PATH: bad}) == ["unknown-runner"]
    assert codes({PATH: bad, ".ciconv.toml": ignoring}) == []
    assert codes({PATH: bad, "pyproject.toml": per_path}) == []
    assert codes({PATH: bad, ".ciconv.toml": "[validate]\nselect = 3\n"})[0] == "wrong-settings"


def test_selecting() -> None:
    """Only what is selected runs."""
    bad = FILE.format(label="mine").replace("run: echo", "run: echo ::set-env name=a::b")
    assert codes({PATH: bad}) == ["unknown-runner", "deprecated-command"]
    assert codes({PATH: bad}, select=("unknown-runner",)) == ["unknown-runner"]
    assert codes({PATH: bad}, ignore=("unknown-runner",)) == ["deprecated-command"]
