"""What the expressions of one job can refer to, and which of it they did."""

import re

from msgspec import Struct, field

from ciconv.catalog.catalog import Catalog
from ciconv.converters.shell_tests.dialects import LIBRARY, Dialect
from ciconv.converters.shell_tests.scope import CannotSay, Cells, shell_name
from ciconv.ir.expression import Ref
from ciconv.passes.bind_values import binding_name
from ciconv.syntax import nix

_HOLE = re.compile("\ue000([0-9]+)\ue001")
_SAFE = re.compile(r"[A-Za-z0-9_.,:/@%+=^ -]*")


class Scope(Struct, frozen=True, kw_only=True):
    """Names of one job. The lists gather what its expressions used; the writer emits it."""

    catalog: Catalog
    dialect: Dialect = LIBRARY
    cells: Cells | None = None
    input_types: dict[str, str] = field(default_factory=dict)  # lower-case name → type
    needs: tuple[str, ...] = ()  # jobs and calls it waits for
    parts: frozenset[str] = frozenset()  # jobs it waits for, those of calls one by one
    cell_names: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of matrix jobs
    calls: frozenset[str] = frozenset()  # those of cell_names that are calls of pipelines
    step_ids: frozenset[str] = frozenset()  # in lower case
    env_names: frozenset[str] = frozenset()  # all variables any env of the pipeline sets
    holes: list[nix.Expr] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    row_values: list[dict[str, str]] = field(default_factory=list)  # further values of each cell
    missing: list[Ref] = field(default_factory=list)  # of the matrix, but in none of its cells
    exposed: dict[str, tuple[str, ...]] = field(default_factory=dict)  # matrix values in env
    natives: list[str] = field(default_factory=list)  # GitHub's variables that are read
    read_needs: list[str] = field(default_factory=list)  # jobs whose result or outputs are read
    read_steps: list[str] = field(default_factory=list)  # steps whose result or outputs are read

    def needed(self, name: str) -> str | None:
        """Return the job or call that an expression means, in any case; None for another one."""
        known = (*self.needs, *self.parts)
        return next((one for one in known if one.lower() == name.lower()), None)

    def hole(self, value: nix.Expr) -> str:
        """Return a mark that stands for a Nix value inside a text."""
        self.holes.append(value)
        return f"\ue000{len(self.holes) - 1}\ue001"

    def string(self, text: str) -> nix.Str:
        """Return the Nix string of a text, its marks filled in."""
        parts: list[str | nix.Expr] = []
        for number, piece in enumerate(_HOLE.split(text)):
            if number % 2:
                parts.append(self.holes[int(piece)])
            elif piece:
                parts.append(piece)
        return nix.Str(tuple(parts))

    def matrix(self, ref: Ref, *, pasted: bool) -> str:
        """Return the mark of a matrix value.

        `pasted`: as GitHub does it, without regard to what the shell makes of the text.
        """
        path = ref.path[1:]
        if self.cells is None or not path:
            raise CannotSay(ref, "there is no matrix here" if path else "it is the whole matrix")
        texts = self.cells.texts(path)
        if texts is None:
            raise CannotSay(ref, "the value is a list or a mapping")
        if not any(texts):
            if not any(self.cells.values(path)):
                self.missing.append(ref)
            return ""
        if not pasted and not all(_SAFE.fullmatch(text) for text in texts):
            name = f"CICONV_MATRIX_{shell_name('.'.join(path))}"
            self.exposed[name] = self.cells.spelled(path)
            return f"${name}"
        if len(path) > 1 and None in self.cells.values(path):
            path = (self._flattened(path, texts),)
        return self.hole(nix.names("matrix", *self.cells.spelled(path)))

    def _flattened(self, path: tuple[str, ...], texts: tuple[str, ...]) -> str:
        """A value of its own in each row for what not every cell has inside of a value."""
        name = "-".join(path)
        for row, text in zip(self.row_values, texts, strict=True):
            row[name] = text
        return name

    def variable(self, ref: Ref) -> str:
        """Return the environment variable that holds what a reference means."""
        head, *rest = ref.path
        reader = _READERS.get(head)
        if reader is not None and rest:
            found = reader(self, ref, rest)
            if found is not None:
                return found
        native = self.catalog.native_name("nixactions", ref.path)
        if native == "GITHUB_TOKEN":
            return self.variable(Ref(path=("secrets", "GITHUB_TOKEN"), span=ref.span))
        if native is not None:
            _once(self.natives, native)
            return native
        bound = binding_name(ref, self.env_names)
        if bound is None:
            raise CannotSay(ref, f"nothing is known as {'.'.join(ref.path)!r}")
        return bound


def _secret(scope: Scope, ref: Ref, rest: list[str]) -> str | None:
    name = binding_name(ref, scope.env_names)
    if name is not None:
        _once(scope.secrets, name)
    return name


def _env(scope: Scope, ref: Ref, rest: list[str]) -> str | None:
    if len(rest) > 1:
        raise CannotSay(ref, "a variable has no properties")
    return rest[0]


def _step(scope: Scope, ref: Ref, rest: list[str]) -> str | None:
    if len(rest) < 2 or rest[0].lower() not in scope.step_ids:
        raise CannotSay(ref, f"there is no step {rest[0]!r} with outputs before it")
    known = {"outputs": 3, "outcome": 2, "conclusion": 2}
    if known.get(rest[1]) == len(rest):
        _once(scope.read_steps, rest[0])
        return shell_name(".".join(ref.path))
    raise CannotSay(ref, "all outputs of a step at once are not at hand")


def _need(scope: Scope, ref: Ref, rest: list[str]) -> str | None:
    job = scope.needed(rest[0])
    if job is None or len(rest) < 2:
        raise CannotSay(ref, f"{rest[0]!r} is not a job this one needs")
    if rest[1:] == ["result"] or (rest[1] == "outputs" and len(rest) == 3):
        _once(scope.read_needs, job)
        return shell_name(".".join(ref.path))
    raise CannotSay(ref, "all outputs of a job at once are not at hand")


def _strategy(scope: Scope, ref: Ref, rest: list[str]) -> str | None:
    raise CannotSay(ref, "a job does not know its number")


def _job(scope: Scope, ref: Ref, rest: list[str]) -> str | None:
    if rest[0] == "services" and rest[2:3] == ["ports"] and len(rest) == 4:
        return shell_name(".".join(ref.path))
    raise CannotSay(ref, "only ports of services are known of the job")


_READERS = {
    "job": _job,
    "secrets": _secret,
    "env": _env,
    "steps": _step,
    "needs": _need,
    "strategy": _strategy,
}


def _once(items: list[str], item: str) -> None:
    if item not in items:
        items.append(item)
