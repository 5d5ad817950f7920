"""Variables that GitHub's runner sets, for scripts that read them elsewhere."""

import re
from collections.abc import Callable, Iterator

from ciconv.converters.script_steps.names import Names
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Literal, Ref, Template
from ciconv.ir.node import Node, replace
from ciconv.ir.step import EnvVar, Run, Step
from ciconv.ir.walk import nodes, steps_of
from ciconv.source import Span

_NAME = re.compile(
    r"\b(?:(?:GITHUB|RUNNER)_[A-Z0-9_]+|AGENT_TOOLSDIRECTORY"
    r"|ACTIONS_(?:RUNTIME|RESULTS|CACHE|ID_TOKEN_REQUEST)_[A-Z]+)\b"
)
_ASSIGNED = re.compile(r"\b((?:GITHUB|RUNNER)_[A-Z0-9_]+)=")
_MADE_UP = re.compile(r"printf '[^'=\n]*%s[^'=\n]*=")  # a line NAME=value whose name is worked out
_SET = frozenset(  # by what stands around the scripts
    {"GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_TOKEN"}
)


def runner_variables(names: Names, lose: Callable[[str, Node], None]) -> tuple[EnvVar, ...]:
    """Return the variables a job has to set, with what they stand for.

    Others are made by the text around scripts, which `names` notes. `lose`: reports one that the
    target has nothing for, where it is read.
    """
    job = names.job
    steps = tuple(steps_of((*job.steps, *job.finally_steps)))
    handed_on, any_name = _handed_on(steps)
    own = {one.name for one in (*names.pipeline.env, *job.env)}
    known = {
        name.github_env: path
        for path, name in names.catalog.names().items()
        if name.github_env is not None
    }
    found: list[EnvVar] = []
    for name, at in _read(steps):
        path = known.get(name)
        if name in own or name in _SET or (path is None and (any_name or name in handed_on)):
            continue
        try:
            if path is None:
                raise CannotSay(at, "nothing has its value")
            variable = names.variable(Ref(path=path, span=at.span))
        except CannotSay as error:
            lose(f"the variable {name} is not set here: {error}", at)
            continue
        if variable != name:
            value = Template(parts=(Ref(path=path, span=at.span),), span=at.span)
            found.append(EnvVar(name=name, value=value, span=at.span))
    return tuple(found)


def reads(step: Run, variable: str) -> bool:
    """Whether a script mentions a variable."""
    return any(variable in _NAME.findall(one) for one in _texts(step))


def _handed_on(steps: tuple[Step, ...]) -> tuple[set[str], bool]:
    """What scripts set for later steps; whether one of them works the names out."""
    texts = [text for one in steps if isinstance(one, Run) for text in _texts(one)]
    writing = [one for one in texts if "GITHUB_ENV" in one]
    found = {name for one in writing for name in _ASSIGNED.findall(one)}
    return found, any(_MADE_UP.search(one) for one in writing)


def _read(steps: tuple[Step, ...]) -> Iterator[tuple[str, Literal]]:
    """The variables that scripts mention, each with the first text that does."""
    seen: set[str] = set()
    for step in steps:
        for one in nodes(step.script) if isinstance(step, Run) else ():
            if isinstance(one, Literal) and isinstance(one.value, str):
                for name in _NAME.findall(one.value):
                    if name not in seen:
                        seen.add(name)
                        yield name, replace(one, span=_place(one.span, name))


def _place(span: Span | None, name: str) -> Span | None:
    """Where a script names a variable."""
    at = -1 if span is None else span.text.find(name)
    if span is None or at < 0:
        return span
    start = span.start_offset + at
    return span.source.span(start, start + len(name))


def _texts(step: Run) -> Iterator[str]:
    for one in nodes(step.script):
        if isinstance(one, Literal) and isinstance(one.value, str):
            yield one.value
