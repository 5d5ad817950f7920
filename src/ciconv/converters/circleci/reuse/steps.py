"""Lists of steps with commands, orbs and `when` steps worked out.

https://circleci.com/docs/reference/configuration-reference/#steps
"""

from msgspec.structs import replace

from ciconv.context import Context
from ciconv.converters.circleci.expressions.folding import truth
from ciconv.converters.circleci.expressions.logic import read_logic
from ciconv.converters.circleci.reuse.fill import WHOLE, Filler
from ciconv.converters.circleci.reuse.known_orbs import KnownOrbs
from ciconv.converters.circleci.reuse.parameters import Binder, Call, declared
from ciconv.converters.circleci.reuse.scope import Frame, OrbRef, Placed, Scope
from ciconv.converters.circleci.reuse.usage import Usage
from ciconv.converters.fields import Fields, is_null
from ciconv.diagnostics import Label
from ciconv.ir.expression import Expr, Literal, Op, Semantics, Unary
from ciconv.source import Comment
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

MAX_DEPTH = 30  # of commands calling commands
MAX_STEPS = 20_000  # of a configuration, all its jobs together

BUILT_IN = frozenset(
    {
        "run",
        "deploy",
        "checkout",
        "setup_remote_docker",
        "save_cache",
        "restore_cache",
        "store_artifacts",
        "store_test_results",
        "persist_to_workspace",
        "attach_workspace",
        "add_ssh_keys",
        "install_signing_bundle",
        "with_tool_cache",
    }
)


