"""What stands around steps, and what the readers of one pipeline share."""

import re
from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct

from ciconv.context import Context
from ciconv.converters.jenkins.scope import Scope
from ciconv.converters.jenkins.sections import extra
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Expr, Template, constant, text
from ciconv.ir.job import Concurrency, Container
from ciconv.ir.naming import unused
from ciconv.ir.step import EnvVar, Extra, Step
from ciconv.passes.program_name import program_name
from ciconv.source import Comment, Span
from ciconv.syntax.groovy import tree


class Frame(Struct, frozen=True, kw_only=True):
    """What wrappers around a step say of it: `dir`, `withEnv`, `container`."""

    directory: Template | None = None
    env: tuple[EnvVar, ...] = ()
    exports: tuple[EnvVar, ...] = ()  # whose values only the machine of the job knows
    registry: Template | None = None  # of docker's images, as `withRegistry` has it
    container: str = ""  # of a pod, or the image behind `docker.image(…).inside`

    def inside(self, folder: Template) -> Template:
        """Return a folder seen from the workspace."""
        return joined_path(self.directory, folder)


class Placed(Protocol):
    """What stands somewhere."""

    @property
    def span(self) -> Span | None:
        """Where it stands; None for what was made."""
        ...


class Blemish(Struct, frozen=True, kw_only=True):
    """A failure that ends no job: of which step, and what it makes of the build and its stage.

    The results are Jenkins' own words: SUCCESS, UNSTABLE, FAILURE.
    """

    step: str
    failed: Expr
    build: str
    stage: str


class Notes:
    """Names given to steps, and what is kept of statements that became no step."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.extras: list[Extra] = []
        self.comments: list[Comment] = []  # of what became no step
        self.at_the_end: list[Step] = []  # steps that stand behind all others of the job
        self.outputs: dict[str, Template] = {}  # of the job, by the variables that hold them
        self.services: dict[str, Container] = {}  # of the job, by what the code calls them
        self.turns: list[Concurrency] = []  # that the job takes with those of other builds
        self.is_ending = False  # whether what is read stands in `post`
        self.asks_results = False  # whether any `post` asks how good a success was
        self.blemishes: list[Blemish] = []  # of the stage, for the `post` behind it
        self._taken: set[str] = set()

    def say(
        self,
        message: str,
        node: Placed,
        code: str = "groovy-only",
        severity: Severity = Severity.NOTE,
    ) -> None:
        """Say what became of code; who keeps the format keeps the code."""
        if self._context.expand:
            diagnostic = Diagnostic(code=code, severity=severity, message=message, span=node.span)
            self._context.diagnostics.add(diagnostic)

    def keep(self, key: str, node: tree.Node, comments: tuple[Comment, ...] = ()) -> None:
        """Keep a statement that only Jenkins knows."""
        self.extras.append(extra(key, node, comments))

    def take_extras(self) -> tuple[Extra, ...]:
        """Return what was kept since the last time."""
        found, self.extras = tuple(self.extras), []
        return found

    def forget_left_out(self, begun: int, steps: Iterable[Step]) -> None:
        """Forget, of the failures noted since, those of steps in code that was kept as it is."""
        ids = {one.id for one in steps}
        self.blemishes[begun:] = [one for one in self.blemishes[begun:] if one.step in ids]

    def unique(self, name: str) -> str:
        """Return a name for a step or a job that no other one has."""
        plain = program_name(name) or "step"
        found = unused(plain, self._taken, by=str.lower)
        self._taken.add(found.lower())
        return found


class Place(Struct, frozen=True, kw_only=True):
    """Where steps are read: the names known there, what is around, what all share."""

    scope: Scope
    frame: Frame
    notes: Notes

    def within(self, frame: Frame) -> "Place":
        """Return the same place with something around it."""
        return Place(scope=self.scope, frame=frame, notes=self.notes)

    def scoped(self, scope: Scope) -> "Place":
        """Return the same place with other names."""
        return Place(scope=scope, frame=self.frame, notes=self.notes)


def joined_path(outer: Template | None, inner: Template) -> Template:
    """Return a folder inside a folder; one that begins with a slash stands alone."""
    if outer is None:
        return inner
    said = constant(inner)
    if said is not None and re.match(r"/|[A-Za-z]:[\\/]", said):
        return inner
    if said in ("", ".", "./"):
        return outer
    parts = (*outer.parts, *text("/").parts, *inner.parts)
    whole = Template(parts=parts, span=inner.span)
    known = constant(whole)
    return whole if known is None else text(known, of=inner)
