"""Blocks of directives: `name arguments { block }`, taken one by one so that none is lost."""

from collections.abc import Container, Iterator

from msgspec import Struct

from ciconv.ir.comments import Placed
from ciconv.ir.step import Extra
from ciconv.source import Comment, Span
from ciconv.syntax.groovy import tree
from ciconv.syntax.node import Scalar


class Directive(Struct, frozen=True, kw_only=True):
    """One statement of a block that is a call, or a word alone: `agent any`, `stages { … }`."""

    name: str
    statement: tree.Statement
    value: tree.Expr

    @property
    def span(self) -> Span:
        """Where the whole statement stands."""
        return self.statement.span

    @property
    def title(self) -> Span:
        """Where its name stands."""
        return self.value.function.span if isinstance(self.value, tree.Call) else self.value.span

    @property
    def arguments(self) -> tuple[tree.Argument, ...]:
        """What it is given between parentheses, or behind its name."""
        return self.value.arguments if isinstance(self.value, tree.Call) else ()

    @property
    def closure(self) -> tree.Closure | None:
        """The braces behind it, None when there are none."""
        if not isinstance(self.value, tree.Call):
            return None
        last = self.value.positional[-1:]
        return last[0] if last and isinstance(last[0], tree.Closure) else None

    @property
    def body(self) -> tree.Block:
        """What stands between the braces; empty without them."""
        return tree.Block(span=self.span) if self.closure is None else self.closure.body

    @property
    def values(self) -> tuple[tree.Expr, ...]:
        """The positional arguments but for the braces."""
        given = self.value.positional if isinstance(self.value, tree.Call) else ()
        return given[:-1] if self.closure is not None else given

    def named(self, name: str) -> tree.Expr | None:
        """Return a named argument, None when it is not given."""
        return self.value.named(name) if isinstance(self.value, tree.Call) else None

    @property
    def comments(self) -> tuple[Comment, ...]:
        """Its comments, and those of everything inside it."""
        return comments_in(self.statement)


def directive(statement: tree.Statement) -> Directive | None:
    """Return a statement as a directive; None for assignments, declarations and the like."""
    if not isinstance(statement, tree.Expression):
        return None
    value = tree.plain(statement.value)
    if isinstance(value, tree.Call) and value.name:
        return Directive(name=value.name, statement=statement, value=value)
    if isinstance(value, tree.Name):
        return Directive(name=value.name, statement=statement, value=value)
    return None


def directives(block: tree.Block) -> tuple[Directive, ...]:
    """Return those statements of a block that are directives."""
    found = map(directive, block.statements)
    return tuple(one for one in found if one is not None)


class Section:
    """The directives of one block. Take each by its name; `comments` gathers what is no node's."""

    def __init__(self, block: tree.Block) -> None:
        self.block = block
        self.comments: list[Comment] = list(block.trailing)
        self._left = list(directives(block))
        self.others = [one for one in block.statements if directive(one) is None]

    def take(self, name: str) -> Directive | None:
        """Take the first directive of a name; its own comments go to the whole."""
        for one in self._left:
            if one.name == name:
                self._left.remove(one)
                self.comments.extend(one.statement.comments)
                if one.closure is not None:
                    self.comments.extend(one.body.trailing)
                return one
        return None

    def __contains__(self, name: str) -> bool:
        return any(one.name == name for one in self._left)

    def rest(self) -> tuple[Directive, ...]:
        """Take all that is left, in order."""
        left, self._left = tuple(self._left), []
        return left


# what changes no command, no right and no gate: the log, what is kept, how the server stores it
_COSMETIC = frozenset(
    (
        *("timestamps", "ansiColor", "buildDiscarder", "quietPeriod", "preserveStashes"),
        *("durabilityHint", "disableResume", "displayName", "description", "message"),
        *("stageResult", "library", "libraries", "script", "function", "if", "echo", "println"),
        *("ok", "trim", "deleteDir", "cleanWs"),  # kept where they change nothing
        *("fingerprint", "onlyIfSuccessful", "caseSensitive", "followSymlinks", "keepLongStdio"),
        *("allowEmptyResults", "healthScaleFactor", "skipPublishingChecks", "changelog", "poll"),
        *("separator", "gitLabConnection", "newContainerPerStage", "disableRestartFromStage"),
        "page",  # of a report whose files are kept
    )
)


def extra(key: str, node: tree.Node, comments: tuple[Comment, ...] = ()) -> Extra:
    """Return a statement that only Jenkins knows, as it is written."""
    text = node.span.text
    value = Scalar(text=text, value=text, span=node.span)
    return Extra(
        format="jenkins",
        key=key,
        value=value,
        matters=key.rpartition(".")[2] not in _COSMETIC,
        span=node.span,
        comments=comments,
    )


def other_arguments(call: tree.Call, known: Container[str]) -> tuple[Extra, ...]:
    """Return the named arguments of a step that only Jenkins knows."""
    return tuple(
        extra(f"steps.{call.name}.{one.name}", one)
        for one in call.arguments
        if one.name is not None and one.name not in known
    )


def placed_comments(node: tree.Node) -> Iterator[Placed]:
    """Yield the comments of a tree, each with what it stands at and what that is in."""
    waiting: list[tuple[tree.Node, tuple[Span, ...]]] = [(node, ())]
    while waiting:
        one, outside = waiting.pop()
        around = (one.span, *outside)
        for name in ("comments", "trailing"):
            yield from ((comment, around) for comment in getattr(one, name, ()))
        waiting += ((child, around) for child in reversed(tree.children(one)))


def comments_in(node: tree.Node) -> tuple[Comment, ...]:
    """Return the comments of a part of the tree and of all below it, in order."""
    return tuple(dict.fromkeys(_comments(node)))


def _comments(node: tree.Node) -> Iterator[Comment]:
    for one in tree.walk(node):
        for name in ("comments", "trailing"):
            yield from getattr(one, name, ())
