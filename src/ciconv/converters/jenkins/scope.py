"""What names mean at a place of a Jenkinsfile, as far as that is known without running it."""

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from ciconv.context import Context
from ciconv.ir.expression import Expr, Ref, Template, walk
from ciconv.passes.ambient import SECRET, ambient_of
from ciconv.source import Span
from ciconv.syntax.groovy import tree

MAX_CALLS = 12  # functions called inside each other
MAX_INLINED = 2000  # calls in one file that functions are put in the place of


class Data(Struct, frozen=True):
    """A list, a map or a closure, with the names that are known where it is written."""

    node: tree.Expr
    scope: "Scope"


Value = Expr | Data


class Scope:
    """Names and their values; what is set inside stays inside unless the name is from outside.

    `unknown` names have a value that only the run knows.
    """

    def __init__(self, shared: "Shared", outer: "Scope | None" = None) -> None:
        self.shared = shared
        self._outer = outer
        self._values: dict[str, Value | None] = {}
        self._unread: dict[str, tree.Node] = {}

    @property
    def context(self) -> Context:
        """What the run shares."""
        return self.shared.context

    def inner(self) -> "Scope":
        """Return a scope inside this one."""
        return Scope(self.shared, self)

    def get(self, name: str) -> Value | None:
        """Return what a name stands for, None when nobody knows."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope._values:
                scope._unread.pop(name, None)
                return scope._values[name]
            scope = scope._outer
        return None

    def holds_data(self, name: str) -> bool:
        """Return whether a name is a list, a map or a closure, without using it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope._values:
                return isinstance(scope._values[name], Data)
            scope = scope._outer
        return False

    def knows(self, name: str) -> bool:
        """Whether the name is declared, whatever its value."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope._values:
                return True
            scope = scope._outer
        return False

    def declare(self, name: str, value: Value | None, node: tree.Node | None = None) -> None:
        """Set a name here; `node` is where this is written."""
        self._values[name] = value
        if node is not None:
            self._unread[name] = node
            self.shared.written.append((self, name, node))

    def assign(self, name: str, value: Value | None, node: tree.Node | None = None) -> None:
        """Set a name where it is declared; a new one is global to the script."""
        scope: Scope = self
        while name not in scope._values and scope._outer is not None:
            scope = scope._outer
        scope.declare(name, value, node)

    def forget(self, names: frozenset[str]) -> None:
        """Let names have a value that only the run knows, from here on."""
        for name in names:
            if self.knows(name):
                self.assign(name, None)

    def doubting(self, names: frozenset[str]) -> "Scope":
        """Return a scope inside this one in which only the run knows the values of names."""
        inner = self.inner()
        for name in names:
            if self.knows(name):
                inner.declare(name, None)
        return inner


# what Jenkins itself sets, which has a name in other systems as well
_JENKINS = ambient_of("jenkins")
PREDEFINED = re.compile("(?!)") if _JENKINS is None else _JENKINS.pattern
_OF_MACHINES = re.compile(
    r"PATH|HOME|USER|SHELL|PWD|LANG|TERM|HOSTNAME|TMPDIR|TEMP|TMP|CI|[A-Z]+_HOME|RUNNER_\w+"
    # GitHub's own; plug-ins and people call theirs so, too: GITHUB_COMMENT
    r"|GITHUB_(?:ACTIONS?|ACTOR|API_URL|BASE_REF|ENV|EVENT_(?:NAME|PATH)|GRAPHQL_URL|HEAD_REF|JOB"
    r"|OUTPUT|PATH|REF(?:_\w+)?|REPOSITORY(?:_\w+)?|RUN_\w+|SERVER_URL|SHA|STEP_SUMMARY"
    r"|WORKFLOW(?:_\w+)?|WORKSPACE)"
)

# they lead to the pages of Jenkins
_ADDRESSES = frozenset(("RUN_DISPLAY_URL", "JOB_URL"))


def asks_the_machine(value: Template) -> bool:
    """Return whether a value speaks of a variable that each machine sets, and no pipeline."""
    names = (one.path[1] for one in walk(value) if isinstance(one, Ref) and one.path[0] == "env")
    return any(_OF_MACHINES.fullmatch(name) for name in names)


class Shared:
    """What all scopes of one Jenkinsfile share."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.written: list[tuple[Scope, str, tree.Node]] = []  # where names are set
        self.functions: dict[str, tree.Method] = {}
        self.parameters: dict[str, str] = {}  # name → type
        self.asked: dict[str, None] = {}  # parameters that are declared elsewhere
        self.env: dict[str, Template | None] = {}  # variables of `environment` → their value
        self.changed: set[str] = set()  # variables that a script sets while the build runs
        self.assigned: set[str] = set()  # names that are set somewhere in the file
        self.is_unix: bool | None = True  # of the machine of the steps that are read; None: unknown
        self.containers: set[str] = set()  # of the pods that are at hand
        self.found_out: dict[Span, Expr] = {}  # calls whose value a step found out before
        self.called: set[str] = set()  # functions that stand in the place of a call
        self.depth = 0  # of the expression that is read
        self._calling: list[str] = []  # functions that are being put in the place of their calls
        self._inlined = 0

    def enter(self, name: str) -> bool:
        """Begin to put a function in place of a call; return false where that might never end."""
        if name in self._calling or len(self._calling) >= MAX_CALLS or self._inlined > MAX_INLINED:
            return False
        self._inlined += 1
        self._calling.append(name)
        return True

    def leave(self) -> None:
        """End what was begun last."""
        self._calling.pop()

    def unread(self) -> list[tree.Node]:
        """Return where names are set whose value is used nowhere."""
        found = (node for scope, name, node in self.written if scope._unread.get(name) is node)
        return list({node.span: node for node in found}.values())

    def variables(self) -> tuple[str, ...]:
        """Return the names of variables that all scripts find here, those of machines apart."""
        names = dict.fromkeys((*self.env, *self.parameters))
        return tuple(one for one in names if not PREDEFINED.fullmatch(one))

    def variable(self, name: str) -> Ref:
        """Return what an environment variable is: a predefined name, or just that variable."""
        value = self.env.get(name)
        if value is not None and len(value.parts) == 1:
            axis = value.parts[0]
            if isinstance(axis, Ref) and axis.path[0] == "matrix":
                return axis  # which stands where variables cannot
        if name not in self.env and name not in self.parameters and name not in _ADDRESSES:
            canonical = self.context.catalog.canonical_name("jenkins", (name,))
            if canonical is not None:
                return Ref(path=canonical)
        if self.is_setting(name):
            return Ref(path=("secrets" if SECRET.search(name) else "vars", name))
        return Ref(path=("env", name))

    def is_setting(self, name: str) -> bool:
        """Return whether nothing in the file sets a variable: the server or its agents do."""
        inside = name in self.env or name in self.parameters or name in self.changed
        return not inside and not PREDEFINED.fullmatch(name) and not _OF_MACHINES.fullmatch(name)


def bound(
    parameters: Iterable[tree.Parameter], given: Mapping[str, "Given"], outer: Scope
) -> Scope:
    """Return the scope of a body inside another one: its parameters with what a call gives."""
    inner = outer.inner()
    for parameter in parameters:
        value, node = given.get(parameter.name, (None, None))
        inner.declare(parameter.name, value, node)
    return inner


Given = tuple[Value | None, tree.Expr | None]  # the value of a parameter, and where it is given


def outermost(scope: Scope) -> Scope:
    """Return the names of the script itself: a function sees these, not those of its caller."""
    while scope._outer is not None:
        scope = scope._outer
    return scope
