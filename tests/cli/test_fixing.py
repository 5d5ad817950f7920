"""`validate --fix`: files are mended, and nothing else of them changes."""

from pathlib import Path

from typer.testing import CliRunner

from ciconv.cli.app import app
from ciconv.cli.fixing import mended
from ciconv.diagnostics import Fix
from ciconv.source import Source

BAD = """on: push   # every push
jobs:
  build:
    runs-on: ubuntu-latest
    env: &env   {MODE: fast}
    steps:
      - run: |
          echo "::set-output name=version::$(cat VERSION)"
          echo done
      - ruun: echo "${{ github.reff }}"
        run: echo
"""


def repository(folder: Path) -> Path:
    """A folder with one workflow; returns the file."""
    file = folder / ".github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    file.write_bytes(BAD.encode())
    return file


def test_safe_fixes(tmp_path: Path) -> None:
    """What means the same is written; the rest waits for --unsafe."""
    file = repository(tmp_path)
    done = CliRunner().invoke(app, ["validate", str(tmp_path), "--fix"])
    assert done.exit_code == 1
    text = file.read_bytes().decode()
    assert text == BAD.replace("&env   ", "").replace(
        '"::set-output name=version::$(cat VERSION)"',
        '"version=$(cat VERSION)" >> "$GITHUB_OUTPUT"',
    )


def test_unsafe_fixes(tmp_path: Path) -> None:
    """Names that were probably meant; what would be no YAML stays as it is."""
    file = repository(tmp_path)
    file.write_text(BAD.replace("- ruun", "- nmae"), encoding="utf-8")
    CliRunner().invoke(app, ["validate", str(tmp_path), "--fix", "--unsafe"])
    text = file.read_text(encoding="utf-8")
    assert "- name: echo" in text
    assert "github.ref }}" in text


def test_fixes_that_touch_each_other() -> None:
    """The first one counts."""
    source = Source("x", "abcdef")
    fixes = [Fix(source.span(0, 3), "X"), Fix(source.span(2, 4), "Y"), Fix(source.span(5, 6), "")]
    assert mended(source.text, fixes) == "Xde"
