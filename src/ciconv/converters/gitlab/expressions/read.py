"""Reading the conditions of rules: names get their meaning, what is known is worked out.

https://docs.gitlab.com/ci/jobs/job_rules/
"""

from functools import partial

from ciconv.context import Context
from ciconv.converters.gitlab.expressions.grammar import NATIVE, PATTERN, dialect
from ciconv.converters.gitlab.expressions.junctions import (
    FALSE,
    TRUE,
    all_of,
    any_of,
    equal,
    negated,
)
from ciconv.converters.gitlab.expressions.regexes import filter_of, literal_pattern, read_pattern
from ciconv.converters.gitlab.expressions.variables import (
    DRAFT,
    EVENT,
    FOREIGN_EVENT,
    OTHER_SOURCES,
    PROTECTED,
    SOURCE,
    SOURCES,
    Variables,
    predefined,
    settable,
)
from ciconv.converters.pratt import ParseError, Place, parse
from ciconv.ir.expression import Binary, Expr, Literal, Matches, Op, Raw, Ref, Unary
from ciconv.ir.filter import Pattern
from ciconv.ir.node import replace
from ciconv.ir.pattern import matches
from ciconv.passes.gitlab_variables import ONLY_IN_JOBS
from ciconv.syntax.node import Scalar


def read_condition(scalar: Scalar, variables: Variables, context: Context) -> Expr | None:
    """Return the condition of a rule, None where it always holds; Raw, and an error, if wrong."""
    place = Place(scalar.text, 0, len(scalar.text), scalar.span_of)
    parsing = parse(dialect(), place)
    for error in parsing.errors:
        _report(scalar, error, context)
    if parsing.expr is None:
        return Raw(format="gitlab", text=scalar.text, span=scalar.span)
    found = _Meaning(variables, context).condition(parsing.expr)
    return all_of((found,))


def _report(scalar: Scalar, error: ParseError, context: Context) -> None:
    at = scalar.span
    if error.start < error.end:
        at = scalar.span_of(error.start, error.end)
    context.diagnostics.error(error.code, error.message, at, error.help)


class _Meaning:
    """Gives the names in an expression their meaning."""

    def __init__(self, variables: Variables, context: Context) -> None:
        self._variables, self._context = variables, context

    def condition(self, expr: Expr) -> Expr:
        """An expression that stands where true or false is wanted."""
        match expr:
            case Binary(op=Op.AND):
                both = (self.condition(expr.left), self.condition(expr.right))
                found = all_of(both) or TRUE
                return _foreign(found)
            case Binary(op=Op.OR):
                return any_of((self.condition(expr.left), self.condition(expr.right))) or TRUE
            case Binary(op=Op.EQ | Op.NE):
                found = self._equality(expr)
                return negated(found) if expr.op is Op.NE else found
            case Binary(op=Op.MATCH | Op.NOT_MATCH):
                found = self._match(expr)
                return negated(found) if expr.op is Op.NOT_MATCH else found
            case Unary(op=Op.NOT):
                return negated(self.condition(expr.operand))
            case Literal():
                return TRUE if expr.value else FALSE
            case Raw():
                return TRUE
        return self._truth(expr)

    def _truth(self, expr: Expr) -> Expr:
        value = self._operand(expr, is_known=False)
        if isinstance(value, Literal):
            return TRUE if value.value else FALSE
        is_there = isinstance(value, Ref) and value.path == EVENT
        return TRUE if is_there or _native(expr) == PROTECTED else value

    def _operand(self, expr: Expr, *, is_known: bool = True) -> Expr:
        """The value of one side: the text of a variable that is known, or what it stands for.

        `is_known` False: for a shared variable, who runs the pipeline may want another value.
        """
        name = _native(expr)
        if name is None:
            return expr
        known = self._variables.constant(name)
        shared = self._variables.shared.get(name)
        if known is not None and not is_known and shared and name not in self._variables.own:
            self._variables.asked[name] = None
            return settable(shared, expr.span)
        if known is not None:  # variables inside of it are not expanded here
            return Literal(value=known, span=expr.span)
        if name in (SOURCE, FOREIGN_EVENT):
            return Ref(path=EVENT, span=expr.span)
        if self._variables.find(name) is not None or name in self._variables.cells:
            return self._variables.value(name, expr.span)
        if name in ONLY_IN_JOBS:  # nobody knows it before a runner has the job
            return Literal(value=None, span=expr.span)
        found = predefined(name, self._variables.catalog)
        if isinstance(found, Ref) and found.path[0] == "secrets":
            found = Ref(path=("vars", name))  # whether there is one, its rules may ask
        return replace(found, span=expr.span)

    def _equality(self, expr: Binary) -> Expr:
        if _is_boolean(expr.left):
            return self._same_truth(expr.left, expr.right)
        if _is_boolean(expr.right):
            return self._same_truth(expr.right, expr.left)
        return self._same_text(expr)

    def _same_text(self, expr: Binary) -> Expr:
        left = self._operand(expr.left, is_known=_native(expr.right) is not None)
        right = self._operand(expr.right, is_known=_native(expr.left) is not None)
        if isinstance(left, Literal) and not isinstance(right, Literal):
            left, right = right, left
        if isinstance(left, Literal) and isinstance(right, Literal):
            same = left.value == right.value and (left.value is None) is (right.value is None)
            return Literal(value=same, span=expr.span)
        if isinstance(right, Literal):
            name = _native(expr.left) or _native(expr.right) or ""
            if right.value is None:
                return FALSE if self._is_defined(name) else negated(self._truth_of(left))
            if right.value == "" and not self._is_defined(name):
                return replace(FALSE, span=expr.span)  # not there is not the same as empty
            if right.value == "":
                return negated(left)
            if isinstance(left, Ref) and left.path == EVENT and name == SOURCE:
                return self._source(expr, left, right)
            if isinstance(left, Ref) and left.path == DRAFT:
                return _draft(left, right)
        return replace(expr, op=Op.EQ, left=left, right=right)

    def _same_truth(self, boolean: Expr, other: Expr) -> Expr:
        """A comparison with a boolean: a text beside it has to be `true` or `false`."""
        holds = self.condition(boolean)
        if _is_boolean(other):
            yes = self.condition(other)
            no = negated(yes)
        else:
            yes, no = (self._equality(equal(other, word)) for word in ("true", "false"))
        both = all_of((holds, yes))
        neither = all_of((negated(holds), no))
        return any_of((both, neither)) or TRUE

    def _source(self, expr: Binary, event: Ref, word: Literal) -> Expr:
        """A comparison with a kind of pipeline; there may be none of that name."""
        said = str(word.value)
        if said in SOURCES or said in OTHER_SOURCES:
            meant = SOURCES.get(said, said)
            value = word if meant == said else Literal(value=meant)
            return replace(expr, op=Op.EQ, left=event, right=value)
        self._context.diagnostics.warning(
            "unknown-source",
            f"there are no pipelines of the kind {said!r}",
            word.span,
            f"there are {', '.join((*SOURCES, *OTHER_SOURCES))}",
        )
        return replace(FALSE, span=expr.span)

    def _truth_of(self, value: Expr) -> Expr:
        return TRUE if isinstance(value, Ref) and value.path == EVENT else value

    def _is_defined(self, name: str) -> bool:
        return name == SOURCE or self._variables.find(name) is not None

    def _match(self, expr: Binary) -> Expr:
        left = self._operand(expr.left, is_known=False)
        pattern = self._pattern(expr.right)
        if pattern is None:
            return replace(expr, op=Op.MATCH, left=left, right=self._operand(expr.right))
        if isinstance(left, Literal):
            found = False if left.value is None else matches(pattern, str(left.value))
            if found is not None:
                return Literal(value=found, span=expr.span)
        if isinstance(left, Ref) and left.path == EVENT and _native(expr.left) == SOURCE:
            return _sources(pattern, left)
        return Matches(value=left, filter=filter_of(pattern), span=expr.span)

    def _pattern(self, expr: Expr) -> Pattern | None:
        """The pattern on the right side, None where only the run knows it."""
        if isinstance(expr, Raw) and expr.format == PATTERN:
            return read_pattern(expr.text, expr.span)
        value = self._operand(expr)
        if not isinstance(value, Literal):
            return None
        text = "" if value.value is None else str(value.value)
        return read_pattern(text, expr.span) or literal_pattern(text, expr.span)


