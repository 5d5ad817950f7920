"""Steps that one script can be: plain scripts behind each other are equal to all of them in one.

A system whose unit is a script writes several steps as one. That is the same where no script
leaves anything behind for the next one, ends it, or is asked for by others.
"""

import re
from collections.abc import Container, Iterable
from functools import lru_cache

from msgspec.structs import replace

from ciconv.catalog.catalog import Kind
from ciconv.ir.expression import Call, either, walk
from ciconv.simulation.compare.texts import HOLES
from ciconv.simulation.plan import JobPlan, State, StepPlan
from ciconv.simulation.shells import plain_command
from ciconv.syntax.shell.traits import traits

_SUCCESS, _FAILURE = Call(function="success"), Call(function="failure")
_POSIX = ("bash", "sh")


def joined(
    steps: Iterable[StepPlan], *, across: Container[str] = (), asking: bool = False
) -> tuple[StepPlan, ...]:
    """Return the steps with plain scripts that stand behind each other as one.

    Files that are brought or kept between two scripts are keywords of a job in such a system, and
    stand between none: where they are is told with them; only the first checkout is one. Actions
    stand between none, too, when they are `across`: nothing on the other side. With
    `asking` one of them may have a condition, which that of the whole is then.
    """
    found: list[StepPlan] = []
    kinds: set[str] = set()  # of those before
    place: int | None = None  # of the script that the next one can join
    for step in steps:
        if place is not None and _can_join(found[place], step, asking):
            last = found[place]
            found[place] = _with_next(last, step)
            continue
        found.append(step)
        is_between = not is_of_files(step) and not (step.kind == "use" and step.uses in across)
        if is_between or step.kind == Kind.CHECKOUT and step.kind in kinds:
            place = len(found) - 1
        kinds.add(step.kind)
    return tuple(found)


def said_once(job: JobPlan) -> JobPlan:
    """Return a job with steps that stand there twice, after a failure and for other reasons, once.

    Where only the system knows of failures, no script can ask for one and for something else.
    Behind a failure the second one does not run, so that never both do.
    """
    if not any(one.test == _FAILURE for one in job.steps):
        return job
    found: list[StepPlan] = []
    for step in job.steps:
        last = found[-1] if found else None
        if last is None or last.test != _FAILURE or not _is_again(last, step):
            found.append(step)
        elif step.test is not None:
            condition = f"{last.condition} || {step.condition}"
            test = either(_FAILURE, step.test)
            found[-1] = replace(last, condition=condition, test=test)
    return replace(job, steps=tuple(found))


def _is_again(one: StepPlan, other: StepPlan) -> bool:
    """Whether a step does what the one before did, unless something failed."""
    functions = {x.function for x in walk(other.test) if isinstance(x, Call)} if other.test else ()
    if other.test in (None, _SUCCESS) or "failure" in functions or "always" in functions:
        return False
    first, second = (replace(x, condition="", test=None, span=None, asked=()) for x in (one, other))
    return first == second


def _with_next(one: StepPlan, other: StepPlan) -> StepPlan:
    """One script with another behind it; what only one system knows of either is known of both."""
    before = one.script.rstrip("\r\n")
    script = f"{before}\n{other.script}"
    extras = tuple(dict.fromkeys((*one.extras, *other.extras)))
    asked = one.asked if other.span is None else (*one.asked, other.span)
    is_asked = _has_pipe(other) > _has_pipe(one) or not plain_command(one.shell).startswith("bash")
    found = replace(one, script=script, shell=other.shell if is_asked else one.shell)
    tested = other if one.test == _SUCCESS else one
    found = replace(found, condition=tested.condition, test=tested.test)
    return replace(found, id=one.id or other.id, extras=extras, asked=asked)


def _has_pipe(step: StepPlan) -> bool:
    return traits(HOLES.sub("${X}", step.script)).has_pipe


OF_FILES = frozenset(
    {
        Kind.CHECKOUT,
        Kind.CACHE,
        Kind.RESTORE_CACHE,
        Kind.SAVE_CACHE,
        Kind.UPLOAD_ARTIFACT,
        Kind.DOWNLOAD_ARTIFACT,
        "report",
    }
)


_TOOLS_OF_FILES = frozenset({"actions/download-artifact", "actions/upload-artifact"})


def is_of_files(step: StepPlan) -> bool:
    """Return whether a step brings or keeps files, be it by a script in the place of an action."""
    return step.kind in OF_FILES or (step.kind == "run" and step.uses in _TOOLS_OF_FILES)


def _can_join(one: StepPlan, other: StepPlan, asking: bool) -> bool:
    tests = (one.test == _SUCCESS) + (other.test == _SUCCESS)
    if tests < (1 if asking else 2) or not (_is_plain(one) and _is_plain(other)):
        return False
    same = ("env", "directory", "retry")
    if any(getattr(one, key) != getattr(other, key) for key in same):
        return False
    return _leaves_nothing(one.script) and same_shell(one, other)


def _is_plain(step: StepPlan) -> bool:
    return (
        step.kind == "run"
        and step.state is State.RUN
        and step.may_fail == "false"
        and not (step.timeout or step.background or step.parallel)
        and not step.uses  # no script in the place of a reusable step
    )


@lru_cache(maxsize=4_000)  # the same jobs are compared for many events
def _leaves_nothing(script: str) -> bool:
    """Whether a shell is after a script as it was before; what stands last may leave anything."""
    is_shared = traits(HOLES.sub("$HOLE", script)).shares
    return is_shared and _FOR_LATER.search(script) is None


# what a shell writes to for the one after it
_FOR_LATER = re.compile(r"\b(?:GITHUB_(?:ENV|OUTPUT|PATH|STATE)|BASH_ENV)\b")


def same_shell(one: StepPlan, other: StepPlan) -> bool:
    """Whether the shells of two steps do the same with both of their scripts.

    Where nothing is piped, `pipefail` changes nothing; tracing changes no command at all; plain
    commands are the same for all POSIX shells.
    """
    left, right = plain_command(one.shell), plain_command(other.shell)
    if left == right:
        return True
    words = left.split(), right.split()
    if any(not found or found[0] not in _POSIX for found in words):
        return False
    # plans leave out the last line break, without which a backslash joins nothing
    scripts = tuple(HOLES.sub("${X}", f"{step.script}\n") for step in (one, other))
    if words[0][0] != words[1][0] and any("BASH_ENV" in dict(step.env) for step in (one, other)):
        return False  # only bash begins with that file
    pairs = zip(words, scripts, strict=True)  # what bash reads, no other shell has to
    is_alike = all(traits(text).is_portable for found, text in pairs if found[0] != "bash")
    if words[0][0] != words[1][0] and not is_alike:
        return False
    flags = [set(found[1:]) - {"-o", "xtrace", "{0}"} for found in words]
    if not all(traits(text).has_pipe for text in scripts):
        flags = [found - {"pipefail"} for found in flags]
    return flags[0] == flags[1]
