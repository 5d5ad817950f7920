"""Turns actions, orbs and plugin steps into what catalog/ knows of them."""

import re
from collections.abc import Iterator

from ciconv.catalog.catalog import Catalog, Column, Kind, SourceColumn, Tool
from ciconv.catalog.tool import SHELLS, ActionColumn, Kept
from ciconv.context import Context, Place
from ciconv.ir.expression import Call, Literal, Ref, Template, constant, text
from ciconv.ir.job import Job
from ciconv.ir.node import replace, shared
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import (
    Argument,
    Checkout,
    DownloadArtifact,
    EnvVar,
    Group,
    Placeholder,
    RestoreCache,
    Run,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
    env_within,
)
from ciconv.ir.walk import with_jobs
from ciconv.passes.identity import tokens_of
from ciconv.passes.kept_files import asking, cache_of, kept_by
from ciconv.passes.known_versions import with_known_versions
from ciconv.passes.orb_inputs import with_values
from ciconv.passes.own_constructs import why_unknown
from ciconv.passes.shell_tools import (
    choose_image,
    install,
    install_mise,
    on_linux,
    wanted,
    wanted_of_mise,
    with_services,
    without_unused,
)
from ciconv.passes.tool_commands import commands_of
from ciconv.passes.tool_kinds import KINDS, defaults_of
from ciconv.passes.tool_rights import with_rights
from ciconv.profile import Feature, Outcome, Profile, Support

_INPUT = re.compile(r"\bINPUT_[A-Z0-9_]+\b")
_OF_RUNNER = re.compile(
    r"\b(?:GITHUB|RUNNER)_(?!OUTPUT\b|ENV\b|PATH\b|STEP_SUMMARY\b|STATE\b)[A-Z_]+\b"
)


