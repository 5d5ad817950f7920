"""`post`: what runs after a stage or the pipeline, and when.

https://www.jenkins.io/doc/book/pipeline/syntax/#post
"""

from collections.abc import Iterable
from functools import reduce

from msgspec import Struct
from msgspec.structs import replace as struct_replace

from ciconv.converters.jenkins.expansion import resolved
from ciconv.converters.jenkins.expressions.comparisons import opposite
from ciconv.converters.jenkins.expressions.read import read_expression, read_template
from ciconv.converters.jenkins.expressions.unknown import is_known
from ciconv.converters.jenkins.jobs.agents import Machine, runner_of
from ciconv.converters.jenkins.jobs.speaking import only_speaks
from ciconv.converters.jenkins.jobs.tolerance import tolerated
from ciconv.converters.jenkins.sections import Directive, Section
from ciconv.converters.jenkins.steps.frame import Blemish, Place
from ciconv.converters.jenkins.steps.known import duration
from ciconv.converters.jenkins.steps.plugins import kept_as_written
from ciconv.converters.jenkins.steps.read import read_steps
from ciconv.ir.expression import Call, Expr, Literal, both, either
from ciconv.ir.node import replace
from ciconv.ir.step import Group, Run, Step, Use
from ciconv.ir.walk import steps_of as steps_inside
from ciconv.source import Comment, Span
from ciconv.syntax.groovy import tree

# in the order in which Jenkins looks at them, whatever the order they are written in; a status
# that only Jenkins has is asked for by the nearest one, and the steps fail there
ORDER = (
    "always",
    "changed",
    "fixed",
    "regression",
    "aborted",
    "success",
    "unsuccessful",
    "unstable",
    "failure",
    "notBuilt",
    "cleanup",
)
_STATUS = {
    "always": "always",
    "cleanup": "always",
    "success": "success",
    "failure": "failure",
    "aborted": "cancelled",
    "changed": "always",
    "fixed": "success",
    "regression": "failure",
    "unstable": "failure",
    "notBuilt": "cancelled",
}
# the results, of success, failure and cancelling, that a block runs for; others: of any
_RESULTS = {
    "success": "s",
    "fixed": "s",
    "failure": "f",
    "regression": "f",
    "unstable": "sf",
    "unsuccessful": "sfc",
    "aborted": "c",
    "notBuilt": "c",
}
MAX_TITLE = 100  # signs of a comment that a job is called after
# steps that only tell people something
_MESSAGES = frozenset(
    (
        *("discordSend", "emailext", "googlechatnotification", "hipchatSend", "mail"),
        *("mattermostSend", "office365ConnectorSend", "rocketSend", "slackSend", "telegramSend"),
    )
)
_ONLY_HERE = frozenset(("changed", "fixed", "regression", "unstable", "notBuilt"))


class Ending(Struct, frozen=True, kw_only=True):
    """One block of `post`: when its steps run."""

    name: str
    condition: Expr
    steps: tuple[Step, ...]
    span: Span
    title: str = ""  # what the comment above it calls it
    machine: Machine | None = None  # of its own: `node(label) { … }`
    timeout: Expr | None = None  # of all that it does there, in minutes
    may_fail: bool = False
    own: "tuple[Ending, ...]" = ()  # one for each such machine, when all steps are on one

    @property
    def parts(self) -> "tuple[Ending, ...]":
        """What runs on one machine each."""
        return self.own or (self,)


def may_follow(one: str, other: str) -> bool:
    """Return whether a block may run behind another one, which may fail itself."""
    results = set(_RESULTS.get(one, "sfc"))
    results |= {"f"} if "s" in results else set()
    return not results.isdisjoint(_RESULTS.get(other, "sfc"))


class Results(Struct, frozen=True, kw_only=True):
    """Failures that end no job, as conditions, by what they make of its result."""

    unstable: tuple[Expr, ...] = ()
    failed: tuple[Expr, ...] = ()


NO_RESULTS = Results()


