"""What one comparison of `rules:if` says of others.

https://docs.gitlab.com/ci/variables/predefined_variables/
"""

import re
from collections.abc import Mapping
from typing import TypeAlias

from ciconv.ir.filter import Pattern, PatternSyntax
from ciconv.ir.pattern import matches

Facts: TypeAlias = Mapping[str, str | None]
"""The values of variables; None: there is no such variable; SOME: it is not empty."""

SOME = "\0"

_COMPARED = re.compile(r"\$(?P<name>\w+)(?: (?P<op>==|!=|=~|!~) (?P<right>.+))?", re.DOTALL)
_REGEX = re.compile(r"/(.*)/([a-z]*)", re.DOTALL)
_SOURCE, _OF_MERGE = "CI_PIPELINE_SOURCE", "merge_request_event"
_NEVER_OF_MERGE = ("push", "schedule", "web", "api")  # unlike those that other pipelines start
_BRANCH, _TAG, _MERGE = "CI_COMMIT_BRANCH", "CI_COMMIT_TAG", "CI_MERGE_REQUEST_"


def facts_of(comparison: str) -> dict[str, str | None]:
    """Return what holds where a comparison does."""
    match = _COMPARED.fullmatch(comparison)
    if match is None:
        return {}
    name, right = match["name"], match["right"] or ""
    found: dict[str, str | None] = {}
    if match["op"] == "==":
        text = _quoted(right)
        if text is None and right != "null":
            return {}
        found[name] = text
        if text is None:
            return found
    elif match["op"] in ("!=", "!~"):
        return {}
    elif match["op"] is None or _compared("", "=~", right) is False:
        found[name] = SOME
    return found | _excluded(name, found.get(name))


def _excluded(name: str, value: str | None) -> dict[str, str | None]:
    """What there is not in a pipeline with a variable: it is of a branch, a tag, or a request."""
    if name == _BRANCH:
        return {_TAG: None, _MERGE: None}
    if name == _TAG:
        return {_BRANCH: None, _MERGE: None}
    if name.startswith(_MERGE) or (name == _SOURCE and value == _OF_MERGE):
        return {_BRANCH: None, _TAG: None}
    return {_MERGE: None} if name == _SOURCE and value in _NEVER_OF_MERGE else {}


def decided(comparison: str, facts: Facts) -> bool | None:
    """Return whether a comparison holds; None where the facts do not tell."""
    match = _COMPARED.fullmatch(comparison)
    if match is None:
        return None
    name, op, right = match["name"], match["op"], match["right"]
    if name not in facts:
        return _decided_of_kinds(name, op, right or "", facts)
    return _compared(facts[name], op, right or "")


def _decided_of_kinds(name: str, op: str | None, right: str, facts: Facts) -> bool | None:
    """A comparison of what pipelines of merge requests have, in one that surely is none."""
    if _MERGE not in facts:
        return None
    if name.startswith(_MERGE):
        return _compared(None, op, right)
    if name == _SOURCE and _quoted(right) == _OF_MERGE:
        return {"==": False, "!=": True}.get(op or "")
    return None


def _compared(value: str | None, op: str | None, right: str) -> bool | None:
    """Whether a comparison of a known value holds.

    https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions
    """
    if op is None:
        return bool(value)
    if value == SOME:
        return {"== null": False, "!= null": True}.get(f"{op} {right}")
    if op in ("==", "!="):
        other = _quoted(right)
        if other is None and right != "null":
            return None
        return (value == other) is (op == "==")
    regex = _REGEX.fullmatch(right)
    if regex is None:
        return None
    flags = f"(?{regex[2]})" if regex[2] else ""
    text = flags + regex[1].replace("\\/", "/")
    found = False if value is None else matches(Pattern(text=text, syntax=PatternSyntax.RE2), value)
    return None if found is None else found is (op == "=~")


def _quoted(right: str) -> str | None:
    """The text between quotes, None for anything else."""
    for quote in "\"'":
        if len(right) > 1 and right[0] == right[-1] == quote and quote not in right[1:-1]:
            return right[1:-1]
    return None
