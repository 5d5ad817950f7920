"""`ciconv audit`: every file of many repositories, whatever is wrong with one of them."""

import csv
import io
import json
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from calls import call
from ciconv.api import convert, convert_to_each
from ciconv.cli import auditing
from ciconv.report.audit import Row

EASY = "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: make}]}}\n"
HARD = """\
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps: [{uses: acme/one@v1}, {uses: acme/two@v1}, {uses: acme/one@v2}]
"""


run = partial(call, "audit", "--workers", "1")


@pytest.fixture
def organisation(tmp_path: Path) -> Path:
    """Three repositories, one of them in a folder, and one without pipelines."""
    root = tmp_path / "acme"
    for name, text in (("shop", EASY), ("group/api", HARD), ("broken", "on: [")):
        file = root / name / ".github/workflows/ci.yml"
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    (root / "empty/src").mkdir(parents=True)
    return root


def rows(organisation: Path, *options: str | Path) -> list[dict[str, object]]:
    """The rows of the JSON form."""
    done = run(organisation, "--to", "nix", "--report", "json", *options)
    assert done.exit_code == 0
    found: list[dict[str, object]] = json.loads(done.stdout)["rows"]
    return found


def test_every_file_has_a_row(organisation: Path) -> None:
    """With its size, and how hard it is."""
    found = {str(row["repository"]): row for row in rows(organisation)}
    assert list(found) == ["broken", "group/api", "shop"]
    efforts = {name: row["targets"]["nixactions"]["effort"] for name, row in found.items()}  # type: ignore[index]
    assert efforts == {"broken": "broken", "group/api": "moderate", "shop": "easy"}
    assert (found["group/api"]["jobs"], found["group/api"]["steps"]) == (1, 3)
    assert found["group/api"]["unmapped"] == {"acme/one": 2, "acme/two": 1}
    assert found["broken"]["errors"] != []


def test_the_forms(organisation: Path, tmp_path: Path) -> None:
    """A table with sums, CSV for programs, a page for people."""
    shown = run(organisation, "--to", "nix").stdout
    assert "to nixactions: 1 easy, 1 moderate, 1 broken" in shown
    assert "   1  acme/two" in shown
    sheet = run(organisation, "--to", "gha", "--to", "nix", "--report", "csv").stdout
    lines = list(csv.DictReader(io.StringIO(sheet)))
    assert {line["effort"] for line in lines if line["repository"] == "shop"} >= {"easy"}
    page = tmp_path / "audit.html"
    assert run(organisation, "--to", "nix", "--report", "html", "-o", page).exit_code == 0
    assert "<title>3 pipeline files in 3 repositories</title>" in page.read_text("utf-8")


def test_it_goes_on_where_it_was(
    organisation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is noted, and did not change, is not looked at again; a broken line is."""
    state = tmp_path / "state"
    before = rows(organisation, "--state", state)
    with state.open("a") as file:
        file.write("{broken\n")
    looked: list[str] = []
    look = auditing.look_at

    def noted(task: auditing.Task) -> Row:
        looked.append(task.repository)
        return look(task)

    monkeypatch.setattr(auditing, "look_at", noted)
    assert rows(organisation, "--state", state) == before
    assert looked == []
    (organisation / "shop/.github/workflows/ci.yml").write_text(HARD, "utf-8")
    assert rows(organisation, "--state", state) != before
    assert looked == ["shop"]


def test_a_fault_stops_nothing(organisation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands in the row of its file."""

    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(auditing, "convert_to_each", failing)
    found = rows(organisation)
    assert [row["errors"] for row in found] == [["a fault of ciconv: RuntimeError: boom"]] * 3


class Fragile(Executor):
    """A pool whose process ends at a file of the repository `shop`, and nothing works after."""

    broken = False

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Look at the file at once."""
        future: Future[Any] = Future()
        self.broken = self.broken or args[0].repository == "shop"
        if self.broken:
            future.set_exception(BrokenExecutor("gone"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def test_a_process_that_ends_stops_nothing(
    organisation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files that were waiting are looked at all the same; the one is named."""
    second = organisation / "zoo/.github/workflows/ci.yml"
    second.parent.mkdir(parents=True)
    second.write_text(EASY, encoding="utf-8")
    before = {str(row["repository"]): row for row in rows(organisation)}
    monkeypatch.setattr(auditing, "_pool", lambda workers: Fragile())
    found = {str(row["repository"]): row for row in rows(organisation, "--workers", "2")}
    ended = "the process that looked at it ended: it may need too much memory"
    assert found.pop("shop")["errors"] == [ended]
    assert before.pop("shop")["errors"] == []
    assert found == before


def test_workers_give_the_same(organisation: Path) -> None:
    """In the same order."""
    done = call("audit", organisation, "--to", "nix", "--workers", "2", "--report", "csv")
    assert done.stdout == run(organisation, "--to", "nix", "--report", "csv").stdout


def test_wrong_use(organisation: Path) -> None:
    """A folder that is not there, a format that is none."""
    assert run(organisation / "nowhere").exit_code == 2
    assert run(organisation, "--to", "nobody").exit_code == 2


def test_one_reading_gives_what_each_would() -> None:
    """Conversions to several formats do not disturb each other."""
    root = Path(__file__).parents[2] / "fixtures/examples/node/github"
    to = ("gitlab", "circleci", "jenkins")
    _, found = convert_to_each(root, to=to)
    for name in to:
        alone = convert(root, to=name)
        assert (found[name].files, found[name].diagnostics) == (alone.files, alone.diagnostics)
