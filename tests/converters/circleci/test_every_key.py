"""Every key of CircleCI's schema, towards every target: it makes a difference, or is told of."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ciconv
from ciconv.diagnostics import Diagnostic
from edits import with_changed_scalars

PATH = ".circleci/config.yml"
# the keys that no other case has
CONFIG = """\
version: 2.1
experimental:
  notify:
    branches:
      only: main
display:
  home_url: https://example.com
  source_url: https://example.com/source
jobs:
  image:
    docker:
      - image: 123.dkr.ecr.us-east-1.amazonaws.com/base:1
        entrypoint: /bin/tini
        aws_auth:
          aws_access_key_id: AKIA123
          aws_secret_access_key: $AWS_SECRET
      - image: gcr.io/example/db:2
        gcp_auth:
          oidc_service_account: robot
          workload_identity_pool: pool-1
          workload_identity_provider: provider-1
      - image: 123.dkr.ecr.us-east-1.amazonaws.com/cache:3
        aws_auth:
          oidc_role_arn: arn:aws:iam::123:role/pull
    circleci_ip_ranges: true
    retention:
      caches: 7d
    steps:
      - checkout:
          method: shallow
          depth: 3
      - setup_remote_docker:
          prefer_same_region: true
      - run:
          command: make
          pwd: web
          teardown:
            - run: make clean
      - with_tool_cache:
          tool: gradle
          steps:
            - run: gradle build
  old:
    machine:
      enabled: true
    steps:
      - run: make
  phone:
    macos:
      xcode: 16.4.0
      code_signing: [team-1]
    steps:
      - install_signing_bundle
      - run: xcodebuild
  release:
    type: release
    plan_name: production
    validation:
      enabled: true
      evaluation_time: 10m
      auto_rollback_on_failure: true
      webhooks:
        - name: errors
          provider: datadog
          data_points: [rate]
          fail_when: rate > 5
          max_failures: 3
workflows:
  ci:
    jobs:
      - image:
          override-with: example/image
      - old
      - phone
      - release
"""


@pytest.mark.parametrize("target", ["github", "gitlab", "jenkins", "nixactions"])
def test_no_key_is_lost_silently(target: str) -> None:
    """Another value is another output, another message, or named by one at its line."""
    before = ciconv.convert({PATH: CONFIG}, to=target)
    assert [one.message for one in before.diagnostics if one.severity == "error"] == []
    said = set(map(_said, before.diagnostics))
    silent = []
    for edit in with_changed_scalars(PATH, CONFIG):
        found = ciconv.convert({PATH: edit.text}, to=target, format="circleci")
        shows = found.files != before.files or set(map(_said, found.diagnostics)) != said
        if not (shows or any(_stands_at(one, edit.line) for one in before.diagnostics)):
            silent.append(f"{edit.line}: {edit.path}")
    assert silent == []


def test_all_keys_are_there() -> None:
    """What the schema has is in this configuration or in a case."""
    cases = Path(__file__).parents[3] / "fixtures" / "circleci"
    text = CONFIG + "\n".join(one.read_text("utf-8") for one in cases.glob("*/input/.circleci/*"))
    missing = [name for name in sorted(set(_names())) if not _has(name, text)]
    assert missing == []


def _names() -> Iterator[str]:
    """The keys of the schema, but for those that only orbs have, which nobody runs."""
    import json
    from importlib.resources import files

    vendored = files("check_jsonschema") / "builtin_schemas" / "vendor" / "circle-ci.json"
    waiting = [json.loads(vendored.read_text("utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield from set(node.get("properties", ())) - _OF_ORBS
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


_OF_ORBS = {"examples", "usage", "result", "observability", "functions"}


def _has(name: str, text: str) -> bool:
    word = re.escape(name)
    return re.search(rf"(?<![\w-]){word}[\"']?\s*:|- {word}\b", text) is not None


def _said(one: Diagnostic) -> tuple[str, str]:
    return one.code, one.message


def _stands_at(one: Diagnostic, line: int) -> bool:
    span = one.span
    return span is not None and span.start.line <= line <= max(span.end.line, span.start.line)
