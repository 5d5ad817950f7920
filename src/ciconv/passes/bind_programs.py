"""Gives scripts of CircleCI what its own program does for them: to end the job, to share out tests.

A script is never changed, so a stand-in of that name is put where programs are looked for.
https://circleci.com/docs/guides/optimize/use-the-circleci-cli-to-split-tests/
"""

import re
from collections.abc import Iterator

from ciconv.context import Context, Place
from ciconv.ir.expression import Expr, Literal, Op, Ref, constant, operation, text, together
from ciconv.ir.job import Job
from ciconv.ir.naming import unused
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import Run, Step
from ciconv.ir.walk import with_jobs
from ciconv.profile import Feature, Outcome, Profile

_CALL = re.compile(
    r"\bcircleci(?:-agent)?[ \t]+(step[ \t]+halt|tests[ \t]+(?:glob|split|run)|env[ \t]+subst)\b"
)
_HALT = "step halt"
_SHARE = (
    'awk -v total="${CIRCLE_NODE_TOTAL:-1}" -v node="${CIRCLE_NODE_INDEX:-0}"'
    " 'NR % total == (node + 1) % total'"
)
_ANSWERS = {
    _HALT: 'echo halted=true >> "$GITHUB_OUTPUT" ;;',
    "tests glob": 'shift 2; bash -O globstar -O nullglob -c \'printf "%s\\n" $*\' - "$@" ;;',
    "tests split": (
        'shift 2; while [ "${1#-}" != "$1" ]; do\n'
        "      case $1 in *=* | --show-counts) shift ;; *) shift; shift $(($# > 0)) ;; esac\n"
        f'    done; {_SHARE} "$@" ;;'
    ),
    "tests run": (
        "shift 2; for one; do\n"
        "      case $one in --command=*) command=${one#*=} ;; --command) command=$2 ;; esac\n"
        f'    shift; done; {_SHARE} | sh -c "$command" ;;'
    ),
    "env subst": (
        'shift 2; if [ "$#" = 0 ]; then envsubst; else printf "%s\\n" "$*" | envsubst; fi ;;'
    ),
}
_NAME = text("Stand-in for circleci")
_STAND_IN = """\
mkdir -p ~/.local/bin
cat > ~/.local/bin/circleci <<'PROGRAM'
#!/bin/sh
case "$1 $2" in
{answers}
  *) echo "circleci $*: this is only a stand-in" >&2; exit 1 ;;
esac
PROGRAM
chmod +x ~/.local/bin/circleci
ln -sf circleci ~/.local/bin/circleci-agent
echo "$HOME/.local/bin" >> "$GITHUB_PATH"
"""


def bind_programs(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project in which scripts find what they call of CircleCI's own."""
    if project.origin != "circleci":
        return project
    pipelines = (_pipeline(one, context) for one in project.pipelines)
    return replace(project, pipelines=tuple(pipelines))


def _pipeline(pipeline: Pipeline, context: Context) -> Pipeline:
    return with_jobs(pipeline, lambda job: _job(job, pipeline, context))


def _job(job: Job, pipeline: Pipeline, context: Context) -> Job:
    asked = dict.fromkeys(name for step in job.steps for name in _calls(step))
    if not asked or any(one.name == _NAME for one in job.steps):
        return job
    place = Place(pipeline=pipeline.id, job=job.id)
    steps = tuple(_halting(job.steps, place, context))
    return replace(job, steps=(_stand_in(tuple(asked), job, place, context), *steps))


def _calls(step: Step) -> Iterator[str]:
    """What a script calls, by the first words."""
    for part in step.script.parts if isinstance(step, Run) else ():
        for found in _CALL.finditer(constant(part) or ""):
            yield " ".join(found[1].split())


def _stand_in(asked: tuple[str, ...], job: Job, place: Place, context: Context) -> Run:
    """The step that puts the program in its place."""
    answers = "\n".join(f"  '{name}')\n    {_ANSWERS[name]}" for name in asked)
    first = next(step for step in job.steps if any(_calls(step)))
    said = f"a stand-in answers 'circleci {asked[0]}', which is a program of CircleCI's own"
    context.lose(place.loss(Feature.TOOL, Outcome.LOWERED), said, first)
    for step in job.steps:
        if not set(_calls(step)).isdisjoint(("tests split", "tests run")):
            said = "tests are shared out one by one, not by how long they took before"
            context.lose(place.at(step).loss(Feature.TOOL, Outcome.APPROXIMATED), said, step)
    script = text(_STAND_IN.replace("{answers}", answers))
    return Run(name=_NAME, script=script, span=job.span)


def _halting(steps: tuple[Step, ...], place: Place, context: Context) -> Iterator[Step]:
    """The steps; those behind one that may end the job ask whether it did."""
    taken = {one.id for one in steps}
    halts: list[Expr] = []
    for step in steps:
        if halts:
            said = "the step asks whether an earlier one ended the job with 'step halt'"
            context.lose(place.at(step).loss(Feature.EXPRESSION, Outcome.LOWERED), said, step)
            step = replace(step, condition=together(step.condition, *halts))
        if _HALT in _calls(step):
            name = step.id or unused("halt", taken)
            taken.add(name)
            step = replace(step, id=name)
            halts.append(_goes_on(name, step))
        yield step


def _goes_on(name: str, at: Node) -> Expr:
    """Whether a step did not end the job."""
    output = Ref(path=("steps", name, "outputs", "halted"), span=at.span)
    return operation(Op.NE, output, Literal(value="true", span=at.span))
