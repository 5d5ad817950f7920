"""Conditions: true, false, or an expression that is the same for all that mean the same."""

from collections.abc import Iterator, Mapping
from math import isnan

from ciconv.ir.evaluate.environment import Environment, Path
from ciconv.ir.evaluate.evaluation import MAX_DEPTH, chain, evaluate
from ciconv.ir.evaluate.normal_form import Formula, Junction, Term, normal_form, sorted_formula
from ciconv.ir.evaluate.value import EvaluationError, Residual, as_number, truth
from ciconv.ir.expression import (
    Binary,
    Call,
    Changes,
    Exists,
    Expr,
    Literal,
    Matches,
    Op,
    Raw,
    Ref,
    Semantics,
    Template,
    Unary,
    operands,
    operation,
    walk,
    written,
)
from ciconv.ir.filter import Filter
from ciconv.ir.node import replace

MAX_ATOMS = 30  # that are compared with each other

_COMPARISONS = frozenset({Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE, Op.MATCH, Op.NOT_MATCH})
_NEGATED = {Op.NE: Op.EQ, Op.NOT_MATCH: Op.MATCH}
_MIRRORED = {Op.EQ: Op.EQ, Op.LT: Op.GT, Op.LE: Op.GE, Op.GT: Op.LT, Op.GE: Op.LE}
_SEARCHES = frozenset({"contains", "startsWith", "endsWith"})
_MAY_BE_LISTS = frozenset({"github", "matrix", "needs", "steps", "pr"})  # or objects
_TRUE_OR_FALSE = _SEARCHES | {"success", "failure", "cancelled", "always"}


def condition(expr: Expr, environment: Environment) -> bool | Residual:
    """Return whether a condition holds; a residual, in normal form, where only the run knows.

    EvaluationError where GitHub would end the run.
    """
    value = evaluate(expr, environment)
    if not isinstance(value, Residual):
        return truth(value)
    simple = simplified(value.expr)
    return simple if isinstance(simple, bool) else Residual(simple)


def simplified(expr: Expr) -> bool | Expr:
    """Return what an expression means as a condition, as a truth value or in normal form.

    Two conditions that mean the same whatever the values in them are become equal, unless they are
    very large: an or of ands, in order, with comparisons turned and texts in lower case where that
    changes nothing.
    """
    atoms = Atoms()
    formula = atoms.formula(expr, True)
    if isinstance(formula, bool):
        return formula
    if isinstance(formula, int):
        return atoms.expr(formula)
    formula = atoms.put_in_order(formula)
    terms = normal_form(formula, atoms.impossible())
    if terms is None:
        terms = normal_form(formula)
    if terms is None:
        return atoms.expr(sorted_formula(formula))
    return terms if isinstance(terms, bool) else _chain_of(Op.OR, map(atoms.all_of, terms))


