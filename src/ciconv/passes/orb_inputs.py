"""What inputs of orbs say: shells read them, so the variables in them stand for their values.

https://circleci.com/docs/orbs/author/orb-author/
"""

import re
from collections.abc import Iterator

from ciconv.catalog.catalog import Column, SourceColumn
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.step import Argument, EnvVar
from ciconv.ir.walk import nodes
from ciconv.passes.ambient import SECRET, ambient_of, is_assigned

_FORMAT = "circleci"
_READ = re.compile(r"(?<!\\)\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})")
_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
_AS_WRITTEN = re.compile(r"\{([\w-]+)!")  # inputs that are shell words of a command


def with_values(
    given: tuple[Argument, ...], source: SourceColumn, column: Column | None, job: Job
) -> tuple[Argument, ...]:
    """Return canonical inputs of an orb's step with values in place of names of variables."""
    commands = () if column is None else column.commands
    kept = {name for one in commands for word in one for name in _AS_WRITTEN.findall(word)}
    return tuple(
        one if one.name in kept else replace(one, value=_value(one, source, job)) for one in given
    )


def _value(one: Argument, source: SourceColumn, job: Job) -> Template:
    said = constant(one.value)
    if one.name in source.variables and said is not None and _NAME.fullmatch(said):
        return replace(one.value, parts=(replace(_variable(said, one, job), span=one.value.span),))
    parts = tuple(part for each in one.value.parts for part in _read(each, one, job))
    return replace(one.value, parts=parts)


def _read(part: Expr, one: Argument, job: Job) -> Iterator[Expr]:
    """The variables that a text names, and what stands between them."""
    said = part.value if isinstance(part, Literal) else None
    if not isinstance(said, str):
        yield part
        return
    done = 0
    for match in _READ.finditer(said):
        if done < match.start():
            yield Literal(value=said[done : match.start()], span=part.span)
        yield replace(_variable(match[1] or match[2], one, job), span=part.span)
        done = match.end()
    if done < len(said) or not said:
        yield Literal(value=said[done:], span=part.span)


def _variable(name: str, one: Argument, job: Job) -> Expr:
    """A variable of the job, one that CircleCI sets, or a setting of the project."""
    ambient = ambient_of(_FORMAT)
    known = None if ambient is None else ambient.values.get(name)
    if known is not None:
        return known
    if any(isinstance(each, EnvVar) and each.name == name for each in nodes(job)):
        return Ref(path=("env", name))
    texts = (each.value for each in nodes(job) if isinstance(each, Literal))
    if any(isinstance(text, str) and is_assigned(name, text) for text in texts):
        return Ref(path=("env", name))
    is_secret = SECRET.search(name) or SECRET.search(one.name.replace("-", "_").upper())
    return Ref(path=("secrets" if is_secret else "vars", name))
