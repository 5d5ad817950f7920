"""One job of `.gitlab-ci.yml`.

https://docs.gitlab.com/ci/yaml/#job-keywords
"""

from functools import partial

from msgspec.structs import replace as changed

from ciconv.converters.gitlab.expressions.conditions import input_variable
from ciconv.converters.gitlab.expressions.rules import Rule, write_rules
from ciconv.converters.gitlab.jobs.machine_write import write_machine
from ciconv.converters.gitlab.jobs.machines import Machine, machine_of
from ciconv.converters.gitlab.jobs.matrix_write import write_matrix
from ciconv.converters.gitlab.jobs.naming import with_own_name
from ciconv.converters.gitlab.jobs.needs_write import write_needs
from ciconv.converters.gitlab.jobs.pages import write_pages
from ciconv.converters.gitlab.jobs.service_hosts import with_service_hosts
from ciconv.converters.gitlab.jobs.setting import Setting
from ciconv.converters.gitlab.jobs.shared_env import with_shared_env
from ciconv.converters.gitlab.jobs.turns import write_turns
from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.converters.gitlab.steps.artifacts_brought import flow_into
from ciconv.converters.gitlab.steps.artifacts_write import write_artifacts
from ciconv.converters.gitlab.steps.caches_write import write_caches
from ciconv.converters.gitlab.steps.checkout_write import without_checkouts
from ciconv.converters.gitlab.steps.lost_outputs import without_lost_outputs
from ciconv.converters.gitlab.steps.output_lines import write_outputs
from ciconv.converters.gitlab.steps.rights import write_tokens
from ciconv.converters.gitlab.steps.scripts_write import scripts_only, write_script
from ciconv.converters.left_comments import with_left_comments
from ciconv.converters.script_steps.runner_variables import runner_variables
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Expr, Literal, Ref, Template, both, constant, walk
from ciconv.ir.job import ApprovalJob, Concurrency, Environment, Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar, Placeholder, Run, Step, env_within
from ciconv.ir.walk import comments_of
from ciconv.profile import Feature, Outcome
from ciconv.source import NOWHERE, Comment
from ciconv.syntax import build
from ciconv.syntax.node import Entry

DEFAULT_TIMEOUT = 360.0  # minutes: GitHub's
MAX_RETRIES = 2


def write_job(job: JobBase, setting: Setting, writer: Writer) -> Entry:
    """Return the entry of a job."""
    name = setting.names[job.id]
    head: list[Entry] = []
    if setting.stage != "test":
        head.append(build.entry("stage", build.text(setting.stage)))
    body = _JobWriter(job, setting, writer).entries()
    whole = build.entry(name, build.mapping(*head, *body), _comments(job, name))
    return with_left_comments(whole, job)


def _comments(job: JobBase, name: str) -> tuple[Comment, ...]:
    """What the job is called where people read it, and its comments."""
    label = "" if job.name is None else _source(job.name)
    shown = (Comment(label, NOWHERE),) if label and label != name else ()
    return (*shown, *job.comments)


def _source(template: Template) -> str:
    known = constant(template)
    return known if known is not None else (template.span.text if template.span else "")


