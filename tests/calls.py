"""The program, called in this process."""

from pathlib import Path

from typer.testing import CliRunner, Result

from ciconv.cli.app import app


def call(*arguments: str | Path) -> Result:
    """Return what a call does and says; a crash fails the test."""
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
