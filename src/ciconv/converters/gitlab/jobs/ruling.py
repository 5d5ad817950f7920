"""`rules`, and the keys that stand for one rule: when a job takes part, and how.

https://docs.gitlab.com/ci/yaml/#rules
"""

from msgspec import Struct

from ciconv.context import Context
from ciconv.converters.fields import Fields, is_null
from ciconv.converters.gitlab.expressions.junctions import all_of, negated
from ciconv.converters.gitlab.expressions.read import read_condition
from ciconv.converters.gitlab.expressions.variables import Variable, Variables
from ciconv.converters.gitlab.scalars import (
    FORMAT,
    Scope,
    alternatives,
    extra,
    extras,
    flat,
    read_variables,
)
from ciconv.converters.gitlab.steps.checkout import KEYWORDS
from ciconv.ir.choices import chosen, single
from ciconv.ir.expression import Call, Changes, Exists, Expr, Literal, Semantics, Unary, constant
from ciconv.ir.expression import Op as Operator
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.job import Choice, Start
from ciconv.ir.node import Node
from ciconv.ir.step import EnvVar, Extra
from ciconv.source import Span
from ciconv.syntax.node import Mapping, Scalar, Sequence, resolve
from ciconv.syntax.node import Node as Tree

WHEN = ("on_success", "on_failure", "always", "never", "manual", "delayed")


class How(Struct, frozen=True, kw_only=True):
    """How a job takes part when nothing else is said: the keys of the job itself."""

    when: str = "on_success"
    after: str | None = None
    may_fail: Expr | None = None
    exit_codes: tuple[int, ...] = ()
    interruptible: bool | None = None


class Rule(Struct, frozen=True, kw_only=True):
    """One rule: its condition, and what it changes. `variables` are not expanded yet."""

    condition: Expr | None
    how: How
    variables: tuple[Variable, ...] = ()
    extras: tuple[Extra, ...] = ()
    node: Node = Node()


class Ruling(Struct, frozen=True, kw_only=True):
    """All rules as choices; the first whose condition holds counts."""

    rules: tuple[Rule, ...] = ()

    def choices(self, variables: Variables) -> tuple[Choice, ...]:
        """Return the ways to take part."""
        return tuple(_choice(one, variables) for one in self.rules if one.how.when != "never")

    def value(self, name: str, variables: Variables, otherwise: Expr, at: Span | None) -> Expr:
        """Return the value of a variable: that of the rule that holds, where it gives one."""
        cases = []
        for rule in self.rules:
            own = [env_var(one, variables) for one in rule.variables if one.name == name]
            cases.append((rule.condition, single(own[-1].value) if own else otherwise))
        return chosen(cases, otherwise, at)

    @property
    def extras(self) -> tuple[Extra, ...]:
        """What the rules say that is known to GitLab alone."""
        return tuple(extra for one in self.rules for extra in one.extras)


def _choice(rule: Rule, variables: Variables) -> Choice:
    how = rule.how
    start = {"manual": Start.MANUAL, "delayed": Start.DELAYED}.get(how.when, Start.AUTO)
    return Choice(
        condition=all_of((rule.condition, status_of(how.when))),
        start=start,
        after=how.after if start is Start.DELAYED else None,
        may_fail=how.may_fail,
        exit_codes=how.exit_codes,
        env=tuple(env_var(one, variables) for one in rule.variables),
        interruptible=how.interruptible,
        span=rule.node.span,
        comments=rule.node.comments,
    )


def status_of(when: str) -> Expr | None:
    """Return what has to hold of the jobs before; None: that all went well."""
    if when == "on_failure":
        return Call(function="failure")
    if when == "always":
        call = Call(function="cancelled")
        return Unary(op=Operator.NOT, operand=call, semantics=Semantics.GITHUB)
    return None


def env_var(variable: Variable, variables: Variables) -> EnvVar:
    """Return a variable with what its text stands for."""
    entry = variable.entry
    span = entry.value.span
    text = variables.text(variable.text, span) if variable.expand else None
    literal = Literal(value=variable.text, span=span)
    value = text if text is not None else variables.text("", span)
    if text is None and variable.text:
        value = type(value)(parts=(literal,), span=span)
    comments = (*entry.comments, *variable.comments)
    return EnvVar(name=variable.name, value=value, span=entry.span, comments=comments)


def read_rules(node: Tree, scope: Scope, how: How) -> Ruling:
    """Return the rules of a job; those that never let it in are part of the conditions behind."""
    found: list[Rule] = []
    nevers: list[Expr | None] = []
    for item in alternatives(node, "'rules'", scope.context):
        rule = _rule(item, scope, how)
        if rule is None:
            continue
        condition = all_of((*(negated(one) for one in nevers), rule.condition))
        if rule.how.when == "never":
            nevers.append(rule.condition)
        found.append(
            Rule(
                condition=condition,
                how=rule.how,
                variables=rule.variables,
                extras=rule.extras,
                node=rule.node,
            )
        )
        if rule.condition is None:
            _report_behind(item, flat(node), scope.context)
            break
    return Ruling(rules=tuple(found))


