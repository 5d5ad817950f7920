"""`if`, `try` and what follows a `return`: conditions of steps."""

from collections.abc import Callable
from functools import reduce

from msgspec.structs import replace as struct_replace

from ciconv.converters.jenkins.expressions.read import read_expression
from ciconv.converters.jenkins.expressions.unknown import askable, is_known
from ciconv.converters.jenkins.steps.conditions import MAX_ASKED, failed, negated, tolerated, under
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.variables import find_out
from ciconv.ir.expression import Call, Expr, Literal, Op, Ref, both, either, operation
from ciconv.ir.node import replace
from ciconv.ir.step import Group, Run, Step, Use
from ciconv.source import Span
from ciconv.syntax.groovy import tree

ReadStatement = Callable[[tree.Statement, Place], tuple[Step, ...]]


class Steering:
    """Reads what decides which steps run."""

    def __init__(self, read: ReadStatement) -> None:
        self._read = read

    def block(self, block: tree.Block, place: Place) -> tuple[Step, ...]:
        """Return the steps of a block; what follows a conditional return has a condition."""
        found: list[Step] = []
        statements = list(block.statements)
        for number, statement in enumerate(statements):
            leaving = _leaving(statement)
            if leaving is not None:
                found += find_out(leaving.condition, place)
                condition = askable(read_expression(leaving.condition, place.scope))
                rest = tree.Block(
                    statements=tuple(statements[number + 1 :]), trailing=block.trailing
                )
                if is_known(condition):
                    return (*found, *self._left(leaving, condition, rest, place))
            found.extend(self._read(statement, place))
            if isinstance(statement, tree.Jump) and statement.word == "return":
                break
        place.notes.comments.extend(block.trailing)
        return tuple(found)

    def _left(
        self, leaving: tree.If, condition: Expr, rest: tree.Block, place: Place
    ) -> tuple[Step, ...]:
        """The steps before a return inside `if`, and those that only run without it."""
        truth = _truth(condition)
        then = tree.Block(statements=leaving.then.statements[:-1])
        inside = () if truth is False else self.block(then, place.scoped(place.scope.inner()))
        after = () if truth is True else self.block(rest, place)
        if truth is not None:
            return (*inside, *after)
        span = leaving.condition.span
        return (*under(condition, inside, span), *under(negated(condition), after, span))

    def condition(self, statement: tree.If, place: Place) -> tuple[Step, ...] | None:
        """Return the steps of both branches, each under its condition; None for unknown ones."""
        first = find_out(statement.condition, place)
        condition = askable(read_expression(statement.condition, place.scope))
        if not is_known(condition):
            return None
        truth = _truth(condition)
        if truth is not None:
            word = "true" if truth else "false"
            place.notes.say(f"this is always {word}, so one branch is left", statement.condition)
            branches = (statement.then, statement.otherwise)
            taken, other = branches if truth else reversed(branches)
            if other is not None:
                place.notes.say(f"this never runs: the condition is always {word}", other)
            return () if taken is None else self.block(taken, place)
        then = self._branch(statement.then, place)
        otherwise = () if statement.otherwise is None else self._branch(statement.otherwise, place)
        _forget(statement, place)
        span = statement.condition.span
        if not then and not otherwise:
            place.notes.say("nothing in here is a step", statement)
        return (
            *first,
            *under(condition, then, span),
            *under(negated(condition), otherwise, span),
        )

    def _branch(self, block: tree.Block, place: Place) -> tuple[Step, ...]:
        return self.block(block, place.scoped(place.scope.inner()))

    def attempt(self, statement: tree.Try, place: Place) -> tuple[Step, ...] | None:
        """Return the steps of `try`; what follows a failure asks for it."""
        body = self._branch(statement.body, place)
        _forget(statement, place)
        always = Call(function="always", span=statement.span)
        last: tuple[Step, ...] = ()
        if statement.finally_ is not None:
            last = self._branch(statement.finally_, place)
        caught = self._caught(statement, body, place)
        if caught is None:
            return None
        ran = _started(body)
        condition = always if ran is None else both(always, ran)
        return (*caught, *_each(condition, last, statement.span))

    def _caught(
        self, statement: tree.Try, body: tuple[Step, ...], place: Place
    ) -> tuple[Step, ...] | None:
        if not statement.catches:
            return body
        if len(statement.catches) > 1:
            return None
        (catch,) = statement.catches
        fails = _ends_in_failure(catch.body)
        handled = self._branch(_without_throw(catch.body) if fails else catch.body, place)
        if fails:
            failure = Call(function="failure", span=catch.span)
            return (*body, *_each(failure, handled, catch.span))
        if not body or any(isinstance(one, Group) for one in body):
            return None
        body = tuple(_asked(one, place) for one in body)
        asked = [one for one in body if one.id]
        if not 0 < len(asked) <= MAX_ASKED:
            return None
        yes = Literal(value=True, span=catch.span)
        broken = reduce(either, (failed(one, catch.span) for one in asked))
        notes = place.notes if place.scope.context.expand else None
        return (*tolerated(yes, body, catch.span, notes), *under(broken, handled, catch.span))


