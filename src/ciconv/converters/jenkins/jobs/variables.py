"""`environment` of a stage or a pipeline."""

from collections.abc import Callable, Iterable

from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.jenkins.variables import credential, secret, write_value
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Ref
from ciconv.ir.step import EnvVar
from ciconv.ir.walk import comments_of
from ciconv.source import Comment
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

Fail = Callable[[CannotSay, str], None]


def write_environment(
    env: Iterable[EnvVar], says: Says, fail: Fail, known: frozenset[str] = frozenset()
) -> tuple[t.Statement, ...]:
    """Return `environment { … }`, or nothing; what cannot be said is handed to `fail`.

    Secrets that values have in them are bound as well, but for those `known` already.
    """
    statements: list[t.Statement] = []
    left: list[Comment] = []
    for one in env:
        try:
            value = _value(one, says)
        except CannotSay as error:
            fail(error, f"the variable {one.name}")
            left += comments_of(one)
            continue
        statements.append(_entry(one.name, value, (*left, *comments_of(one))))
        left = []
    own = {one.name for one in env}
    bound = [_bound(name) for name in says.names.secrets() if name not in own | known]
    if not statements and not bound:
        return ()
    block = groovy.block("environment", (*bound, *statements), tuple(left))
    return (groovy.statement(block),)


def _value(variable: EnvVar, says: Says) -> t.Expr:
    ref = secret(variable.value)
    if ref is not None:
        return groovy.call("credentials", credential(ref))
    return write_value(variable.value, says)


def _bound(name: str) -> t.Statement:
    ref = Ref(path=("secrets", name.removeprefix("SECRETS_")))
    return _entry(name, groovy.call("credentials", credential(ref)), ())


def _entry(name: str, value: t.Expr, comments: tuple[Comment, ...]) -> t.Statement:
    assignment = t.Assignment(target=t.Name(name=name), value=value)
    return groovy.statement(assignment, comments)
