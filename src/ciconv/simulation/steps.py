"""The steps of a job as a plan says them: what is known is put in, actions have canonical names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from ciconv.catalog.catalog import Kind, Tool
from ciconv.converters.script_steps.placeholder import placeholder_of
from ciconv.ir.evaluate import UNKNOWN, Value
from ciconv.ir.expression import (
    Call,
    Expr,
    Literal,
    Ref,
    Template,
    both,
    constant_text,
    has_status_function,
    walk,
    written,
)
from ciconv.ir.job import Job
from ciconv.ir.node import Node, replace
from ciconv.ir.step import (
    Argument,
    Cancel,
    Checkout,
    DownloadArtifact,
    EnvVar,
    Group,
    Placeholder,
    PublishReport,
    RestoreCache,
    Run,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
    Wait,
)
from ciconv.ir.walk import nodes, steps_of
from ciconv.ir.workspace_paths import seen_from_workspace
from ciconv.simulation.event import Event
from ciconv.simulation.plan import Pairs, State, StepPlan
from ciconv.simulation.reasons import Asked, why_false
from ciconv.simulation.shells import command
from ciconv.simulation.systems import System
from ciconv.simulation.texts import Texts, expression_of
from ciconv.source import Span

_NAMES_OF_FILES = "GITHUB_ENV"
_WORD = re.compile(r"\w+")


class Machine(Struct, frozen=True, kw_only=True):
    """What the steps of a job stand on."""

    event: Event
    env: Pairs
    values: Mapping[tuple[str, ...], Value]  # of variables, where only the run knows a text
    name: str  # linux, macos, windows; empty where nobody can tell
    image: Template | None
    system: System


def plan_steps(
    steps: tuple[Step, ...], at_end: tuple[Step, ...], texts: Texts, machine: Machine
) -> tuple[StepPlan, ...]:
    """Return the steps in order, those of parallel groups as well; the last ones run anyway."""
    every = (*steps, *at_end)
    planner = _Planner(texts.knowing(_of_no_step(every, every, machine.system)), machine)
    return (*planner.steps(steps, ""), *planner.steps(tuple(map(_anyway, at_end)), ""))


def at_the_end(texts: Texts, job: Job, steps: tuple[StepPlan, ...], system: System) -> Texts:
    """Return the texts that know which of a job's steps had no outputs, for those of the job."""
    skipped = [one.id for one in steps if one.id and one.state is State.SKIP]
    known: dict[tuple[str, ...], object] = {("steps", name): _SKIPPED for name in skipped}
    every = (*job.steps, *job.finally_steps)
    return texts.knowing(_of_no_step(every, job.outputs, system) | known)


_SKIPPED: Mapping[str, object] = {"outcome": "skipped", "conclusion": "skipped", "outputs": {}}


def _of_no_step(
    steps: tuple[Step, ...], asking: Sequence[Node], system: System
) -> dict[tuple[str, ...], object]:
    """What is asked of steps that the job does not have: there is nothing.

    Elsewhere a step that sets a variable for others is not called by its id everywhere.
    """
    if not system.has_events:
        return {}
    there = {one.id.lower() for one in steps_of(steps) if one.id}
    refs = (one for node in asking for one in nodes(node) if isinstance(one, Ref))
    asked = (one.path for one in refs if one.path[0] == "steps" and len(one.path) > 1)
    return {path[:2]: {} for path in asked if path[1].lower() not in there}


def _anyway(step: Step) -> Step:
    """A step that runs after failures, too, unless it speaks of them itself."""
    asked = step.condition
    if asked is not None and has_status_function(asked):
        return step
    always: Expr = Call(function="always")
    if asked is not None:
        always = both(always, asked)
    return replace(step, condition=always)