class Atoms:
    """The parts of a condition that are no logic, numbered from 1."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}  # by what they mean
        self._exprs: list[Expr] = []
        self._depth = 0

    def formula(self, expr: Expr, positive: bool) -> Formula:
        """Return the logic of an expression, of its opposite if not `positive`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise EvaluationError(f"the condition has more than {MAX_DEPTH} levels", expr.span)
        found = self._formula(expr, positive)
        self._depth -= 1
        return found

    def _formula(self, expr: Expr, positive: bool) -> Formula:
        if isinstance(expr, Unary) and expr.op is Op.NOT:
            return self.formula(expr.operand, not positive)
        if isinstance(expr, Binary):
            if expr.op in (Op.AND, Op.OR):
                return self._junction(expr, positive)
            return self._comparison(expr, positive)
        if isinstance(expr, Literal):
            return truth(expr.value) is positive
        if isinstance(expr, Template) and any(isinstance(one, Literal) for one in expr.parts):
            return positive  # a text that is never empty
        if isinstance(expr, Call) and expr.function in _SEARCHES:
            arguments = tuple(map(_lower, expr.arguments))
            if _finds_nothing(arguments):
                return positive
            expr = Call(function=expr.function, arguments=arguments, span=expr.span)
        return self._atom(expr, positive)

    def _junction(self, expr: Binary, positive: bool) -> Formula:
        every = (expr.op is Op.AND) is positive
        parts: list[Formula] = []
        for operand in chain(expr):
            part = self.formula(operand, positive)
            if isinstance(part, bool):
                if part is not every:
                    return part
            elif isinstance(part, Junction) and part.every is every:
                parts.extend(part.parts)
            else:
                parts.append(part)
        if len(parts) < 2:
            return parts[0] if parts else every
        return Junction(every, tuple(parts))

    def _comparison(self, expr: Binary, positive: bool) -> Formula:
        op, left, right = expr.op, expr.left, expr.right
        if op in _NEGATED:
            op, positive = _NEGATED[op], not positive
        if op in _MIRRORED and _is_turned(op, left, right):
            op, left, right = _MIRRORED[op], right, left
        if expr.semantics is Semantics.GITHUB:
            if op is Op.EQ and isinstance(right, Literal) and _is_true_or_false(left):
                number = as_number(right.value)
                is_one = number == 1
                return self.formula(left, is_one is positive) if number in (0, 1) else not positive
            left, right = _lower(left), _lower(right)
        semantics = Semantics.GITHUB if op is Op.EQ and _alike(left, right) else expr.semantics
        same = Binary(op=op, left=left, right=right, semantics=semantics, span=expr.span)
        return self._atom(same, positive)

    def _atom(self, expr: Expr, positive: bool) -> int:
        number = self._numbers.setdefault(_key(expr), len(self._exprs) + 1)
        if number > len(self._exprs):
            self._exprs.append(expr)
        return number if positive else -number

    def put_in_order(self, formula: Formula) -> Formula:
        """Number the atoms by what they mean, not by where they stand; return the formula so."""
        old = [self._numbers[name] for name in sorted(self._numbers)]
        self._exprs = [self._exprs[number - 1] for number in old]
        new = {number: place for place, number in enumerate(old, 1)}
        return _renumbered(formula, new)

    def __len__(self) -> int:
        return len(self._exprs)

    def impossible(self, most: int = MAX_ATOMS) -> tuple[Term, ...]:
        """Return pairs of an atom and another, or its opposite, that cannot hold both.

        None of more atoms than `most`.
        """
        if len(self._exprs) > most:
            return ()
        names = [_only_name(expr) for expr in self._exprs]
        found: dict[Term, None] = {}
        for number, name in enumerate(names, 1):
            value = None if names.count(name) < 2 else _certain_text(self._exprs[number - 1])
            if name is None or value is None:
                continue
            known = Environment({tuple(part.lower() for part in name): value})
            for other in (n for n, one in enumerate(names, 1) if one == name and n != number):
                match _holds(self._exprs[other - 1], known):
                    case True:
                        found[1 << number, 1 << other] = None
                    case False:
                        found[1 << number | 1 << other, 0] = None
        return tuple(found)

    def expr(self, formula: Formula) -> Expr:
        """Return a formula as an expression."""
        if isinstance(formula, Junction):
            op = Op.AND if formula.every else Op.OR
            return _chain_of(op, map(self.expr, formula.parts))
        assert not isinstance(formula, bool)
        expr = self._exprs[abs(formula) - 1]
        return expr if formula > 0 else _opposite(expr)

    def all_of(self, term: Term) -> Expr:
        """Return a term as an expression."""
        true, false = term
        atoms = true | false
        numbers = (n for n in range(atoms.bit_length()) if atoms >> n & 1)
        return _chain_of(Op.AND, (self.expr(n if true >> n & 1 else -n) for n in numbers))


def _chain_of(op: Op, exprs: Iterator[Expr]) -> Expr:
    found = next(exprs)
    for one in exprs:
        found = operation(op, found, one)
    return found


def _opposite(expr: Expr) -> Expr:
    if isinstance(expr, Binary):
        for opposite, op in _NEGATED.items():
            if expr.op is op:
                return replace(expr, op=opposite)
    return Unary(op=Op.NOT, operand=expr, semantics=Semantics.GITHUB, span=expr.span)


