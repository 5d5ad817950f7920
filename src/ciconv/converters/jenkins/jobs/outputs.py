"""Outputs of jobs as variables of the build. Both directions.

What a script sets in `env` is there in all stages that follow, on whatever agent.
"""

import re

from ciconv.ir.expression import constant_text
from ciconv.ir.step import Run, Step
from ciconv.ir.walk import steps_of
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

OUTPUT = re.compile(r"NEEDS_(?P<job>\w+?)_OUTPUTS_(?P<name>\w+)")  # variables that hold them
_READ = re.compile(r'\. "\$WORKSPACE_TMP/steps\.env" && printf %s "\$\{(?P<variable>\w+)-\}"')


def value_of(source: str) -> t.Expr:
    """Return the call that gives the value of a variable that scripts of this job have set."""
    script = f'. "$WORKSPACE_TMP/steps.env" && printf %s "${{{source}-}}"'
    return groovy.call("sh", script=script, returnStdout=True)


def write_output(variable: str, value: t.Expr) -> t.Statement:
    """Return `env.VARIABLE = value`."""
    return groovy.statement(t.Assignment(target=groovy.path("env", variable), value=value))


def read_source(script: str) -> str | None:
    """Return the variable that the script of an output prints; None for any other script."""
    match = _READ.fullmatch(script)
    return match["variable"] if match else None


def kept_variables(steps: tuple[Step, ...]) -> frozenset[str]:
    """Return the variables that scripts set for later ones."""
    runs = [constant_text(one.script) for one in steps_of(steps) if isinstance(one, Run)]
    said = "\n".join(one for one in runs if "GITHUB_ENV" in one)
    return frozenset(re.findall(r"\b([A-Za-z_]\w*)(?==|<<)", said))
