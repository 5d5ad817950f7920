"""What all scripts from one on ask alike, asked once: the whole script ends there otherwise.

TEST || exit 0 # skipped otherwise

PowerShell has words of its own for simple tests:

if (-not ("$env:NAME" -ceq 'text')) { exit 0 } # skipped otherwise
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from ciconv.ir.expression import Call, Exists, Expr, Ref, conjuncts, has_status_function, together
from ciconv.ir.node import replace
from ciconv.ir.step import Placeholder, Run, Step
from ciconv.ir.walk import nodes

_ENDING = re.compile(r"(.+) \|\| exit 0 # skipped otherwise")
_OF_POWERSHELL = re.compile(r"if \(-not \((.+)\)\) \{ exit 0 \} # skipped otherwise")
_SIMPLE = re.compile(
    r'\[ "\$(?:(\w+)|\{(\w+),,\})" (!?=) (?:([A-Za-z0-9_./:@%+=-]+)|"([A-Za-z0-9_ ./-]+)") \]'
)
_THERE = re.compile(r'\[ (-n|-z) "\$(\w+)" \]')
_ASKED = re.compile(r"""\"\$env:(\w+)" -(c?)(eq|ne) '([A-Za-z0-9_ ./:@%+=-]*)'""")
_SIGNS = {"=": "eq", "!=": "ne", "-z": "eq", "-n": "ne"}


class Shared(Struct, frozen=True, kw_only=True):
    """The parts of a condition that all scripts from `start` on have."""

    start: int
    parts: tuple[Expr, ...]

    def without(self, steps: tuple[Step, ...]) -> Iterator[Step]:
        """Yield the steps; those from the start on no longer ask for it."""
        for number, step in enumerate(steps):
            if number < self.start:
                yield step
                continue
            rest = (one for one in conjuncts(step.condition) if one not in self.parts)
            yield replace(step, condition=together(*rest))


def ending(test: str, *, reads_bash: bool) -> str:
    """Return the item that ends the script where a test fails; empty where it cannot be said."""
    if reads_bash:
        return f"{test} || exit 0 # skipped otherwise"
    asked = list(map(_in_powershell, test.split(" && ")))
    said = " -and ".join(asked)
    return f"if (-not ({said})) {{ exit 0 }} # skipped otherwise" if all(asked) else ""


def is_of_powershell(script: str) -> bool:
    """Whether it is an item that ends a script of PowerShell."""
    return _OF_POWERSHELL.fullmatch(script) is not None and bool(test_of(script))


def test_of(script: str) -> str:
    """Return the test of an item that ends the script where it fails, empty where it is none."""
    match = _ENDING.fullmatch(script)
    if match is not None:
        return match[1]
    match = _OF_POWERSHELL.fullmatch(script)
    asked = list(map(_in_bash, match[1].split(" -and "))) if match is not None else []
    return " && ".join(asked) if all(asked) else ""


def _in_powershell(test: str) -> str:
    """A test of bash in the words of PowerShell, where a text in quotes is there or empty."""
    match = _SIMPLE.fullmatch(test)
    if match is not None:
        exact, any_case, sign, word, quoted = match.groups()
        how = f"{'c' if exact else ''}{_SIGNS[sign]}"  # without `c` case is ignored
        return f"\"$env:{exact or any_case}\" -{how} '{word or quoted}'"
    match = _THERE.fullmatch(test)
    return "" if match is None else f"\"$env:{match[2]}\" -c{_SIGNS[match[1]]} ''"


def _in_bash(asked: str) -> str:
    match = _ASKED.fullmatch(asked)
    if match is None:
        return ""
    name, exact, how, value = match.groups()
    if not value:
        return f'[ {"-z" if how == "eq" else "-n"} "${name}" ]'
    variable = f"${name}" if exact else f"${{{name},,}}"
    return f'[ "{variable}" {"=" if how == "eq" else "!="} "{value}" ]'


def shared_by(steps: tuple[Step, ...]) -> Shared | None:
    """Return what at least two scripts, up to the last one, ask alike, and nothing changes."""
    parts = conjuncts(steps[-1].condition) if steps else ()
    asked = tuple(one for one in parts if _lasts(one, set()))
    found = None
    for length in range(len(asked), 0, -1):
        start = _start(steps, asked[:length])
        if len(steps) - start > 1 and (found is None or start < found.start):
            found = Shared(start=start, parts=asked[:length])
    return found


def _start(steps: tuple[Step, ...], parts: tuple[Expr, ...]) -> int:
    """From which script on all ask for these parts of a condition."""
    start = len(steps)
    while start and _asks(steps[start - 1], parts):
        start -= 1
    changing = {(one.id or "").lower() for one in steps[start:]}
    return start if all(_lasts(one, changing) for one in parts) else len(steps)


def _asks(step: Step, parts: tuple[Expr, ...]) -> bool:
    if not isinstance(step, Run | Placeholder):
        return False
    own = conjuncts(step.condition)
    return all(one in own for one in parts)


def _lasts(expr: Expr, changing: set[str]) -> bool:
    """Whether an answer is the same for all scripts."""
    if has_status_function(expr):
        return False
    for one in nodes(expr):
        if isinstance(one, Exists) or (
            isinstance(one, Call) and one.function.lower() == "hashfiles"
        ):
            return False
        if isinstance(one, Ref) and one.path[0] in ("env", "job"):
            return False
        if isinstance(one, Ref) and one.path[0] == "steps" and one.path[1].lower() in changing:
            return False
    return True