def _is_turned(op: Op, left: Expr, right: Expr) -> bool:
    """Whether a comparison stands the other way round: a constant is on the right, else `<`."""
    if isinstance(left, Literal) or isinstance(right, Literal):
        return not isinstance(right, Literal)
    return _key(right) < _key(left) if op is Op.EQ else op in (Op.GT, Op.GE)


def _alike(left: Expr, right: Expr) -> bool:
    """Whether all systems compare alike: a variable, which is text, with text without letters."""
    text = right.value if isinstance(right, Literal) else None
    is_variable = isinstance(left, Ref) and left.path[0] == "env"
    return is_variable and isinstance(text, str) and text.lower() == text.upper() and bool(text)


def _is_true_or_false(expr: Expr) -> bool:
    if isinstance(expr, Binary):
        return expr.op in _COMPARISONS
    if isinstance(expr, Unary | Matches | Changes | Exists):
        return True
    return isinstance(expr, Call) and expr.function in _TRUE_OR_FALSE


def _lower(expr: Expr) -> Expr:
    """A constant text in lower case, which is equal to it for GitHub."""
    if not isinstance(expr, Literal) or not isinstance(expr.value, str):
        return expr
    text = expr.value
    return Literal(value=text.lower(), span=expr.span) if text.isascii() else expr


def _finds_nothing(arguments: tuple[Expr, ...]) -> bool:
    """Whether the empty text is searched for, which stands in every text; not so in a list."""
    match arguments:
        case Ref(path=path), Literal(value=value):
            return written(value) == "" and path[0] not in _MAY_BE_LISTS
    return False


def _key(expr: Expr) -> str:
    """A text that is the same for equal expressions only; conditions are sorted by it."""
    return "\x01".join([_token(one) for one in walk(expr)])


def _token(expr: Expr) -> str:
    match expr:
        case Ref():
            return "\0".join(expr.path)
        case Literal(value=str(text)):
            return f"'{text}"
        case Literal():
            return f"={written(expr.value)}"
        case Call():
            return f"{expr.function}({len(expr.arguments)}"
        case Binary():
            return f"({expr.op}{expr.semantics}"
        case Raw():
            return f"({expr.format} {expr.text}"
        case Matches() | Changes() | Exists():
            return f"({type(expr).__name__} {filter_text(expr.filter)}"
    return f"({type(expr).__name__}{len(operands(expr))}"


def filter_text(filter: Filter) -> str:
    """Return a text that is the same for equal filters only."""
    words = [f"{'!' if one.negated else ''}{one.syntax}:{one.text}" for one in filter.patterns]
    return f"{'not ' if filter.ignore else ''}{words}"


def _renumbered(formula: Formula, new: Mapping[int, int]) -> Formula:
    if isinstance(formula, bool):
        return formula
    if isinstance(formula, Junction):
        return Junction(formula.every, tuple(_renumbered(one, new) for one in formula.parts))
    return new[formula] if formula > 0 else -new[-formula]


def _only_name(expr: Expr) -> Path | None:
    """The one name that an expression asks for, where it depends on nothing else."""
    names = {one.path for one in walk(expr) if isinstance(one, Ref)}
    calls = (one.function for one in walk(expr) if isinstance(one, Call))
    if len(names) != 1 or not _SEARCHES.issuperset(calls):
        return None
    return names.pop()


def _certain_text(expr: Expr) -> str | None:
    """The text that a name has if a comparison holds; what looks like a number could be one."""
    if not isinstance(expr, Binary) or expr.op is not Op.EQ or not isinstance(expr.left, Ref):
        return None
    text = expr.right.value if isinstance(expr.right, Literal) else None
    if not isinstance(text, str):
        return None
    return text if expr.left.path[0] in TEXTS or isnan(as_number(text)) else None


TEXTS = frozenset({"steps", "needs", "env", "vars", "secrets"})  # whose values are texts


def _holds(expr: Expr, environment: Environment) -> bool | None:
    try:
        value = evaluate(expr, environment)
    except EvaluationError:
        return None
    return None if isinstance(value, Residual) else truth(value)
