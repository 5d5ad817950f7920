"""Conditions in CircleCI's own words: what is known before a pipeline starts.

https://circleci.com/docs/reference/configuration-reference/#logic-statements
"""

import re
from collections.abc import Callable
from functools import reduce

from ciconv.converters.circleci.expressions.folding import escaped, folded, truth
from ciconv.converters.circleci.triggers.patterns import exact, whole
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import (
    Binary,
    Call,
    Constant,
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
    written,
)
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.node import Node, replace
from ciconv.ir.pattern import filter_matches
from ciconv.syntax import build
from ciconv.syntax.node import Node as Tree

BRANCH, TAG = Ref(path=("ref", "branch")), Ref(path=("ref", "tag"))
_EVENT = ("event",)

NATIVE: dict[tuple[str, ...], str] = {
    ("ref", "branch"): "pipeline.git.branch",
    ("ref", "tag"): "pipeline.git.tag",
    ("commit", "sha"): "pipeline.git.revision",
    ("commit", "before"): "pipeline.git.base_revision",
    ("commit", "title"): "pipeline.git.commit.subject",
    ("event",): "pipeline.event.name",
    ("event", "action"): "pipeline.event.action",
    ("run", "number"): "pipeline.number",
    ("run", "id"): "pipeline.id",
    ("pr", "number"): "pipeline.event.github.pull_request.number",
    ("event", "number"): "pipeline.event.github.pull_request.number",
    ("pr", "title"): "pipeline.event.github.pull_request.title",
    ("pr", "draft"): "pipeline.event.github.pull_request.draft",
    ("pr", "base"): "pipeline.event.github.pull_request.base.ref",
    ("pr", "base_name"): "pipeline.event.github.pull_request.base.ref",
    ("pr", "base_sha"): "pipeline.event.github.pull_request.base.sha",
    ("pr", "head"): "pipeline.event.github.pull_request.head.ref",
    ("pr", "head_name"): "pipeline.event.github.pull_request.head.ref",
    ("pr", "head_sha"): "pipeline.event.github.pull_request.head.sha",
    ("event", "trigger"): "pipeline.trigger.type",
}
# GitHub's word for what happened, and CircleCI's
WORDS = {
    "push": "push",
    "pull_request": "pull_request",
    "schedule": "schedule",
    "workflow_dispatch": "api",
    "release": "push",
}
_BOOLEANS = frozenset({("pr", "draft")})  # all others are texts, or nothing
_NO_COMMIT = "0" * 40  # GitHub's word for the commit before a new branch
_HEADS, _TAGS = "refs/heads/", "refs/tags/"
_COMPARISONS = {Op.EQ: "==", Op.NE: "!=", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}


def said(expr: Expr) -> Expr:
    """Return a condition in terms of pipeline values; raise CannotSay."""
    return folded(_said(expr))


def _said(expr: Expr) -> Expr:
    match expr:
        case Literal():
            return replace(expr, value=truth(expr.value))
        case Template():
            known = constant(expr)
            if known is None:
                raise CannotSay(expr, "it is a text that is put together")
            return Literal(value=bool(known), span=expr.span)
        case Unary(op=Op.NOT):
            return negation(_said(expr.operand))
        case Binary(op=Op.AND | Op.OR):
            left, right = _said(expr.left), _said(expr.right)
            return replace(expr, left=left, right=right, semantics=Semantics.CIRCLECI)
        case Binary():
            return _compared(expr)
        case Matches():
            return _matching(expr.value, expr.filter, expr)
        case Call():
            return _called(expr)
        case Ref():
            return _true(expr)
    raise CannotSay(expr, "CircleCI cannot ask for it before the pipeline starts")


def _true(ref: Ref) -> Expr:
    """Whether a value is there at all."""
    if (ref.path[0] == "inputs" and len(ref.path) == 2) or ref.path in _BOOLEANS:
        return ref
    if ref.path == ("ref", "name"):
        return Literal(value=True, span=ref.span)
    if ref.path in NATIVE:
        return _binary(Op.NE, ref, Literal(value="", span=ref.span))
    if ref.path == ("pr", "id"):  # which every pull request has
        return _event(ref, "pull_request")
    raise CannotSay(ref, "CircleCI does not know it before the pipeline starts")


def _compared(expr: Binary) -> Expr:
    for one, other in ((expr.left, expr.right), (expr.right, expr.left)):
        if isinstance(one, Ref) and isinstance(other, Ref):
            return _two(expr, one, other)
        if isinstance(one, Ref) and isinstance(other, Literal):
            return _with_literal(expr, one, other)
    raise CannotSay(expr, "CircleCI cannot compare that before the pipeline starts")


