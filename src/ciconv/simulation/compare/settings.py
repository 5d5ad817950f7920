"""Variables that live in the settings of a project, and which every job of some systems sees.

GitHub hands them over by name, `TOKEN: ${{ secrets.TOKEN }}`; in GitLab and CircleCI they are
there for all jobs. Who is asked there cannot be told, and a secret cannot be told from another
variable. So for a comparison with such a system a variable that is only handed on under its own
name is not set by the job, and both kinds are one.
"""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from ciconv.ir.expression import Ref
from ciconv.ir.node import Node
from ciconv.simulation.compare.texts import HOLES, with_texts
from ciconv.simulation.plan import JobPlan, Pairs

_KINDS = re.compile(r"\b(?:secrets|vars)\.(\w+)")
_NAMES = re.compile(r"\b(secrets|vars|env)\.(\w+)")
_TOKEN = "GITHUB_TOKEN"  # which nobody hands over by a setting on GitHub
_OUTPUT = re.compile(r"\b(?:steps|needs)\.[\w-]+\.outputs\.[\w-]+")
_OWN = re.compile(r"\$\{\{ secrets\.(\w+) \}\}")


def with_settings(one: JobPlan, other: JobPlan) -> tuple[JobPlan, JobPlan, Pairs]:
    """Return two jobs without variables that settings hold, and those variables."""
    names = frozenset(name.upper() for job in (one, other) for name in _names(job))
    known = tuple((name, f"${{{{ secrets.{name} }}}}") for name in sorted(names))
    known += tuple(dict.fromkeys(pair for job in (one, other) for pair in _outputs(job)))
    return _without_own(_plain(one, names)), _without_own(_plain(other, names)), known


def _plain(job: JobPlan, names: frozenset[str]) -> JobPlan:
    """The job with one word for both kinds, and for variables that only settings can have."""
    ambient = (names | {_TOKEN}) - {name for name, _ in job.env}

    def text(value: str) -> str:
        return HOLES.sub(lambda hole: _NAMES.sub(lambda one: _word(one, ambient), hole[0]), value)

    def change(node: Node) -> Node:
        if not isinstance(node, Ref) or len(node.path) != 2 or node.path[0] not in _KINDS_OF_NAMES:
            return node
        match = _NAMES.fullmatch(".".join(node.path))
        return node if match is None else Ref(path=tuple(_word(match, ambient).split(".")))

    return with_texts(job, text, change)


def _word(match: re.Match[str], ambient: frozenset[str]) -> str:
    if match[1] == "env" and match[2] not in ambient:
        return match[0]
    return "github.token" if match[2] == _TOKEN else f"secrets.{match[2].upper()}"


_KINDS_OF_NAMES = ("secrets", "vars", "env")


def _names(job: JobPlan) -> Iterator[str]:
    for text in _texts(job):
        yield from _KINDS.findall(text)


def _texts(job: JobPlan) -> Iterator[str]:
    yield from (value for _, value in (*job.env, *job.outputs))
    for one in (job.container, *job.services):
        if one is not None:
            yield from (one.image, one.options, *(value for _, value in one.env))
    for step in job.steps:
        yield step.script
        yield from (value for _, value in (*step.env, *step.arguments))


def _outputs(job: JobPlan) -> Iterator[tuple[str, str]]:
    """The variables that shells have outputs in, with these."""
    holes = (hole[0] for text in _texts(job) for hole in HOLES.finditer(text))
    for hole in holes:
        for found in _OUTPUT.findall(hole):
            yield re.sub(r"\W", "_", found).upper(), f"${{{{ {found} }}}}"


def _without_own(job: JobPlan) -> JobPlan:
    """The job without variables that are handed on under their own names."""
    steps = tuple(replace(one, env=_others(one.env)) for one in job.steps)
    return replace(job, env=_others(job.env), steps=steps)


def _others(pairs: Pairs) -> Pairs:
    return tuple(
        (name, value)
        for name, value in pairs
        if ((match := _OWN.fullmatch(value)) is None or match[1] != name.upper())
        and (value or _OF_OUTPUT.fullmatch(name) is None)
    )


_OF_OUTPUT = re.compile(r"NEEDS_\w+_OUTPUTS_\w+")  # empty where the job did not run