def results_of(before: Iterable[Blemish], own: Iterable[Blemish] = ()) -> Results:
    """Return what `post` of a stage asks for: the result of the build, and that of the stage.

    `BuildCondition.getCombinedResult` of the plug-in takes the worse of the two.
    """
    found = [(one.failed, {one.build}) for one in before]
    found += [(one.failed, {one.build, one.stage}) for one in own]
    return Results(
        unstable=tuple(x for x, said in found if "UNSTABLE" in said and "FAILURE" not in said),
        failed=tuple(x for x, said in found if "FAILURE" in said),
    )


def read_post(post: Directive, place: Place, results: Results) -> tuple[Ending, ...]:
    """Return the blocks of `post` in Jenkins' order."""
    section = Section(post.body)
    found = {one.name: one for one in section.rest()}
    place.notes.is_ending = True
    endings = tuple(_ending(found[name], place, results) for name in ORDER if name in found)
    place.notes.is_ending = False
    return endings


def _ending(one: Directive, place: Place, results: Results) -> Ending:
    condition = _condition(one, results)
    only_here = one.name in _ONLY_HERE and not (one.name == "unstable" and results.unstable)
    own = () if only_here else _on_machines(one, condition, place)
    if own:
        place.notes.comments.extend(one.statement.comments)
        whole = tuple(step for part in own for step in _held(part))
        return Ending(name=one.name, condition=condition, steps=whole, span=one.title, own=own)
    if only_here and (told := _told(one, place)):
        place.notes.comments.extend(one.statement.comments)
        return Ending(name=one.name, condition=condition, steps=told, span=one.title)
    if only_here:
        kept = kept_as_written(f"post {one.name}", one.statement.span)
        steps: tuple[Step, ...] = (replace(kept, comments=one.comments),)
    else:
        steps = read_steps(one.body, place.scoped(place.scope.inner()))
        if one.statement.comments and steps:
            comments = (*one.statement.comments, *steps[0].comments)
            steps = (replace(steps[0], comments=comments), *steps[1:])
        else:
            place.notes.comments.extend(one.statement.comments)
    return Ending(name=one.name, condition=condition, steps=steps, span=one.title)


def _told(one: Directive, place: Place) -> tuple[Step, ...]:
    """Messages about a status that only Jenkins has, which are sent for the nearest one instead.

    Empty where something else is done, which must not be done more often.
    """
    steps = read_steps(one.body, place.scoped(place.scope.inner()))
    if not steps or not all(map(is_message, steps_inside(steps))):
        return ()
    place.notes.keep(f"post.{one.name}", one.value)
    return steps


def is_message(step: Step) -> bool:
    """Return whether a step only tells people something."""
    """Return whether a step only tells people something."""
    if isinstance(step, Use):
        return step.ref.name in _MESSAGES
    return isinstance(step, Group) or (isinstance(step, Run) and only_speaks(step))


def _held(ending: Ending) -> tuple[Step, ...]:
    """The steps with what is said of all of them, for a machine that is not their own."""
    if ending.timeout is None and not ending.may_fail:
        return ending.steps
    may_fail = Literal(value=True, span=ending.span) if ending.may_fail else None
    found = Group(steps=ending.steps, timeout=ending.timeout, may_fail=may_fail, span=ending.span)
    return (found,)


def _on_machines(one: Directive, condition: Expr, place: Place) -> tuple[Ending, ...]:
    """The blocks of `node`, each of which is a job; nothing where a step stands beside them."""
    found: list[Ending] = []
    if not all(map(_is_machine, one.body.statements)):
        return ()
    for statement in one.body.statements:
        part = _on_machine(statement, one, condition, place)
        if part is None:
            return ()
        found.append(part)
    return tuple(found)


def _is_machine(statement: tree.Statement) -> bool:
    call = statement.value if isinstance(statement, tree.Expression) else None
    return isinstance(call, tree.Call) and call.name in ("node", "script")


