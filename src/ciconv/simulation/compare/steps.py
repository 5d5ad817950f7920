"""Comparing the steps of two jobs."""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from msgspec.structs import replace

from ciconv.catalog.tool import Kind
from ciconv.passes.hidden_files import LEAVES_OUT, may_hold_hidden
from ciconv.simulation.compare.conditions import same_for_steps, waits_for_cancelling
from ciconv.simulation.compare.difference import Difference, Field
from ciconv.simulation.compare.joining import is_of_files, joined, said_once, same_shell
from ciconv.simulation.compare.matching import Matched, match_steps
from ciconv.simulation.compare.place import Known, Place, first_change, shown, skipping
from ciconv.simulation.compare.replacing import FAILING
from ciconv.simulation.compare.scripts import same_script
from ciconv.simulation.plan import JobPlan, Pairs, State, StepPlan
from ciconv.simulation.shells import plain_command
from ciconv.simulation.systems import system_of

_VALUES = (
    ("directory", Field.DIRECTORY, "the folder is"),
    ("may_fail", Field.MAY_FAIL, "'may fail' is"),
    ("timeout", Field.TIMEOUT, "the timeout is"),
    ("retry", Field.RETRY, "the number of tries is"),
    ("background", Field.BACKGROUND, "'in the background' is"),
)


def compare_steps(
    a: JobPlan, b: JobPlan, place: Place, variables: tuple[Pairs, Pairs]
) -> Iterator[Difference]:
    """Yield what differs in the steps that may run; `variables` are those the systems set."""
    # a system whose unit is a script may have several scripts as one, or nothing for an action
    known = place.known
    a, b = (known.once("said once", (one,), partial(said_once, one)) for one in (a, b))
    joins = any(system_of(name).joins for name in place.systems)
    pairs = _matched(a, b, known)
    if joins and place.systems[0] != place.systems[1] and any(_lacking(pairs, variables)):
        for asking in (False, True):
            less = _joined(a, b, known, asking=asking), _joined(b, a, known, asking=asking)
            fewer = _matched(*less, known)
            if _lacking(fewer, variables) < _lacking(pairs, variables):
                (a, b), pairs = less, fewer
    axes = a.axes, b.axes  # by the names of variables, which only some systems set
    split = _split(pairs)
    for one, other in pairs:
        at = _at(one, other, a, b, place)
        if one is not None and other is not None:
            for found in _pair(one, other, at, variables, axes):
                if not _follows(found, split):
                    yield found
        elif one is not None and waits_for_cancelling(one):
            yield skipping(None, at, here=False)
        else:
            side = "is missing on the other side" if other is None else "is only on the other side"
            yield replace(at.differs(Field.STEP, side), here=_whole(one), there=_whole(other))
    yield from _order([pair for pair in pairs if None not in pair], a, b, place)


def _matched(a: JobPlan, b: JobPlan, known: Known) -> Matched[StepPlan]:
    return known.once("steps", (a, b), lambda: match_steps(a.steps, b.steps))


def _joined(job: JobPlan, other: JobPlan, known: Known, *, asking: bool) -> JobPlan:
    """A job with its plain scripts as few; an action may be nothing in the other's system."""
    made = partial(_with_fewer, job, other, asking=asking)
    return known.once(("joined", asking), (job, other), made)


def _with_fewer(job: JobPlan, other: JobPlan, *, asking: bool) -> JobPlan:
    found = joined(job.steps, asking=asking)
    if _scripts(found) > _scripts(joined(other.steps, asking=asking)):
        failing = {_on_one_line(one.uses) for one in other.steps if one.kind == FAILING}
        used = (one.uses for one in job.steps if one.kind == "use")
        nothing = {one for one in used if _on_one_line(one) not in failing}
        found = joined(job.steps, across=nothing, asking=asking)
    return replace(job, steps=found)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _scripts(steps: tuple[StepPlan, ...]) -> int:
    return sum(one.kind == "run" for one in steps)