def _report_behind(last: Tree, items: tuple[Tree, ...], context: Context) -> None:
    """Say of rules behind one that always holds that they have no effect."""
    place = next(number for number, one in enumerate(items) if one is last)
    for item in items[place + 1 :]:
        message = "the rule has no effect: one before it always holds"
        context.diagnostics.warning("rule-without-effect", message, item.span)


def _rule(item: Tree, scope: Scope, default: How) -> Rule | None:
    fields = Fields(item, scope.context, "a rule")
    if not isinstance(resolve(item), Mapping):
        return None
    condition = take_condition(fields, scope)
    kept = extras(fields, "needs", prefix="rules:")
    given = read_variables(fields.node("variables"), "'variables' of a rule", scope.context)
    how_fetched = (given.pop(name) for name in KEYWORDS if name in given)
    kept += tuple(extra(one.entry, f"rules:variables:{one.name}") for one in how_fetched)
    return Rule(
        condition=condition,
        how=_how(fields, scope, default),
        variables=tuple(given.values()),
        extras=(*kept, *extras(fields, "auto_cancel", prefix="rules:"), *fields.leftovers(FORMAT)),
        node=Node(span=item.span, comments=(*item.comments, *fields.comments)),
    )


def take_condition(fields: Fields, scope: Scope) -> Expr | None:
    """Take `if`, `changes` and `exists`, all of which have to hold."""
    scalar = fields.scalar("if")
    condition = None if scalar is None else read_condition(scalar, scope.variables, scope.context)
    changes = take_paths(fields, "changes", scope)
    exists = take_paths(fields, "exists", scope)
    return all_of(
        (
            condition,
            None if changes is None else Changes(filter=changes, span=changes.span),
            None if exists is None else Exists(filter=exists, span=exists.span),
        )
    )


def take_paths(fields: Fields, name: str, scope: Scope) -> Filter | None:
    """Take patterns of paths, which may stand below `paths`."""
    node = fields.node(name)
    if node is None or is_null(node):
        return None
    span = node.span
    if isinstance(node, Mapping):
        inner = Fields(node, scope.context, f"{name!r}")
        paths = inner.node("paths")
        for one in ("compare_to", "project", "ref"):
            given = inner.entry(one)
            if given is not None:
                _report_base(name, one, given.span, scope)
        inner.leftovers(FORMAT)
        node = paths if paths is not None else Sequence(span=span)
    patterns = tuple(
        Pattern(text=_path(one, scope), syntax=PatternSyntax.GITLAB_GLOB, span=one.span)
        for one in fields.only_scalars(flat(node), name)
    )
    return Filter(patterns=patterns, span=span)


def _path(scalar: Scalar, scope: Scope) -> str:
    """A path with the variables that are known in it."""
    return constant(scope.text(scalar)) or scalar.text


def _report_base(name: str, key: str, span: Span, scope: Scope) -> None:
    message = f"{key!r} of {name!r} is not looked at: the files are those of the event"
    scope.context.diagnostics.warning("compared-otherwise", message, span)


def _how(fields: Fields, scope: Scope, default: How) -> How:
    when = take_when(fields, scope.context) or default.when
    may_fail, codes = take_allow_failure(fields, scope.context)
    given = may_fail is not None
    interruptible = take_interruptible(fields)
    return How(
        when=when,
        after=fields.text("start_in") or default.after,
        may_fail=may_fail if given else default.may_fail,
        exit_codes=codes if given else default.exit_codes,
        interruptible=default.interruptible if interruptible is None else interruptible or None,
    )


def take_interruptible(fields: Fields) -> bool | None:
    """Take `interruptible`; None where nothing is said."""
    return fields.boolean("interruptible") if "interruptible" in fields else None


def take_when(fields: Fields, context: Context) -> str | None:
    """Take `when`, which has to be one of GitLab's words."""
    scalar = fields.scalar("when")
    if scalar is not None and scalar.text not in WHEN:
        message = f"'when' of {fields.what} cannot be {scalar.text!r}"
        context.diagnostics.error(
            "unknown-when", message, scalar.span, f"there are {', '.join(WHEN)}"
        )
    return None if scalar is None else scalar.text


def take_allow_failure(fields: Fields, context: Context) -> tuple[Expr | None, tuple[int, ...]]:
    """Take `allow_failure`: whether the job may fail, and with which exit codes."""
    node = fields.node("allow_failure")
    if node is None or is_null(node):
        return None, ()
    if isinstance(node, Mapping):
        inner = Fields(node, context, "'allow_failure'")
        codes = tuple(
            one.value for one in inner.scalars("exit_codes") or () if isinstance(one.value, int)
        )
        inner.leftovers(FORMAT)
        return Literal(value=True, span=node.span), codes
    if not isinstance(node, Scalar) or not isinstance(node.value, bool):
        fields.wrong(node, "true, false or a mapping", "allow_failure")
        return None, ()
    return Literal(value=node.value, span=node.span), ()
