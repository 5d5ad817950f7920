"""The rule `unused-anchor`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Fix, Severity
from ciconv.syntax.node import Alias, Mapping, Node, children
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class UnusedAnchor(Rule):
    """An anchor that no alias uses.

    Nothing is wrong with the run. Perhaps the alias was forgotten.
    """

    code = "unused-anchor"
    summary = "an anchor without an alias"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the anchors nobody refers to."""
        for _, root in subject.mappings():
            if "&" in root.span.source.text:
                yield from self._unused(root)

    def _unused(self, root: Mapping) -> Iterator[Diagnostic]:
        anchored: list[Node] = []
        used: set[int] = set()
        waiting: list[Node] = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Alias):
                used.add(id(node.target))
                continue
            if node.anchor:
                anchored.append(node)
            waiting.extend(children(node))
        for node in anchored:
            if id(node) not in used:
                said = f"the anchor {node.anchor!r} is not used"
                yield self.found(node.span, said, "take it out", fix=_without(node))


def _without(node: Node) -> Fix | None:
    """The anchor and the blanks behind it taken out."""
    text = node.span.text
    mark = f"&{node.anchor}"
    if not text.startswith(mark):
        return None
    rest = text[len(mark) :]
    end = node.span.start_offset + len(mark) + len(rest) - len(rest.lstrip(" "))
    return Fix(node.span.source.span(node.span.start_offset, end), "")
