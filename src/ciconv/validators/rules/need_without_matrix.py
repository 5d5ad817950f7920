"""The rule `need-without-matrix`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Node, Scalar, resolve
from ciconv.validators.github.environment import scalars_of
from ciconv.validators.github.workflow import entries, entry_of, text_of
from ciconv.validators.gitlab.config import Config, configs, items_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_CELL = re.compile(r"\$\[\[\s*matrix\.(\w+)\s*\]\]")


class NeedWithoutMatrix(Rule):
    """A need picks a job of a matrix that there is not.

    `needs:parallel:matrix` speaks of the matrix of the other job and of its values, and
    `$[[ matrix.NAME ]]` in it of the job's own matrix. GitLab refuses the pipeline where one is
    missing.
    """

    code = "need-without-matrix"
    summary = "a need that picks from a matrix that there is not"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the needs whose matrix cannot be."""
        for config in configs(subject):
            for entry in config.jobs:
                job = entry.value
                for need in items_of(job, "needs") if isinstance(job, Mapping) else ():
                    picked = entry_of(need, "parallel") if isinstance(need, Mapping) else None
                    if picked is not None and isinstance(need, Mapping):
                        yield from self._need(need, picked.value, job, config)

    def _values(self, picked: Node, axes: dict[str, set[str]]) -> Iterator[Diagnostic]:
        for row in _rows(picked):
            for entry in row.entries:
                known = axes.get(entry.name)
                if known is None:
                    said = f"the matrix has no variable {entry.name!r}"
                    yield self.found(entry.key.span, said, f"it has {', '.join(axes)}")
                    continue
                for one in scalars_of(resolve(entry.value)):
                    if one.text not in known and "$" not in one.text + "".join(known):
                        said = f"{entry.name!r} of the matrix is never {one.text!r}"
                        yield self.found(one.span, said, f"it is {', '.join(sorted(known))}")

    def _need(self, need: Mapping, picked: Node, job: Node, config: Config) -> Iterator[Diagnostic]:
        name = need.get("job")
        other = config.job(name.text) if isinstance(name, Scalar) else None
        if isinstance(name, Scalar) and other is not None and not _axes(other):
            said = f"the job {name.text!r} has no matrix to pick from"
            yield self.found(picked.span, said, "take 'parallel' out")
        elif other is not None and text_of(need, "optional") != "true":
            yield from self._values(picked, _axes(other))
        own = _axes(job)
        for match in _CELL.finditer(picked.span.text):
            if match[1] not in own:
                said = f"the job's own matrix has no variable {match[1]!r}"
                yield self.found(picked.span, said)


def _axes(job: Node) -> dict[str, set[str]]:
    """The variables of a matrix with their values, as texts."""
    found: dict[str, set[str]] = {}
    for row in _rows(dict(entries(job)).get("parallel")):
        for name, values in entries(row):
            found.setdefault(name, set()).update(one.text for one in scalars_of(values))
    return found


def _rows(parallel: Node | None) -> Iterator[Mapping]:
    rows = items_of(parallel, "matrix") if isinstance(parallel, Mapping) else ()
    yield from (row for row in rows if isinstance(row, Mapping))