def _two(expr: Binary, one: Ref, other: Ref) -> Expr:
    """A comparison with the default branch, the only one of two values that there is."""
    paths = {one.path, other.path}
    named = paths <= {("ref", "name"), ("ref", "branch"), ("ref", "default")}
    if named and ("ref", "default") in paths and expr.op in (Op.EQ, Op.NE):
        same = _binary(Op.EQ, BRANCH, Ref(path=("ref", "default")))
        return same if expr.op is Op.EQ else negation(same)
    raise CannotSay(expr, "CircleCI cannot compare two values")


def _with_literal(expr: Binary, ref: Ref, value: Literal) -> Expr:
    if expr.op not in (Op.EQ, Op.NE):
        if ref.path in NATIVE or ref.path[0] == "inputs":
            return replace(expr, semantics=Semantics.CIRCLECI)
        raise CannotSay(expr, "CircleCI does not know it before the pipeline starts")
    test = _in_any_case(expr, ref, value) or _equal(ref, value)
    return test if expr.op is Op.EQ else negation(test)


def _in_any_case(expr: Binary, ref: Ref, value: Literal) -> Expr | None:
    """A name of a branch or tag with capitals, which GitHub finds however it is written."""
    text = written(value.value)
    if expr.semantics is not Semantics.GITHUB or text == text.lower():
        return None
    regex = f"(?i){escaped(text.removeprefix(_HEADS).removeprefix(_TAGS))}"
    if ref.path in (("ref", "name"), *_NAMES):
        return _fits(ref, regex, value)
    for begin, name in ((_HEADS, BRANCH), (_TAGS, TAG)):
        if ref.path == ("ref", "full") and text.startswith(begin):
            return _fits(name, regex, value)
    return None


def _equal(ref: Ref, value: Literal) -> Expr:
    text = written(value.value)
    match ref.path:
        case ("event",):
            return _event(ref, text)
        case ("ref", "full"):
            return _full(ref, text)
        case ("ref", "name"):
            both = (_is(BRANCH, text), _is(TAG, text))
            return _binary(Op.OR, *both)
        case ("ref", "type"):
            if text not in ("branch", "tag"):
                return Literal(value=False)
            return negation(_is(BRANCH if text == "branch" else TAG, ""))
        case ("commit", "before") if text == _NO_COMMIT:
            return _is(ref, "")
        case ("inputs", _):
            return _binary(Op.EQ, ref, value)
    if ref.path in NATIVE:
        nothing = value.value is None  # which is an empty text here
        if ref.path in _BOOLEANS and (nothing or value.value == ""):
            return negation(ref)
        return _binary(Op.EQ, ref, Literal(value="", span=value.span) if nothing else value)
    raise CannotSay(ref, "CircleCI does not know it before the pipeline starts")


def foreign_event(expr: Node) -> str:
    """Return the event that a comparison asks for, if CircleCI has none like it, else nothing."""
    if not isinstance(expr, Binary) or not isinstance(expr.right, Literal):
        return ""
    word = written(expr.right.value)
    is_event = isinstance(expr.left, Ref) and expr.left.path == _EVENT
    return word if is_event and word not in (*WORDS, _CALL) else ""


_CALL, _RELEASE = "repository_dispatch", "release"


def _event(ref: Ref, word: str) -> Expr:
    if word == _CALL:
        return _webhook(ref)
    if word not in WORDS:
        return Literal(value=False, span=ref.span)
    known = Literal(value=WORDS[word], span=ref.span)
    found = _binary(Op.EQ, replace(ref, path=_EVENT), known)
    return found if word != _RELEASE else _binary(Op.AND, found, negation(_is(TAG, "")))


def is_release(expr: Node) -> bool:
    """Whether a comparison asks for a release, which the push of a tag stands for."""
    match expr:
        case Binary(left=Ref(path=path), right=Literal(value=value)):
            return path == _EVENT and value == _RELEASE
    return False


def _webhook(at: Expr) -> Expr:
    """Whether something else than a person starts a pipeline: by a custom webhook."""
    kind = Ref(path=("event", "trigger"), span=at.span)
    return _binary(Op.EQ, kind, Literal(value="webhook", span=at.span))


def _full(ref: Ref, text: str) -> Expr:
    if text.startswith(_HEADS):
        return _is(BRANCH, text[len(_HEADS) :])
    if text.startswith(_TAGS):
        return _is(TAG, text[len(_TAGS) :])
    return Literal(value=False, span=ref.span)


