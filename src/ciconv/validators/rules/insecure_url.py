"""The rule `insecure-url`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, resolve
from ciconv.validators.github.workflow import scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_HOOKS = (".pre-commit-config.yaml", ".pre-commit-config.yml")
_SCHEMES = ("http://", "git://")


class InsecureUrl(Rule):
    """Code is fetched without encryption: who sits in between can put other code in its place.

    Looked at are the files that a pipeline of GitLab includes (`remote`), and the repositories of
    hooks in `.pre-commit-config.yaml`. Use `https://`.
    """

    code = "insecure-url"
    summary = "code that is fetched without encryption"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the addresses."""
        for path in _HOOKS if subject.format in ("github", "gitlab") else ():
            root = subject.document(path)
            for item in _items(root.get("repos") if isinstance(root, Mapping) else None):
                yield from self._judge(scalar_of(item, "repo"))
        for _, root in subject.mappings() if subject.format == "gitlab" else ():
            for item in _items(root.get("include")):
                yield from self._judge(item if isinstance(item, Scalar) else None)
                yield from self._judge(scalar_of(item, "remote"))

    def _judge(self, address: Scalar | None) -> Iterator[Diagnostic]:
        if address is not None and address.text.lower().startswith(_SCHEMES):
            said = f"{address.text.partition(':')[0]!r} does not protect what is fetched"
            yield self.found(address.span, said, "use https://")


def _items(node: Node | None) -> Iterator[Node]:
    """The items of a list, or the only one."""
    if isinstance(node, Sequence):
        yield from map(resolve, node.items)
    elif node is not None:
        yield node
