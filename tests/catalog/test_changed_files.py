"""The scripts that look which files were changed, in a repository of two commits."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ciconv.catalog.catalog import Catalog

BEFORE = {"docs/a.md": "a", "src/old.py": "old", "src/gone.py": "gone", ".github/x.yml": "x"}
AFTER = {"docs/a.md": "b", "src/app/new name.py": "n", "src/old.py": "old", ".github/x.yml": "y"}
GIT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "ann",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "ann",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
}
# `yq -o=json -I=0 'explode(.)'`
YQ = f"""#!{sys.executable}
import json, sys, yaml
print(json.dumps(yaml.safe_load(sys.stdin)))
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose branch `main` has one commit, and `topic` one more."""
    folder = tmp_path_factory.mktemp("repository")
    work = folder / "work"
    work.mkdir()
    _git(work, "init", "--quiet", "--initial-branch", "main")
    for branch, files in (("main", BEFORE), ("topic", AFTER)):
        _git(work, "rm", "-rfq", "--ignore-unmatch", ".")
        for name, text in files.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_text(text, encoding="utf-8")
        _git(work, "checkout", "--quiet", "-B", branch)
        _git(work, "add", ".")
        _git(work, "commit", "--quiet", "--message", branch)
    (folder / "bin").mkdir()
    (folder / "bin" / "yq").write_text(YQ, encoding="utf-8")
    (folder / "bin" / "yq").chmod(0o755)
    _git(work, "update-ref", "refs/remotes/origin/main", "main")
    return folder


def _git(work: Path, *arguments: str) -> str:
    env = {**os.environ, **GIT}
    done = subprocess.run(
        ["git", *arguments], cwd=work, env=env, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def looked(repository: Path, tool: str, env: dict[str, str]) -> dict[str, str] | str:
    """What the script of a tool wrote down, or what it said when it failed."""
    found = Catalog.builtin().tool(tool)
    script = found.targets["nixactions"].script if found else None
    assert script is not None
    output = repository / "output"
    output.write_text("", encoding="utf-8")
    path = f"{repository / 'bin'}:{os.environ['PATH']}"
    known = {"PATH": path, "GITHUB_OUTPUT": str(output), "GITHUB_REF_NAME": "topic"}
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=repository / "work",
        env={**known, **GIT, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        return done.stderr
    lines = output.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


PULL = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "main"}


@pytest.mark.parametrize(
    ("patterns", "files"),
    [
        ("docs/**", ["docs/a.md"]),
        ("'**/*.py'", ["src/app/new name.py", "src/gone.py"]),
        ("'*.py'", []),
        ("'**'", [".github/x.yml", "docs/a.md", "src/app/new name.py", "src/gone.py"]),
        ("'{docs,.github}/*.{md,yml}'", [".github/x.yml", "docs/a.md"]),
        ("[[docs/**], 'src/*/*']", ["docs/a.md", "src/app/new name.py"]),
        ("[deleted: 'src/**']", ["src/gone.py"]),
        ("[added|modified: 'src/**']", ["src/app/new name.py"]),
    ],
)
def test_filters_find_what_was_changed(repository: Path, patterns: str, files: list[str]) -> None:
    """As the action: names with a dot in front count, and files that are gone."""
    asked = {"INPUT_FILTERS": f"one: {patterns}\nother: nothing\n", "INPUT_LIST_FILES": "json"}
    found = looked(repository, "paths-filter", PULL | asked)
    assert not isinstance(found, str), found
    assert json.loads(found["one_files"]) == files
    assert found["one"] == str(bool(files)).lower()
    assert (found["one_count"], found["other"]) == (str(len(files)), "false")
    assert json.loads(found["changes"]) == (["one"] if files else [])


@pytest.mark.parametrize(
    ("env", "changed"),
    [
        ({"GITHUB_EVENT_NAME": "push", "INPUT_DEFAULT_BRANCH": "main"}, "true"),
        ({"GITHUB_EVENT_NAME": "push", "INPUT_BASE": "topic", "INPUT_BEFORE": "main"}, "true"),
        ({"GITHUB_EVENT_NAME": "push", "INPUT_BASE": "topic", "INPUT_BEFORE": "HEAD"}, "false"),
        ({"GITHUB_EVENT_NAME": "push", "INPUT_BASE": "topic", "INPUT_BEFORE": "0" * 40}, "true"),
        ({"GITHUB_EVENT_NAME": "push", "INPUT_BASE": "topic"}, "true"),
    ],
)
def test_a_push_is_compared_with_what_was_before(
    repository: Path, env: dict[str, str], changed: str
) -> None:
    """A branch with the default branch, that one with the commit before the push."""
    found = looked(repository, "paths-filter", env | {"INPUT_FILTERS": "one: docs/**"})
    assert not isinstance(found, str), found
    assert found["one"] == changed


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"INPUT_FILTERS": "one: ['**', '!docs/**']"}, "takes files away"),
        ({"INPUT_FILTERS": "one: '[ab].md'"}, "is not carried over"),
        ({"INPUT_FILTERS": "one: a", "GITHUB_BASE_REF": "lost"}, "no branch 'lost'"),
    ],
)
def test_what_filters_do_not_know_fails(repository: Path, asked: dict[str, str], said: str) -> None:
    """A wrong answer would skip a job."""
    found = looked(repository, "paths-filter", PULL | asked)
    assert isinstance(found, str)
    assert said in found


def test_every_pattern_has_to_match(repository: Path) -> None:
    """With that quantifier a pattern may take files away."""
    asked = {"INPUT_FILTERS": "one: ['src/**', '!**/*.py']\ntwo: ['**', '!**/*.py']"}
    found = looked(
        repository, "paths-filter", PULL | asked | {"INPUT_PREDICATE_QUANTIFIER": "every"}
    )
    assert not isinstance(found, str), found
    assert (found["one"], found["two"]) == ("false", "true")


def test_changed_files_are_listed(repository: Path) -> None:
    """By what became of them, as far as patterns reach."""
    asked = {"INPUT_FILES": "src/**\n!src/gone.py", "INPUT_FILES_IGNORE": "**/*.md"}
    found = looked(repository, "changed-files", PULL | asked)
    assert not isinstance(found, str), found
    assert found["all_changed_files"] == "src/app/new name.py"
    assert found["other_changed_files"] == ".github/x.yml docs/a.md"
    assert (found["any_changed"], found["only_changed"]) == ("true", "false")
    assert (found["any_deleted"], found["added_files"]) == ("false", "src/app/new name.py")


def test_changed_files_have_groups(repository: Path) -> None:
    """Each with results of its own."""
    asked = {
        "INPUT_FILES_YAML": "docs:\n  - docs/**\nrust:\n  - '**/*.rs'\n",
        "INPUT_MATRIX": "true",
    }
    env = {"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/topic", "INPUT_BEFORE": "main"}
    found = looked(repository, "changed-files", env | asked)
    assert not isinstance(found, str), found
    assert (found["docs_any_changed"], found["rust_any_changed"]) == ("true", "false")
    assert json.loads(found["docs_all_changed_files"]) == ["docs/a.md"]
    assert json.loads(found["deleted_files"]) == ["src/gone.py"]
    assert found["changed_keys"] == "docs"
