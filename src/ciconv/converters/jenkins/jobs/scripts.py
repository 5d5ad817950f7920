"""The steps of a job with everything in their scripts that Jenkins has no word for."""

import re
from collections.abc import Iterator

from msgspec.structs import replace as changed

from ciconv.context import Context, Place
from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.jenkins.jobs.body import Part, prepared, starts_under_condition
from ciconv.converters.jenkins.steps.foreign import PROGRAMS, Failing, Foreign, word_of
from ciconv.converters.jenkins.variables import secret, write_value
from ciconv.converters.script_steps.frame import parse
from ciconv.converters.script_steps.host import JENKINS
from ciconv.converters.script_steps.needs import may_be_set_before
from ciconv.converters.script_steps.wrap import wrap
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Ref, Template, conjuncts, constant, has_status_function, walk
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar, Placeholder, Run, Step, without_env

_FAILS = re.compile(
    r"^echo 'ciconv: (?P<what>.*) was not converted: (?P<reason>.*)' >&2\nexit 1\Z", re.MULTILINE
)


class _Cut(Step, frozen=True, kw_only=True, eq=False):
    """Stands between the steps of two stages; nobody else knows it, so it is left alone."""


def with_scripts(part: Part, says: Says, context: Context, place: Place) -> Part:
    """Return the part with wrapped steps, in the same stages."""
    flat = tuple(_native(one, says) for one in _flat(part))
    kept = [_own_env(one, flat, says) for one in flat]
    bare = tuple(without_env(one, own) for one, own in zip(flat, kept, strict=True))
    wrapped = list(wrap(bare, says.names, JENKINS, context, place).steps)
    for ref in says.names.used.values():
        if ref.path[0] == "vars":
            says.ask_for_setting(ref)
    first = next(n for n, one in enumerate(wrapped) if isinstance(one, _Cut))
    before = (
        [wrapped.pop(0)] if first > next(n for n, one in enumerate(flat) if _is_cut(one)) else []
    )
    apart = tuple(before) if starts_under_condition(part) else ()
    groups: list[list[Step]] = [[] if apart else before]
    for number, step in enumerate(wrapped):
        if isinstance(step, _Cut):
            groups.append([])
            continue
        if number < len(flat):
            step = _failed(flat[number], step, kept[number])
        groups[-1].append(step)
    rebuilt = _rebuilt(part, iter(groups))
    return prepared(rebuilt, apart) if apart else rebuilt


def _failed(source: Step, step: Step, own: tuple[EnvVar, ...]) -> Step:
    """The step with the variables that Jenkins sets; a script that only fails as such a step."""
    if isinstance(source, Run) and isinstance(step, Run):
        script = constant(step.script) or ""
        match = _FAILS.search(script)
        if match is not None and not parse(script, joined=False).test:
            what, reason = (match[key].replace("'\\''", "'") for key in ("what", "reason"))
            said = Placeholder(what=what, reason=reason, span=source.span, comments=step.comments)
            return Failing(
                placeholder=said, condition=step.condition, span=source.span, name=source.name
            )
    own = (*own, *_status(step)) if isinstance(step, Run) else own
    return replace(step, env=(*own, *step.env)) if own else step


def _status(step: Run) -> tuple[EnvVar, ...]:
    """How it went so far, for a script that asks: a variable of each shell knows its own alone."""
    if not re.search(r"\bjob_status\b", constant(step.script) or ""):
        return ()
    ref = Ref(path=("job", "status"), span=step.span)
    value = Template(parts=(ref,), span=step.span)
    return (EnvVar(name="job_status", value=value, span=step.span),)


def _is_cut(step: Step) -> bool:
    return isinstance(step, _Cut)


def _flat(part: Part) -> Iterator[Step]:
    """The steps in the order in which they run, with a cut behind each group."""
    for one in part.parts:
        yield from _flat(one)
    yield from (*part.steps, _Cut(), *part.last, _Cut())


def _rebuilt(part: Part, groups: Iterator[list[Step]]) -> Part:
    parts = tuple(_rebuilt(one, groups) for one in part.parts)
    steps, last = tuple(next(groups)), tuple(next(groups))
    return changed(part, steps=steps, parts=parts, last=last)


def _native(step: Step, says: Says) -> Step:
    """The step; one that needs no script of a POSIX shell as a step that nobody makes one of."""
    fields = {name: getattr(step, name) for name in Step.__struct_fields__}
    if isinstance(step, Run) and word_of(step) in PROGRAMS:
        return Foreign(run=step, **fields)
    if isinstance(step, Placeholder) and _is_early(step, says):
        return Failing(placeholder=step, **(fields | {"env": (), "directory": None}))
    return step


def _is_early(step: Step, says: Says) -> bool:
    """Whether Jenkins can tell if the step runs."""
    parts = () if step.condition is None else conjuncts(step.condition)
    for one in parts:
        if has_status_function(one):
            continue
        try:
            says.truth(one)
        except CannotSay:
            return False
    return True


def _own_env(step: Step, steps: tuple[Step, ...], says: Says) -> tuple[EnvVar, ...]:
    """The variables of a step that Jenkins itself can set: what others hand on is read later."""
    asked = {
        one.path[1]
        for one in (walk(step.condition) if step.condition is not None else ())
        if isinstance(one, Ref) and one.path[0] == "env" and len(one.path) > 1
    }
    if not isinstance(step, Run):
        return ()
    own = (one for one in step.env if one.name not in asked and _is_sayable(one, says))
    return tuple(
        one
        for one in own
        if secret(one.value) is not None or not may_be_set_before(one.name, step, steps)
    )


def _is_sayable(variable: EnvVar, says: Says) -> bool:
    if secret(variable.value) is not None:
        return True
    try:
        write_value(variable.value, says)
    except CannotSay:
        return False
    return True
