"""Values that only the starting system knows: handed over as environment variables.

`secrets`, `vars`, `inputs` and what an event carries are known to the system that starts the run.
Where the pipeline is run by another program, that system sets a variable for each of them.
"""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from ciconv.catalog.catalog import Name
from ciconv.context import Context, Place
from ciconv.ir.expression import (
    Binary,
    Call,
    Changes,
    Expr,
    Index,
    Literal,
    Op,
    Ref,
    Template,
    Unary,
    walk,
)
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import EnvVar
from ciconv.ir.walk import rewrite, steps_of
from ciconv.profile import Feature, Outcome, Profile, Support

_OF_CHANGES = (("event",), ("pr", "base"), ("commit", "before"))  # what files are compared by
_RUN_KNOWS = frozenset({"steps", "needs", "matrix", "env", "job", "jobs", "strategy", "runner"})


def binding_name(ref: Ref, env_names: frozenset[str] = frozenset()) -> str | None:
    """Return the variable a value is handed over in; None for what the starter does not know.

    `secrets.X` is X, unless X has another meaning for programs or by an `env` of the pipeline.
    """
    head, *rest = ref.path
    if head == "binding":
        return rest[0]
    if head == "vars" and len(rest) == 1:
        return f"VARS_{_variable(rest[0])}"
    if head == "secrets" and len(rest) == 1:
        name = _variable(rest[0])
        other = name in _SYSTEM or name.startswith(_PREFIXES) and name != "GITHUB_TOKEN"
        return f"SECRETS_{name}" if other or name in env_names else name
    if ref.path[:3] == ("github", "event", "inputs") and len(ref.path) == 4:
        return f"INPUT_{_variable(ref.path[3])}"
    if head == "inputs" and len(rest) == 1:
        return f"INPUT_{_variable(rest[0])}"
    if head == "github" and rest:
        return _variable("_".join(rest))
    return None


# variables that programs read whatever they are set for, and beginnings of names with a meaning
_SYSTEM = frozenset(
    ("PATH", "HOME", "USER", "SHELL", "HOST", "HOSTNAME", "PWD", "TERM", "LANG", "IFS", "TMPDIR")
)
_PREFIXES = (
    *("GITHUB_", "RUNNER_", "NIX_", "CICONV_"),
    *("STEPS_", "NEEDS_", "INPUT_", "EVENT_", "VARS_", "SECRETS_", "EXPR_", "MATRIX_"),
)


