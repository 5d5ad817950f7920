"""The rule `merge-key`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Node, children
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class MergeKey(Rule):
    """A merge key, `<<`, which GitHub does not know: it refuses the file.

    Aliases of whole values are known since 2025; write the mapping out, or move it into an action
    or a workflow of its own.
    """

    code = "merge-key"
    summary = "a merge key of YAML"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield each `<<`."""
        for _, root in subject.mappings():
            if "<<" not in root.span.source.text:
                continue
            waiting: list[Node] = [root]
            while waiting:
                node = waiting.pop()
                waiting.extend(children(node))
                for entry in node.entries if isinstance(node, Mapping) else ():
                    if entry.name == "<<":
                        yield self.found(
                            entry.key.span,
                            "GitHub does not know the merge key '<<'",
                            "write the keys out",
                        )
