"""Conditions as `when` has them: `branch`, `tag`, `changeRequest` and the like, else `expression`.

Comparators are exact: a glob of `branch` ignores case.

https://www.jenkins.io/doc/book/pipeline/syntax/#when
"""

from collections.abc import Callable, Iterable

from ciconv.converters.jenkins.expressions.comparisons import as_texts
from ciconv.converters.jenkins.expressions.patterns import java, matches_all
from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import (
    Binary,
    Call,
    Changes,
    Exists,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    Semantics,
    Template,
    Unary,
    conjuncts,
    constant,
    disjuncts,
)
from ciconv.ir.filter import CannotMatch, Filter, Pattern, PatternSyntax, exact
from ciconv.ir.trigger import EventKind
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

Conditions = tuple[t.Call, ...]  # all of which have to hold
Atom = Callable[[Pattern], t.Call]

_CAUSES = {
    "schedule": ("TimerTrigger", None),
    "workflow_run": ("BuildUpstreamCause", None),
    "workflow_dispatch": (None, "UserIdCause"),
}
_REQUESTS = (EventKind.PULL_REQUEST, EventKind.PULL_REQUEST_TARGET)  # both are change requests
_OTHERS = (
    (EventKind.PULL_REQUEST, "pull_request"),
    (EventKind.PULL_REQUEST_TARGET, "pull_request"),
    (EventKind.SCHEDULE, "schedule"),
    (EventKind.UPSTREAM, "workflow_run"),
    (EventKind.MANUAL, "workflow_dispatch"),
)
_SINCE = "the changed files are those of all commits since the build before, none in a first build"
_PARTS = {("pr", "base"): "target", ("pr", "head"): "branch", ("pr", "number"): "id"}


def when(expr: Expr | None, says: Says) -> Conditions:
    """Return what stands in `when`; raise CannotSay."""
    found = [one for part in conjuncts(expr) for one in _all(part, says)]
    return narrow(found)


def narrow(conditions: Iterable[t.Call]) -> Conditions:
    """Return what all has to hold, without an `anyOf` of which a case has to hold anyway."""
    unique = tuple(dict.fromkeys(conditions))
    return tuple(
        one
        for one in unique
        if not any(other is not one and other in alternatives(one) for other in unique)
    )


def _all(expr: Expr, says: Says) -> Conditions:
    """The conditions of a part that is no `&&`."""
    match expr:
        case Literal():
            holds = expr.value not in (None, False, "", 0.0)
            return () if holds else (_expression(groovy.value(False)),)
        case Template(parts=(only,)):
            return when(only, says)
        case Ref(path=("ref", "branch")):  # that it is one
            others = (groovy.call("changeRequest"), groovy.call("buildingTag"))
            return tuple(negated((one,)) for one in others)
        case Unary(op=Op.NOT):
            return (negated(when(expr.operand, says)),)
        case Binary(op=Op.OR):
            return _any(disjuncts(expr), says)
    return _parts(_atom(expr, says))


def _any(parts: tuple[Expr, ...], says: Says) -> Conditions:
    """Whether one of the parts holds; what is a branch or a tag is no change request."""
    found = [when(one, says) for one in parts]
    requested, tagged = groovy.call("changeRequest"), groovy.call("buildingTag")
    heads = ((tagged,), (negated((requested,)), negated((tagged,))))
    rest = [one for one in found if one not in heads]
    if len(rest) == len(found) - 2 and all(one in found for one in heads):
        found = [(negated((requested,)),), *rest]
    return either(found) if len(found) > 1 else found[0]


def _parts(condition: t.Call) -> Conditions:
    """The conditions of an `allOf`; what always holds is none."""
    if condition == _ALWAYS:
        return ()
    return _inside(condition) if condition.name == "allOf" else (condition,)