class _Planner:
    """Goes through the steps of one job, and knows what earlier ones change."""

    def __init__(self, texts: Texts, machine: Machine) -> None:
        self._machine = machine
        known: dict[tuple[str, ...], object] = {
            ("env", name): machine.values.get(("env", name), UNKNOWN) if "${{" in value else value
            for name, value in machine.env
        }
        self._texts = texts.knowing(known)
        self._groups = 0

    def steps(self, steps: tuple[Step, ...], parallel: str) -> Iterator[StepPlan]:
        """Yield the plan of each step."""
        for step in steps:
            if isinstance(step, Group):
                self._groups += 1
                yield from self.steps(step.steps, str(self._groups))
                continue
            plan = self._step(step, parallel)
            yield plan
            self._learn(step, plan)

    def _learn(self, step: Step, plan: StepPlan) -> None:
        """Note what later steps may ask of this one."""
        news: dict[tuple[str, ...], object] = {}
        if step.id and plan.state is State.SKIP:
            news["steps", step.id] = _SKIPPED
        elif isinstance(step, Run) and _writes_env(step.script):
            source = constant_text(step.script)
            names = set(_WORD.findall(source))
            news = {("env", name): UNKNOWN for name, _ in self._machine.env if name in names}
        self._texts = self._texts.knowing(news)

    def _step(self, step: Step, parallel: str) -> StepPlan:
        texts, env = self._with_env(step.env)
        decided = texts.decide(step.condition)  # which sees the step's own variables
        state, why = State.RUN, None
        if decided is False and step.condition is not None:
            asked = Asked(self._machine.event, self._machine.system)
            why = why_false(step.condition, asked, texts)
            state = State.SKIP
        name = texts.text(step.name)
        kind, values = self._body(step, texts)
        return StepPlan(
            id=step.id or "",
            name=name,
            kind=kind,
            state=state,
            condition=texts.worded(decided),
            test=expression_of(decided),
            env=_seen(kind, env, texts.pairs(step.env)),
            directory=_directory(texts.text(_path(step.directory))),
            may_fail=texts.text(step.may_fail, "false"),
            timeout=texts.text(step.timeout),
            retry=1 if step.retry is None else step.retry.attempts,
            background=step.background,
            parallel=parallel,
            extras=texts.extras(step.extras),
            why=why,
            span=step.span,
            asked=_asked(step.condition),
            **values,
        )

    def _with_env(self, own: tuple[EnvVar, ...]) -> tuple[Texts, Pairs]:
        """The texts that know the step's own variables, and all variables it sees."""
        if not own:
            return self._texts, self._machine.env
        pairs = self._texts.pairs(own)
        merged = dict(self._machine.env) | dict(pairs)
        texts = self._texts.knowing(
            {("env", one.name): self._texts.value(one.value) for one in own}
        )
        return texts, tuple(merged.items())

    def _body(self, step: Step, texts: Texts) -> tuple[str, dict[str, Any]]:
        match step:
            case Run() if (failing := placeholder_of(constant_text(step.script))) is not None:
                return "placeholder", {"uses": failing.what, "script": failing.reason}
            case Run():
                return "run", self._script(step, texts)
            case Use():
                return self._use(step, texts)
            case Wait() | Cancel():
                kind = "wait" if isinstance(step, Wait) else "cancel"
                return kind, {"arguments": tuple((one, "") for one in sorted(step.targets))}
            case Placeholder():
                return "placeholder", {"uses": step.what, "script": step.reason}
        return _known_kind(step, texts)

    def _script(self, step: Run, texts: Texts) -> dict[str, Any]:
        on = self._machine
        shell = texts.text(step.shell)
        shell = command(shell, on.system, machine=on.name, image=on.image)
        script = texts.text(step.script).rstrip("\r\n")
        return {"script": script, "shell": shell, "uses": step.tool or ""}

    def _use(self, step: Use, texts: Texts) -> tuple[str, dict[str, Any]]:
        catalog = texts.catalog
        name = step.ref.whole_name
        tool = catalog.tool(step.tool) if step.tool else catalog.tool_for(step.ref.format, name)
        kind = Kind.USE if tool is None else tool.kind
        arguments = step.arguments if step.tool else _canonical(step.arguments, tool)
        pairs = dict(_defaults(tool)) if kind is not Kind.USE else {}
        pairs |= dict(texts.pairs(arguments))
        return kind.value, {"uses": step.ref.written, "arguments": tuple(sorted(pairs.items()))}