def _variable(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", name).upper()


def bind_values(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project with what the starter has to hand over listed as `bindings`."""
    if profile.of(Feature.TRIGGERS).support is not Support.LOWERED:
        return project
    starter = _Starter(origin=project.origin, names=context.catalog.names())
    pipelines = (_pipeline(one, starter, profile, context) for one in project.pipelines)
    return replace(project, pipelines=tuple(pipelines))


# what a program knows of its machine, and what it otherwise takes a usual value for
_OF_MACHINE = re.compile(
    r"RUNNER_|CI$|GITHUB_(SHA|WORKSPACE|ACTIONS?|JOB|ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)$"
)
_USUAL = re.compile(r"GITHUB_(RUN_\w+|ACTOR|TRIGGERING_ACTOR|WORKFLOW|SERVER_URL|API_URL)$")


class _Starter(Struct, frozen=True, kw_only=True):
    """The system that starts the program."""

    origin: str
    names: Mapping[tuple[str, ...], Name]

    @property
    def reads_json(self) -> bool:
        """Whether its expressions look into texts: those of others would have to be scripts."""
        return self.origin == "github"

    def tells(self, ref: Ref, native: str) -> bool:
        """Whether it has to hand over what the program knows by GitHub's variable."""
        if native.startswith("EVENT_"):
            return True
        if self.origin == "github" or _OF_MACHINE.match(native):
            return False
        name = self.names[ref.path]
        has = getattr(name, self.origin, None) or self.origin in name.near
        return bool(has or self.origin in name.shell) or not _USUAL.match(native)


def _pipeline(
    pipeline: Pipeline, starter: _Starter, profile: Profile, context: Context
) -> Pipeline:
    binder = _Binder(pipeline, starter, profile, context)
    jobs: list[JobBase] = []
    with_secrets: list[Ref] = []
    for job in pipeline.jobs:
        binder.secrets.clear()
        jobs.append(rewrite(job, _same, whole=binder.look))
        with_secrets += binder.secrets[:1]
    if 0 < len(with_secrets) < len(jobs):
        capability = profile.of(Feature.SECRET)
        loss = Place(pipeline=pipeline.id).loss(Feature.SECRET, Outcome.APPROXIMATED)
        context.lose(loss, capability.note, with_secrets[0])
    env = tuple(rewrite(one, _same, whole=binder.look) for one in pipeline.env)
    pipeline = replace(pipeline, jobs=tuple(jobs), env=env)
    bindings = tuple(binder.bound[name] for name in sorted(binder.bound))
    return replace(pipeline, bindings=bindings)


def env_names(pipeline: Pipeline) -> frozenset[str]:
    """Return the variables that an `env` of the pipeline sets to something else than itself."""
    return frozenset(one.name for one in _variables(pipeline) if not _is_itself(one))


def _variables(pipeline: Pipeline) -> Iterator[EnvVar]:
    yield from pipeline.env
    for job in pipeline.jobs:
        yield from job.env
        if isinstance(job, Job):
            for step in steps_of((*job.steps, *job.finally_steps)):
                yield from step.env
            for container in (job.container, *job.services):
                yield from () if container is None else container.env


def _is_itself(variable: EnvVar) -> bool:
    """Whether it is `X: ${{ secrets.X }}`."""
    parts = variable.value.parts
    ref = parts[0] if len(parts) == 1 else None
    return isinstance(ref, Ref) and ref.path in (
        ("secrets", variable.name),
        ("vars", variable.name),
        *((("token",),) if variable.name == "GITHUB_TOKEN" else ()),
    )


class _Binder:
    """Gathers bindings, and puts names in place of expressions only the starter can compute."""

    def __init__(
        self,
        pipeline: Pipeline,
        starter: _Starter,
        profile: Profile,
        context: Context,
    ) -> None:
        self._env, self._format = env_names(pipeline), profile.format
        self._starter, self._catalog = starter, context.catalog
        self._known = {one.name: one for one in pipeline.bindings}  # of an earlier run
        self.bound: dict[str, EnvVar] = {}
        self.secrets: list[Ref] = []  # as they are met
        self._names: dict[Expr, str] = {
            one.value.parts[0]: one.name
            for one in pipeline.bindings
            if one.name.startswith("EXPR_") and one.value.parts
        }

    def look(self, node: Node) -> Node | None:
        """Note what a name needs; return a name for what only the starter can compute."""
        if isinstance(node, Literal):
            return node
        if isinstance(node, Ref):
            self._bind(node)
            return node
        if isinstance(node, Changes):
            for path in _OF_CHANGES:
                self._bind(Ref(path=path, span=node.span))
            return node
        if not isinstance(node, Expr) or isinstance(node, Template) or _is_logic(node):
            return None
        if not any(map(_is_hard, walk(node))) or not _is_known_before(node):
            return None
        if _is_of_json(node) and not self._starter.reads_json:
            return None
        name = self._names.setdefault(node, f"EXPR_{len(self._names) + 1}")
        value = Template(parts=(node,), span=node.span)
        self.bound[name] = EnvVar(name=name, value=value, span=node.span)
        return Ref(path=("binding", name), span=node.span, provenance=node.provenance)

    def _bind(self, ref: Ref) -> None:
        """Note that a value has to be handed over, if the run cannot know it otherwise."""
        if ref.path[0] == "binding":
            self.bound[ref.path[1]] = self._known[ref.path[1]]
            return
        if ref.path[0] in _RUN_KNOWS:
            return
        native = self._catalog.native_name(self._format, ref.path)
        if native == "GITHUB_TOKEN":
            ref = Ref(path=("secrets", "GITHUB_TOKEN"), span=ref.span)
        elif native is not None and not self._starter.tells(ref, native):
            return
        name = binding_name(ref, self._env) if native in (None, "GITHUB_TOKEN") else native
        if ref.path[0] == "secrets" and name != "GITHUB_TOKEN":
            self.secrets.append(ref)
        if name is not None:
            value = Template(parts=(replace(ref, comments=()),), span=ref.span)
            self.bound.setdefault(name, EnvVar(name=name, value=value, span=ref.span))


def _same(node: Node) -> Node:
    return node


def _is_hard(expr: Expr) -> bool:
    """Whether a shell cannot compute it: lists, objects, JSON."""
    if isinstance(expr, Call) and expr.function == "fromJSON":
        return not isinstance(expr.arguments[0] if expr.arguments else None, Literal)
    if isinstance(expr, Call) and expr.function == "contains":
        return bool(expr.arguments) and _is_of_event(expr.arguments[0])
    return isinstance(expr, Index) or (
        isinstance(expr, Call) and expr.function in ("toJSON", "join", "case")
    )


def _is_of_json(expr: Expr) -> bool:
    """Whether a value is looked for inside of a text, for which shells have no words."""
    return any(
        isinstance(one, Index) or isinstance(one, Call) and one.function == "fromJSON"
        for one in walk(expr)
    )


def _is_of_event(expr: Expr) -> bool:
    """Whether a value may be a list as well as a text."""
    return isinstance(expr, Ref) and expr.path[:2] == ("github", "event")


def _is_logic(expr: Expr) -> bool:
    return isinstance(expr, Unary) or isinstance(expr, Binary) and expr.op in (Op.AND, Op.OR)


def _is_known_before(expr: Expr) -> bool:
    refs = [one for one in walk(expr) if isinstance(one, Ref)]
    calls = (one.function for one in walk(expr) if isinstance(one, Call))
    return all(one.path[0] not in _RUN_KNOWS for one in refs) and "hashFiles" not in calls
