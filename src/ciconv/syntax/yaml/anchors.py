"""Anchors of one document, and a budget for what its aliases stand for."""

from itertools import islice

from ciconv.diagnostics import Diagnostics
from ciconv.source import Span
from ciconv.syntax.node import Alias, Node, Scalar, children
from ciconv.syntax.yaml.faults import Rejected
from ciconv.syntax.yaml.frames import Frame

MAX_ALIASED_NODES = 100_000  # what all aliases of a document stand for, expanded


class Anchors:
    """The nodes with names, so far. A name may be used again: the nearest one before counts."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.failed = False  # whether an alias had no target
        self._diagnostics = diagnostics
        self._named: dict[str, Node | Frame] = {}  # a frame: its node is still being read
        self._sizes: dict[int, int] = {}  # how many nodes a named one stands for, by its id
        self._aliased = 0

    def clear(self) -> None:
        """Forget all names: another document begins."""
        self._named = {}
        self._aliased = 0

    def open(self, name: str, frame: Frame) -> None:
        """Name a collection that begins here."""
        self._named[name] = frame

    def close(self, name: str, frame: Frame, node: Node) -> None:
        """Name the collection that was read, unless the name was used again inside."""
        self._sizes[id(node)] = self._size(node)
        if self._named[name] is frame:
            self._named[name] = node

    def add(self, name: str, node: Node) -> None:
        """Name a scalar."""
        self._named[name] = node

    def _size(self, named: Node) -> int:
        """How many nodes it stands for; those with names inside are known by now."""
        size, waiting = 1, [*children(named)]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Alias):
                size += self._sizes.get(id(node.target), 1)
            elif node.anchor is not None:
                size += self._sizes.get(id(node), 1)
            else:
                size += 1
                waiting.extend(children(node))
        return size

    def target(self, name: str, span: Span) -> Node:
        """Return the node that an alias at `span` stands for; after an error that is a null."""
        target = self._named.get(name)
        if isinstance(target, Node):
            self._spend(self._sizes.get(id(target), 1), span)
            return target
        if target is None:
            message = f"alias {name!r} has no anchor before it"
            help = f"put '&{name}' at what it stands for, further up"
            known = ", ".join(repr(one) for one in islice(self._named, 8))
            help += f"; anchors up to here: {known}" if known else ""
        else:
            message = f"alias {name!r} stands inside the node it stands for"
            help = "move the anchor to a node that does not hold the alias"
        self.failed = True
        self._diagnostics.error("yaml-alias", message, span, help)
        return Scalar(span=span, text="", value=None)

    def _spend(self, size: int, span: Span) -> None:
        self._aliased += size
        if self._aliased > MAX_ALIASED_NODES:
            self._diagnostics.error(
                "yaml-alias",
                f"aliases up to here stand for more than {MAX_ALIASED_NODES} nodes",
                span,
                "nest fewer aliases in what other aliases stand for",
            )
            raise Rejected