def _split(pairs: list[tuple[StepPlan | None, StepPlan | None]]) -> tuple[str, ...]:
    """What expressions call the steps that run on one side only."""
    return tuple(
        f"steps.{one.id}."
        for one, other in pairs
        if one is not None and other is not None and one.id and one.state is not other.state
    )


def _follows(found: Difference, split: tuple[str, ...]) -> bool:
    """Whether a value differs because it is that of a step that runs on one side only."""
    texts = found.here or "", found.there or ""
    return any(name in text for name in split for text in texts)


def _lacking(
    pairs: list[tuple[StepPlan | None, StepPlan | None]], variables: tuple[Pairs, Pairs]
) -> tuple[int, int]:
    """How many lines stand in scripts that are not the same on the other side; missing steps.

    Lines, so that scripts that stay different are not fewer for being one.
    """
    scripts = [(one, other) for one, other in pairs if one is not None and one.kind == "run"]
    changed = sum(
        len(one.script.splitlines())
        for one, other in scripts
        if other is None or not _same_script(one, other, variables)
    )
    return changed, sum(None in pair for pair in pairs)


def _at(
    one: StepPlan | None, other: StepPlan | None, a: JobPlan, b: JobPlan, place: Place
) -> Place:
    step, steps = (one, a.steps) if one is not None else (other, b.steps)
    assert step is not None
    number = next(n for n, item in enumerate(steps, 1) if item is step)
    side = "" if one is not None else "+"  # of the other side: not to be taken for one of this
    name = step.id or f"{side}#{number}"
    said = step.id or step.name or step.uses or step.script.partition("\n")[0] or step.kind
    return replace(
        place,
        what=f"step {shown(said)} of {place.what}",
        step=name,
        here=one.span if one is not None else a.span,
        there=other.span if other is not None else b.span,
        asked=() if one is None else one.asked,
    )


def _pair(
    one: StepPlan,
    other: StepPlan,
    at: Place,
    variables: tuple[Pairs, Pairs],
    axes: tuple[Pairs, Pairs],
) -> Iterator[Difference]:
    if one.state is other.state:
        yield from _compare(one, other, at, variables, axes)
    elif not same_for_steps(one.test, other.test, at.names):
        here = one.state is State.SKIP
        yield skipping((one if here else other).why, at, here=here)


def _whole(step: StepPlan | None) -> str | None:
    """All that a step does: one that stands on one side only has nothing to be compared with."""
    if step is None:
        return None
    fields = (one for one in step.__struct_fields__ if one not in _OF_THE_PLACE)
    return repr(tuple(getattr(step, one) for one in fields))


_OF_THE_PLACE = frozenset({"span", "asked", "why", "test", "name"})


def _compare(
    one: StepPlan,
    other: StepPlan,
    at: Place,
    variables: tuple[Pairs, Pairs],
    axes: tuple[Pairs, Pairs],
) -> Iterator[Difference]:
    if not same_for_steps(one.test, other.test, at.names):
        yield at.condition(one.condition, other.condition)
    if one.kind != other.kind:
        yield at.differs(Field.USES, f"it is {_kind(one)}, on the other side {_kind(other)}")
        if FAILING in (one.kind, other.kind):
            # it fails on one side: how else it would run there is no matter, but for going on
            yield from at.values(Field.MAY_FAIL, "'may fail' is", one.may_fail, other.may_fail)
            return
    same = same_shell if at.systems[0] != at.systems[1] else _same_command
    if not same(one, other):
        yield from at.values(Field.SHELL, "the shell is", one.shell, other.shell)
    for name, field, word in _VALUES:
        yield from at.values(field, word, _text(getattr(one, name)), _text(getattr(other, name)))
    if bool(one.parallel) != bool(other.parallel):
        message = "it runs beside other steps on one side only"
        yield at.differs(Field.PARALLEL, message)
    if not (_is_the_system_itself(one, other) or one.kind == other.kind == "run"):
        yield from at.values(Field.USES, "the action is", one.uses, other.uses)
    yield from at.pairs(Field.ARGUMENTS, "the argument", *_arguments(one, other, at.systems))
    own = tuple(pair for pair in (*one.env, *other.env) if _is_output(*pair))
    given = tuple(
        (*pairs, *values, *(own if system != "github" else ()))
        for pairs, values, system in zip(variables, axes, at.systems, strict=True)
    )
    ambient = any(system_of(name).ambient for name in at.systems)
    env = _with_given(one, other, given, ambient=ambient)
    yield from at.pairs(Field.ENV, "the variable", *env)
    yield from at.pairs(Field.EXTRA, "the key", one.extras, other.extras)
    if not _same_script(one, other, variables):
        left, right = first_change(one.script, other.script)
        message = f"the script says {shown(left)}, on the other side {shown(right)}"
        yield replace(at.differs(Field.SCRIPT, message), here=one.script, there=other.script)


