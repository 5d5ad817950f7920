"""Workflows of GitHub as Jenkinsfiles, for tests of the writer."""

from textwrap import dedent

import ciconv
from ciconv.api import Conversion

PATH = ".github/workflows/ci.yml"


def converted(workflow: str) -> Conversion:
    """Convert the text of one workflow; its indentation is that of the test."""
    return ciconv.convert({PATH: dedent(workflow)}, to="jenkins", format="github")


def written(workflow: str) -> str:
    """Return the Jenkinsfile, each line without the blanks before it."""
    text = converted(workflow).files["Jenkinsfile"]
    return "\n".join(line.strip() for line in text.splitlines())


def job(body: str, on: str = "[push, pull_request]") -> str:
    """Return a workflow with one job, whose keys are given."""
    keys = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
    return f"on: {on}\njobs:\n  build:\n    runs-on: ubuntu-latest\n{keys}"


def steps(body: str, on: str = "[push, pull_request]") -> str:
    """Return a workflow with one job that checks out and has these steps."""
    listed = "".join(f"  {line}\n" for line in dedent(body).strip().splitlines())
    return job(f"steps:\n  - uses: actions/checkout@v4\n{listed}", on)


def losses(workflow: str) -> list[tuple[str, str]]:
    """Return the features and outcomes of the losses that are warnings."""
    found = converted(workflow).diagnostics
    return [
        (one.loss.feature.value, one.loss.outcome.value)
        for one in found
        if one.loss is not None and one.severity.value == "warning"
    ]
