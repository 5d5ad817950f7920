"""Steps of plug-ins: reusable steps with a name and arguments, which the catalog may know."""

from ciconv.converters.jenkins.expressions.read import read_template
from ciconv.converters.jenkins.expressions.unknown import as_template
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.wrappers import ReadBlock
from ciconv.ir.expression import Literal, Ref, Template, text
from ciconv.ir.node import replace
from ciconv.ir.step import ActionRef, Argument, Step, Use
from ciconv.source import Span
from ciconv.syntax.groovy import tree

_OF_ROLES = (
    "later steps of the job have this role, too; the job needs the right to ask for a token that"
    " AWS trusts (OIDC)"
)
MAX_SHOWN = 100  # signs of Groovy in messages


def read_plugin(
    call: tree.Call, body: tree.Closure | None, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    """Return the step of a plug-in, and the steps in its block behind it."""
    if body is not None and body.parameters:
        return None  # what it hands over is not known
    if body is not None and _holds_settings(body):
        return (replace(kept_as_written(call.name, call.span), env=place.frame.env),)
    arguments = tuple(
        Argument(
            name=one.name or "",
            value=read_template(one.value, place.scope),
            span=one.span,
        )
        for one in call.arguments
        if one.value is not body
    )
    if call.name == "withAWS":
        arguments = _with_role(arguments)
        place.notes.say(_OF_ROLES, call.function)
    end = call.span.end_offset if body is None else body.span.start_offset
    written = call.span.source.text[call.span.start_offset : end].strip()
    head = call.span.source.span(call.span.start_offset, call.span.start_offset + len(written))
    ref = ActionRef(format="jenkins", name=call.name, written=_on_one_line(written), span=head)
    step = Use(
        ref=ref,
        arguments=arguments,
        directory=place.frame.directory,
        env=place.frame.env,
        span=head,
    )
    if body is None:
        return (step,)
    return (step, *read(body.body, place.scoped(place.scope.inner())))


def _with_role(arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
    """The arguments of `withAWS`, an account and the name of a role as what AWS calls the role."""
    given = {one.name: one for one in arguments}
    role, account = given.get("role"), given.get("roleAccount")
    if role is None or account is None:
        return arguments
    parts = (*text("arn:aws:iam::").parts, *account.value.parts, *text(":role/").parts)
    name = as_template(Template(parts=(*parts, *role.value.parts), span=role.value.span))
    found = (replace(role, value=name), *(x for x in arguments if x not in (role, account)))
    if "region" in given:
        return found
    usual = Ref(path=("vars", "AWS_DEFAULT_REGION"), span=role.span)  # of the agent
    return (*found, Argument(name="region", value=as_template(usual), span=role.span))


def kept_as_written(name: str, span: Span | None) -> Use:
    """Return a step for Groovy that only Jenkins can run; what is long stands beside its name."""
    written = "" if span is None else span.text
    short = _on_one_line(written)
    ref = ActionRef(format="jenkins", name=name, written=short, span=span)
    if short == written:
        return Use(ref=ref, span=span)
    groovy = Template(parts=(Literal(value=written, span=span),), span=span)
    return Use(ref=ref, arguments=(Argument(name="groovy", value=groovy),), span=span)


def _on_one_line(written: str) -> str:
    """Groovy as messages show it; its arguments, or all of it, are shown elsewhere."""
    first, *rest = written.split("\n")
    if not rest and len(first) <= MAX_SHOWN:
        return first
    short = " ".join(written.split())
    return short if len(short) <= MAX_SHOWN else f"{short[:MAX_SHOWN].rstrip()} …"


def _holds_settings(body: tree.Closure) -> bool:
    """Whether a block only sets what the step in front of it takes: `NAME = value`."""
    found = [one.value for one in body.body.statements if isinstance(one, tree.Expression)]
    return bool(found) and all(isinstance(one, tree.Assignment) for one in found)
