"""Saying what is wrong, and the questions that all rules ask."""

from collections.abc import Iterator

from ciconv.context import Context
from ciconv.converters.jenkins.sections import Directive, directive
from ciconv.source import Span
from ciconv.syntax.groovy import tree

_LONG, _NEARLY = 5, 0.85  # characters of a name, and how much of two of them is alike


class Faults:
    """Says what is wrong with a pipeline."""

    def __init__(self, context: Context) -> None:
        self._diagnostics = context.diagnostics

    def say(self, code: str, message: str, span: Span, help: str = "") -> None:
        """Report an error."""
        self._diagnostics.error(code, message, span, help)

    def unknown(self, what: str, name: str, known: tuple[str, ...], span: Span) -> None:
        """Report a name that nobody knows, with the nearest one that is known."""
        from difflib import get_close_matches

        close = get_close_matches(name, known, 1)
        help = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
        self.say("unknown-directive", f"{name!r} is no {what}", span, help)

    def doubt(self, what: str, name: str, known: tuple[str, ...], span: Span) -> None:
        """Warn of a name that is nearly one that is known; plug-ins and libraries bring others."""
        from difflib import get_close_matches

        close = get_close_matches(name, known, 1, _NEARLY) if len(name) >= _LONG else []
        if close and close[0].lower() not in name.lower():
            said = f"no {what} of Jenkins is called {name!r}"
            self._diagnostics.warning("misspelt-word", said, span, f"did you mean {close[0]!r}?")

    def needs_block(self, one: Directive) -> bool:
        """Return whether a directive has a block; report it when it has none."""
        if one.closure is not None:
            return True
        self.say("no-block", f"{one.name!r} needs a block: {one.name} {{ … }}", one.title)
        return False


class Block:
    """The directives of a block, each of which may stand once; the others are reported."""

    def __init__(self, block: tree.Block, faults: Faults, what: str) -> None:
        self.found: dict[str, Directive] = {}
        self.all: list[Directive] = []
        for statement in block.statements:
            one = directive(statement)
            if one is None:
                faults.say("not-a-directive", f"{what} holds directives, not this", statement.span)
                continue
            self.all.append(one)
            if one.name in self.found:
                faults.say("duplicate-directive", f"{one.name!r} stands twice", one.title)
            self.found.setdefault(one.name, one)

    def __getitem__(self, name: str) -> Directive | None:
        return self.found.get(name)

    def unknown(self, known: tuple[str, ...]) -> Iterator[Directive]:
        """Yield the directives that are none of those known."""
        yield from (one for one in self.all if one.name not in known)


def constant_text(node: tree.Expr | None) -> str | None:
    """Return a text without code in it."""
    node = None if node is None else tree.plain(node)
    return node.constant if isinstance(node, tree.String) else None
