"""Scripts for shells that are none of POSIX: `pwsh`, `powershell`, `bat` are steps of Jenkins."""

import re

from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Expr, Literal, Ref, constant, constant_text, written
from ciconv.ir.step import Placeholder, Run, Step
from ciconv.syntax.shell import substitute

_HANDS_ON = re.compile(r"\bGITHUB_(OUTPUT|ENV|PATH)\b")
PROGRAMS = {"pwsh": "pwsh", "powershell": "powershell", "cmd": "bat"}


class Foreign(Step, frozen=True, kw_only=True, eq=False):
    """A script for a shell that is none of POSIX, which Jenkins has a step for."""

    run: Run


class Failing(Step, frozen=True, kw_only=True, eq=False):
    """A placeholder that is written with the step `error`, and no script."""

    placeholder: Placeholder


def word_of(step: Run) -> str:
    """Return the first word of a step's shell, without its folder."""
    shell = constant(step.shell) if step.shell is not None else None
    return (shell or "").split(" ")[0].rpartition("/")[2]


def foreign_script(step: Foreign, says: Says) -> str:
    """Return the script with variables in the place of expressions; raise CannotSay."""
    if _HANDS_ON.search(constant_text(step.run.script)):
        raise CannotSay(
            step.run.script, "later steps would not see what this shell writes for them"
        )
    parts: list[str | Expr] = [
        written(one.value) if isinstance(one, Literal) else one for one in step.run.script.parts
    ]

    def bind(expr: Expr) -> str:
        if not isinstance(expr, Ref):
            raise CannotSay(expr, "only names are put into scripts for this shell")
        variable = says.names.variable(expr)
        if expr.path[0] == "steps" or variable in says.names.composed:
            raise CannotSay(expr, "only scripts for sh hand it on, or compute it")
        if (near := says.names.near.get(expr)) is not None:
            says.near.append((expr, f"{near.name!r} stands for it: {near.differs}"))
        return variable

    found = substitute(parts, bind, word_of(step.run))
    for index, problem in found.problems:
        expr = parts[index]
        if isinstance(expr, Expr):
            raise CannotSay(expr, problem)
    return found.text