def _arguments(one: StepPlan, other: StepPlan, systems: tuple[str, str]) -> tuple[Pairs, Pairs]:
    """The arguments of two steps that can be compared.

    GitLab alone keeps reports for a time that is said; others as long as the run itself.
    """
    here, there = _with_hidden(one, other, systems)
    same = dict(here).get("paths") == dict(there).get("paths")
    pairs = (here, there) if same else _with_plain_paths(here, there, systems)
    if one.kind == "report" and sum(_RETENTION in dict(each) for each in pairs) == 1:
        here, there = (tuple(p for p in each if p[0] != _RETENTION) for each in pairs)
        return here, there
    return pairs


_RETENTION = "retention"


def _with_plain_paths(here: Pairs, there: Pairs, systems: tuple[str, str]) -> tuple[Pairs, Pairs]:
    """The arguments with a line for each path, and a folder for all that is in it."""
    one, other = (
        tuple(
            (name, _plain_paths(value, system) if name == "paths" else value) for name, value in one
        )
        for one, system in zip((here, there), systems, strict=True)
    )
    return one, other


def _plain_paths(value: str, system: str) -> str:
    lines = (_ONE_SIGN.sub(r"\1", line.strip()) for line in value.splitlines())
    lines = (_FOLDERS.sub(r"\g<0>**", line.replace("/./", "/")) for line in lines)
    below = _ALL_BELOW_OF_ANT if system == "jenkins" else _ALL_BELOW
    return "\n".join(below.sub("", line).removeprefix("./") or "." for line in lines if line)


_ONE_SIGN = re.compile(r"\[([\w.])\]")  # a set of one sign is that sign
_FOLDERS = re.compile(r"\*/$")  # all that is in the folders of such a name
_ALL_BELOW_OF_ANT = re.compile(r"(?:^|(?<=[^*])/)(?:\*\*(?:/\*)?)?$")
_ALL_BELOW = re.compile(r"(?:^|(?<=[^*])/)(?:\*\*(?:/\*)?|\*)?$")  # `*` is folders as well


def _with_hidden(one: StepPlan, other: StepPlan, systems: tuple[str, str]) -> tuple[Pairs, Pairs]:
    """The arguments; whether files with a leading dot are kept as well, where that is the question.

    It is none where both keep them, where no path could be one, or where more are kept.
    """
    keeps, kept = (system not in LEAVES_OUT for system in systems)
    if keeps == kept:
        return one.arguments, other.arguments
    asked = keeps and one.kind == Kind.UPLOAD_ARTIFACT and "root" not in dict(one.arguments)
    if asked and may_hold_hidden(dict(one.arguments).get("paths", "")):
        is_told = dict(other.arguments).get("hidden") == "true"
        return (*one.content, *(() if is_told else (("hidden", "true"),))), other.content
    return one.content, other.content


def _same_command(one: StepPlan, other: StepPlan) -> bool:
    return plain_command(one.shell) == plain_command(other.shell)


def _is_the_system_itself(one: StepPlan, other: StepPlan) -> bool:
    """Whether one side does with an action what the other's system has a construct for."""
    return one.kind == other.kind not in ("use", "run") and not (one.uses and other.uses)


