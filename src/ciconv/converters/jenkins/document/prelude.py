"""What stands outside of `pipeline { … }`: constants, functions, imports, libraries."""

from ciconv.converters.jenkins.sections import Directive, comments_in, directive, extra
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.read import opaque
from ciconv.converters.jenkins.steps.variables import read_assignment, read_declaration
from ciconv.ir.step import Extra, Step
from ciconv.source import Comment
from ciconv.syntax.groovy import tree

# statements that tell Jenkins something, and run no command
_TELLING = frozenset(("library", "properties", "echo", "println"))


class Prelude:
    """What was read of the code around a pipeline."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.steps: list[Step] = []
        self.comments: list[Comment] = []
        self._kept: list[Extra] = []

    def statement(self, statement: tree.Statement) -> None:
        """Read one statement."""
        self.comments.extend(statement.comments)
        match statement:
            case tree.Method():
                self.place.scope.shared.functions[statement.name] = statement
            case tree.Declaration() if statement.annotations:
                self.keep("library", statement)
            case tree.Declaration():
                if read_declaration(statement, self.place) is None:
                    self.keep("script", statement)
            case tree.Expression():
                self._expression(statement)
            case _:
                self.keep("script", statement)

    def _expression(self, statement: tree.Expression) -> None:
        value = tree.plain(statement.value)
        if isinstance(value, tree.Assignment):
            if read_assignment(value, self.place) is None:
                self.keep("script", statement)
            return
        found = directive(statement)
        if found is not None and found.name in _TELLING:
            self.keep(found.name, statement)
        else:
            self.steps.append(opaque(statement, self.place))

    def keep(self, key: str, node: tree.Node) -> None:
        """Keep a statement that only Jenkins knows."""
        self._kept.append(extra(key, node))

    def extras(self) -> tuple[Extra, ...]:
        """Return what was kept, with functions whose steps stand nowhere else."""
        used = self.place.notes.inlined
        shared = self.place.scope.shared
        unused = [one for name, one in shared.functions.items() if name not in used]
        return (*self._kept, *(extra("function", one, comments_in(one)) for one in unused))


def read_prelude(script: tree.Script, pipeline: Directive, place: Place) -> Prelude:
    """Return the code around a pipeline; its names are known from here on."""
    prelude = Prelude(place)
    for statement in script.body.statements:
        if statement is not pipeline.statement:
            prelude.statement(statement)
    return prelude
