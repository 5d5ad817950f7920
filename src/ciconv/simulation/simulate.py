"""What an event would start in a project."""

from collections.abc import Hashable, Iterator
from copy import copy

from ciconv.catalog.catalog import Catalog, Name
from ciconv.context import Context
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostics
from ciconv.ir.evaluate import Environment
from ciconv.ir.expression import Ref
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.trigger import EventKind
from ciconv.passes.lower_groups import lower_groups
from ciconv.passes.normalize import normalize
from ciconv.simulation.environment import environment_of
from ciconv.simulation.event import Event
from ciconv.simulation.jobs import JobPlanner, Setting
from ciconv.simulation.made import Made
from ciconv.simulation.parts import rights, turns
from ciconv.simulation.plan import Pairs, PipelinePlan, Plan
from ciconv.simulation.reasons import Asked, why_false
from ciconv.simulation.skips import Skips, asking_for_all
from ciconv.simulation.starting import YES, Answer, starts
from ciconv.simulation.systems import System, system_of, values_of
from ciconv.simulation.texts import Texts
from ciconv.simulation.wording import template_text, value_text


def simulate(project: Project, event: Event, context: Context) -> Plan:
    """Return what the event starts, down to the steps; nothing is run."""
    return Simulator(project, context).plan(event)


class Simulator:
    """Plans a project for one event after the other.

    `words`: those that anybody will look for in plans; only variables among them are listed then,
    and events that make no difference have the very same plan.
    """

    def __init__(
        self,
        project: Project,
        context: Context,
        *,
        words: frozenset[str] | None = None,
    ) -> None:
        profile = registry.get(project.origin).profile
        explicit = normalize(project, profile, context)
        self._project = lower_groups(explicit, profile, context)
        self._catalog = context.catalog
        self._system = system_of(project.origin)
        # where all variables are listed, and events in reasons, no plan is that of another event
        made = {} if words is None else {one.id: Made(one) for one in self._project.pipelines}
        self._made = made
        self._setting = Setting(system=self._system, made=self._made)
        self._variables = _variables(context.catalog, self._system)
        self._words = words
        self._plans: dict[Hashable, PipelinePlan] = {}
        self._started: frozenset[str] = frozenset()  # pipelines that no trigger is asked for
        self._asking = {one.id: asking_for_all(one) for one in self._project.pipelines}
        self._starters = {one.id: _starter(one, project.origin) for one in project.pipelines}

    def without_machines(self) -> "Simulator":
        """Return one for which no label of a runner tells its system; what jobs ask is the same."""
        found = copy(self)
        found._plans = {}
        found._made = {name: one.for_others() for name, one in self._made.items()}
        found._setting = Setting(system=self._system, machines=False, made=found._made)
        return found

    def started(self, pipeline: str | None = None) -> "Simulator":
        """Return one that starts a pipeline, or all, for whatever event.

        Neither its triggers nor its condition are asked.
        """
        every = (one.id for one in self._project.pipelines)
        found = copy(self)
        found._plans = {}
        found._started = frozenset(every if pipeline is None else (pipeline,))
        return found

    def plan(self, event: Event) -> Plan:
        """Return the plan of an event."""
        diagnostics = Diagnostics()
        pipelines = tuple(
            self._pipeline(one, event, diagnostics) for one in self._project.pipelines
        )
        return Plan(
            event=event,
            pipelines=pipelines,
            system=self._system.name,
            diagnostics=diagnostics.sorted(),
        )

    def _given(self, texts: Texts, event: Event) -> Pairs:
        """The variables that the system sets, with what is known of them."""
        known = texts.environment.known
        found = {
            name: value_text(known[path], self._catalog) if path in known else unknown
            for name, path, unknown in self._variables
            if self._words is None or name in self._words
        }
        for name, path in values_of(self._system, event).items():
            if self._words is None or name in self._words:
                found[name] = texts.text(Ref(path=path))
        for name, value in self._system.variables(event).items():  # that only this system has
            if isinstance(value, str) and (self._words is None or name in self._words):
                found.setdefault(name, value)
        return tuple(found.items())

    def _pipeline(self, pipeline: Pipeline, event: Event, diagnostics: Diagnostics) -> PipelinePlan:
        is_forced = pipeline.id in self._started
        answer = YES if is_forced else starts(pipeline, event, self._system)
        environment = Environment({})
        if answer.holds is not False:
            environment = environment_of(event, pipeline, self._catalog, self._system)
            environment = self._with_starter(environment, pipeline, event)
        texts = Texts(environment, self._catalog, diagnostics)
        if not is_forced:
            answer = _with_condition(answer, pipeline, event, texts, self._system)
        key = self._key(pipeline, event, texts, answer)
        if key is None:
            return self._made_plan(pipeline, event, texts, answer)
        if key not in self._plans:
            self._plans[key] = self._made_plan(pipeline, event, texts, answer)
        return self._plans[key]

    def _key(
        self, pipeline: Pipeline, event: Event, texts: Texts, answer: Answer
    ) -> Hashable | None:
        """What is equal for two events that give the same plan."""
        made = self._made.get(pipeline.id)
        if made is None or made.asked is None:
            return None
        why = None if answer.why is None else (answer.why.message, answer.why.topic)
        values = made.answers(texts.environment).of(made.asked)
        given = self._given(texts, event)
        return pipeline.id, event.kind, event.native, answer.holds, why, values, given

    def _with_starter(
        self, environment: Environment, pipeline: Pipeline, event: Event
    ) -> Environment:
        """What is known, and the variables of the system whose job starts a program."""
        starter = self._starters[pipeline.id]
        if starter is None:
            return environment
        named = ((name, Ref(path=path)) for name, path in values_of(starter, event).items())
        variables = (*named, *starter.variables(event).items())
        return environment.extended({("env", name): value for name, value in variables})

    def _made_plan(
        self, pipeline: Pipeline, event: Event, texts: Texts, answer: Answer
    ) -> PipelinePlan:
        plan = PipelinePlan(
            id=pipeline.id,
            path=pipeline.path,
            name=texts.text(pipeline.name, pipeline.id),
            starts=answer.holds is not False,
            why=answer.why,
            declared=tuple(one.id for one in pipeline.jobs),
            span=pipeline.span,
        )
        if answer.holds is False:
            return plan
        return PipelinePlan(
            id=plan.id,
            path=plan.path,
            name=plan.name,
            starts=True,
            why=plan.why,
            run_name=texts.text(pipeline.run_name),
            inputs=_inputs(pipeline, event, texts),
            concurrency=turns(pipeline.concurrency, texts),
            env=texts.pairs(pipeline.env),
            permissions=rights(pipeline.permissions),
            variables=(*self._given(texts, event), *texts.pairs(pipeline.bindings)),
            extras=texts.extras(pipeline.extras),
            jobs=self._planner(pipeline, event, texts).plans(),
            declared=plan.declared,
            span=plan.span,
        )

    def _planner(self, pipeline: Pipeline, event: Event, texts: Texts) -> JobPlanner:
        skips = Skips(pipeline, self._system, self._asking[pipeline.id])
        return JobPlanner(pipeline, event, texts, skips, self._setting)


