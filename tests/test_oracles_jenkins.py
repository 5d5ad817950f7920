"""Groovy takes every Jenkinsfile that is written, wherever it was read from."""

from pathlib import Path

import pytest

import ciconv
from cases import CASES, FOLDER, write
from oracles import groovy_faults

pytestmark = pytest.mark.oracle
EXAMPLES = sorted(path for path in (FOLDER / "examples").glob("*/*") if path.is_dir())


def written(path: Path, format: str, name: str) -> dict[str, str]:
    """The Jenkinsfiles of a repository, under a folder of their own."""
    files = ciconv.convert(path, to="jenkins", format=format).files
    return {f"{name}-{file.replace('/', '-')}.groovy": text for file, text in files.items()}


def test_groovy_takes_all_cases_and_examples(tmp_path: Path) -> None:
    """Quotes, dollars, backslashes, blocks: one run of Groovy for all of them."""
    files: dict[str, str] = {}
    for case in CASES:
        files |= written(case.path / "input", case.format, str(case))
    for path in EXAMPLES:
        if path.name != "jenkins":
            files |= written(path, path.name, f"{path.parent.name}-{path.name}")
    write(files, tmp_path)
    assert len(files) > 80
    assert groovy_faults(sorted(tmp_path.iterdir())) == []
