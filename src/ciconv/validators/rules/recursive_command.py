"""The rule `recursive-command`."""

from collections.abc import Iterator, Mapping

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Entry, Node, Scalar, Sequence, resolve
from ciconv.syntax.node import Mapping as Table
from ciconv.validators.github.workflow import entries
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class RecursiveCommand(Rule):
    """A command that no job uses calls itself, by way of others or at once.

    CircleCI puts the steps of a command in the place of its call, so this one could never be used.
    Where a job does use it, CircleCI refuses the file (`command-cycle`).
    """

    code = "recursive-command"
    summary = "a command that nobody uses, and that calls itself"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the first command of each circle, with the way back to it."""
        for _, root in subject.mappings():
            table = root.get("commands")
            commands = {one.name: one for one in table.entries} if isinstance(table, Table) else {}
            calls = {name: _called(one, commands) for name, one in commands.items()}
            jobs = root.get("jobs")
            used = _reached(_called_in(jobs, commands), calls) if jobs is not None else set()
            seen: set[str] = set()
            for name in commands:
                way = () if name in used or name in seen else _way_back(name, calls)
                if way:
                    seen.update(way)
                    said = f"the command {name!r} calls itself: {' → '.join(way)}"
                    yield self.found(commands[name].key.span, said)


def _called(command: Entry, commands: Mapping[str, Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_called_in(resolve(command.value), commands)))


def _called_in(node: Node, commands: Mapping[str, Entry]) -> Iterator[str]:
    """The commands that the steps below a node call, those under conditions as well."""
    node = resolve(node)
    if isinstance(node, Sequence):
        for item in map(resolve, node.items):
            if isinstance(item, Scalar) and item.text in commands:
                yield item.text
            yield from _called_in(item, commands)
    for name, value in entries(node):
        if name in commands:
            yield name
        if isinstance(value, Sequence | Table):
            yield from _called_in(value, commands)


def _reached(first: Iterator[str], calls: Mapping[str, tuple[str, ...]]) -> set[str]:
    found: set[str] = set()
    waiting = list(first)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += calls[name]
    return found


def _way_back(name: str, calls: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The shortest way from a command to itself; empty where there is none."""
    ways: list[tuple[str, ...]] = [(name, one) for one in calls[name]]
    seen: set[str] = set()
    for way in ways:  # grows while it is gone through
        if way[-1] == name:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [(*way, one) for one in calls[way[-1]]]
    return ()
