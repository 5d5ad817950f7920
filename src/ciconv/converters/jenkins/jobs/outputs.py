"""Outputs of jobs as variables of the build. Both directions.

What a script sets in `env` is there in all stages that follow, on whatever agent.
"""

import re

from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

_READ = re.compile(r'\. "\$WORKSPACE_TMP/steps\.env" && printf %s "\$\{(?P<variable>\w+)-\}"')


def write_output(variable: str, source: str) -> t.Statement:
    """Return `env.VARIABLE = sh(…)`: the value of a variable that scripts of this job have set."""
    script = f'. "$WORKSPACE_TMP/steps.env" && printf %s "${{{source}-}}"'
    run = groovy.call("sh", script=script, returnStdout=True)
    value = t.Assignment(target=groovy.path("env", variable), value=run)
    return groovy.statement(value)


def write_constant(variable: str, value: t.Expr) -> t.Statement:
    """Return `env.VARIABLE = value`."""
    return groovy.statement(t.Assignment(target=groovy.path("env", variable), value=value))


def read_source(script: str) -> str | None:
    """Return the variable that the script of an output prints; None for any other script."""
    match = _READ.fullmatch(script)
    return match["variable"] if match else None