def _atom(expr: Expr, says: Says) -> t.Call:
    match expr:
        case Binary(op=Op.EQ | Op.NE):
            known = _equal(expr, says)
            if known is not None:
                return known if expr.op is Op.EQ else negated((known,))
        case Call(function="startsWith", arguments=(Ref(path=("ref", "full")), begin)):
            known = _beginning(constant(begin))
            if known is not None:
                return known
        case Matches():
            return joined(_passing(expr, says))
        case Changes():
            says.inexact.append((expr, _SINCE))
            return _changed(expr.filter)
        case Exists():
            return _filtered(expr.filter, _existing)
        case Ref() if (known := _there(expr, says)) is not None:
            return known
    return _expression(says.truth(expr))


def _there(ref: Ref, says: Says) -> t.Call | None:
    """That something is there as a condition of its own, None where there is none."""
    if ref.path == ("pr", "number"):
        return groovy.call("changeRequest")
    if ref.path == ("ref", "tag"):
        return groovy.call("buildingTag")
    return _flag(ref, says) if ref.path[0] == "matrix" else None


def _equal(expr: Binary, says: Says) -> t.Call | None:
    """`a == 'text'` as a condition of its own, None where there is none."""
    expr = as_texts(expr)
    left, right = expr.left, constant(expr.right)
    if not isinstance(left, Ref) and isinstance(expr.right, Ref):
        left, right = expr.right, constant(expr.left)
    if not isinstance(left, Ref) or right is None:
        return _primary(expr)
    if left.path == ("event",):
        return _of_event(expr, right, says)
    if left.path == ("ref", "type") and right in ("branch", "tag"):
        tag = groovy.call("buildingTag")
        return tag if right == "tag" else negated((tag,))
    if left.path[0] == "ref" and left.path[-1] in ("full", "branch", "name", "tag"):
        any_case = expr.semantics is Semantics.GITHUB
        if left.path[-1] == "name" and right and _builds_tags(says):
            cases = [(_named(word, right, any_case=any_case),) for word in ("branch", "tag")]
            return joined(either(cases))
        return _of_ref(left, right, any_case=any_case)
    if left.path in _PARTS and right:
        return groovy.call("changeRequest", **{_PARTS[left.path]: right})
    if left.path[0] in ("inputs", "github"):
        return None
    return _environment(left, right, says)


def _builds_tags(says: Says) -> bool:
    """Whether pushes of tags start the pipeline, too."""
    return any(
        one.kind is EventKind.PUSH and (one.tags is not None or one.branches is None)
        for one in says.names.pipeline.triggers
    )


def _of_ref(ref: Ref, name: str, *, any_case: bool) -> t.Call | None:
    """That a branch or a tag is called so; for nothing, that it is no tag."""
    if ref.path[-1] == "full":
        return _full(name, any_case=any_case)
    if ref.path[-1] == "tag":
        none = negated((groovy.call("buildingTag"),))
        return _named("tag", name, any_case=any_case) if name else none
    return _named("branch", name, any_case=any_case) if name else None


def _environment(left: Ref, right: str, says: Says) -> t.Call | None:
    if left.path[0] in ("env", "matrix", "vars") and len(left.path) == 2:
        return groovy.bare("environment", name=says.names.variable(left), value=right)
    return None


def _flag(ref: Ref, says: Says) -> t.Call | None:
    """A boolean of the matrix as a condition of its own; None for any other value."""
    match says.truth(ref):
        case t.Binary(op="==", right=t.String()):
            return _environment(ref, "true", says)
    return None


def _primary(expr: Binary) -> t.Call | None:
    """Whether it is the default branch that is built."""
    sides = {one.path for one in (expr.left, expr.right) if isinstance(one, Ref)}
    if ("ref", "default") in sides and sides & {("ref", "name"), ("ref", "branch")}:
        return groovy.bare("environment", name="BRANCH_IS_PRIMARY", value="true")
    return None


def _pushed(says: Says) -> t.Call:
    """That it is no other event that starts the pipeline."""
    kinds = {one.kind for one in says.names.pipeline.triggers}
    others = [word for kind, word in _OTHERS if kind in kinds]
    found = (_event(word) for word in dict.fromkeys(others))
    return joined(tuple(negated((one,)) for one in found if one is not None))


