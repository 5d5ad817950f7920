"""Conditions of any system as what `rules:if` can say.

https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions
"""

import re

from msgspec import Struct, field

from ciconv.catalog.catalog import Catalog
from ciconv.converters.gitlab.expressions.logic import Logic, both, comparison, either
from ciconv.converters.gitlab.expressions.patterns import passes, quoted, slashed
from ciconv.converters.gitlab.expressions.variables import BOOLEANS
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.evaluate import EvaluationError, as_number, evaluate, truth
from ciconv.ir.evaluate.environment import Environment
from ciconv.ir.evaluate.value import Residual
from ciconv.ir.expression import (
    Binary,
    Call,
    Constant,
    Expr,
    Index,
    Literal,
    Matches,
    Op,
    Ref,
    Semantics,
    Star,
    Template,
    Unary,
    has_status_function,
    operation,
    written,
)
from ciconv.ir.filter import CannotMatch
from ciconv.ir.trigger import Input

SOURCES = {
    "push": "push",
    "pull_request": "merge_request_event",
    "pull_request_target": "merge_request_event",
    "schedule": "schedule",
    "workflow_dispatch": "web",
    "repository_dispatch": "api",
    "workflow_run": "pipeline",
}
"""GitHub's word of an event, and what `CI_PIPELINE_SOURCE` is then."""

OTHER_EVENT = "GITHUB_EVENT_NAME"
"""The variable that says which event it was, for those that GitLab starts nothing for."""


class Scope(Struct, frozen=True, kw_only=True):
    """What conditions of one pipeline stand in; `near`: variables that are only nearly the same."""

    catalog: Catalog
    inputs: tuple[Input, ...] = ()
    events: frozenset[str] = frozenset()  # GitHub's words of those that start it; empty: any
    near: list[tuple[Expr, str]] = field(default_factory=list)
    values: list[tuple[Expr, str]] = field(default_factory=list)  # the same, in values
    # what was said of the whole pipeline, and of which runners
    told: set[tuple[str, str]] = field(default_factory=set)


def write_condition(expr: Expr, scope: Scope, positive: bool = True) -> Logic:
    """Return what a condition is in `rules:if`, or the opposite of it; raise CannotSay."""
    match expr:
        case Literal():
            return truth(expr.value) is positive
        case Unary(op=Op.NOT):
            return write_condition(expr.operand, scope, not positive)
        case Binary(op=Op.AND) | Binary(op=Op.OR):
            join = both if (expr.op is Op.AND) is positive else either
            return join(*(write_condition(one, scope, positive) for one in (expr.left, expr.right)))
        case Binary(op=Op.EQ) | Binary(op=Op.NE):
            return _compared(expr, scope, (expr.op is Op.EQ) is positive)
        case Call(function="contains" | "startsWith" | "endsWith") if len(expr.arguments) == 2:
            return _searched(expr, scope, positive)
        case Matches():
            return _matched(expr, scope, positive)
        case Ref():
            return _is_true(expr, scope, positive)
        case Template():
            return _of_text(expr, scope, positive)
    raise CannotSay(expr, _reason(expr))


def _reason(expr: Expr) -> str:
    if isinstance(expr, Call):
        return f"rules cannot compute {expr.function}()"
    if isinstance(expr, Binary):
        return f"rules know no {expr.op.value!r}"
    return "rules cannot look into a value"


def _of_text(expr: Template, scope: Scope, positive: bool) -> Logic:
    """Text with a constant part in it is never empty, and so always true."""
    if any(isinstance(one, Literal) and one.value != "" for one in expr.parts):
        return positive
    if len(expr.parts) == 1:
        return write_condition(expr.parts[0], scope, positive)
    return (either if positive else both)(
        *(write_condition(one, scope, positive) for one in expr.parts)
    )