def _with_given(
    one: StepPlan, other: StepPlan, variables: tuple[Pairs, ...], *, ambient: bool
) -> tuple[Pairs, Pairs]:
    """The variables of two steps; what only one of them sets, the other's system may set, too."""
    here, there = _set(one.env, ambient), _set(other.env, ambient)
    given, given_there = (dict(pairs) for pairs in variables)
    here |= {name: given[name] for name in there if name not in here and name in given}
    there |= {name: given_there[name] for name in here if name not in there and name in given_there}
    return tuple(here.items()), tuple(there.items())


def _is_output(name: str, value: str) -> bool:
    """Whether a variable is an output under the very name that shells have it by elsewhere."""
    match = _OUTPUT.fullmatch(value)
    return match is not None and re.sub(r"\W", "_", match[1]).upper() == name


_OUTPUT = re.compile(r"\$\{\{ ((?:steps|needs)\.[\w-]+\.outputs\.[\w-]+) \}\}")


def _set(env: Pairs, ambient: bool) -> dict[str, str]:
    """The variables that are set to something else than what they are.

    `ambient`: a secret or a setting is a variable of its name without a word of the pipeline.
    """
    found = {name: _AMBIENT.sub("env.", value) if ambient else value for name, value in env}
    return {name: value for name, value in found.items() if value != f"${{{{ env.{name} }}}}"}


_AMBIENT = re.compile(r"(?<=\$\{\{ )(?:secrets|vars)\.(?=\w+ \}\})")


def _kind(step: StepPlan) -> str:
    if step.kind == FAILING:
        return f"a step that fails in place of {step.uses or step.kind!r}"
    return "a script" if step.kind == "run" else repr(step.uses or step.kind)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _same_script(one: StepPlan, other: StepPlan, variables: tuple[Pairs, Pairs]) -> bool:
    """Whether the scripts are equal once known variables are put in, quotes respected."""
    known = _known(one.env, variables[0]), _known(other.env, variables[1])
    return same_script(one.script, other.script, known, one.shell)


def _known(env: Pairs, given: Pairs) -> Mapping[str, str]:
    return dict(given) | dict(env)


def _order(
    pairs: list[tuple[StepPlan | None, StepPlan | None]], a: JobPlan, b: JobPlan, place: Place
) -> Iterator[Difference]:
    """A difference for the first script at another place among the steps, and for the first file.

    Its value on the other side are the places of them all there.
    """
    left = {id(step): number for number, step in enumerate(a.steps)}
    right = {id(step): number for number, step in enumerate(b.steps)}
    ordered = sorted(pairs, key=lambda pair: left[id(pair[0])])
    places = [right[id(other)] for _, other in ordered]
    if places == sorted(places):
        return
    many = len(ordered)  # keywords move rather than one script
    weights = [1 if one is not None and is_of_files(one) else many for one, _ in ordered]
    stay = _rising(places, weights)
    moved = [number for number in range(many) if number not in stay]
    of_files = [weights[number] == 1 for number in moved]
    for kind in dict.fromkeys(of_files):
        number = moved[of_files.index(kind)]
        word = "earlier" if _comes_earlier(number, places) else "later"
        at = _at(*ordered[number], a, b, place)
        found = at.differs(Field.ORDER, f"it runs {word} on the other side")
        yield replace(found, there=str(places))


def _comes_earlier(number: int, places: list[int]) -> bool:
    """Whether a step stands before one on the other side that it stands behind here."""
    return any(place > places[number] for place in places[:number])


def _rising(places: list[int], weights: list[int]) -> set[int]:
    """The numbers of the steps in order, as many as possible: scripts rather than keywords."""
    best: list[tuple[int, int | None]] = []  # up to each step: what stays, and the one before
    for number, place in enumerate(places):
        before = [n for n in range(number) if places[n] < place]
        last = max(before, key=lambda n: best[n][0], default=None)
        best.append((weights[number] + (0 if last is None else best[last][0]), last))
    found: set[int] = set()
    at: int | None = max(range(len(best)), key=lambda n: best[n][0])
    while at is not None:
        found.add(at)
        at = best[at][1]
    return found
