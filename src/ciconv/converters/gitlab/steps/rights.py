"""What a job is handed to show who it is: identity tokens, secrets of a vault, a cloud's identity.

https://docs.gitlab.com/ci/yaml/#id_tokens
https://docs.gitlab.com/ci/yaml/#secrets
https://docs.gitlab.com/ci/yaml/#identity
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from ciconv.converters.fields import Fields
from ciconv.converters.gitlab.scalars import FORMAT, Scope, extra
from ciconv.ir.expression import Ref, Template, constant, text
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.step import ActionRef, Argument, EnvVar, Extra, Step, Use
from ciconv.source import Span
from ciconv.syntax import build
from ciconv.syntax.node import Entry

if TYPE_CHECKING:  # who reads needs none
    from ciconv.converters.gitlab.jobs.writer import Writer

TOOL = "id-token"


class Rights(Struct, frozen=True, kw_only=True):
    """Steps before the script, variables beside its own, and what only GitLab knows of them."""

    steps: tuple[Step, ...] = ()
    env: tuple[EnvVar, ...] = ()
    extras: tuple[Extra, ...] = ()


def read_rights(fields: Fields, scope: Scope) -> Rights:
    """Take `id_tokens`, `secrets` and `identity`."""
    secrets = fields.entry("secrets")
    env: list[EnvVar] = []
    steps = [*_identity(fields), *_tokens(fields, scope)]
    node = None if secrets is None else secrets.value
    for entry in Fields(node, scope.context, "'secrets'").rest():
        whole = Fields(entry.value, scope.context, f"the secret {entry.name!r}")
        if whole.boolean("file", True):
            steps.append(_file(entry))
        else:
            env.append(EnvVar(name=entry.name, value=_secret(entry), span=entry.span))
    kept = () if secrets is None else (extra(secrets),)
    return Rights(steps=tuple(steps), env=tuple(env), extras=kept)


def write_tokens(job: Job, writer: "Writer") -> tuple[Job, Entry | None]:
    """Return the job without its steps that make tokens, and the keyword in their place."""
    tokens: dict[str, Entry] = {}
    for step in job.steps:
        if isinstance(step, Use) and step.tool == TOOL:
            given = {one.name: one.value for one in step.arguments}
            name = constant(given["variable"]) or ""
            audience = build.entry("aud", build.text(writer.text(given["audience"])))
            tokens[name] = build.entry(name, build.mapping(audience))
    if not tokens:
        return job, None
    rest = (one for one in job.steps if not (isinstance(one, Use) and one.tool == TOOL))
    return replace(job, steps=tuple(rest)), build.entry(
        "id_tokens", build.mapping(*tokens.values())
    )


def _identity(fields: Fields) -> Iterator[Step]:
    name = fields.scalar("identity")
    if name is not None and name.value is not None:
        ref = _ref("identity", f"the identity {name.text}", name.span)
        yield Use(ref=ref, span=name.span)


def _tokens(fields: Fields, scope: Scope) -> Iterator[Step]:
    """A step for each token; a list of audiences is one that only GitLab makes tokens for."""
    inner = Fields(fields.node("id_tokens"), scope.context, "'id_tokens'")
    fields.comments.extend(inner.comments)
    for entry in inner.rest():
        own = Fields(entry.value, scope.context, f"the token {entry.name!r}")
        audiences = [scope.text(one) for one in own.scalars("aud") or ()]
        own.leftovers(FORMAT)
        arguments = [Argument(name="variable", value=text(entry.name), span=entry.span)]
        arguments += [Argument(name="audience", value=one, span=one.span) for one in audiences]
        yield Use(
            ref=_ref("id_tokens", f"the token {entry.name}", entry.span),
            tool=TOOL if len(audiences) == 1 else None,
            arguments=tuple(arguments),
            span=entry.span,
            comments=(*entry.comments, *own.comments),
        )


def _file(entry: Entry) -> Step:
    """A secret of a vault is a file, and the variable has its name."""
    variable = Argument(name="variable", value=text(entry.name), span=entry.span)
    value = Argument(name="value", value=_secret(entry), span=entry.span)
    return Use(
        ref=_ref("secrets", f"the secret {entry.name}", entry.span),
        tool="secret-file",
        arguments=(variable, value),
        span=entry.span,
    )


def _secret(entry: Entry) -> Template:
    return Template(parts=(Ref(path=("secrets", entry.name), span=entry.span),), span=entry.span)


def _ref(name: str, written: str, span: Span) -> ActionRef:
    return ActionRef(format=FORMAT, name=name, written=written, span=span)