def _compared(expr: Binary, scope: Scope, equal: bool) -> Logic:
    left, right = _plain(expr.left), _plain(expr.right)
    if isinstance(left, Literal):
        left, right = right, left
    if not isinstance(right, Literal):
        sides = (variable(left, scope), variable(right, scope))
        return comparison(f"${sides[0]} {'==' if equal else '!='} ${sides[1]}")
    if isinstance(left, Binary | Unary | Call):
        return _compared_truth(left, right.value, scope, equal)
    if not isinstance(left, Ref):
        raise CannotSay(left, _reason(left))
    special = _SPECIAL.get(left.path)
    if special is not None:
        return special(left, right, scope, equal)
    return _compared_value(left, right, scope, equal, expr.semantics)


def _plain(expr: Expr) -> Expr:
    """A template of one part as that part; constant text as a literal."""
    if isinstance(expr, Template) and not expr.parts:
        return Literal(value="", span=expr.span)
    return expr.parts[0] if isinstance(expr, Template) and len(expr.parts) == 1 else expr


def _compared_truth(expr: Expr, value: Constant, scope: Scope, equal: bool) -> Logic:
    """`(a == b) == true`: a truth value compared with a constant."""
    number = as_number(value)
    if number not in (0, 1):
        return not equal
    return write_condition(expr, scope, (number == 1) is equal)


def _compared_value(
    ref: Ref, right: Literal, scope: Scope, equal: bool, semantics: Semantics
) -> Logic:
    name = variable(ref, scope)
    value, declared = right.value, _declared(ref, scope)
    is_flag = declared is not None and declared.type == "boolean" and ref.path[0] == "inputs"
    if is_flag and isinstance(value, str) and semantics is Semantics.GITHUB:
        return not equal  # text is no truth value, so GitHub takes them for different
    if value is None or value == "":
        return _empty(name, ref, equal)
    if isinstance(value, bool):
        wanted = "true"
        equal = equal is value
    else:
        wanted = written(value)
    return _guarded(ref, _equal(name, wanted, ref, equal, semantics), wanted, scope, equal)


def _equal(name: str, wanted: str, ref: Ref, equal: bool, semantics: Semantics) -> Logic:
    any_case = (
        semantics is Semantics.GITHUB and _is_free_text(ref) and wanted.lower() != (wanted.upper())
    )
    if any_case and wanted not in ("true", "false"):
        return comparison(f"${name} {'=~' if equal else '!~'} {_pattern('^', wanted, '$', 'i')}")
    return comparison(f"${name} {'==' if equal else '!='} {_quoted(wanted, ref)}")


def _is_free_text(ref: Ref) -> bool:
    """Whether people choose the letters' case of a value, as they do not for names of branches."""
    return ref.path[0] in ("inputs", "vars", "secrets", "env") or ref.path[:1] == ("commit",)


def _quoted(text: str, at: Expr) -> str:
    try:
        return quoted(text)
    except CannotMatch:
        raise CannotSay(at, "rules cannot write a text with both kinds of quotes") from None


def _empty(name: str, ref: Ref, equal: bool) -> Logic:
    if not equal:
        return comparison(f"${name}")
    if ref.path[0] in ("inputs", "vars", "secrets", "env"):
        return either(comparison(f"${name} == null"), comparison(f'${name} == ""'))
    return comparison(f"${name} == null")


def _guarded(ref: Ref, found: Logic, wanted: str, scope: Scope, equal: bool) -> Logic:
    """A comparison of an input, which GitHub knows in runs that are started by hand only.

    The variable has its default in every other pipeline: where that says something else, the
    source of the pipeline is asked for, too.
    """
    declared = _declared(ref, scope)
    if declared is None or declared.of is None:
        return found  # of other systems: it has its default in every run
    if not scope.events - {"workflow_dispatch", "workflow_call"}:
        return found
    default = "" if declared.default is None else _constant(declared.default)
    if default is not None and default.lower() != wanted.lower():
        return found
    by_hand = _source("workflow_dispatch", True)
    return both(by_hand, found) if equal else either(_source("workflow_dispatch", False), found)


def _constant(template: Template) -> str | None:
    texts = [written(one.value) for one in template.parts if isinstance(one, Literal)]
    return "".join(texts) if len(texts) == len(template.parts) else None


