"""What stands outside of `pipeline { … }`: constants, functions, imports, libraries."""

from ciconv.converters.jenkins.sections import Directive, comments_in, directive, extra
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.read import opaque
from ciconv.converters.jenkins.steps.variables import read_assignment, read_declaration
from ciconv.ir.step import Extra, Step
from ciconv.source import Comment
from ciconv.syntax.groovy import tree

_LIBRARY = "a library runs nothing by itself; each of its steps is reported where it is used"
_UNKNOWN = "the value of this is only known while the build runs; where it is used, a step fails"


class Prelude:
    """What was read of the code around a pipeline."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.steps: list[Step] = []
        self.comments: list[Comment] = []
        self.extras: tuple[Extra, ...] = ()  # what only Jenkins knows

    def statement(self, statement: tree.Statement) -> None:
        """Read one statement."""
        self.comments.extend(statement.comments)
        match statement:
            case tree.Method():
                self.place.scope.shared.functions[statement.name] = statement
            case tree.Declaration() if statement.annotations:
                self._say(_LIBRARY, statement)
            case tree.Declaration():
                if read_declaration(statement, self.place) is None:
                    self._say(_UNKNOWN, statement)
            case tree.Import() if statement.annotations:
                self._say(_LIBRARY, statement)
            case tree.Import():
                self._say("imports are for Groovy alone", statement)
            case tree.Expression():
                self._expression(statement)
            case tree.TypeDefinition():
                self._say(f"nothing that was converted uses {statement.name}", statement)
            case _:
                self.steps.append(opaque(statement, self.place))

    def _expression(self, statement: tree.Expression) -> None:
        value = tree.plain(statement.value)
        if isinstance(value, tree.Assignment):
            if read_assignment(value, self.place) is None:
                self._say(_UNKNOWN, statement)
            return
        found = directive(statement)
        if found is not None and found.name == "library":
            self._say(_LIBRARY, statement)
        elif found is not None and found.name in ("echo", "println"):
            self._say("this is said on the server, before anything runs", statement)
        elif found is not None and found.name == "properties":
            self.extras = (*self.extras, extra("properties", statement))
        elif not isinstance(value, tree.Constant | tree.String):
            self.steps.append(opaque(statement, self.place))

    def _say(self, message: str, node: tree.Node) -> None:
        self.place.notes.say(message, node)

    def tell(self) -> None:
        """Say which functions stand nowhere, once everything else is read."""
        shared = self.place.scope.shared
        for name, method in shared.functions.items():
            if name not in shared.called:
                self._say(f"nothing that was converted calls {name!r}", method)
            self.comments.extend(comments_in(method))


def read_prelude(script: tree.Script, pipeline: Directive, place: Place) -> Prelude:
    """Return the code around a pipeline; its names are known from here on."""
    prelude = Prelude(place)
    for statement in script.body.statements:
        if statement is not pipeline.statement:
            prelude.statement(statement)
    return prelude