def map_tools(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project with every action replaced by its meaning, or by a failing placeholder."""
    pipelines = tuple(_pipeline(one, profile, context) for one in project.pipelines)
    return replace(project, pipelines=pipelines)


def _pipeline(pipeline: Pipeline, profile: Profile, context: Context) -> Pipeline:
    def change(job: Job) -> Job:
        place = Place(pipeline=pipeline.id, job=job.id)
        job = with_known_versions(job, pipeline, profile.format, context.catalog)
        mapper = _Mapper(profile, context, place, job)
        job = job if mapper.chosen is None else mapper.chosen.job(job)
        job = with_services(job, profile.format, context, place)
        steps, last = mapper.steps(job.steps), mapper.steps(job.finally_steps)
        job = replace(job, steps=steps, finally_steps=last)
        return with_rights(job, context, place) if profile.format == "github" else job

    return with_jobs(pipeline, change)


class _Mapper:
    """Maps the steps of one job."""

    def __init__(self, profile: Profile, context: Context, place: Place, job: Job) -> None:
        self._profile, self._target = profile, profile.format
        self._own = (profile.format, "nixactions")
        self._context, self._place, self._job = context, place, job
        is_shell = profile.format in SHELLS
        self.chosen = choose_image(job, profile.format, context, place) if is_shell else None
        self._has_mise = False
        self._installed: list[Template] = []
        lowered = profile.of(Feature.CACHE).support is Support.LOWERED
        self._keeps = is_shell and lowered and on_linux(job, context.catalog)

    def steps(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(one for step in steps for one in self._step(step))

    def _step(self, step: Step) -> Iterator[Step]:
        feature = _FEATURES.get(type(step))
        if feature is not None and self._profile.of(feature).support is Support.LOWERED:
            loss = self._place.at(step).loss(feature, Outcome.LOWERED)
            self._context.lose(loss, f"the {feature} {self._profile.of(feature).note}", step)
        if isinstance(step, Group):
            yield self._group(step)
        elif isinstance(step, Use) and not self._is_done(step):
            yield from self._use(step)
        else:
            yield step

    def _group(self, step: Group) -> Group:
        """The steps of a group; what they install is there for later ones if all of them run."""
        before = self._has_mise, list(self._installed)
        made = replace(step, steps=self.steps(step.steps))
        if step.condition is not None or step.parallel:
            self._has_mise, self._installed = before
        return made

    def _is_done(self, step: Use) -> bool:
        """Whether a step is one of the target, or was mapped before; a reader may name a tool."""
        bare = replace(step, tool=None)
        mapped = step.tool is not None and tool_of(bare, self._context.catalog) is not None
        return mapped or step.ref.format in self._own

    def _use(self, step: Use) -> Iterator[Step]:
        tool = tool_of(step, self._context.catalog)
        if tool is None:
            yield self._unknown(step)
            return
        source = tool.source(step.ref.format)
        if source is not None and source.when:
            step = _conditioned(step, source)
        given = self._canonical(step, tool)
        if source is not None and step.ref.format == "circleci":
            given = with_values(given, source, tool.column(self._target), self._job)
        if tool.kind is not Kind.USE:
            feature, make = KINDS[tool.kind]
            self._lower(feature, step, self._profile.of(feature).note)
            given = (*given, *defaults_of(tool, given, step))
            yield make(replace(step, tool=tool.name, arguments=given))
            return
        if self._target == "github" and tool.github is not None:
            yield from self._as_action(replace(step, tool=tool.name, arguments=given), tool.github)
            return
        column = tool.column(self._target)
        if column is None or column.unsupported is not None:
            reason = "" if column is None else column.unsupported or ""
            yield self._unsupported(step, tool, reason)
            return
        mapped = replace(step, tool=tool.name, arguments=given)
        kept = kept_by(mapped, tool) if self._keeps else None
        if kept is None:
            yield from self._with_column(mapped, step, tool, column)
        else:
            yield from self._with_cache(mapped, step, tool, column, kept)

    def _with_cache(
        self, step: Use, original: Use, tool: Tool, column: Column, kept: Kept
    ) -> Iterator[Step]:
        """What stands in for a tool that keeps files between runs, and the cache they are in."""
        asked = asking(step, kept)
        if column.nothing is None:
            rest = tuple(one for one in step.arguments if one not in asked)
            yield from self._with_column(replace(step, arguments=rest), original, tool, column)
        said = f"what {step.ref.name!r} keeps between runs"
        said = f"{said} {self._profile.of(Feature.CACHE).note}"
        loss = self._place.at(step).loss(Feature.CACHE, Outcome.LOWERED)
        for place in asked or (step,):
            self._context.lose(loss, said, place)
        yield cache_of(step, kept, self._context)

    def _as_action(self, step: Use, action: ActionColumn) -> Iterator[Step]:
        """The action that a step of another system becomes, and the one that has to precede it."""
        before = None if action.before is None else self._context.catalog.tool(action.before)
        handed = {} if before is None else before.inputs
        if before is not None and before.github is not None:
            self._lower(Feature.TOOL, step, f"became {before.github.uses!r} and {action.uses!r}")
            given = tuple(one for one in step.arguments if one.name in handed)
            yield replace(step, id=None, tool=before.name, arguments=given)
        else:
            self._lower(Feature.TOOL, step, f"became {action.uses!r}")
        rest = tuple(one for one in step.arguments if one.name not in handed)
        yield replace(step, arguments=tuple(self._of_action(step, rest, action)))

    def _of_action(
        self, step: Use, given: tuple[Argument, ...], action: SourceColumn
    ) -> Iterator[Argument]:
        """The inputs that an action has; the others are reported."""
        for one in given:
            if action.native_input(one.name) is not None:
                yield one
                continue
            said = f"the input {one.name!r} of {step.ref.written!r} is left out: "
            loss = self._place.at(step).loss(Feature.TOOL_INPUT, Outcome.APPROXIMATED)
            self._context.lose(loss, f"{said}{action.uses!r} has none like it", one)

    def _canonical(self, step: Use, tool: Tool) -> tuple[Argument, ...]:
        """The arguments under canonical names; one the action does not have is reported."""
        action = tool.source(step.ref.format)
        if action is None:
            return step.arguments
        given = list(_always_given(step, action))
        for argument in step.arguments:
            name = action.canonical_input(argument.name)
            if name is None:
                self._context.diagnostics.warning(
                    "unknown-input",
                    f"{argument.name!r} is not an input of {step.ref.name!r}",
                    argument.span,
                )
            if name in action.numbers:
                argument = replace(argument, value=_number_in(argument.value))
            given.append(replace(argument, name=name or argument.name))
        said = action.ref_value(step.ref.version)
        if said is not None and action.ref and not any(one.name == action.ref for one in given):
            given.append(
                Argument(name=action.ref, value=text(said, of=step.ref), span=step.ref.span)
            )
        return tuple({one.name: one for one in given}.values())

    def _with_column(self, step: Use, original: Use, tool: Tool, column: Column) -> Iterator[Step]:
        where = self._place.at(step)
        if column.nothing is not None:
            self._note(step, column)
            return
        for argument in step.arguments:
            if argument.name not in column.handles:
                reason = column.ignored.get(argument.name, "the target has no way to say it")
                said = f"the input {argument.name!r} of {step.ref.name!r} is left out: {reason}"
                loss = where.loss(Feature.TOOL_INPUT, Outcome.APPROXIMATED)
                self._context.lose(loss, said, argument)
        self._note(step, column)
        yield from tokens_of(step, column, self._job)
        if column.keyword is not None:
            yield step
            return
        if self._target in SHELLS or self._target == "github":
            yield from self._in_shell(step, original, tool, column)
            return
        if column.script is None:
            yield step
            return
        scripted = _needs_script(step, column)
        if column.packages or column.listed:
            yield _packages(step, column, scripted)
        if scripted:
            yield self._script(step, column)

    def _in_shell(self, step: Use, original: Use, tool: Tool, column: Column) -> Iterator[Step]:
        """What stands in for a tool where steps are scripts."""
        if column.programs and (self.chosen is None or original not in self.chosen.steps):
            version = wanted(original, tool, column, self._job, self._context)
            version = version or wanted_of_mise(step, column, self._job)
            if version is None:
                self._lose_version(step)
                version = text(column.version.default if column.version else "latest")
            programs = install(step, tool, version, column, first=False).script
            if self._target == "gitlab" and step.condition is None and not self._has_mise:
                yield install_mise(step)
                self._has_mise = True
            if programs not in self._installed:
                yield install(step, tool, version, column, first=not self._has_mise)
            if step.condition is None:
                self._has_mise = True
                self._installed.append(programs)
        if column.script is None and column.commands:
            yield from self._only_commands(step, column)
        elif column.script is not None and _needs_script(step, column):
            yield self._script(step, column)

    def _only_commands(self, step: Use, column: Column) -> Iterator[Step]:
        """The commands for a tool; a step that fails for inputs they cannot be made of."""
        commands = commands_of(replace(step, id=None), column)
        if commands is not None:
            yield _commands(step, column, commands)
            return
        reason = "its inputs are not those that commands are known for"
        yield self._placeholder(step, reason, "write the commands by hand")

    def _lose_version(self, step: Use) -> None:
        said = f"the version {step.ref.name!r} asks for is only known during the run"
        loss = self._place.at(step).loss(Feature.TOOL_VERSION, Outcome.APPROXIMATED)
        self._context.lose(loss, f"{said}, so the usual one is installed", step)

    def _script(self, step: Use, column: Column) -> Run:
        commands = commands_of(step, column)
        if commands is not None:
            return _commands(step, column, commands)
        run = _script(step, column)
        given = {one.name for one in step.arguments} | ({"id"} if step.id else set())
        script = without_unused(constant(run.script) or "", frozenset(given))
        read = set(_INPUT.findall(script))
        env = (one for one in run.env if not one.name.startswith("INPUT_") or one.name in read)
        run = replace(run, script=text(script, of=run.script), env=tuple(env))
        if self._target not in SHELLS:  # GitHub, and what stands in for it, set its variables
            return run
        return replace(run, env=(*run.env, *_asked_of_runner(run, self._context.catalog)))

    def _note(self, step: Use, column: Column) -> None:
        said = column.differs or column.note
        scripted = column.script is not None and _needs_script(step, column)
        if column.keyword is not None:
            self._lower(Feature.TOOL, step, f"became the keyword {column.keyword!r}")
            return
        became = f"became {'a script' if scripted else 'packages'}"
        if self._target in SHELLS and not scripted:
            became = "is in the image, or mise installs it"
        if column.nothing is not None:
            became = f"needs no step of its own: {column.nothing}"
        message = f"{became}{'; ' if column.nothing else ': '}{said}" if said else became
        if not column.differs:
            self._lower(Feature.TOOL, step, message)
            return
        loss = self._place.at(step).loss(Feature.TOOL, Outcome.APPROXIMATED)
        self._context.lose(loss, f"{step.ref.written!r} {message}", step)

    def _lower(self, feature: Feature, step: Use, message: str) -> None:
        """Record that a step is another construct now; it stands for all its keys."""
        loss = self._place.at(step).loss(feature, Outcome.LOWERED)
        self._context.lose(loss, f"{step.ref.written!r} {message}", step)

    def _unknown(self, step: Use) -> Placeholder:
        return self._placeholder(step, *why_unknown(step))

    def _unsupported(self, step: Use, tool: Tool, reason: str) -> Placeholder:
        return self._placeholder(
            step, reason or f"{tool.title} has no counterpart", "put a script in its place"
        )

    def _placeholder(self, step: Use, reason: str, help: str) -> Placeholder:
        written = step.ref.written
        loss = self._place.at(step).loss(Feature.TOOL, Outcome.MANUAL)
        said = f"{written!r} became a step that fails: {reason}"
        self._context.lose(loss, said, step.ref, help)
        comments = (*step.comments, *step.ref.comments)
        given = shared(step, Step) | {"arguments": step.arguments, "comments": comments}
        return Placeholder(what=written, reason=reason, **given)


def _conditioned(step: Use, source: SourceColumn) -> Use:
    """A step that says by an input after which results it runs, with that as its condition."""
    for name, functions in source.when.items():
        value = next((constant(one.value) for one in step.arguments if one.name == name), None)
        function = functions.get(value or "", functions.get("", ""))
        if function and step.condition is None:
            rest = tuple(one for one in step.arguments if one.name != name)
            call = Call(function=function, span=step.ref.span)
            return replace(step, arguments=rest, condition=call)
    return step


def _number_in(value: Template) -> Template:
    """The version in the name of an installation: `JDK 17` is 17."""
    match = re.search(r"\d+(\.\d+)*", constant(value) or "")
    return value if match is None else text(match[0], of=value)


def _always_given(step: Use, source: SourceColumn) -> Iterator[Argument]:
    """The inputs that a reusable step has without being told."""
    for name, value in source.given.items():
        known = Literal(value=value) if isinstance(value, str) else Ref(path=tuple(value))
        template = Template(parts=(known,), span=step.ref.span)
        yield Argument(name=name, value=template, span=step.ref.span)


def tool_of(step: Use, catalog: Catalog) -> Tool | None:
    """Return what the catalog knows of an action; one in a folder of a repository by that path."""
    if step.tool is not None:
        return catalog.tool(step.tool)
    return catalog.tool_for(step.ref.format, step.ref.whole_name)


def _packages(step: Use, column: Column, scripted: bool) -> Use:
    """The packages beside a script: for all later steps, whatever becomes of the script."""
    picks = tuple(one for one in step.arguments if one.name in column.picks)
    if not scripted:
        return replace(step, arguments=picks)
    bare = Use(ref=step.ref, tool=step.tool, arguments=picks)
    return replace(bare, span=step.span, provenance=step.provenance)


def _needs_script(step: Use, column: Column) -> bool:
    """Whether the script does more than nothing: an input is about it, or outputs are read."""
    given = {one.name for one in step.arguments}
    return not column.script_for or step.id is not None or not given.isdisjoint(column.script_for)


def _script(step: Use, column: Column) -> Run:
    """The script that stands in for an action, its inputs in its environment."""
    handled = [one for one in step.arguments if one.name in column.handles]
    given = {one.name for one in handled}
    env = [
        EnvVar(name=_variable(one.name), value=one.value, span=one.span, comments=one.comments)
        for one in handled
    ]
    for name, default in column.defaults.items():
        if name not in given:
            known = Literal(value=default) if isinstance(default, str) else Ref(path=default)
            value = Template(parts=(known,))
            env.append(EnvVar(name=_variable(name), value=value, span=step.span))
    fields = shared(step, Step) | {
        "env": env_within(step.env, tuple(env)),
    }
    return Run(
        script=Template(parts=(Literal(value=column.script),), span=step.ref.span),
        shell=text("bash -e {0}"),
        tool=step.tool,
        packages=column.deps,
        **fields,
    )


def _commands(step: Use, column: Column, commands: Template) -> Run:
    """The commands that stand in for an action, in the folder one of its inputs may name."""
    given = {one.name: one.value for one in step.arguments}
    fields = shared(step, Step)
    if column.directory in given and constant(given[column.directory]) != ".":
        fields["directory"] = given[column.directory]
    return Run(script=commands, shell=text("bash -e {0}"), tool=step.tool, **fields)


def _asked_of_runner(run: Run, catalog: Catalog) -> Iterator[EnvVar]:
    """The variables of GitHub's runner that a script of the catalog reads."""
    known = {one.github_env: path for path, one in catalog.names().items() if one.github_env}
    said = constant(run.script) or ""
    for name in dict.fromkeys(_OF_RUNNER.findall(said)):
        if name in known and name not in {one.name for one in run.env}:
            value = Template(parts=(Ref(path=known[name], span=run.span),), span=run.span)
            yield EnvVar(name=name, value=value, span=run.span)


def _variable(name: str) -> str:
    return "INPUT_" + name.upper().replace("-", "_")


_FEATURES: dict[type[Step], Feature] = {
    Checkout: Feature.CHECKOUT,
    RestoreCache: Feature.CACHE,
    SaveCache: Feature.CACHE,
    UploadArtifact: Feature.ARTIFACT,
    DownloadArtifact: Feature.ARTIFACT,
}
