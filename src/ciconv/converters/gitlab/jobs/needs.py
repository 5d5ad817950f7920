"""`needs` and `dependencies`: what a job waits for, and whose files it gets.

https://docs.gitlab.com/ci/yaml/#needs
"""

import re
from collections.abc import Container

from msgspec import Struct
from msgspec.structs import replace as changed

from ciconv.converters.fields import Fields, is_null
from ciconv.converters.gitlab.scalars import FORMAT, Scope, extra
from ciconv.ir.expression import constant
from ciconv.ir.job import Need
from ciconv.ir.node import replace
from ciconv.ir.step import ActionRef, Argument, Extra, Step, Use
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Scalar, Sequence, resolve
from ciconv.syntax.node import Node as Tree

_CELL = re.compile(r"(?P<job>.+?)(?:: \[.*\]| \d+/\d+)")


class Wanted(Struct, frozen=True, kw_only=True):
    """What a job waits for. `files`: of whose jobs it gets the files; None: as `needs` says."""

    needs: tuple[Need, ...] | None = None
    files: tuple[str, ...] | None = None
    extras: tuple[Extra, ...] = ()
    foreign: tuple[Step, ...] = ()  # for files of jobs of other pipelines

    def of_jobs(self, jobs: Container[str]) -> "Wanted":
        """Return the same with whole jobs in the place of single instances of them."""
        if self.needs is None and self.files is None:
            return self
        needs = None
        extras = list(self.extras)
        if self.needs is not None:
            whole = {one: _whole(one.job, jobs) for one in self.needs}
            needs = tuple(replace(one, job=job) for one, job in whole.items())
            extras += [_instance(one) for one, job in whole.items() if one.job != job]
        files = None if self.files is None else tuple(_whole(one, jobs) for one in self.files)
        return changed(self, needs=needs, files=files, extras=tuple(extras))


def _whole(name: str, jobs: Container[str]) -> str:
    """The job that an instance is of: `test: [linux, 3.12]`, or `test 1/2`."""
    found = None if name in jobs else _CELL.fullmatch(name)
    return found["job"] if found is not None and found["job"] in jobs else name


def _instance(need: Need) -> Extra:
    value = build.text(need.job)
    return Extra(format=FORMAT, key="needs:parallel", value=value, span=need.span)


def read_needs(fields: Fields, scope: Scope) -> Wanted:
    """Take `needs` and `dependencies`."""
    entry = fields.entry("needs")
    files = fields.scalars("dependencies")
    names = None if files is None else tuple(one.text for one in files)
    if entry is None or is_null(resolve(entry.value)):
        return Wanted(files=names)
    found: list[Need] = []
    others: list[Extra | Use] = []
    node = resolve(entry.value)
    fields.comments.extend(entry.comments)
    for item in node.items if isinstance(node, Sequence) else (node,):
        _read_need(resolve(item), entry, scope, found, others)
    return Wanted(
        needs=tuple(found),
        files=names,
        extras=tuple(one for one in others if isinstance(one, Extra)),
        foreign=tuple(one for one in others if isinstance(one, Use)),
    )


def _read_need(
    item: Tree, entry: Entry, scope: Scope, found: list[Need], others: list[Extra | Use]
) -> None:
    if isinstance(item, Sequence):
        for inner in item.items:
            _read_need(resolve(inner), entry, scope, found, others)
    elif isinstance(item, Scalar):
        found.append(Need(job=item.text, artifacts=True, span=item.span, comments=item.comments))
    elif isinstance(item, Mapping):
        _read_long(item, scope, found, others)


def _read_long(item: Mapping, scope: Scope, found: list[Need], others: list[Extra | Use]) -> None:
    """A need with all that can be said about it; those of other pipelines are GitLab's alone."""
    fields = Fields(item, scope.context, "a need")
    job = fields.scalar("job")
    artifacts = fields.boolean("artifacts", True)
    optional = fields.boolean("optional")
    for name in ("project", "pipeline"):
        foreign = fields.entry(name)
        if foreign is not None:
            whole = Entry(key=foreign.key, value=item, comments=item.comments)
            asks_files = job is not None and artifacts
            others.append(_files_of(whole, scope) if asks_files else _alone(whole))
            fields.rest()
            return
    cells = fields.entry("parallel")
    if cells is not None:
        others.append(extra(cells, "needs:parallel"))
    fields.leftovers(FORMAT)
    if job is not None:
        found.append(
            Need(
                job=job.text,
                artifacts=artifacts,
                optional=optional,
                span=item.span,
                comments=(*item.comments, *fields.comments),
            )
        )


def _files_of(whole: Entry, scope: Scope) -> Use:
    """The step that would bring the files of a job of another pipeline."""
    fields = Fields(whole.value, scope.context, "a need")
    names = ("job", "project", "pipeline", "ref")
    given = [(name, value) for name in names if (value := scope.take(fields, name)) is not None]
    where = " of ".join(constant(value) or name for name, value in given[:2])
    return Use(
        ref=ActionRef(
            format=FORMAT, name="needs", written=f"the files of {where}", span=whole.value.span
        ),
        arguments=tuple(Argument(name=name, value=one, span=one.span) for name, one in given),
        span=whole.value.span,
        comments=whole.comments,
    )


def _alone(whole: Entry) -> Extra:
    return replace(extra(whole, f"needs:{whole.name}"), span=whole.value.span)