def _seen(kind: str, env: Pairs, own: Pairs) -> Pairs:
    """The variables that a step may look for: what brings or keeps files runs nothing that does.

    Git has variables of its own, which are given to the checkout alone.
    """
    if kind in (Kind.UPLOAD_ARTIFACT, Kind.DOWNLOAD_ARTIFACT, "report"):
        return ()
    return own if kind == Kind.CHECKOUT else env


def _writes_env(script: Template) -> bool:
    return any(
        isinstance(part, Literal) and _NAMES_OF_FILES in written(part.value)
        for part in script.parts
    )


def _path(folder: Template | None) -> Template | None:
    return None if folder is None else seen_from_workspace(folder)


def _directory(text: str) -> str:
    """The folder without what does not change it; the workspace itself is empty."""
    parts = [part for part in text.split("/") if part not in ("", ".")]
    return ("/" if text.startswith("/") else "") + "/".join(parts)


def _canonical(arguments: tuple[Argument, ...], tool: Tool | None) -> tuple[Argument, ...]:
    action = None if tool is None else tool.github
    found = []
    for one in arguments:
        name = None if action is None else action.canonical_input(one.name)
        name = name or one.name.lower()
        is_path = tool is not None and tool.kind is not Kind.USE and name in _PATHS
        value = seen_from_workspace(one.value) if is_path else one.value
        found.append(Argument(name=name, value=value))
    return tuple(found)


def _defaults(tool: Tool | None) -> Iterator[tuple[str, str]]:
    for name, value in {} if tool is None else tool.defaults.items():
        if isinstance(value, str):
            yield name, value


_PATHS = ("path", "paths")  # of what has a class in the IR, or an action that is one of these

_FIELDS: dict[type[Step], tuple[Kind | str, tuple[str, ...]]] = {
    Checkout: (Kind.CHECKOUT, ()),
    RestoreCache: (Kind.RESTORE_CACHE, ("key", "fallbacks", "paths")),
    SaveCache: (Kind.SAVE_CACHE, ("key", "paths")),
    UploadArtifact: (Kind.UPLOAD_ARTIFACT, ("artifact", "paths")),
    DownloadArtifact: (Kind.DOWNLOAD_ARTIFACT, ("artifact", "pattern", "path")),
    PublishReport: ("report", ("paths",)),
}


def _asked(condition: Expr | None) -> tuple[Span, ...]:
    """The places of a condition's parts: a group's condition stands elsewhere than its steps."""
    parts = () if condition is None else walk(condition)
    return tuple(dict.fromkeys(one.span for one in parts if one.span is not None))


def _known_kind(step: Step, texts: Texts) -> tuple[str, dict[str, Any]]:
    """What a step does that the IR has a class for; like an action of the catalog's."""
    kind, names = _FIELDS.get(type(step), ("unknown", ()))
    if isinstance(step, RestoreCache) and step.save:
        kind = Kind.CACHE
    name_of_tool = _TOOLS.get(str(kind))
    tool = None if name_of_tool is None else texts.catalog.tool(name_of_tool)
    pairs = dict(_defaults(tool))
    for name in names:
        value = getattr(step, name)
        if value is not None:
            pairs[name] = texts.text(seen_from_workspace(value) if name in _PATHS else value)
    if isinstance(step, UploadArtifact):
        pairs["missing"] = step.missing
    if isinstance(step, PublishReport):
        pairs["kind"] = step.kind
    pairs |= dict(texts.pairs(getattr(step, "arguments", ())))
    ref = getattr(step, "ref", None)
    uses = "" if ref is None else ref.written
    return str(kind), {"uses": uses, "arguments": tuple(sorted(pairs.items()))}


_TOOLS: dict[str, str] = {
    Kind.CHECKOUT: "checkout",
    Kind.CACHE: "cache",
    Kind.RESTORE_CACHE: "cache-restore",
    Kind.SAVE_CACHE: "cache-save",
    Kind.UPLOAD_ARTIFACT: "upload-artifact",
    Kind.DOWNLOAD_ARTIFACT: "download-artifact",
}
