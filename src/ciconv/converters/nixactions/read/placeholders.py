"""Steps that fail because something could not be converted: the way back of `unsupported`."""

import re
from collections.abc import Mapping
from typing import Any

from ciconv.converters.shell_tests import bash
from ciconv.converters.shell_tests.bash import NotUnderstood
from ciconv.ir.expression import text
from ciconv.ir.step import Argument, Placeholder

_SAID = re.compile(r"ciconv: '(.*?)' is not converted: (.*)", re.DOTALL)


def placeholder(script: str, fields: Mapping[str, Any]) -> Placeholder | None:
    """Return the step that a script stands for, None for any other script."""
    if not script.startswith("echo 'ciconv: "):
        return None
    try:
        commands = bash.parse(script).commands
    except NotUnderstood:
        return None
    echoes = (one for one in commands if isinstance(one, bash.Simple) and one.name == "echo")
    said = [one.words[1].plain or "" for one in echoes if len(one.words) > 1]
    match = _SAID.fullmatch(said[0]) if said else None
    if match is None:
        return None
    pairs = (one.strip().partition(": ") for one in said[1:])
    arguments = tuple(Argument(name=name, value=text(value)) for name, _, value in pairs)
    return Placeholder(what=match[1], reason=match[2], arguments=arguments, **fields)
