"""Comments and settings that say what is not to be found."""

import pytest

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


# system: its files, with `ALLOW` where a comment may stand, and what is found without it
EVERYWHERE = {
    "gitlab": (
        {
            ".gitlab-ci.yml": "include: ci/test.yml\nbuild:\n  script: make\n",
            "ci/test.yml": "test:\n  # ALLOW\n  stage: tests\n  script: make\n",
        },
        "unknown-stage",
    ),
    "circleci": (
        {
            ".circleci/config.yml": "version: 2.1\njobs:\n  build:\n    docker:\n"
            "      - image: cimg/base:2024.01\n    resource_class: gpu.large # ALLOW\n"
            "    steps: [checkout]\n"
        },
        "resource-class",
    ),
    "jenkins": (
        {
            "Jenkinsfile": "pipeline {\n  agent any\n  environment { KEY = credentials('key') }\n"
            "  stages { stage('a') { steps {\n    // ALLOW\n    sh \"send ${KEY}\"\n  } } }\n}\n"
        },
        "secret-in-string",
    ),
    "github": (
        {
            PATH: FILE.format(label="ubuntu-latest").replace("run: echo", "uses: ./tool"),
            "tool/action.yml": "name: t\ndescription: t\nruns:\n  using: composite\n  steps:\n"
            "    - uses: actions/upload-artifact@v3 # ALLOW\n",
        },
        "outdated-action",
    ),
}


@pytest.mark.parametrize("format", EVERYWHERE)
def test_comments_allow_in_all_systems(format: str) -> None:
    """In files that others include, and in actions, as well."""
    files, code = EVERYWHERE[format]
    assert code in [one.code for one in ciconv.validate(files, format=format)]
    allowed = {
        path: text.replace("ALLOW", f"ciconv: allow[{code}] for the test")
        for path, text in files.items()
    }
    found = [one.code for one in ciconv.validate(allowed, format=format)]
    assert code not in found
    assert "unused-allowance" not in found


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
