"""The short way in front of typer: the same call, or none."""

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from ciconv.cli import conversion, main, router
from ciconv.cli.app import app
from ciconv.cli.choices import Choices
from ciconv.cli.values import Pin, Report

ROOT = Path(__file__).parent.parent.parent
FILE = ROOT / "fixtures/examples/node/github/.github/workflows/ci.yml"
Call = tuple[Path | None, Choices]

PLAIN = ("ci.yml", "a folder/ci.yml", "nix", "github", "ir", "json", "sha", "\u00e9", "x=y", ".")
STRANGE = (
    *("", " ", "-", "--", "-h", "--help", "--version", "convert", "*.yml", "~", "$HOME", "%A%"),
    *("-x", "--unknown", "-co", "--t", "--che", "--check=1", "--force=", "-o=x", "-oout", "--to="),
    *("--TO", "--to =x", "--report=JSON", "--report=", "--no-check", "\udcff", "\0"),
)
VALUES = ("--to", "--from", "-o", "--output", "--report", "--pin")
FLAGS = ("--check", "--strict", "--force")
FLAKES = ("--flake", "--flake-parts")
JOINED = ("--to=nix", "--to=a=b", "--from=gha", "--output=out", "--report=json", "--to=-x")
WORDS = st.sampled_from((*PLAIN, *STRANGE, *VALUES, *FLAGS, *FLAKES, *JOINED))
STARTS = st.sampled_from((["convert"], ["convert", "--to", "nix"], ["gha-to-nix"], ["dry-run"]))


def typer_call(words: list[str]) -> Call | None:
    """What typer makes of a command line; None when it calls nothing: help, wrong use."""
    calls: list[Call] = []

    def record(path: Path | None, choices: Choices) -> int:
        calls.append((path, choices))
        return 0

    with patch.object(conversion, "run", record):
        CliRunner().invoke(app, words)
    return calls[0] if calls else None


@settings(max_examples=300)
@given(st.builds(lambda start, words: [*start, *words], STARTS, st.lists(WORDS, max_size=5)))
@example(["convert", "--to", "--check", "ci.yml"])
@example(["convert", "--to", "nix", "--", "-x"])
@example(["convert", "--to", "nix", "--to", "github"])
@example(["convert", "-o", "a", "--output", "b", "--to", "nix"])
@example(["convert", "--to", "nix", "-o=x"])
@example(["gha-to-nix", "--to", "github"])
@example(["gha-to-nix", "a", "b"])
@example([])
def test_a_routed_call_is_that_of_typer(words: list[str]) -> None:
    """Whatever the words are; a call that is not routed is typer's anyway."""
    routed = router.plain_call(words)
    assert routed is None or routed == typer_call(words)


@st.composite
def plain_words(draw: st.DrawFn) -> list[str]:
    """A command line as people and programs write it: each option once, in any order."""
    command = draw(st.sampled_from(("convert", "gha-to-nix")))
    values = {"--report": st.sampled_from(Report), "--pin": st.sampled_from(Pin)}
    names = draw(st.sets(st.sampled_from(("-o", "--report", "--pin"))))
    if command == "convert":
        names |= {"--to"} | draw(st.sets(st.just("--from")))
    parts = [[one] for one in draw(st.sets(st.sampled_from(FLAGS)))]
    parts += [[one] for one in draw(st.lists(st.sampled_from(FLAKES), max_size=1))]
    parts += [[one] for one in draw(st.lists(st.sampled_from(PLAIN), max_size=1))]
    for name in sorted(names):
        value = str(draw(values.get(name, st.sampled_from(PLAIN))))
        is_joined = name != "-o" and draw(st.booleans())
        parts.append([f"{name}={value}"] if is_joined else [name, value])
    return [command, *(word for part in draw(st.permutations(parts)) for word in part)]


@settings(max_examples=100)
@given(plain_words())
def test_plain_calls_are_routed(words: list[str]) -> None:
    """Else the router would be of no use, and the test above could not fail."""
    routed = router.plain_call(words)
    assert routed is not None
    assert routed == typer_call(words)


@pytest.mark.parametrize(
    "words",
    [
        ["convert", "nowhere", "--to", "nix"],
        ["convert", str(FILE), "--to", "nixx"],
        ["convert", str(FILE), "--to", "nix", "--from", "x"],
        ["convert", str(FILE), "--to", "nix", "-o", str(FILE)],
        ["convert", str(FILE), "--to", "nix"],
        ["convert", str(FILE), "--to", "ir", "--report", "json"],
    ],
)
def test_both_ways_say_the_same(words: list[str]) -> None:
    """Output, report and code of the whole program, with and without the router."""
    done = start(words)
    expected = CliRunner().invoke(app, words, prog_name="ciconv")
    assert (done.returncode, done.stdout) == (expected.exit_code, expected.stdout_bytes)
    assert done.stderr == expected.stderr_bytes


def start(words: list[str], stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "ciconv", *words],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        check=False,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def test_a_reader_that_leaves_is_no_fault() -> None:
    """As in `ciconv convert … | head -1`; nothing is said about it."""
    read, write = os.pipe()
    os.close(read)
    done = start(["convert", str(FILE), "--to", "nix"], stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_an_interrupt_has_its_code() -> None:
    """The one of typer, and of shells."""
    with patch.object(conversion, "run", side_effect=KeyboardInterrupt):
        assert main.run_plain(["convert", "--to", "nix"]) == 130
