"""CircleCI's own language server takes every configuration that is written.

It runs where CICONV_CIRCLECI_LANGUAGE_SERVER names a checkout of it: decision 0013 says why it is
none of the tools that `make oracles` installs.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

import ciconv
from cases import CASES, FOLDER, write

CHECKOUT = os.environ.get("CICONV_CIRCLECI_LANGUAGE_SERVER", "")
PROGRAM = Path(__file__).parent / "oracle_tools" / "circleci_lint.go"
EXAMPLES = sorted(path for path in (FOLDER / "examples").glob("*/*") if path.is_dir())
ONLINE = ("Docker image not found", "does not exist or is private")  # what it asks servers for


@pytest.mark.skipif(not CHECKOUT, reason="CICONV_CIRCLECI_LANGUAGE_SERVER names no checkout")
def test_the_language_server_takes_all_cases_and_examples(tmp_path: Path) -> None:
    """Those of other systems: what is CircleCI's stays as it is."""
    files: dict[str, str] = {}
    others = [(case.path / "input", case.format, str(case)) for case in CASES]
    others += [(path, path.name, f"{path.parent.name}-{path.name}") for path in EXAMPLES]
    for path, format, name in others:
        if format != "circleci":
            made = ciconv.convert(path, to="circleci", format=format).files
            files |= {f"{name}.yml": text for text in made.values()}
    write(files, tmp_path / "written")
    assert len(files) > 150
    done = subprocess.run(
        [_built(tmp_path), *sorted(map(str, (tmp_path / "written").iterdir()))],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    lines = done.stdout.splitlines()
    assert [one for one in lines if not any(word in one for word in ONLINE)] == []


def _built(folder: Path) -> str:
    """The program that asks the server, built as if it was a command of the checkout."""
    place = Path(CHECKOUT).resolve() / "cmd" / "ciconv_lint" / "main.go"
    overlay = folder / "overlay.json"
    overlay.write_text(json.dumps({"Replace": {str(place): str(PROGRAM)}}), "utf-8")
    program = folder / "lint"
    subprocess.run(
        ["go", "build", "-overlay", str(overlay), "-o", str(program), "./cmd/ciconv_lint"],
        cwd=CHECKOUT,
        check=True,
    )
    return str(program)