def _draft(draft: Ref, word: Literal) -> Expr:
    """A comparison of a text that is `true` or `false`, which is a boolean elsewhere."""
    if word.value == "true":
        return draft
    if word.value != "false":
        return replace(FALSE, span=word.span)
    merge_request = Ref(path=("pr", "number"), span=draft.span)  # nothing else has the variable
    return all_of((merge_request, negated(draft))) or TRUE


def _is_boolean(expr: Expr) -> bool:
    """Whether the value is true or false, and no text."""
    if isinstance(expr, Literal):
        return isinstance(expr.value, bool)
    return isinstance(expr, Unary) or (isinstance(expr, Binary) and expr.op in _COMPARISONS)


_COMPARISONS = (Op.EQ, Op.NE, Op.MATCH, Op.NOT_MATCH)


def _native(expr: Expr) -> str | None:
    """The name of a variable, None for anything else."""
    is_name = isinstance(expr, Ref) and expr.path[0] == NATIVE
    return expr.path[1] if is_name and isinstance(expr, Ref) else None


def _sources(pattern: Pattern, event: Ref) -> Expr:
    """Which kinds of pipelines a pattern lets in, one by one."""
    words = dict.fromkeys(
        meant for word, meant in SOURCES.items() if matches(pattern, word) is not False
    )
    return any_of(map(partial(equal, event), words)) or TRUE


def _foreign(expr: Expr) -> Expr:
    """An event that GitLab does not have, which a trigger with a variable stands for."""
    if not isinstance(expr, Binary) or expr.op is not Op.AND:
        return expr
    sides = [one for one in (expr.left, expr.right) if _is_event(one)]
    if len(sides) == 2 and sides[0] != sides[1] and _is_dispatch(sides[0]):
        return sides[1]
    return expr


def _is_event(expr: Expr) -> bool:
    is_ref = isinstance(expr, Binary) and isinstance(expr.left, Ref) and expr.left.path == EVENT
    return is_ref and isinstance(expr, Binary) and expr.op is Op.EQ


def _is_dispatch(expr: Expr) -> bool:
    right = expr.right if isinstance(expr, Binary) else None
    return isinstance(right, Literal) and right.value == SOURCES["trigger"]