def _of_event(expr: Expr, name: str, says: Says) -> t.Call | None:
    """That it is an event of a name; that one of change requests is asked for is said."""
    kinds = {one.kind for one in says.names.pipeline.triggers}
    others = kinds.intersection(_REQUESTS) - {name}
    if name in _REQUESTS and others and not kinds & {name, EventKind.CALL}:
        return _expression(groovy.value(False))
    if name in _REQUESTS and name in kinds and others:
        said = "a change request is one build, whichever of its events starts it"
        says.inexact.append((expr, said))
    return _pushed(says) if name == "push" else _event(name)


def _event(name: str) -> t.Call | None:
    if name in _REQUESTS:
        return groovy.call("changeRequest")
    if name not in _CAUSES:
        return None
    trigger, cause = _CAUSES[name]
    if trigger is not None:
        return groovy.bare("triggeredBy", trigger)
    return groovy.bare("triggeredBy", cause=cause or "")


def _full(ref: str, *, any_case: bool) -> t.Call | None:
    for word, prefix in _WORDS:
        if ref.startswith(prefix):
            return _named(word, ref.removeprefix(prefix), any_case=any_case)
    return None


_WORDS = (("tag", "refs/tags/"), ("branch", "refs/heads/"))


def _beginning(begin: str | None) -> t.Call | None:
    """`startsWith(ref, begin)`."""
    if begin in ("refs/tags", "refs/tags/"):
        return groovy.call("buildingTag")
    for word, prefix in _WORDS:
        if begin is not None and begin.startswith(prefix) and begin != prefix:
            return _matching(word, f"{_in_any_case(begin.removeprefix(prefix))}.*")
    return None


def _in_any_case(name: str) -> str:
    """A regular expression for a name; one with capitals may be written otherwise."""
    regex = java(Pattern(text=name, syntax=PatternSyntax.EXACT))
    return regex if name == name.lower() else f"(?i){regex}"


def _named(word: str, name: str, *, any_case: bool = False) -> t.Call:
    """That a branch or tag has a name; `any_case`: with capitals, it may be written otherwise."""
    if any_case and name != name.lower():
        return _matching(word, _in_any_case(name))
    return groovy.bare(word, pattern=name, comparator="EQUALS")


def _matching(word: str, regex: str) -> t.Call:
    return groovy.bare(word, pattern=regex, comparator="REGEXP")


def _passing(expr: Matches, says: Says) -> Conditions:
    """A branch, a tag, the target of a change request or another text that passes a filter."""
    path = expr.value.path if isinstance(expr.value, Ref) else ()
    if path == ("pr", "base"):
        return (_filtered(expr.filter, _target, groovy.call("changeRequest")),)
    if path == ("ref", "tag"):
        return (_filtered(expr.filter, _tag, groovy.call("buildingTag")),)
    if path in (("ref", "branch"), ("ref", "name")):
        others = (negated((groovy.call("changeRequest"),)), negated((groovy.call("buildingTag"),)))
        found = _filtered(expr.filter, _branch, joined(others))
        return (found, *others) if expr.filter.ignore or _is_wide(expr.filter) else (found,)
    value = says.value(expr.value)
    if any(one.syntax is PatternSyntax.RE2 for one in expr.filter.patterns):
        says.inexact.append((expr, "the pattern is that of the whole text, on one line"))
    return (_filtered(expr.filter, lambda pattern: _text_matching(value, pattern)),)


def _text_matching(value: t.Expr, pattern: Pattern) -> t.Call:
    """That a text as a whole matches a pattern; one that is not there matches none."""
    name = exact(pattern)
    same, wanted = ("==", name) if name else ("==~", java(pattern))
    return _expression(t.Binary(op=same, left=value, right=groovy.literal(wanted)))


def _is_wide(wanted: Filter) -> bool:
    """Whether names of change requests, PR-1, would pass, too."""
    positive = (one for one in wanted.patterns if not one.negated)
    return any(exact(one) is None and not one.text[:1].isalnum() for one in positive)


