"""The examples of README and docs are run, so that they are true.

In one document, in order: a block ```yaml PATH is a file; in a block ```console each line `$ …` is
a shell command and what follows is its output (`…` alone stands for any lines); a block ```python
runs. `--update-golden` rewrites the outputs that have no `…`.
"""

import fnmatch
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ciconv.converters import BUILT_IN, registry
from ciconv.profile import Support
from conftest import Golden
from migration_pages import FOLDER, pages

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md")))
BLOCK = re.compile(r"^```([a-z]+) ?(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
COMMAND = re.compile(r"^\$ (.*\n)((?:(?!\$ ).*\n)*)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)(?:#[^)]*)?\)")
PROGRAM = f'ciconv() {{ "{sys.executable}" -m ciconv "$@"; }}\n'


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_examples_are_true(page: Path, tmp_path: Path, golden: Golden) -> None:
    """Every block gives what stands below it."""
    text = page.read_text(encoding="utf-8")
    shown = text
    for kind, title, body in BLOCK.findall(text):
        if kind == "console":
            shown = shown.replace(body, COMMAND.sub(lambda match: _run(match, tmp_path), body))
        elif kind == "python":
            _python(body, tmp_path)
        elif title:
            (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / title).write_text(body, encoding="utf-8")
    golden.file(page, shown)


def _run(command: re.Match[str], folder: Path) -> str:
    """The command with the output it has now, or as it stands when the output fits."""
    line, expected = command.groups()
    done = subprocess.run(
        ["sh", "-c", PROGRAM + line],
        cwd=folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return command.group() if _fits(done.stdout, expected) else f"$ {line}{done.stdout}"


def _fits(output: str, expected: str) -> bool:
    """Whether the output is as expected, where a line `…` stands for any lines."""
    pattern = "".join(
        "*" if line.strip() == "…" else re.sub(r"([*?[])", r"[\1]", line)
        for line in expected.splitlines(keepends=True)
    )
    return fnmatch.fnmatchcase(output, pattern)


def _python(body: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", body],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", "PYTHONUTF8": "1"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Links between pages, and from pages to the code."""
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_feature_tables_are_those_of_the_profiles(golden: Golden) -> None:
    """`docs/reference/features.md` is generated, so that it cannot promise something else."""
    golden.file(ROOT / "docs/reference/features.md", "\n".join(_feature_page()))


def _feature_page() -> Iterator[str]:
    yield "# Features"
    yield ""
    yield "What becomes of a feature of the source in each format, generated from the profiles"
    yield "(`make golden`). [Losses](../explanation/losses.md) explains the outcomes. What is not"
    yield "listed is native: the format says it in its own words."
    for name in BUILT_IN:
        card = registry.get(name)
        rows = [one for one in card.profile.capabilities if one.support is not Support.NATIVE]
        yield from ("", f"## {card.title}", "")
        yield from (_TABLE_HEAD if rows else ("Everything is native.",))
        for one in rows:
            note = one.note.replace("{detail}", "…")
            yield f"| {one.feature} | {one.support} | {one.outcome or ''} | {note} |"
    yield ""


_TABLE_HEAD = ("| feature | support | outcome | how |", "|---|---|---|---|")


def test_the_migration_guides_are_current(golden: Golden) -> None:
    """`docs/migrate/` is made of profiles, catalog, traps and conversions."""
    for name, text in pages().items():
        golden.file(FOLDER / name, text)
    made = {path.name for path in FOLDER.glob("*.md")}
    assert made == set(pages())
