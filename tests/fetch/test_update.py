"""`ciconv update`, against a server of this machine: what is kept, and what `validate` does."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ciconv import validate
from ciconv.cli.app import app
from ciconv.fetch.client import Client
from ciconv.fetch.policy import Policy
from ciconv.fetch.schemas import SCHEMAS, Updated, policy_for_schemas, update_schemas
from ciconv.remote import schema_file
from ciconv.validators import schema
from fetch.local_server import Local, Said, serving

SCHEMA = json.dumps(
    {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "required": ["nonsense"],
        "description": "x" * 1000,
    }
)
WORKFLOW = """\
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps: [{run: echo hello}]
"""


@pytest.fixture
def server() -> Iterator[Said]:
    """A server of this machine that has three schemas."""
    with serving() as said:
        for url in SCHEMAS.values():
            said.text(url.removeprefix("https://"), SCHEMA)
        said.redirect("json.schemastore.org/github-workflow", "https://www.schemastore.org/g.json")
        said.text("www.schemastore.org/g.json", SCHEMA)
        yield said


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The cache of a user, which is empty."""
    monkeypatch.setenv("CICONV_CACHE_DIR", str(tmp_path))
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    schema._schema.cache_clear()
    schema._validator.cache_clear()


def update(server: Said, cache: Path) -> tuple[Updated, ...]:
    """Fetch the schemas."""
    policy = policy_for_schemas(Policy())
    return update_schemas(Client(policy, folder=cache, lower=Local(server.port)))


def test_newer_schemas_count(server: Said, cache: Path) -> None:
    """Those of the package do when they are newer, or when the others are broken."""
    pytest.importorskip("jsonschema_rs")
    files = {".github/workflows/a.yml": WORKFLOW}
    assert validate(files) == ()
    assert [one.changed for one in update(server, cache)] == [True, True, True]
    _forget()
    (found,) = validate(files)
    assert "nonsense" in found.message
    assert [one.changed for one in update(server, cache)] == [False, False, False]
    os.utime(schema_file("github"), (0, 0))
    _forget()
    assert validate(files) == ()
    schema_file("github").write_text("{", encoding="utf-8")
    _forget()
    assert validate(files) == ()


@pytest.mark.parametrize("text", ["<html>", "[]", '{"$schema": ""}', "[" * 100_000])
def test_what_is_no_schema_is_not_kept(server: Said, cache: Path, text: str) -> None:
    """The others are; nothing of it is half there."""
    server.text("www.schemastore.org/g.json", text)
    found = update(server, cache)
    assert [one.problem for one in found] == ["the answer is no JSON schema", "", ""]
    kept = sorted(path.name for path in (cache / "schemas").iterdir())
    assert kept == ["circleci.json", "gitlab.json"]


def test_the_command_says_what_became_of_each(
    server: Said, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line for each format, and 1 where one could not be had."""
    server.answers.pop(SCHEMAS["circleci"].removeprefix("https://"))
    monkeypatch.setattr("ciconv.fetch.bounded.HTTPAdapter", lambda: Local(server.port))
    said = CliRunner().invoke(app, ["update"])
    assert said.exit_code == 1
    assert said.stdout == "github    updated\ngitlab    updated\n"
    assert said.stderr == (
        "circleci  raw.githubusercontent.com answers 404: there is no such file, or it is private\n"
    )