def _declared(ref: Ref, scope: Scope) -> Input | None:
    name = input_name(ref)
    return next((one for one in scope.inputs if one.name.lower() == name), None)


def input_name(ref: Ref) -> str | None:
    """Return the name of the input that a reference is about, in lower case."""
    if ref.path[0] == "inputs" and len(ref.path) == 2:
        return ref.path[1].lower()
    if ref.path[:3] == ("github", "event", "inputs") and len(ref.path) == 4:
        return ref.path[3].lower()
    return None


def input_variable(name: str) -> str:
    """Return the variable that somebody who starts a pipeline gives an input in."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def variable(expr: Expr, scope: Scope) -> str:
    """Return the variable that holds a value before the pipeline runs; raise CannotSay."""
    if not isinstance(expr, Ref):
        raise CannotSay(expr, _reason(expr))
    name = input_name(expr)
    if name is not None:
        return input_variable(expr.path[-1])
    if expr.path[0] in ("vars", "secrets", "env") and len(expr.path) == 2:
        return expr.path[1]
    names = scope.catalog.names().get(expr.path)
    if names is not None and names.gitlab is not None:
        return names.gitlab
    near = None if names is None else names.near.get("gitlab")
    if near is None or expr.path in _USELESS:
        raise CannotSay(expr, "GitLab has no variable for it")
    said = f"{near.name} stands for {'.'.join(expr.path)}: {near.differs}"
    scope.near.append((expr, said))
    return near.name


_USELESS = frozenset({("ref", "full"), ("ref", "name"), ("event",), ("job", "status")})


def _is_true(ref: Ref, scope: Scope, positive: bool) -> Logic:
    if ref.path in _SPECIAL:
        return positive  # a run always has a ref and an event
    name = variable(ref, scope)
    declared = _declared(ref, scope)
    is_boolean = declared is not None and declared.type == "boolean"
    if ref.path in BOOLEANS or (is_boolean and ref.path[0] == "inputs"):
        found = comparison(f'${name} {"==" if positive else "!="} "true"')
        return _guarded(ref, found, "true", scope, positive)
    return _empty(name, ref, not positive)


def _source(event: str, equal: bool) -> Logic:
    return comparison(f'$CI_PIPELINE_SOURCE {"==" if equal else "!="} "{SOURCES[event]}"')


def _event(ref: Ref, right: Literal, scope: Scope, equal: bool) -> Logic:
    """What started the run; an event that does not start this pipeline is none of its own."""
    wanted = written(right.value).lower()
    if scope.events and wanted not in scope.events:
        return not equal
    if wanted == "merge_group":
        return comparison(f'$CI_MERGE_REQUEST_EVENT_TYPE {"==" if equal else "!="} "merge_train"')
    if wanted == "release":
        scope.near.append((ref, "the push of any tag stands for a release"))
        return comparison("$CI_COMMIT_TAG" if equal else "$CI_COMMIT_TAG == null")
    if wanted in SOURCES:
        others = {one for one in scope.events if SOURCES.get(one) == SOURCES[wanted]} - {wanted}
        if others:
            said = f"{wanted!r} and {min(others)!r} are one event here, which starts the job once"
            scope.near.append((ref, said))
        return _source(wanted, equal)
    return comparison(f"${OTHER_EVENT} {'==' if equal else '!='} {_quoted(wanted, ref)}")


def _full_ref(ref: Ref, right: Literal, scope: Scope, equal: bool) -> Logic:
    text = written(right.value)
    for prefix, name in _PREFIXES.items():
        if text.lower().startswith(prefix):
            return _named(name, text[len(prefix) :], ref, equal)
    if text.startswith("refs/pull/"):
        raise CannotSay(ref, "a merge request has no such ref")
    return not equal


_PREFIXES = {"refs/heads/": "CI_COMMIT_BRANCH", "refs/tags/": "CI_COMMIT_TAG"}
_NAMES = tuple(_PREFIXES.values())


def _ref_name(ref: Ref, right: Literal, scope: Scope, equal: bool) -> Logic:
    """The name of a branch or of a tag, which have a variable each."""
    parts = (_named(name, written(right.value), ref, equal) for name in _NAMES)
    return (either if equal else both)(*parts)


def _named(name: str, text: str, ref: Ref, equal: bool) -> Logic:
    """A comparison with a name of a branch or a tag, which hardly any two tell by case alone."""
    if text != text.lower():
        return comparison(f"${name} {'=~' if equal else '!~'} {_pattern('^', text, '$', 'i')}")
    return comparison(f"${name} {'==' if equal else '!='} {_quoted(text, ref)}")


def _ref_type(ref: Ref, right: Literal, scope: Scope, equal: bool) -> Logic:
    wanted = written(right.value).lower()
    if wanted not in ("branch", "tag"):
        return not equal
    return comparison("$CI_COMMIT_TAG" if (wanted == "tag") is equal else "$CI_COMMIT_TAG == null")


_SPECIAL = {
    ("event",): _event,
    ("ref", "full"): _full_ref,
    ("ref", "name"): _ref_name,
    ("ref", "type"): _ref_type,
}


def _searched(expr: Call, scope: Scope, positive: bool) -> Logic:
    where, what = map(_plain, expr.arguments)
    if isinstance(where, Index):
        return _listed(expr, where, what, positive)
    if not isinstance(where, Ref) or not isinstance(what, Literal):
        raise CannotSay(expr, f"rules cannot compute {expr.function}() of this")
    begin = "^" if expr.function == "startsWith" else ""
    end = "$" if expr.function == "endsWith" else ""
    text = written(what.value)
    if where.path == ("ref", "full"):
        return _searched_ref(expr, text, positive)
    if where.path == ("ref", "name"):
        flags = "i" if expr.function == "contains" else _of_case(text)
        return _any_name(_pattern(begin, text, end, flags), positive)
    if where.path == ("event",):
        raise CannotSay(expr, "the words for events are others")
    if not text:
        return positive
    name = variable(where, scope)
    found = comparison(f"${name} {'=~' if positive else '!~'} {_pattern(begin, text, end, 'i')}")
    if where.path == ("commit", "message") and scope.events != {"push"}:
        if not scope.events or "push" in scope.events:
            source = _source("push", positive)
            return both(source, found) if positive else either(source, found)
        return not positive
    return found


def _pattern(begin: str, text: str, end: str, flags: str) -> str:
    return slashed(f"{begin}{_escaped(text)}{end}") + (
        flags if text.lower() != text.upper() else ""
    )


def _escaped(text: str) -> str:
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text)


def _any_name(pattern: str, positive: bool) -> Logic:
    parts = (comparison(f"${name} {'=~' if positive else '!~'} {pattern}") for name in _NAMES)
    return (either if positive else both)(*parts)


def _searched_ref(expr: Call, text: str, positive: bool) -> Logic:
    """`github.ref` is `refs/heads/…` or `refs/tags/…`, of which GitLab has the ends."""
    low = text.lower()
    if expr.function == "endsWith":
        if "/" in text and any(
            prefix.endswith(low.partition("/")[0] + "/") for prefix in _PREFIXES
        ):
            raise CannotSay(expr, "GitLab has no variable with the whole ref")
        return _any_name(_pattern("", text, "$", _of_case(text)), positive)
    for prefix, name in _PREFIXES.items():
        tail = prefix.removeprefix("refs/")
        for start in (prefix, *(() if expr.function == "startsWith" else (tail,))):
            if low.startswith(start):
                return _begins(name, text[len(start) :], positive)
    if "refs/pull/".startswith(low) or low.startswith("refs/"):
        return _of_refs(expr, low, positive)
    if expr.function == "startsWith":
        return not positive
    if "/" in low and (found := _of_kind(low, positive)) is not None:
        return found
    if "/" in low and any(low in prefix for prefix in _PREFIXES):
        raise CannotSay(expr, "GitLab has no variable with the whole ref")
    return _any_name(_pattern("", text, "", "i"), positive)


def _of_kind(low: str, positive: bool) -> Logic | None:
    """`heads/` or `/tags/`: what kind of ref it is."""
    for prefix, name in _PREFIXES.items():
        if low in (tail := prefix.removeprefix("refs")) or low == tail.strip("/"):
            return comparison(f"${name}" if positive else f"${name} == null")
    return None


def _of_refs(expr: Call, low: str, positive: bool) -> Logic:
    if "refs/".startswith(low):
        return positive
    if "refs/pull/".startswith(low) or low.startswith("refs/pull/"):
        equal = "==" if positive else "!="
        return comparison(f'$CI_PIPELINE_SOURCE {equal} "merge_request_event"')
    raise CannotSay(expr, "GitLab has no variable with the whole ref")


def _begins(name: str, rest: str, positive: bool) -> Logic:
    if not rest:
        return comparison(f"${name}" if positive else f"${name} == null")
    return comparison(
        f"${name} {'=~' if positive else '!~'} {_pattern('^', rest, '', _of_case(rest))}"
    )


def _of_case(text: str) -> str:
    """The flag for a text that names begin or end with: with capitals it may be written otherwise.

    Names of small letters alone are names that nobody writes with others.
    """
    return "i" if text != text.lower() else ""


def _listed(expr: Call, where: Index, what: Expr, positive: bool) -> Logic:
    """`contains(github.event.pull_request.labels.*.name, 'x')`: a list between commas."""
    labels = Ref(path=("pr", "labels"))
    inner = where.base if isinstance(where.base, Index) else None
    is_labels = (
        inner is not None
        and isinstance(inner.key, Star)
        and isinstance(inner.base, Ref)
        and inner.base.path in (labels.path, ("github", "event", "pull_request", "labels"))
        and where.key == Literal(value="name")
    )
    if expr.function != "contains" or not is_labels or not isinstance(what, Literal):
        raise CannotSay(expr, "rules cannot look into a list")
    text = slashed(f"(^|,){_escaped(written(what.value))}(,|$)")
    return comparison(f"$CI_MERGE_REQUEST_LABELS {'=~' if positive else '!~'} {text}i")


def _matched(expr: Matches, scope: Scope, positive: bool) -> Logic:
    """Whether a text passes a filter."""
    name = "CI_COMMIT_REF_NAME" if expr.value == Ref(path=("ref", "name")) else None
    name = name or variable(_plain(expr.value), scope)
    try:
        if positive:
            return passes(name, expr.filter)
        opposite = expr.filter.__class__(patterns=expr.filter.patterns, ignore=True)
        if expr.filter.ignore or any(one.negated for one in expr.filter.patterns):
            raise CannotSay(expr, "the opposite of a list of patterns cannot be said")
        return either(comparison(f"${name} == null"), passes(name, opposite))
    except CannotMatch as error:
        raise CannotSay(expr, f"no regular expression of RE2 says {str(error)!r}") from None


def simplified(expr: Expr, known: Environment) -> Expr:
    """Return a condition with what is known worked out; unchanged where that is an error.

    `always()` is true, but it says that the job runs after failures, too: it stays.
    """
    try:
        value = evaluate(expr, known)
    except EvaluationError:
        return expr
    if isinstance(value, Residual):
        found = value.expr
    else:
        found = Literal(value=truth(value), span=expr.span)
    if not has_status_function(expr) or has_status_function(found):
        return found
    always = Call(function="always", span=expr.span)
    return operation(Op.AND, always, found, expr.span)


def known_of(event: str) -> Environment:
    """Return what an event makes known of a run."""
    known: dict[tuple[str, ...], object] = {("event",): event, ("github", "event_name"): event}
    if event != "workflow_dispatch":
        known[("github", "event", "inputs")] = {}
    if event not in ("push", "workflow_dispatch", "release"):
        known |= {("ref", "type"): "branch", ("ref", "tag"): ""}
    return Environment.of(known)
