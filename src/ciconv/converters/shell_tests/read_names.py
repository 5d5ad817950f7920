"""Which expression a variable of a script stands for."""

import re
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from ciconv.catalog.catalog import Catalog
from ciconv.converters.shell_tests.scope import shell_name
from ciconv.ir.expression import Expr, Ref

# what the steps of restored caches tell: https://github.com/actions/cache#outputs
_KNOWN_OUTPUTS = ("cache-hit", "cache-primary-key", "cache-matched-key")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Names(Struct, frozen=True, kw_only=True):
    """What the variables of one job are called in expressions."""

    catalog: Catalog
    format: str  # whose variables the predefined ones are
    env: frozenset[str] = frozenset()  # variables that the job or the workflow sets
    steps: Mapping[str, str] = {}  # ids, each with the text that may say its outputs
    outputs: Mapping[str, tuple[str, ...]] = {}  # jobs that others know, with their outputs
    local: Mapping[str, Expr] = {}  # set within the same step or command

    def knowing(self, local: Mapping[str, Expr]) -> "Names":
        """Return names that know these variables, too."""
        return replace(self, local={**self.local, **local}) if local else self

    def meaning(self, name: str) -> Expr:
        """Return the expression a variable stands for; `env.NAME` where nothing else is known."""
        if name in self.local:
            return self.local[name]
        found = self.generated(name)
        if found is not None:
            return found
        if name in self.env:
            return Ref(path=("env", name))
        canonical = self._canonical(name)
        return Ref(path=("env", name)) if canonical is None else Ref(path=canonical)

    def generated(self, name: str) -> Expr | None:
        """Return the expression of a variable that the helper library sets, else None."""
        if name.startswith("STEPS_"):
            return self._step(name)
        if name.startswith("NEEDS_"):
            return self._need(name)
        match = re.fullmatch(r"JOB_SERVICES_(\w+)_PORTS_(\d+)", name)
        if match:
            return Ref(path=("job", "services", match[1].lower(), "ports", match[2]))
        return None

    def _step(self, name: str) -> Expr | None:
        for id, said in self.steps.items():
            rest = _below(name, f"STEPS_{shell_name(id)}_")
            if rest in ("OUTCOME", "CONCLUSION"):
                return Ref(path=("steps", id, rest.lower()))
            if rest is not None and rest.startswith("OUTPUTS_"):
                key = rest.removeprefix("OUTPUTS_")
                words = (*_KNOWN_OUTPUTS, *_WORD.findall(said))
                return Ref(path=("steps", id, "outputs", _spelled(key, words)))
        return None

    def _need(self, name: str) -> Expr | None:
        for job in self.outputs:
            rest = _below(name, f"NEEDS_{shell_name(job)}_")
            if rest == "RESULT":
                return Ref(path=("needs", job, "result"))
            if rest is not None and rest.startswith("OUTPUTS_"):
                key = _spelled(rest.removeprefix("OUTPUTS_"), self.outputs[job])
                return Ref(path=("needs", job, "outputs", key))
        return None

    def _canonical(self, name: str) -> tuple[str, ...] | None:
        for path, one in self.catalog.names().items():
            if getattr(one, self.format) == name:
                return path
        return None


def _below(name: str, prefix: str) -> str | None:
    return name[len(prefix) :] if name.startswith(prefix) else None


def _spelled(key: str, words: tuple[str, ...]) -> str:
    """The word that became the name of a variable; in lower case where nobody wrote it."""
    return next((word for word in words if shell_name(word) == key), key.lower())
