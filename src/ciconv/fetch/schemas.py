"""Newer JSON schemas for the validator, from where check-jsonschema has its own."""

import json
import os
from tempfile import NamedTemporaryFile

from msgspec import Struct
from msgspec.structs import replace

from ciconv.fetch.client import Client
from ciconv.fetch.policy import Policy
from ciconv.remote import Unreachable, schema_file

SCHEMAS = {
    "github": "https://json.schemastore.org/github-workflow",
    "gitlab": (
        "https://gitlab.com/api/v4/projects/gitlab-org%2Fgitlab/repository/files/"
        "app%2Fassets%2Fjavascripts%2Feditor%2Fschema%2Fci.json/raw?ref=master"
    ),
    "circleci": (
        "https://raw.githubusercontent.com/CircleCI-Public/circleci-yaml-language-server/"
        "main/schema.json"
    ),
}
_HOSTS = frozenset({"json.schemastore.org", "www.schemastore.org"})
MIN_CHARACTERS = 1_000  # of a schema that says anything


class Updated(Struct, frozen=True, kw_only=True):
    """What became of the schema of a format: changed or not, or why there is none."""

    format: str
    changed: bool = False
    problem: str = ""


def policy_for_schemas(policy: Policy) -> Policy:
    """Return a policy under which schemas can be fetched; the cache has no part in it."""
    return replace(policy, hosts=policy.hosts | _HOSTS, limits=replace(policy.limits, age=0))


def update_schemas(client: Client) -> tuple[Updated, ...]:
    """Fetch the schemas into the user's cache, and say of each what became of it."""
    return tuple(_updated(format, url, client) for format, url in SCHEMAS.items())


def _updated(format: str, url: str, client: Client) -> Updated:
    try:
        text, _ = client.get(url)
        _refuse_other(text)
        return Updated(format=format, changed=_kept(format, text))
    except Unreachable as error:
        return Updated(format=format, problem=str(error))
    except OSError as error:
        return Updated(format=format, problem=f"it cannot be written: {error.strerror}")


def _refuse_other(text: str) -> None:
    """Raise Unreachable for what is no schema: a page of a login, say."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or "$schema" not in data or len(text) < MIN_CHARACTERS:
        raise Unreachable("the answer is no JSON schema")


def _kept(format: str, text: str) -> bool:
    """Whether the text is another one than before; it takes its place at once or not at all."""
    file = schema_file(format)
    try:
        before = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        before = ""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as other:
        other.write(text)
    os.replace(other.name, file)
    return text != before
