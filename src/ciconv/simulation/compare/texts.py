"""The texts of a job's plan, all changed in one way."""

import re
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from ciconv.ir.node import Node
from ciconv.ir.walk import rewrite
from ciconv.simulation.plan import ContainerPlan, JobPlan, Pairs, StepPlan

# expressions in a text: from one `${{` to the next `}}`, without trying again what nothing closes
HOLES = re.compile(r"\$\{\{(?:[^$}]++|\$(?!\{\{)|\}(?!\}))*\}\}")
_NEEDED = re.compile(r"\bneeds\.([\w-]+)(?=\.)")


def with_texts(
    job: JobPlan, text: Callable[[str], str], change: Callable[[Node], Node] | None = None
) -> JobPlan:
    """Return the job with other texts, and other parts in the conditions of its steps."""

    def pairs(values: Pairs) -> Pairs:
        return tuple((name, text(value)) for name, value in values)

    def container(value: ContainerPlan) -> ContainerPlan:
        return replace(value, image=text(value.image), env=pairs(value.env))

    def step(value: StepPlan) -> StepPlan:
        test = value.test
        return replace(
            value,
            env=pairs(value.env),
            script=text(value.script),
            directory=text(value.directory),
            arguments=pairs(value.arguments),
            test=test if test is None or change is None else rewrite(test, change),
        )

    return replace(
        job,
        env=pairs(job.env),
        container=None if job.container is None else container(job.container),
        services=tuple(map(container, job.services)),
        environment=pairs(job.environment),
        outputs=pairs(job.outputs),
        steps=tuple(map(step, job.steps)),
    )


def with_names(job: JobPlan, names: Mapping[str, str]) -> JobPlan:
    """Return the job with what the first side calls the jobs whose outputs it uses."""
    if all(name == other for name, other in names.items()):
        return job

    def named(match: re.Match[str]) -> str:
        return f"needs.{names.get(match[1], match[1])}"

    def text(value: str) -> str:
        if "needs." not in value:
            return value
        return HOLES.sub(lambda hole: _NEEDED.sub(named, hole[0]), value)

    return with_texts(job, text)
