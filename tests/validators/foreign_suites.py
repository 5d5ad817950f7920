"""The cases of other projects' own suites, read from checkouts: what they accept and refuse.

They are in no package, so that a missing checkout is never an error.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

WORKFLOW = ".github/workflows/ci.yml"
CIRCLECI = ".circleci/config.yml"
GITLAB = ".gitlab-ci.yml"


class SuiteCase(Struct, frozen=True):
    """The files of a case by their path in a repository, and what its suite says of them."""

    name: str
    files: Mapping[str, str]
    is_valid: bool


_ELSEWHERE = re.compile(r"\b[\w-]+/[\w-]+/(\.github/workflows/[\w-]+\.yml)@[\w.]+")


def parser_cases(checkout: Path) -> Iterator[SuiteCase]:
    """Yield the cases of actions/languageservices but those that its own parser fails."""
    folder = checkout / "workflow-parser/testdata"
    skipped = set((folder / "skipped-tests.txt").read_text("utf-8").split())
    for path in sorted((folder / "reader").glob("*.yml")):
        if path.name in skipped:
            continue
        # workflows that are called stand in other repositories: here they are of the same one
        text = _ELSEWHERE.sub(r"./\1", path.read_text("utf-8"))
        _, workflow, *others, expected = re.split(r"(?m)^---\n", text)
        called = {name.strip().removeprefix("./"): body for name, body in _pairs(others)}
        yield SuiteCase(path.stem, {WORKFLOW: workflow} | called, '"errors"' not in expected)


_TEST = re.compile(r"(?m)^\s*test(?:\.\w+)?\(")
_FOLDER = re.compile(r'cwd: "(tests/test-cases/[^"]+)"')
_NAMED = re.compile(r'\bfile: "([^"]+)"')
_REFUSED = re.compile(r"catch \(|toThrow")


def gitlab_cases(checkout: Path) -> Iterator[SuiteCase]:
    """Yield the pipelines of firecow/gitlab-ci-local: one for each folder and file it is run on."""
    verdicts: dict[tuple[str, str], bool] = {}
    for script in sorted((checkout / "tests/test-cases").glob("*/*.test.ts")):
        for test in _TEST.split(script.read_text("utf-8"))[1:]:
            folder, named = _FOLDER.search(test), _NAMED.search(test)
            if folder is not None:
                key = (folder[1], GITLAB if named is None else named[1])
                verdicts[key] = verdicts.get(key, False) or not _REFUSED.search(test)
    for (name, file), is_valid in verdicts.items():
        root = checkout / name
        if (root / file).is_file():
            short = name.removeprefix("tests/test-cases/")
            yield SuiteCase(f"{short} {file}", _files(root, file), is_valid)


def _files(root: Path, file: str) -> Mapping[str, str]:
    """The texts of a folder, the file under the name that GitLab looks for."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not name.startswith(".gitlab-ci-local"):
            try:
                found[name] = path.read_text("utf-8")
            except UnicodeDecodeError:
                continue
    return found | {GITLAB: found[file]}


_COMMENT = re.compile(r"(?m)^\s*//.*\n")
_CASE = re.compile(r'\bName:\s*"((?:[^"\\]|\\.)*)"')
_TEXT = re.compile(r"YamlContent:\s*`([^`]*)`")
_ERROR = re.compile(r"\bCreateError|DiagnosticSeverityError|ErrorDiagnostic")


def circleci_cases(checkout: Path) -> Iterator[SuiteCase]:
    """Yield the cases of CircleCI's language server that hold their text."""
    for path in sorted((checkout / "pkg/parser/validate").glob("*_test.go")):
        # what stands in front of the first name is no case
        for name, body in _pairs(_CASE.split(_COMMENT.sub("", path.read_text("utf-8")))[1:]):
            if found := _TEXT.search(body):
                is_valid = _ERROR.search(body, found.end()) is None
                yield SuiteCase(name, {CIRCLECI: found[1]}, is_valid)


def _pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    return zip(words[::2], words[1::2], strict=True)
