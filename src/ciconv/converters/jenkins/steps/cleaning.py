"""`deleteDir` and `cleanWs`: files that a step takes away.

https://plugins.jenkins.io/ws-cleanup/
"""

import re
import shlex

from ciconv.converters.jenkins.expressions.methods import items_of
from ciconv.converters.jenkins.expressions.read import read_expression
from ciconv.converters.jenkins.scope import Scope
from ciconv.converters.jenkins.sections import other_arguments
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.scripts import make_run
from ciconv.converters.second_checkouts import EMPTY
from ciconv.ir.expression import constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import Step
from ciconv.syntax.groovy import tree


def read_cleaning(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the step; at the end of a job the machine is gone anyway."""
    if place.notes.is_ending:
        place.notes.keep(f"steps.{call.name}", call)
        return ()
    patterns = call.named("patterns")
    script = EMPTY if patterns is None else _matching(patterns, call, place.scope)
    if script is None:
        return None
    run = make_run(replace(text(script), span=call.span), place)
    known = () if patterns is None else ("patterns", "deleteDirs")
    return (replace(run, extras=other_arguments(call, known)),)


def _matching(patterns: tree.Expr, call: tree.Call, scope: Scope) -> str | None:
    """The script that takes away what the patterns name; None for those that it cannot say."""
    tests: list[str] = []
    for item, within in items_of(patterns, scope) or ():
        given = _settings(item, within)
        test = _test(given.get("pattern") or "")
        if test is None or given.get("type", "INCLUDE") != "INCLUDE":
            return None
        tests.append(test)
    folders = call.named("deleteDirs")
    whole = folders is not None and constant(read_expression(folders, scope)) == "true"
    kind = "" if whole else " -type f"
    any_of = " -o ".join(tests)
    grouped = f"\\( {any_of} \\)" if "-o" in any_of else any_of
    return f"find .{kind} {grouped} -delete" if tests else None


def _settings(item: tree.Expr, scope: Scope) -> dict[str, str | None]:
    node = tree.plain(item)
    if not isinstance(node, tree.MapLiteral):
        return {}
    return {one.name or "": constant(read_expression(one.value, scope)) for one in node.entries}


def _test(pattern: str) -> str | None:
    """What `find` asks of a path for a pattern of Ant; one that it cannot say is None.

    Its star goes over slashes, so that it stands only where that makes no difference.
    """
    below, deep = _BELOW.fullmatch(pattern), _NAME.fullmatch(pattern)
    if below is not None:  # dir/**: the folder, and all that is in it
        name = below[2]
        inside = f"*/{name}/*" if below[1] else f"./{name}/*"
        itself = f"-name {name}" if below[1] and "/" not in name else None
        itself = itself or f"-path {shlex.quote(inside[:-2])}"
        return f"-path {shlex.quote(inside)} -o {itself}"
    if deep is not None:  # **/name
        return f"-name {shlex.quote(deep[1])}"
    return f"-path {shlex.quote(f'./{pattern}')}" if _PLAIN.fullmatch(pattern) else None


_BELOW = re.compile(r"(\*\*/)?([\w.-]+(?:/[\w.-]+)*)/\*\*")
_NAME = re.compile(r"\*\*/([\w.*-]*[\w.-][\w.*-]*)(?<!\*\*)")
_PLAIN = re.compile(r"[\w.-]+(?:/[\w.-]+)*")