def _asked(step: Step, place: Place) -> Step:
    """A step that others can ask how it went; keywords of a job, as reports are, say nothing."""
    is_asked = isinstance(step, Run | Use) and not step.id
    return replace(step, id=place.notes.unique("attempt")) if is_asked else step


def _started(body: tuple[Step, ...]) -> Expr | None:
    """Whether the first step of a body ran; None where that cannot be asked."""
    if not body or body[0].id is None:
        return None
    outcome = Ref(path=("steps", body[0].id, "outcome"))
    skipped = Literal(value="skipped")
    return operation(Op.NE, outcome, skipped)


def _each(condition: Expr, steps: tuple[Step, ...], span: Span) -> tuple[Step, ...]:
    """The steps, each under a condition that asks for a status."""
    found = []
    for step in steps:
        inner = step.condition
        whole = condition if inner is None else both(condition, inner)
        found.append(replace(step, condition=whole))
    return tuple(found)


def _leaving(statement: tree.Statement) -> tree.If | None:
    """An `if` whose branch ends the function, without another branch."""
    if not isinstance(statement, tree.If) or statement.otherwise is not None:
        return None
    last = statement.then.statements[-1:]
    leaves = last and isinstance(last[0], tree.Jump) and last[0].word == "return"
    return statement if leaves else None


def _truth(condition: Expr) -> bool | None:
    """Groovy's truth of a constant."""
    if not isinstance(condition, Literal):
        return None
    return condition.value not in (None, False, "", 0.0)


def _without_throw(block: tree.Block) -> tree.Block:
    """A block without the `throw` at its end, and words that it failed: it has failed already."""
    kept = tuple(one for one in block.statements if not _says_failure(one))
    if isinstance(kept[-1], tree.Jump):
        kept = kept[:-1]
    return struct_replace(block, statements=kept)


def _says_failure(statement: tree.Statement) -> bool:
    """Whether it is `currentBuild.result = 'FAILURE'`."""
    value = statement.value if isinstance(statement, tree.Expression) else None
    target = value.target if isinstance(value, tree.Assignment) else None
    if not isinstance(value, tree.Assignment) or not isinstance(target, tree.Property):
        return False
    is_result = target.span.text.replace(" ", "") == "currentBuild.result"
    return is_result and isinstance(value.value, tree.String) and value.value.constant == "FAILURE"


def _ends_in_failure(block: tree.Block) -> bool:
    last = block.statements[-1:]
    if not last:
        return False
    if isinstance(last[0], tree.Jump):
        return last[0].word == "throw"
    value = last[0].value if isinstance(last[0], tree.Expression) else None
    return isinstance(value, tree.Call) and value.name == "error"


def _forget(statement: tree.Statement, place: Place) -> None:
    """Names set in only one branch have a value that only the run knows."""
    names = []
    for one in tree.walk(statement):
        if isinstance(one, tree.Assignment) and isinstance(one.target, tree.Name):
            names.append(one.target.name)
    place.scope.forget(frozenset(names))