def _called(call: Call) -> Expr:
    value = call.arguments[0] if call.arguments else None
    wanted = call.arguments[1] if len(call.arguments) > 1 else None
    if not isinstance(value, Ref) or not isinstance(wanted, Literal):
        raise CannotSay(call, "CircleCI has no such function before the pipeline starts")
    text = written(wanted.value)
    if not text and call.function in _SEARCHES:
        return Literal(value=True, span=call.span)  # every text has it
    if call.function == "startsWith" and value.path == ("ref", "full"):
        for begin, name in ((_HEADS, BRANCH), (_TAGS, TAG)):
            if text.startswith(begin):
                return _begins(name, text[len(begin) :])
            if begin.startswith(text) and text != "refs/":
                return _begins(name, "")
        return Literal(value=text in ("refs/", "refs", ""))
    regexes = {
        "startsWith": f"{escaped(text)}.*",
        "endsWith": f".*{escaped(text)}",
        "contains": f".*{escaped(text)}.*",
    }
    if call.function not in regexes:
        raise CannotSay(call, "CircleCI has no such function before the pipeline starts")
    is_name = value.path in (("ref", "name"), *_NAMES)
    ignores_case = call.function == "contains" or not is_name or text != text.lower()
    any_case = "(?i)" if ignores_case and text.upper() != text.lower() else ""
    return _fits(value, any_case + regexes[call.function], call)


_SEARCHES = ("contains", "startsWith", "endsWith")
_NAMES = (BRANCH.path, TAG.path)  # are told by case where they begin and end, as in other systems


def _begins(name: Ref, text: str) -> Expr:
    if not text:
        return negation(_is(name, ""))
    any_case = "(?i)" if text != text.lower() else ""  # small ones are not written otherwise
    return _fits(name, f"{any_case}{escaped(text)}.*", name)


def _matching(value: Expr, wanted: Filter, at: Expr) -> Expr:
    if not isinstance(value, Ref):
        raise CannotSay(at, "CircleCI cannot compare that before the pipeline starts")
    names = [exact(one) for one in wanted.patterns]
    if len(names) == 1 and names[0] is not None and not wanted.patterns[0].negated:
        test = _equal(value, Literal(value=names[0]))
        return negation(test) if wanted.ignore else test
    return _fits(value, whole(wanted), at)


def _fits(value: Ref, regex: str, at: Expr) -> Expr:
    """Whether a value fits a regular expression; `ref.name` is a branch or a tag."""
    if value.path == ("ref", "full"):
        raise CannotSay(at, "CircleCI knows branches and tags by their short names")
    if value.path == ("ref", "name"):
        return _binary(Op.OR, _fits(BRANCH, regex, at), _fits(TAG, regex, at))
    if value.path not in NATIVE and value.path[0] != "inputs":
        raise CannotSay(at, "CircleCI does not know it before the pipeline starts")
    alone = Filter(patterns=(Pattern(text=regex, syntax=PatternSyntax.JAVA),))
    test: Expr = Matches(value=value, filter=alone, span=at.span)
    if value.path in (BRANCH.path, TAG.path) and filter_matches(alone, "") is not False:
        # other systems have no such name on a tag, or on a branch; here it is empty
        return _binary(Op.AND, test, negation(_is(value, "")))
    return test


def _is(name: Ref, text: str) -> Expr:
    return _binary(Op.EQ, name, Literal(value=text))


def _binary(op: Op, left: Expr, right: Expr) -> Binary:
    return Binary(op=op, left=left, right=right, semantics=Semantics.CIRCLECI, span=right.span)


def negation(expr: Expr) -> Expr:
    """Return the opposite of a condition."""
    if isinstance(expr, Binary) and expr.op in (Op.EQ, Op.NE):
        return replace(expr, op=Op.NE if expr.op is Op.EQ else Op.EQ)
    if isinstance(expr, Unary):
        return expr.operand
    return Unary(op=Op.NOT, operand=expr, semantics=Semantics.CIRCLECI, span=expr.span)


def name_of(ref: Ref) -> str:
    """Return a pipeline value as CircleCI writes it; raise CannotSay."""
    if ref.path[0] == "inputs" and len(ref.path) == 2:
        return f"pipeline.parameters.{parameter(ref.path[1])}"
    if ref.path not in NATIVE:
        raise CannotSay(ref, "CircleCI does not know it before the pipeline starts")
    return NATIVE[ref.path]


def parameter(name: str) -> str:
    """Return the name of a parameter as CircleCI takes it: lower case, digits, `_` and `-`."""
    clean = re.sub(r"[^a-z0-9_-]+", "_", name.lower()).strip("-_")
    return clean if clean[:1].isalpha() else f"p_{clean}"


def _is_default(expr: Expr) -> bool:
    return (
        isinstance(expr, Binary)
        and isinstance(expr.right, Ref)
        and expr.right.path == ("ref", "default")
    )


_NAME_OF_DEFAULT = "pipeline.git.branch.is_default"


def condition(expr: Expr) -> Tree:
    """Return a condition that `said` gave as the value of `when`."""
    if isinstance(expr, Literal) and isinstance(expr.value, bool):
        return build.boolean(expr.value)
    return build.text(inline(expr))