class Expander:
    """Expands the steps of all jobs of a configuration, and counts them."""

    def __init__(self, context: Context, usage: Usage, known: KnownOrbs) -> None:
        self._context, self._usage, self.known = context, usage, known
        self.binder = Binder(context, usage, self.steps)
        self._left = MAX_STEPS

    def steps(self, node: Node, frame: Frame) -> tuple[Placed, ...]:
        """Return the steps of a list, each with what it is called with."""
        if isinstance(node, Scalar) and WHOLE.fullmatch(node.text):
            node = Sequence(items=(node,), span=node.span)
        if not isinstance(node, Sequence):
            if not is_null(node):
                items = (node,)
                return tuple(one for item in items for one in self._step(item, frame))
            return ()
        found: list[Placed] = []
        for item in node.items:
            found += self._step(item, frame)
        return tuple(found)

    def _step(self, item: Node, frame: Frame) -> tuple[Placed, ...]:
        self._left -= 1
        if self._left < 0:
            self._report_size(item)
            return ()
        if isinstance(item, Sequence):  # of an alias to a list
            return self.steps(item, frame)
        if isinstance(item, Scalar):
            return self._named(item, frame)
        if isinstance(item, Mapping) and item.entries:
            return self._entry(item, frame)
        self._context.diagnostics.error(
            "wrong-type", "a step is a name, or a mapping with one key", item.span
        )
        return ()

    def _report_size(self, item: Node) -> None:
        if not self._context.diagnostics.has("too-many-steps"):
            self._context.diagnostics.error(
                "too-many-steps", f"the jobs have more than {MAX_STEPS} steps", item.span
            )

    def _named(self, item: Scalar, frame: Frame) -> tuple[Placed, ...]:
        whole = WHOLE.fullmatch(item.text)
        if whole:
            found = Filler(frame.values, self._context).value(whole[1], item)
            if found is not None and found.steps is not None:
                return _with_comments(found.steps, item.comments)
            if found is not None:
                return self.steps(found.node, frame)
            return ()
        if is_null(item):
            return ()
        return self._called(item.text, None, item, frame)

    def _entry(self, item: Mapping, frame: Frame) -> tuple[Placed, ...]:
        entry = item.entries[0]
        # with the indent forgotten, arguments stand beside the name of what they are for
        if len(item.entries) > 1 and is_null(entry.value) and entry.name != "run":
            others = Mapping(entries=item.entries[1:], span=item.span)
            entry = replace(entry, value=others)
        else:
            for other in item.entries[1:]:
                self._context.diagnostics.error(
                    "step-kind",
                    f"the step is {entry.name!r} and {other.name!r} at once",
                    other.span,
                )
        if entry.name in ("when", "unless"):
            comments = (*item.comments, *entry.comments)
            return _with_comments(self._conditional(entry, frame), comments)
        if entry.name == "steps":
            return self.steps(entry.value, frame)
        return self._called(entry.name, entry, item, frame)

    def _called(
        self, name: str, entry: Entry | None, item: Node, frame: Frame
    ) -> tuple[Placed, ...]:
        if "<<" in name:
            key = Scalar(text=name, value=name, span=item.span)
            filled = Filler(frame.values, self._context).node(key)
            name = filled.text if isinstance(filled, Scalar) else name
        if name in frame.scope.commands:
            return self._command(name, frame.scope, (entry, item), frame)
        name = name.replace("-", "_") if name.replace("-", "_") in BUILT_IN else name  # of old
        if name in BUILT_IN:
            value = None if entry is None else Filler(frame.values, self._context).node(entry.value)
            comments = () if entry is None else entry.comments
            return (Placed(name, value, item, frame.labels, comments=comments),)
        alias, slash, inner = name.partition("/")
        orb = frame.scope.orbs.get(alias) if slash else None
        if isinstance(orb, Scope) and inner in orb.commands:
            return self._command(inner, orb, (entry, item), frame)
        if isinstance(orb, OrbRef):
            self._usage.use(orb.entry)
            known = self.known.find("commands", inner, orb, item.span)
            if known is not None:
                return self._command(inner, known, (entry, item), frame)
            value = None if entry is None else Filler(frame.values, self._context).node(entry.value)
            comments = () if entry is None else entry.comments
            return (Placed(inner, value, item, frame.labels, orb=orb, comments=comments),)
        self._report_unknown(name, item if entry is None else entry.key, frame)
        return ()

    def _report_unknown(self, name: str, at: Node, frame: Frame) -> None:
        from difflib import get_close_matches

        names = [*BUILT_IN, *frame.scope.commands]
        close = get_close_matches(name, sorted(names), 1)
        self._context.diagnostics.error(
            "unknown-step",
            f"{name!r} is neither a step nor a command of the configuration",
            at.span,
            help=f"did you mean {close[0]!r}?" if close else "declare it under 'commands'",
        )

    def _command(
        self, name: str, scope: Scope, where: tuple[Entry | None, Node], frame: Frame
    ) -> tuple[Placed, ...]:
        entry, item = where
        definition = scope.commands[name]
        self._usage.use(definition)
        called = f"{scope.name}/{name}" if scope.name else name
        if called in frame.calls or len(frame.calls) > MAX_DEPTH:
            self._context.diagnostics.error(
                "command-cycle", f"the command {called!r} calls itself", item.span
            )
            return ()
        fields = Fields(definition.value, self._context, f"the command {called!r}")
        label = Label(item.span, f"called here as {called!r}")
        inner = Frame(scope, {}, (*frame.labels, label), (*frame.calls, called))
        parameters = declared(fields.node("parameters"), self._context)
        given = self._arguments(entry, called)
        call = Call(f"the command {called!r}", item.span, given, frame, definition.value)
        values = self.binder.bind(parameters, call, inner)
        steps = fields.node("steps")
        said = _described(fields)
        if steps is None:
            self._context.diagnostics.error(
                "missing-key", f"the command {called!r} needs 'steps'", definition.key.span
            )
            return ()
        fields.leftovers("circleci")
        found = self.steps(steps, replace(inner, values=values))
        outer = () if entry is None else entry.comments
        declared_at = (one for parameter in parameters for one in parameter.comments)
        return _with_comments(
            found,
            (
                *item.comments,
                *outer,
                *definition.comments,
                *said,
                *fields.comments,
                *declared_at,
            ),
        )

    def _arguments(self, entry: Entry | None, called: str) -> tuple[Entry, ...]:
        if entry is None or is_null(entry.value):
            return ()
        if isinstance(entry.value, Mapping):
            return entry.value.entries
        self._context.diagnostics.error(
            "wrong-type", f"the arguments of {called!r} have to be a mapping", entry.value.span
        )
        return ()

    def _conditional(self, entry: Entry, frame: Frame) -> tuple[Placed, ...]:
        """The steps of `when` and `unless`: gone where the condition is known not to hold."""
        fields = Fields(entry.value, self._context, f"the step {entry.name!r}")
        condition, steps = fields.node("condition"), fields.node("steps")
        if condition is None or steps is None:
            missing = "condition" if condition is None else "steps"
            self._context.diagnostics.error(
                "missing-key", f"the step {entry.name!r} needs {missing!r}", entry.key.span
            )
            return ()
        fields.leftovers("circleci")
        filled = Filler(frame.values, self._context).node(condition)
        test = read_logic(filled, self._context)
        if entry.name == "unless":
            test = negated(test)
        self._usage.declare(
            entry.value,
            "never-runs",
            f"the steps under {entry.name!r} never run: the condition never holds",
        )
        if isinstance(test, Literal):
            if not truth(test.value):
                return ()
            self._usage.use(entry.value)
            return _with_comments(self.steps(steps, frame), tuple(fields.comments))
        self._usage.use(entry.value)
        found = self.steps(steps, frame)
        return _with_comments(
            tuple(replace(one, conditions=(test, *one.conditions)) for one in found),
            tuple(fields.comments),
        )


def negated(test: Expr) -> Expr:
    """Return the opposite of a condition."""
    if isinstance(test, Literal):
        return Literal(value=not truth(test.value), span=test.span)
    return Unary(op=Op.NOT, operand=test, semantics=Semantics.CIRCLECI, span=test.span)


def _described(fields: Fields) -> tuple[Comment, ...]:
    """What a description says, as a comment: that is what it is elsewhere."""
    description = fields.scalar("description")
    if description is None or not description.text.strip():
        return ()
    return (Comment(" ".join(description.text.split()), description.span),)


def _with_comments(steps: tuple[Placed, ...], comments: tuple[Comment, ...]) -> tuple[Placed, ...]:
    """The steps, the first of them with the comments of what they came from."""
    if not steps or not comments:
        return steps
    first = replace(steps[0], comments=(*comments, *steps[0].comments))
    return (first, *steps[1:])
