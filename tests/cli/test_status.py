"""`ciconv status` and `ciconv rollback`: what is known of written files, and taking them back."""

import json
from pathlib import Path

import pytest

from calls import call as run

WORKFLOW = """\
on: push
jobs:
  build: {runs-on: ubuntu-latest, steps: [{run: make}]}
"""
SOURCE = ".github/workflows/ci.yml"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one workflow."""
    file = tmp_path / "repository" / SOURCE
    file.parent.mkdir(parents=True)
    file.write_bytes(WORKFLOW.encode())
    return tmp_path / "repository"


@pytest.fixture
def output(repository: Path, tmp_path: Path) -> Path:
    """Where it was converted to."""
    folder = tmp_path / "out"
    assert run("gha-to-nix", repository, "-o", folder).exit_code == 0
    return folder


def states(folder: Path, *options: str) -> dict[str, str]:
    """The state of each file."""
    lines = run("status", folder, *options).stdout.splitlines()[1:]
    return {line[14:]: line[:14].strip() for line in lines if line.startswith("  ")}


def test_a_conversion_is_up_to_date(output: Path) -> None:
    """All its files are; the manifest names the version, and the files have no trace of it."""
    assert set(states(output).values()) == {"up to date"}
    assert run("status", output, "--check").exit_code == 0
    manifest = json.loads((output / ".ciconv/manifest.json").read_text("utf-8"))
    (conversion,) = manifest["conversions"]
    assert conversion["source"] == "../repository"
    assert "nix/ci.nix" in conversion["files"]


def test_what_drifted_is_named(output: Path, repository: Path) -> None:
    """A changed source, a changed file, a missing one; `--check` fails, `--diff` shows it."""
    (repository / SOURCE).write_text(WORKFLOW.replace("make", "make all"), "utf-8")
    assert states(output)["nix/ci.nix"] == "out of date"
    (output / "nix/ci.nix").write_text("mine", "utf-8")
    (output / "flake.nix").unlink()
    found = states(output)
    assert (found["nix/ci.nix"], found["flake.nix"]) == ("edited", "missing")
    assert run("status", output, "--check").exit_code == 1
    shown = run("status", output, "--diff").stdout
    assert "    -mine\n" in shown
    assert "make all" in shown


def test_a_second_run_is_noted_once(output: Path, repository: Path) -> None:
    """It writes nothing, and can be undone as the first one."""
    assert run("gha-to-nix", repository, "-o", output).exit_code == 0
    manifest = json.loads((output / ".ciconv/manifest.json").read_text("utf-8"))
    assert len(manifest["conversions"]) == 1


def test_rollback_removes_what_was_made(output: Path) -> None:
    """Files and folders; a second one has nothing to undo."""
    assert run("rollback", output).exit_code == 0
    assert [one.name for one in output.iterdir()] == [".ciconv"]
    done = run("rollback", output)
    assert (done.exit_code, "nothing was converted" in done.stderr) == (1, True)


def test_rollback_restores_the_bytes(repository: Path) -> None:
    """Of a source that the conversion took the place of."""
    before = b"# mine \xc3\xa9\r\n" + WORKFLOW.encode()
    (repository / SOURCE).write_bytes(before)
    assert run("gha-to-nix", repository, "-o", repository, "--force").exit_code == 0
    assert (repository / SOURCE).read_bytes() != before
    assert set(states(repository).values()) == {"up to date"}
    assert run("rollback", repository).exit_code == 0
    assert (repository / SOURCE).read_bytes() == before
    assert not (repository / "nix").exists()


def test_rollback_spares_later_work(output: Path) -> None:
    """A file changed since is kept, and so are all others, unless it is forced."""
    (output / "nix/ci.nix").write_text("mine", "utf-8")
    done = run("rollback", output)
    assert (done.exit_code, (output / "flake.nix").exists()) == (1, True)
    assert "'nix/ci.nix' was changed after the conversion" in done.stderr
    assert run("rollback", output, "--force").exit_code == 0
    assert not (output / "nix").exists()


def test_a_broken_manifest(output: Path) -> None:
    """Is named, and stops nothing but these two."""
    (output / ".ciconv/manifest.json").write_text("{", "utf-8")
    for command in ("status", "rollback"):
        done = run(command, output)
        assert (done.exit_code, "cannot be read" in done.stderr) == (1, True)


def test_paths_of_a_manifest_stay_inside(output: Path) -> None:
    """One that leads out of the folder is a fault of the manifest."""
    place = output / ".ciconv/manifest.json"
    manifest = json.loads(place.read_text("utf-8"))
    outside = output.parent / "victim"
    outside.write_text("x", "utf-8")
    manifest["conversions"][0]["files"] = {"../victim": {"sha256": "0", "was": "absent"}}
    place.write_text(json.dumps(manifest), "utf-8")
    for words in (["rollback", "--force"], ["status"]):
        done = run(words[0], output, *words[1:])
        assert (done.exit_code, outside.read_text("utf-8")) == (1, "x")
        assert "leads out of the folder" in done.stderr
