"""What the labels of a runner say of the machines behind them."""

import re

from msgspec import Struct

from ciconv.catalog.catalog import Catalog
from ciconv.converters.shell_tests.scope import Cells
from ciconv.ir.expression import Ref, Template, constant
from ciconv.ir.job import Job, Runner
from ciconv.ir.matrix import cells


class Machine(Struct, frozen=True, kw_only=True):
    """What is known of where a job runs; `version`: of a hosted system that all its cells have."""

    os: str | None = None
    arch: str | None = None
    version: str | None = None
    is_hosted: bool = False


def machine_of(job: Job, catalog: Catalog) -> Machine:
    """Return what all cells of a job have in common of their machines."""
    runner = job.runner
    if runner is None:
        return Machine()
    rows = Cells(cells(job.matrix)) if job.matrix is not None else None
    labels = [_label(one, rows) for one in runner.labels]
    if runner.group is None and (machine := _of_circleci(runner)) is not None:
        return machine
    if runner.group is not None or len(labels) != 1 or labels[0] is None:
        return Machine(os=runner.os, arch=runner.arch)
    found = [catalog.runner(one) for one in labels[0]]
    known = [one for one in found if one is not None and one.hosted]
    if not known or len(known) < len(found):
        return Machine(os=runner.os, arch=runner.arch)
    return Machine(
        os=_common({one.os for one in known}),
        arch=_common({one.arch for one in known}),
        version=_common({one.version for one in known}),
        is_hosted=True,
    )


# images of CircleCI's virtual machines: https://circleci.com/developer/machine
_UBUNTU = re.compile(r"ubuntu-(\d\d)(\d\d)(?::.*)?")
_OTHERS = re.compile(
    r"(?:xcode-[^ ]+|android|linux-cuda-\d+|default|circleci/classic|windows-[\w.-]+)(?::.*)?"
)


def _of_circleci(runner: Runner) -> Machine | None:
    """The machine behind an image of CircleCI's, or behind none at all; None for other labels."""
    label = "default" if not runner.labels else constant(runner.labels[0])
    if runner.os is None or len(runner.labels) > 1 or label is None:
        return None
    ubuntu = _UBUNTU.fullmatch(label)
    if ubuntu is None and _OTHERS.fullmatch(label) is None:
        return None
    version = None if ubuntu is None else f"{ubuntu[1]}.{ubuntu[2]}"
    return Machine(os=runner.os, arch=runner.arch, version=version, is_hosted=True)


def _common(values: set[str | None]) -> str | None:
    return values.pop() if len(values) == 1 else None


def _label(label: Template, rows: Cells | None) -> tuple[str, ...] | None:
    """What a label is in each cell of the matrix."""
    known = constant(label)
    if known is not None:
        return (known,)
    columns = []
    for part in label.parts:
        text = constant(part)
        if isinstance(part, Ref) and part.path[0] == "matrix" and rows is not None:
            texts = rows.texts(part.path[1:])
        else:
            texts = None if text is None or rows is None else (text,) * len(rows.rows)
        if texts is None:
            return None
        columns.append(texts)
    return tuple(dict.fromkeys("".join(row) for row in zip(*columns, strict=True)))