def _filtered(wanted: Filter, one: Atom, everything: t.Call | None = None) -> t.Call:
    """A filter: the last pattern that matches decides; `everything` is what has such a name."""
    try:
        if wanted.ignore:
            atoms = tuple(one(pattern) for pattern in wanted.patterns)
            return negated(either([(atom,) for atom in atoms]))
        found: list[Conditions] = []
        for pattern in wanted.patterns:
            if everything is not None and matches_all(pattern) and not pattern.negated:
                found = [(everything,)]
            elif pattern.negated:
                found = [(*either(found), negated((one(pattern),)))]
            else:
                found.append((one(pattern),))
        return joined(either(found))
    except CannotMatch as error:
        expr = Literal(value=error.pattern.text, span=error.pattern.span)
        raise CannotSay(expr, "no regular expression says the same") from None


def _changed(wanted: Filter) -> t.Call:
    """A filter of changed files: one of them has to pass it, whatever the others are."""
    if not wanted.ignore and not any(one.negated for one in wanted.patterns):
        return _filtered(wanted, _changeset)
    found: list[Conditions] = []
    try:
        if wanted.ignore:
            found.append((_file_but(wanted.patterns, ".*"),))
        for number, one in enumerate(wanted.patterns):
            if not (wanted.ignore or one.negated):
                denied = tuple(each for each in wanted.patterns[number:] if each.negated)
                found.append((_file_but(denied, java(one)) if denied else _changeset(one),))
    except CannotMatch as error:
        expr = Literal(value=error.pattern.text, span=error.pattern.span)
        raise CannotSay(expr, "no regular expression says the same") from None
    return joined(either(found))


def _file_but(denied: tuple[Pattern, ...], wanted: str) -> t.Call:
    others = "|".join(java(one) for one in denied)
    return groovy.bare("changeset", pattern=f"^(?!(?:{others})$){wanted}", comparator="REGEXP")


def _branch(pattern: Pattern) -> t.Call:
    name = exact(pattern)
    return _named("branch", name) if name else _matching("branch", java(pattern))


def _tag(pattern: Pattern) -> t.Call:
    name = exact(pattern)
    return _named("tag", name) if name else _matching("tag", java(pattern))


def _target(pattern: Pattern) -> t.Call:
    name = exact(pattern)
    if name:
        return groovy.bare("changeRequest", target=name)
    return groovy.bare("changeRequest", target=java(pattern), comparator="REGEXP")


def _changeset(pattern: Pattern) -> t.Call:
    name = exact(pattern)
    if name:
        return groovy.bare("changeset", pattern=name, comparator="EQUALS")
    return groovy.bare("changeset", pattern=java(pattern), comparator="REGEXP")


def _existing(pattern: Pattern) -> t.Call:
    name = exact(pattern)
    if name is None:
        raise CannotMatch(pattern)
    return _expression(groovy.call("fileExists", name))


def _expression(value: t.Expr) -> t.Call:
    return groovy.block("expression", (groovy.statement(value),))


def negated(conditions: Conditions) -> t.Call:
    """Return `not { … }` of conditions that would all have to hold; twice is none."""
    if len(conditions) == 1 and conditions[0].name == "not":
        return joined(_inside(conditions[0]))
    return groovy.block("not", (groovy.statement(joined(conditions)),))


def joined(conditions: Conditions) -> t.Call:
    """Return one condition for several that all have to hold."""
    if len(conditions) == 1:
        return conditions[0]
    if not conditions:
        return _ALWAYS
    conditions = tuple(dict.fromkeys(inner for one in conditions for inner in _parts(one)))
    return groovy.block("allOf", tuple(map(groovy.statement, conditions)))


_ALWAYS = _expression(groovy.value(True))


def either(cases: Iterable[Conditions]) -> Conditions:
    """Return conditions that hold when one case does; none when one always does."""
    found = list(cases)
    if any(not one for one in found):
        return ()
    singles = tuple(dict.fromkeys(flat for one in found for flat in alternatives(joined(one))))
    if len(singles) <= 1:
        return singles
    return (groovy.block("anyOf", tuple(map(groovy.statement, singles))),)


def alternatives(condition: t.Call) -> Conditions:
    """Return the cases of an `anyOf`; any other condition is one case."""
    return _inside(condition) if condition.name == "anyOf" else (condition,)


def _inside(condition: t.Call) -> Conditions:
    inner = condition.closures[0].body.statements
    return tuple(one.value for one in inner)  # type: ignore[attr-defined]