def _on_machine(
    statement: tree.Statement, one: Directive, condition: Expr, place: Place
) -> Ending | None:
    call = statement.value if isinstance(statement, tree.Expression) else None
    if not isinstance(call, tree.Call) or len(call.closures) != 1:
        return None
    inner = call.closures[0].body
    if call.name == "script" and len(inner.statements) == 1:
        return _under(statement, inner.statements[0], one, (condition, place))
    if call.name != "node":
        return None
    timeout, inner = _limited(inner, place)
    bare = tolerated(inner)
    inner = inner if bare is None else bare
    steps = read_steps(inner, place.scoped(place.scope.inner()))
    title, comments = _title(statement)
    if steps and comments:
        steps = (replace(steps[0], comments=(*comments, *steps[0].comments)), *steps[1:])
    label = call.named("label") or next(iter(call.positional[:-1]), None)
    scope = place.scope
    said = None if label is None else resolved(read_template(label, scope), scope)
    machine = Machine(runner=runner_of(said, call.span), span=call.span)
    return Ending(
        name=one.name,
        condition=condition,
        steps=steps,
        span=call.span,
        title=title,
        machine=machine,
        timeout=timeout,
        may_fail=bare is not None,
    )


def _limited(body: tree.Block, place: Place) -> tuple[Expr | None, tree.Block]:
    """The time limit around everything in a block, and what stands in it."""
    only = body.statements[0] if len(body.statements) == 1 else None
    call = only.value if isinstance(only, tree.Expression) and not only.comments else None
    if not isinstance(call, tree.Call) or call.name != "timeout" or len(call.closures) != 1:
        return None, body
    seconds = duration(call, place, 60)
    if seconds is None or call.named("activity") is not None:
        return None, body
    return Literal(value=seconds / 60, span=call.span), call.closures[0].body


def _title(statement: tree.Statement) -> tuple[str, tuple[Comment, ...]]:
    """The first line above a block, if it may be a title, and the other comments."""
    first = statement.comments[0].text if statement.comments else ""
    if not 0 < len(first) <= MAX_TITLE or "\n" in first:
        return "", statement.comments
    return first, statement.comments[1:]


def _under(
    outer: tree.Statement, statement: tree.Statement, one: Directive, given: tuple[Expr, Place]
) -> Ending | None:
    """`if (condition) { node … }`; `outer` is the statement it stands in."""
    condition, place = given
    if not isinstance(statement, tree.If) or statement.otherwise is not None:
        return None
    asked = read_expression(statement.condition, place.scope)
    if not is_known(asked) or len(statement.then.statements) != 1:
        return None
    found = _on_machine(statement.then.statements[0], one, both(condition, asked), place)
    if found is None:
        return None
    title, comments = _title(outer)
    steps = found.steps
    if steps and comments:
        steps = (replace(steps[0], comments=(*comments, *steps[0].comments)), *steps[1:])
    return struct_replace(found, title=title or found.title, steps=steps)


def _condition(one: Directive, results: Results) -> Expr:
    """What the block asks for: how the job goes, and what failed though it may."""

    def has(status: str) -> Expr:
        return Call(function=status, span=one.title)

    unstable, broken = results.unstable, results.failed
    match one.name:
        case "success" if unstable or broken:  # what follows a success is what a step asks anyway
            return reduce(both, (opposite(x, one.title) for x in (*unstable, *broken)))
        case "unstable" if unstable:
            fine = (opposite(x, one.title) for x in broken)
            return reduce(both, fine, reduce(either, unstable))
        case "failure":
            return reduce(either, broken, has("failure"))
        case "unsuccessful":
            ended = either(has("failure"), has("cancelled"), one.title)
            return reduce(either, (*unstable, *broken), ended)
    return has(_STATUS[one.name])


def steps_of(ending: Ending, ran: Expr | None) -> tuple[Step, ...]:
    """Return the steps with the status they ask for; `ran`: whether the stage itself began."""
    condition = ending.condition
    if ran is not None:
        condition = both(condition, ran)
    if condition is ending.condition and condition == Call(function="success"):
        return ending.steps
    return tuple(
        replace(
            one,
            condition=condition if one.condition is None else both(condition, one.condition),
        )
        for one in ending.steps
    )
