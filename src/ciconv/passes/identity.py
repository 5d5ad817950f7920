"""Identity tokens that jobs ask for by a key, for tools that show one to a service.

https://docs.gitlab.com/ci/secrets/id_token_authentication/
"""

from collections.abc import Iterator

from ciconv.catalog.tool import Column
from ciconv.ir.expression import Template, constant, text
from ciconv.ir.job import Job
from ciconv.ir.step import Argument, Use

TOOL = "id-token"


def tokens_of(step: Use, column: Column, job: Job) -> Iterator[Use]:
    """Yield the step that makes the token which a tool needs, if it does with what it is given."""
    rule = column.token
    given = {one.name: one.value for one in step.arguments if one.value.parts}
    if rule is None or (rule.asked and rule.asked not in given):
        return
    if any(name in given for name in rule.unless) or (rule.allowed and not _may_ask(job)):
        return
    audience = _audience(given.get(rule.input), step, column)
    if audience is not None:
        name = rule.variable.replace("{AUDIENCE}", (constant(audience) or "").upper())
        variable = Argument(name="variable", value=text(name, of=step.ref))
        wanted = Argument(name="audience", value=audience)
        yield Use(
            ref=step.ref,
            tool=TOOL,
            arguments=(variable, wanted),
            span=step.span,
            provenance=step.provenance,
        )


def _may_ask(job: Job) -> bool:
    wanted = ("id-token", "write")
    return any((one.scope, one.access) == wanted for one in job.permissions or ())


def _audience(said: Template | None, step: Use, column: Column) -> Template | None:
    rule = column.token
    assert rule is not None
    if said is None:
        return text(rule.audience, of=step.ref)
    if not rule.audiences:
        return said
    known = rule.audiences.get(constant(said) or "")
    return None if known is None else text(known, of=said)
