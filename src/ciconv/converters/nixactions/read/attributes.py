"""Attributes of hand-written workflows that mean less than they say, or another thing."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ciconv.ir.expression import Expr, Literal
from ciconv.ir.step import Extra, Retry
from ciconv.source import Span
from ciconv.syntax import build
from ciconv.syntax.node import Node

_MINUTES = {"s": 1 / 60, "m": 1, "h": 60, "": 1 / 60}


def timeout(attributes: Mapping[str, Any]) -> Expr | None:
    """Return the minutes of a `timeout`: a number of seconds, `"90s"`, `"30m"` or `"2h"`."""
    match = re.fullmatch(r"(\d+)([smh]?)", str(attributes.get("timeout") or ""))
    return None if match is None else Literal(value=int(match[1]) * _MINUTES[match[2]])


def retry(attributes: Mapping[str, Any]) -> Retry | None:
    """Return how often a `retry` tries."""
    found = attributes.get("retry")
    attempts = found.get("max_attempts", 3) if isinstance(found, dict) else None
    return Retry(attempts=attempts) if isinstance(attempts, int) else None


def extras(job: Mapping[str, Any], span: Span | None) -> Iterator[Extra]:
    """Yield what only NixActions knows: the executor that is not the local one, and providers."""
    executor = _value(job.get("executor"))
    if executor.get("kind") == "executor" and executor.get("executor") != "local":
        yield _extra("executor", executor, span)
    for provider in job.get("envFrom") or ():
        found = _value(provider)
        if found.get("kind") == "provider" and found.get("name") in ("file", "sops"):
            yield _extra("envFrom", found, span)


def _value(value: object) -> Mapping[str, Any]:
    found = value.get("ciconv") if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _extra(key: str, value: Mapping[str, Any], span: Span | None) -> Extra:
    shown = {"name": value.get("name"), **(value.get("settings") or {})}
    return Extra(format="nixactions", key=key, value=_tree(shown), span=span)


def _tree(value: object) -> Node:
    if isinstance(value, dict):
        return build.mapping(*((str(key), _tree(one)) for key, one in value.items()))
    if isinstance(value, list):
        return build.sequence(*map(_tree, value))
    if isinstance(value, bool):
        return build.boolean(value)
    if isinstance(value, int | float):
        return build.number(value)
    return build.null() if value is None else build.text(str(value))
