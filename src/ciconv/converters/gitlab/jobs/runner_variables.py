"""Variables that GitHub's runner sets, for scripts that read them."""

import re
from collections.abc import Iterator

from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Literal, Ref, Template
from ciconv.ir.job import Job
from ciconv.ir.step import EnvVar, Run
from ciconv.ir.walk import nodes
from ciconv.profile import Feature, Outcome

_NAME = re.compile(r"\b(?:GITHUB|RUNNER)_[A-Z0-9_]+\b")
_SET = frozenset(  # by what stands around the scripts
    {"GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_TOKEN"}
)


def runner_variables(job: Job, writer: Writer) -> tuple[EnvVar, ...]:
    """Return the variables a job has to set, with what they stand for; others are made by scripts.

    One that GitLab has nothing for is reported where it is read.
    """
    own = {one.name for one in (*writer.pipeline.env, *job.env)}
    known = {
        name.github_env: path
        for path, name in writer.context.catalog.names().items()
        if name.github_env is not None
    }
    found: list[EnvVar] = []
    for name, at in _read(job):
        if name in own or name in _SET:
            continue
        path = known.get(name)
        try:
            if path is None:
                raise CannotSay(at, "nothing has its value")
            ref = Ref(path=path, span=at.span)
            variable = writer.names.variable(ref)
        except CannotSay as error:
            said = f"the variable {name} is not set here: {error}"
            writer.lose(Feature.VARIABLE, Outcome.MANUAL, said, at)
            continue
        if variable != name:
            writer.names.near.pop(ref, None)  # which is said where the variable is written
            value = Template(parts=(Ref(path=path, span=at.span),), span=at.span)
            found.append(EnvVar(name=name, value=value, span=at.span))
    return tuple(found)


def _read(job: Job) -> Iterator[tuple[str, Literal]]:
    """The variables that scripts mention, each with the first text that does."""
    seen: set[str] = set()
    for step in (*job.steps, *job.finally_steps):
        texts = nodes(step.script) if isinstance(step, Run) else ()
        for one in texts:
            if isinstance(one, Literal) and isinstance(one.value, str):
                for name in _NAME.findall(one.value):
                    if name not in seen:
                        seen.add(name)
                        yield name, one
