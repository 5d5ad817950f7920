"""What is in a stage: `steps`, or stages of its own, and `post`."""

from collections.abc import Callable, Iterable, Iterator

from ciconv.converters.jenkins.expressions.when import when
from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.jenkins.jobs.body import Part, prepared, starts_under_condition
from ciconv.converters.jenkins.jobs.names import StageNames
from ciconv.converters.jenkins.jobs.post import attempt, is_inexact, rest_of, write_post
from ciconv.converters.jenkins.steps.around import joined
from ciconv.converters.jenkins.steps.write import StepWriter
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Expr, together
from ciconv.ir.node import replace
from ciconv.ir.step import Step
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

Statements = tuple[t.Statement, ...]
Inexact = Callable[[Step], None]
Around = Callable[[Statements], Statements]


class Content:
    """Writes the stages and steps of one job; `before` and `after` stand around all steps."""

    def __init__(self, says: Says, steps: StepWriter, names: StageNames, inexact: Inexact) -> None:
        self._says, self._steps, self._names, self._inexact = says, steps, names, inexact
        self.before: Statements = ()
        self.after: Statements = ()

    def write(self, part: Part, around: Around | None = None) -> Statements:
        """Return `steps` or `stages`, and `post`; `around`: what all steps are put into."""
        if not part.parts:
            steps = (*self._taken(), *self._written(part.steps), *self.after) or nothing()
            if around is not None:
                steps = around(steps)
            content = groovy.block("steps", steps)
        else:
            content = groovy.block("stages", tuple(self._stages(part)))
        return (groovy.statement(content), *write_post(part.last, self._last))

    def in_a_script(self, part: Part, around: Around) -> Statements:
        """Return `steps` with all of them in one script, which `around` makes."""
        steps = (*self._taken(), *self._inside(part), *self.after) or nothing()
        steps = around(joined(attempt(steps, part.last, self._last)))
        return (groovy.statement(groovy.block("steps", steps)),)

    def _inside(self, part: Part) -> Statements:
        """The statements of a part before its last steps: of one that failed nothing follows."""
        if not part.parts:
            return self._written(part.steps)
        each = (attempt(self._inside(one), one.last, self._last) for one in part.parts)
        return tuple(statement for statements in each for statement in statements)

    def in_a_row(self, part: Part) -> Statements:
        """Return all steps in one list, for a place that can hold no stages."""
        return joined((*self._taken(), *self._row(part), *self.after)) or nothing()

    def _row(self, part: Part) -> Statements:
        """The statements of a part; `try` stands for the `post` of a stage."""
        found = [statement for one in part.parts for statement in self._row(one)]
        for step in part.steps:
            both = part.condition if step.condition is None else step.condition
            found += self._written((replace(step, condition=both),))
        if not part.last:
            return tuple(found)
        tried = attempt(tuple(found), part.last, self._last)
        return (groovy.statement(groovy.block("script", tried)),) if tried else ()

    def _taken(self) -> Statements:
        found, self.before = self.before, ()
        return found

    def _stages(self, part: Part) -> Iterator[t.Statement]:
        if self.before and starts_under_condition(part):
            part = prepared(part)
        last = part.parts[-1]
        if self.after and (last.parts or last.condition is not None):
            part = Part(parts=(*part.parts, Part()), last=part.last)
        for number, one in enumerate(part.parts, 1):
            name = self._names.unused(one.title or ("Outputs" if not one.steps else f"#{number}"))
            condition = () if one.condition is None else when(one.condition, self._says)
            inside: list[t.Statement] = []
            if condition:
                conditions = tuple(map(groovy.statement, condition))
                inside.append(groovy.statement(groovy.block("when", conditions)))
            if number == len(part.parts) and self.after:
                steps = (*self._taken(), *self._written(one.steps), *self.after)
                inside.append(groovy.statement(groovy.block("steps", steps)))
                inside += write_post(one.last, self._last)
            else:
                inside += self._inner(one)
            call = groovy.call("stage", groovy.literal(name))
            yield groovy.statement(groovy.block(call, tuple(inside)))

    def _inner(self, part: Part) -> Statements:
        kept, self.after = self.after, ()
        found = self.write(part)
        self.after = kept
        return found

    def _written(self, steps: Iterable[Step]) -> Statements:
        plain = [replace(one, condition=None) for one in steps]
        written = (self._under(one.condition, bare) for one, bare in zip(steps, plain, strict=True))
        found: list[t.Statement] = []
        for statements in written:
            found += self._steps.with_left(statements)
        return joined(tuple(found))

    def _under(self, condition: Expr | None, step: Step) -> Statements:
        """The statements of a step, which only run when its condition holds."""
        if condition is None:
            return self._steps.step(step)
        try:
            value = self._says.truth(condition)
        except CannotSay as error:
            return self._steps.failing(step, error)
        statements = self._steps.step(step)
        if not statements:
            return ()
        inside = t.If(condition=value, then=t.Block(statements=statements))
        return (groovy.statement(groovy.block("script", (inside,))),)

    def _last(self, step: Step) -> Statements:
        """The statements of a step in `post`."""
        if is_inexact(step.condition):
            self._inexact(step)
        rest = rest_of(step.condition)
        condition = together(*rest)
        return self._steps.with_left(self._under(condition, replace(step, condition=None)))


def nothing() -> Statements:
    """Return a step that does nothing: a block of steps is never empty."""
    return (groovy.statement(groovy.bare("echo", "nothing to do")),)