class _JobWriter:
    """Writes the keys of one job."""

    def __init__(self, job: JobBase, setting: Setting, writer: Writer) -> None:
        self._job, self._setting, self._writer = job, setting, writer
        self._machine = (
            machine_of(job, writer.context.catalog) if isinstance(job, Job) else Machine()
        )

    def entries(self) -> list[Entry]:
        """Return the keys, in the order people write them in."""
        job, writer = self._job, self._writer
        if isinstance(job, ApprovalJob):
            return [*write_needs(job, writer, self._setting), *self._rules(), _nothing()]
        assert isinstance(job, Job)
        job = without_lost_outputs(job, writer)
        job = with_service_hosts(job, writer, shares_localhost=self._setting.shares_localhost)
        job, env, late = self._with_late_env(with_shared_env(job, writer))
        job, pages = write_pages(job, writer)
        job, tokens = write_tokens(job, writer)
        flow = flow_into(job, writer.pipeline, writer)
        steps = without_checkouts(self._gated(flow.steps), writer)
        steps = self._computing(late, steps)
        written = write_outputs(job)
        if written is not None:
            said = "an output is a line of a dotenv report: of several lines only the first is kept"
            self._writer.lose(Feature.OUTPUT, Outcome.LOWERED, said, job.outputs[0])
            steps = (*steps, written)
        script = write_script("script", scripts_only(steps), writer)
        last = scripts_only(job.finally_steps)
        after = write_script("after_script", last, writer) if last else None
        caches = write_caches(job, writer)
        found = write_machine(job, self._machine, writer)
        found += write_needs(job, writer, self._setting, flow.sources)
        found += self._rules()
        found += self._variables(env)
        put_entry(found, tokens)
        if job.matrix is not None:
            found.append(write_matrix(job.matrix, self._matrix_name))
        put_entry(found, caches)
        put_entry(found, script or _nothing("exit 0" if writer.is_on_windows else "true"))
        put_entry(found, after)
        put_entry(found, write_artifacts(job, writer, dotenv=written is not None))
        put_entry(found, pages)
        found += self._ways(job)
        return found

    def _matrix_name(self, path: tuple[str, ...]) -> str:
        try:
            return self._writer.names.variable(Ref(path=("matrix", *path)))
        except CannotSay:  # a list, which no script can look into
            return input_variable("_".join(path))

    def _with_late_env(self, job: Job) -> tuple[Job, dict[str, str], tuple[EnvVar, ...]]:
        """The variables whose values can be written, and those that a shell has to compute."""
        texts: dict[str, str] = {}
        late: list[EnvVar] = []
        given = self._given() if self._setting.from_github else ()
        name = self._setting.names[job.id]
        own = (with_own_name(one, job, name) for one in given)
        for one in (*own, *self._setting.env, *job.env):
            late = [other for other in late if other.name != one.name]
            try:
                value = self._writer.text(one.value)
                if any(_is_of_run(part) for part in walk(one.value)):
                    raise CannotSay(one.value, "only the run knows it")
            except CannotSay:
                late.append(replace(one, value=_as_text(one.value)))
                texts.pop(one.name, None)
                continue
            if value not in (f"${one.name}", f"${{{one.name}}}"):
                texts[one.name] = value
        return job, texts, tuple(late)

    def _given(self) -> tuple[EnvVar, ...]:
        """What GitHub's runner sets; how that differs is said where the variable is written."""
        writer = self._writer
        lose = partial(writer.lose, Feature.VARIABLE, Outcome.MANUAL)
        found = runner_variables(writer.names, lose)
        for one in found:
            (part,) = one.value.parts
            if isinstance(part, Ref):
                writer.names.near.pop(part, None)
        return found

    def _computing(self, late: tuple[EnvVar, ...], steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """The scripts with variables that only a shell can compute."""
        if not any(isinstance(one, Run) for one in steps):
            for one in late:
                said = f"the variable {one.name!r} is left out: no script of the job could read it"
                self._writer.lose(Feature.VARIABLE, Outcome.APPROXIMATED, said, one)
            return steps
        sayable = []
        unknown: list[tuple[EnvVar, CannotSay]] = []
        for one in late:
            try:
                self._writer.try_word(one.value)
            except CannotSay as error:
                unknown.append((one, error))
                continue
            said = f"the scripts set {one.name!r}: only a shell can work out its value"
            self._lose_variable(one, Outcome.LOWERED, said)
            sayable.append(one)
        steps = tuple(_with_env(one, tuple(sayable)) for one in steps)
        return (self._without_values(unknown), *steps) if unknown else steps

    def _without_values(self, unknown: list[tuple[EnvVar, CannotSay]]) -> Placeholder:
        """What stands at the beginning of the job for variables that nobody can compute."""
        for one, error in unknown:
            said = f"the value of {one.name!r} is unknown, as {error}"
            said = f"{said}: the job begins with a step that fails"
            self._lose_variable(one, Outcome.MANUAL, said)
        names = ", ".join(one.name for one, _ in unknown)
        return Placeholder(
            what=f"the value of {names}",
            reason=f"{unknown[0][1]}; set it, then remove this step",
            span=unknown[0][0].span,
        )

    def _lose_variable(self, one: EnvVar, outcome: Outcome, said: str) -> None:
        """Record a loss of a variable, which is one of the pipeline where all jobs have it."""
        writer, place = self._writer, self._writer.place
        if any(outer.span == one.span for outer in self._setting.env):
            place = replace(place, job="")
        writer.context.lose(place.loss(Feature.VARIABLE, outcome), said, one)

    def _gated(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """The steps, under what only the run knows of the job's condition."""
        presence, writer = self._setting.presence, self._writer
        for guard in presence.guards:
            said = "the job always starts: its steps check what only the run knows"
            writer.lose(Feature.CHOICE, Outcome.APPROXIMATED, said, guard)
            steps = tuple(_under(guard, one) for one in steps)
        failing = []
        for error in presence.unsayable:
            span = error.expr.span
            what = "the condition" if span is None or not span.source.path else span.text
            said = f"the job begins with a step that fails: {error}"
            writer.lose(Feature.EXPRESSION, Outcome.MANUAL, said, error.expr)
            reason = f"{error}; say when the job runs, then remove this step"
            failing.append(Placeholder(what=what, reason=reason, span=span))
        return (*failing, *steps)

    def _rules(self) -> list[Entry]:
        presence = self._setting.presence
        if presence.is_plain:
            return []
        tolerant, rules = _hoisted(presence.rules)
        if rules == (Rule(),):
            return tolerant
        comments = tuple(comment for choice in self._job.choices for comment in comments_of(choice))
        return [build.entry("rules", write_rules(rules), comments), *tolerant]

    def _variables(self, env: dict[str, str]) -> list[Entry]:
        writer = self._writer
        texts = dict(env)
        for one in writer.names.definitions():
            try:
                value = writer.text(one.value)
            except CannotSay as error:
                said = f"the variable {one.name!r} is left out: {error}"
                writer.lose(Feature.VARIABLE, Outcome.MANUAL, said, error.expr)
                continue
            if value not in (f"${one.name}", f"${{{one.name}}}"):
                texts.setdefault(one.name, value)
        texts = dict(writer.variables) | texts
        if not texts:
            return []
        comments = {one.name: one.comments for one in (*self._setting.env, *self._job.env)}
        entries = (
            build.entry(name, build.text(value), comments.get(name, ()))
            for name, value in texts.items()
        )
        return [build.entry("variables", build.mapping(*entries))]

    def _ways(self, job: Job) -> list[Entry]:
        """How a job ends, and what it takes turns with."""
        found: list[Entry] = []
        if job.environment is not None:
            found += _environment(job.environment, self._writer)
        found += self._turns(job)
        found += self._timeout(job)
        if job.retry is not None and job.retry.attempts > 1:
            number = min(job.retry.attempts - 1, MAX_RETRIES)
            found.append(build.entry("retry", build.number(number)))
        return found

    def _turns(self, job: Job) -> list[Entry]:
        if job.concurrency is not None:
            return _resource_group(job.concurrency, self._writer)
        if self._setting.cancels:
            return [build.entry("interruptible", build.boolean(True))]
        outer = self._writer.pipeline.concurrency
        if outer is None:
            return []
        alone = len(self._writer.pipeline.jobs) == 1
        return write_turns(outer, self._writer, alone=alone)

    def _timeout(self, job: Job) -> list[Entry]:
        timeout = job.timeout
        if timeout is None and not self._setting.from_github:
            said = "the job gets a time limit of six hours, as GitLab may end jobs without one "
            said += "after an hour"
            self._writer.tell(Feature.TIMEOUT, Outcome.APPROXIMATED, said, job)
        if timeout is None:
            return [build.entry("timeout", build.text(duration(DEFAULT_TIMEOUT)))]
        value = timeout.value if isinstance(timeout, Literal) else None
        if isinstance(value, float) and value > 0:
            return [build.entry("timeout", build.text(duration(value)), timeout.comments)]
        said = "the time limit has to be known before, so it is that of GitHub"
        self._writer.lose(Feature.TIMEOUT, Outcome.APPROXIMATED, said, timeout)
        return [build.entry("timeout", build.text(duration(DEFAULT_TIMEOUT)))]


def _as_text(value: Template) -> Template:
    """A value as the text it is for whoever asks for the variable, whatever it is made of."""
    if len(value.parts) == 1 and not isinstance(value.parts[0], Ref | Literal):
        return replace(value, parts=(*value.parts, Literal(value="")))
    return value


def _is_of_run(expr: Expr) -> bool:
    return isinstance(expr, Ref) and expr.path[0] in ("needs", "steps")


def put_entry(entries: list[Entry], entry: Entry | None) -> None:
    """Add an entry if there is one."""
    if entry is not None:
        entries.append(entry)


def _nothing(command: str = "true") -> Entry:
    """A job has to have a script, even one that does nothing."""
    return build.entry("script", build.sequence(build.text(command)))


def _with_env(step: Step, late: tuple[EnvVar, ...]) -> Step:
    return replace(step, env=env_within(late, step.env)) if isinstance(step, Run) else step


def _under(guard: Expr, step: Step) -> Step:
    condition = guard
    if step.condition is not None:
        condition = both(guard, step.condition)
    return replace(step, condition=condition)


def _hoisted(rules: tuple[Rule, ...]) -> tuple[list[Entry], tuple[Rule, ...]]:
    """What all rules say alike as keys of the job."""
    entries: list[Entry] = []
    if {one.allow_failure for one in rules} == {True}:
        entries.append(build.entry("allow_failure", build.boolean(True)))
        rules = tuple(changed(one, allow_failure=None) for one in rules)
    ways = {one.interruptible for one in rules}
    if len(ways) == 1 and None not in ways:
        entries.append(build.entry("interruptible", build.boolean(bool(ways.pop()))))
        rules = tuple(changed(one, interruptible=None) for one in rules)
    codes = {one.exit_codes for one in rules}
    if len(codes) == 1 and (only := codes.pop()):
        numbers = build.sequence(*map(build.number, only), flow=True)
        inner = build.mapping(build.entry("exit_codes", numbers))
        entries.append(build.entry("allow_failure", inner))
        rules = tuple(changed(one, exit_codes=()) for one in rules)
    if len(rules) == 1 and rules[0].when in ("always", "on_failure"):
        only_rule = rules[0]
        if only_rule == Rule(when=only_rule.when):
            entries.insert(0, build.entry("when", build.text(only_rule.when)))
            rules = (Rule(),)
    return entries, rules


def _environment(environment: Environment, writer: Writer) -> list[Entry]:
    try:
        name = writer.text(environment.name)
    except CannotSay as error:
        said = f"the environment is left out: {error}"
        writer.lose(Feature.ENVIRONMENT, Outcome.MANUAL, said, error.expr)
        return []
    if environment.deployment is not None:
        said = "'deployment' is left out: every job of an environment is a deployment"
        writer.lose(Feature.ENVIRONMENT, Outcome.APPROXIMATED, said, environment.deployment)
    entries = [build.entry("name", build.text(name), environment.name.comments)]
    if environment.url is not None:
        entries += writer.entry("url", environment.url, Feature.ENVIRONMENT)
    value = build.mapping(*entries) if len(entries) > 1 else build.text(name)
    return [build.entry("environment", value, environment.comments)]


def _resource_group(concurrency: Concurrency, writer: Writer) -> list[Entry]:
    try:
        group = build.text(writer.key(concurrency.group))
    except CannotSay as error:
        said = f"the job does not wait for others: {error}"
        writer.lose(Feature.JOB_CONCURRENCY, Outcome.MANUAL, said, error.expr)
        return []
    return [build.entry("resource_group", group, comments_of(concurrency))]


def duration(minutes: float) -> str:
    """Return a number of minutes as GitLab takes it: `1h 30m`."""
    hours, rest = divmod(int(minutes), 60)
    texts = [f"{hours}h"] if hours else []
    texts += [f"{rest}m"] if rest or not hours else []
    return " ".join(texts)
