"""Keys of caches that hash files outside of the workspace: CircleCI's do, others see no such file.

Where steps run before a key is worked out, one of them passes on the checksum of the file.
https://circleci.com/docs/reference/configuration-reference/#savecache
"""

import re
import shlex
from collections.abc import Iterator
from functools import partial

from ciconv.context import Context, Place
from ciconv.ir.expression import Call, Expr, Ref, constant, text
from ciconv.ir.job import Job
from ciconv.ir.naming import claimed
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import RestoreCache, Run, SaveCache, Step
from ciconv.ir.walk import nodes, rewrite, with_jobs
from ciconv.profile import Feature, Outcome, Profile

_HAND_ON = frozenset({"github", "nixactions"})
_OUTSIDE = re.compile(r"[/~]|\.\./")
_NAME = "checksum"


def outside_files(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project with keys that change with files outside, or say that they do not."""
    if project.origin != "circleci":
        return project
    change = partial(_pipeline, hands_on=profile.format in _HAND_ON, context=context)
    return replace(project, pipelines=tuple(map(change, project.pipelines)))


def _pipeline(pipeline: Pipeline, hands_on: bool, context: Context) -> Pipeline:
    def change(job: Job) -> Job:
        outside = _Files(job, Place(pipeline=pipeline.id, job=job.id), hands_on, context)
        return replace(job, steps=tuple(one for step in job.steps for one in outside.of(step)))

    return with_jobs(pipeline, change)


class _Files:
    """The files of one job, each with the step that hands on its checksum."""

    def __init__(self, job: Job, place: Place, hands_on: bool, context: Context) -> None:
        self._place, self._hands_on, self._context = place, hands_on, context
        self._taken = {step.id for step in job.steps if step.id}
        self._ids: dict[tuple[str, Expr | None], str] = {}  # by path and when the step runs

    def of(self, step: Step) -> Iterator[Step]:
        """Yield a step, behind those that its key needs."""
        if not isinstance(step, RestoreCache | SaveCache):
            yield step
            return
        for call, path in _outside(step):
            if not self._hands_on:
                said = f"the key does not change with {path!r}, which is not in the workspace"
                self._lose(Outcome.APPROXIMATED, said, step, call)
                continue
            said = f"a step passes on the checksum of {path!r}, which is not in the workspace"
            self._lose(Outcome.LOWERED, said, step, call)
            if (path, step.condition) not in self._ids:
                yield self._summing(path, step)
        yield rewrite(step, partial(self._replaced, step.condition)) if self._ids else step

    def _lose(self, outcome: Outcome, said: str, step: Step, at: Node) -> None:
        self._context.lose(self._place.at(step).loss(Feature.CACHE, outcome), said, at)

    def _summing(self, path: str, step: Step) -> Run:
        name = self._ids[path, step.condition] = claimed(_NAME, self._taken)
        home = "~/" if path.startswith("~/") else ""  # which no shell knows between quotes
        word = f"{home}{shlex.quote(path.removeprefix(home))}"
        script = f'echo "{_NAME}=$(cksum {word} | tr -cd 0-9)" >> "$GITHUB_OUTPUT"'
        return Run(
            id=name,
            script=text(script, of=step),
            shell=text("sh -e {0}", of=step),
            condition=step.condition,
            span=step.span,
        )

    def _replaced(self, condition: Expr | None, node: Node) -> Node:
        name = self._ids.get((_path(node), condition))
        return node if name is None else Ref(path=("steps", name, "outputs", _NAME), span=node.span)


def _outside(step: Step) -> Iterator[tuple[Expr, str]]:
    for one in nodes(step):
        path = _path(one)
        if isinstance(one, Call) and path:
            yield one, path


def _path(node: Node) -> str:
    """The file outside that an expression hashes; nothing where it does not."""
    if not isinstance(node, Call) or node.function != "hashFiles" or not node.arguments:
        return ""
    path = constant(node.arguments[0]) or ""
    return path if _OUTSIDE.match(path) else ""
