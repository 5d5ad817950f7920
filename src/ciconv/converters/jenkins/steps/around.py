"""What stands around a step: `withCredentials`, `withEnv`, `dir`, `timeout`, `catchError` …"""

from msgspec import Struct

from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.jenkins.variables import credential, secret, write_value
from ciconv.ir.expression import Expr, Literal, constant, written
from ciconv.ir.step import EnvVar, Step
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

Statements = tuple[t.Statement, ...]


class Around(Struct, frozen=True):
    """Calls with a block, from the outside in."""

    calls: tuple[t.Call, ...] = ()

    def put(self, statements: Statements) -> Statements:
        """Return the statements inside of the calls."""
        for call in reversed(self.calls):
            statements = (groovy.statement(groovy.block(call, statements)),)
        return statements


def around(step: Step, says: Says) -> Around:
    """Return what has to stand around a step; raise CannotSay."""
    says.of_step = frozenset()  # no value of them sees the others
    calls = [*with_variables(step.env, says)]
    says.of_step = frozenset(one.name for one in step.env)
    if step.directory is not None and constant(step.directory) not in ("", ".", "./"):
        calls.append(groovy.call("dir", says.text(step.directory)))
    if step.timeout is not None:
        calls.append(minutes(step.timeout, says))
    if step.retry is not None:
        calls.append(groovy.call("retry", step.retry.attempts))
    if step.may_fail is not None and not (
        isinstance(step.may_fail, Literal) and not step.may_fail.value
    ):
        calls.append(tolerating())
    return Around(tuple(calls))


def with_variables(env: tuple[EnvVar, ...], says: Says) -> tuple[t.Call, ...]:
    """Return the calls that set variables: of secrets, and of other values."""
    secrets = [(one, ref) for one in env if (ref := secret(one.value)) is not None]
    others = [one for one in env if secret(one.value) is None]
    calls = []
    if secrets:
        bindings = tuple(
            groovy.call("string", credentialsId=credential(ref), variable=one.name)
            for one, ref in secrets
        )
        calls.append(groovy.call("withCredentials", groovy.listed(bindings)))
    if others:
        texts = tuple(_pair(one, says) for one in others)
        calls.append(groovy.call("withEnv", groovy.listed(texts)))
    return tuple(calls)


def _pair(variable: EnvVar, says: Says) -> t.String:
    value = write_value(variable.value, says)
    known = value.constant
    if known is not None:
        return groovy.literal(f"{variable.name}={known}")
    quote = value.quote
    name = t.Text(value=f"{variable.name}=")
    first = value.parts[0]
    if isinstance(first, t.Text):
        return t.String(
            parts=(t.Text(value=name.value + first.value), *value.parts[1:]), quote=quote
        )
    return t.String(parts=(name, *value.parts), quote=quote)


def minutes(timeout: Expr, says: Says) -> t.Call:
    """Return `timeout(time: …, unit: 'MINUTES')`."""
    if isinstance(timeout, Literal) and isinstance(timeout.value, float):
        time: t.Expr = t.Name(name=written(timeout.value))
    else:
        value = says.value(timeout)
        to_number = t.Property(base=value, name="toInteger")
        time = t.Call(function=to_number)
    return groovy.call("timeout", time=time, unit="MINUTES")


def tolerating(result: str = "UNSTABLE") -> t.Call:
    """Return the call in which a failure is no failure of the build."""
    return groovy.call("catchError", buildResult="SUCCESS", stageResult=result)


_SHARED = frozenset({"dir", "withEnv", "withCredentials"})


def joined(statements: Statements) -> Statements:
    """Return the statements, neighbours that stand in the same surroundings in one block."""
    found: list[t.Statement] = []
    for one in statements:
        last = found[-1] if found else None
        if last is not None and (both := _both(last, one)) is not None:
            found[-1] = both
        else:
            found.append(one)
    return tuple(found)


def _both(one: t.Statement, other: t.Statement) -> t.Statement | None:
    calls = _block_of(one), _block_of(other)
    if calls[0] is None or calls[1] is None or other.comments:
        return None
    first, second = calls[0], calls[1]
    if first.name != second.name or first.arguments != second.arguments:
        return None
    inner = joined((*first.closures[0].body.statements, *second.closures[0].body.statements))
    head = t.Call(function=first.function, arguments=first.arguments)
    return groovy.statement(groovy.block(head, inner), one.comments)


def _block_of(statement: t.Statement) -> t.Call | None:
    """The call of surroundings that several steps may share."""
    value = statement.value if isinstance(statement, t.Expression) else None
    if isinstance(value, t.Call) and value.name in _SHARED and len(value.closures) == 1:
        return value
    return None