def _starter(pipeline: Pipeline, origin: str) -> System | None:
    """The system that starts the pipelines of a program, by the file that says when."""
    for name in registry.names():
        if name != origin and registry.files_of(registry.get(name), (pipeline.path,)):
            return system_of(name)
    return None


def _variables(catalog: Catalog, system: System) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    """The variables that a system sets itself, the names of their values, and these as text."""
    found = [
        (variable, path)
        for path, name in catalog.names().items()
        for variable in _spellings(name, system)
    ]
    return tuple(
        (variable, path, template_text(Ref(path=path), catalog)) for variable, path in found
    )


def _spellings(name: Name, system: System) -> Iterator[str]:
    """What a value is called in the shell: with a dot in it, it is no variable."""
    native = () if system.name == "github" else (getattr(name, system.name, None),)
    for one in (name.github_env, name.nixactions, *native):
        if one is not None and "." not in one:
            yield one


def _with_condition(
    answer: Answer, pipeline: Pipeline, event: Event, texts: Texts, system: System
) -> Answer:
    """The answer of the triggers, and that of the pipeline's own condition."""
    if pipeline.condition is None or answer.holds is False:
        return answer
    if texts.plain(pipeline.condition) is False:
        what = "the condition of the pipeline"
        asked = Asked(event, system, what)
        return Answer(False, why_false(pipeline.condition, asked, texts))
    return answer


def _inputs(pipeline: Pipeline, event: Event, texts: Texts) -> Pairs:
    """What the inputs are, for a kind of start that has any."""
    if event.kind not in (EventKind.MANUAL, EventKind.CALL):
        return ()
    names = [one.name for one in pipeline.inputs if one.of in (None, event.kind)]
    found = texts.environment
    return tuple(
        (name, value_text(found.lookup(("inputs", name)), texts.catalog)) for name in names
    )