def _whole_name(regex: str) -> str:
    """A regular expression with anchors; flags stand before them."""
    flags = re.match(r"(?:\(\?[a-z]+\))?", regex)
    begin = flags[0] if flags else ""
    rest = _bare(regex[len(begin) :])
    inner = f"(?:{rest})" if "|" in rest and not rest.startswith("(?") else rest
    return f"{begin}^{inner}$"


def _bare(regex: str) -> str:
    """A regular expression of the whole name without the anchors it has already."""
    if "|" in regex or regex.endswith("\\$"):
        return regex
    return regex.removeprefix("^").removesuffix("$")


def _beginning(regex: str) -> str:
    """The text that a name has to begin with, where nothing else is asked of it."""
    bare = _bare(regex)
    begin = bare.removesuffix(".*")
    is_plain = begin != bare and re.fullmatch(r"(?:[\w/@-]|\\\.)+", begin)
    return begin.replace("\\.", ".") if is_plain else ""


def _flat(expr: Expr, op: Op) -> list[Expr]:
    if isinstance(expr, Binary) and expr.op is op:
        return [*_flat(expr.left, op), *_flat(expr.right, op)]
    return [expr]


def inline(expr: Expr) -> str:
    """Return a condition that `said` gave as one expression."""
    match expr:
        case Literal():
            return _word(expr.value)
        case Ref():
            return name_of(expr)
        case Unary():
            return f"not ({inline(expr.operand)})"
        case Binary() if _is_default(expr):
            return _NAME_OF_DEFAULT if expr.op is Op.EQ else f"not {_NAME_OF_DEFAULT}"
        case Binary(op=Op.AND | Op.OR):
            word = " and " if expr.op is Op.AND else " or "
            parts = [_bracketed(one, expr.op) for one in _flat(expr, expr.op)]
            return word.join(parts)
        case Binary():
            return f"{inline(expr.left)} {_COMPARISONS[expr.op]} {inline(expr.right)}"
        case Matches():
            regex = whole(expr.filter)
            begin = _beginning(regex)
            if begin:
                return f"{inline(expr.value)} starts-with {_word(begin)}"
            return f"{inline(expr.value)} matches {_word(_whole_name(regex))}"
    raise CannotSay(expr, "CircleCI cannot ask for it before the pipeline starts")


def statement(expr: Expr, value: Callable[[Ref], str]) -> Tree:
    """Return a condition that `said` gave as a logic statement; `value` says what it speaks of."""
    match expr:
        case Literal():
            return build.boolean(truth(expr.value))
        case Ref():
            return build.text(value(expr))
        case Unary(op=Op.NOT):
            return build.mapping(("not", statement(expr.operand, value)))
        case Binary(op=Op.AND | Op.OR):
            parts = [statement(one, value) for one in _flat(expr, expr.op)]
            return build.mapping(("and" if expr.op is Op.AND else "or", build.sequence(*parts)))
        case Binary(op=Op.NE):
            return build.mapping(("not", statement(replace(expr, op=Op.EQ), value)))
        case Binary(op=Op.EQ, left=Ref()) if _is_default(expr):
            return build.text(f"<< {_NAME_OF_DEFAULT} >>")
        case Binary(op=Op.EQ, left=Ref() as ref, right=Literal() as known):
            both = (_plain(known.value), build.text(value(ref)))
            return build.mapping(("equal", build.sequence(*both, flow=True)))
        case Matches(value=Ref() as ref):
            pattern = build.text(_whole_name(whole(expr.filter)))
            found = build.mapping(("pattern", pattern), ("value", build.text(value(ref))))
            return build.mapping(("matches", found))
    raise CannotSay(expr, "no logic statement says it")


def _plain(value: Constant) -> Tree:
    if isinstance(value, bool):
        return build.boolean(value)
    if not isinstance(value, float):
        return build.text(written(value))
    # `equal` tells 2.0 from the 2 of a parameter, which is always a whole number
    return build.number(int(value) if value.is_integer() else value)


def _bracketed(expr: Expr, op: Op) -> str:
    inner = isinstance(expr, Binary) and expr.op in (Op.AND, Op.OR) and expr.op is not op
    return f"({inline(expr)})" if inner else inline(expr)


def _word(value: Constant) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "false" if value is None else written(value)


def all_of(parts: list[Expr]) -> Expr | None:
    """Return the condition that all parts hold for."""
    kept = [one for one in parts if not (isinstance(one, Literal) and truth(one.value))]
    return reduce(lambda left, right: _binary(Op.AND, left, right), kept) if kept else None


def any_of(parts: list[Expr]) -> Expr:
    """Return the condition that one of the parts holds for, without those that say less."""
    asked = [(one, frozenset(conjuncts(one))) for one in dict.fromkeys(parts)]
    kept = [one for one, own in asked if not any(other < own for _, other in asked)]
    if not kept:
        return Literal(value=False)
    return reduce(lambda left, right: _binary(Op.OR, left, right), kept)
