"""`environment` of a stage or a pipeline."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping

from ciconv.catalog.catalog import Catalog
from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.jenkins.variables import credential, secret, write_value
from ciconv.converters.script_steps.placeholder import outcomes
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Expr, Ref, Template
from ciconv.ir.job import Job
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar, env_within
from ciconv.ir.walk import comments_of, nodes, replace_references
from ciconv.source import Comment
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

_OF_AGENTS = re.compile(r"\b(WORKSPACE\w*|GIT_\w+|NODE_\w+|EXECUTOR_NUMBER|STAGE_NAME)\b")

Fail = Callable[[CannotSay, str], None]


def with_values_of_agents(pipeline: Pipeline, catalog: Catalog) -> Pipeline:
    """Return the pipeline with variables that only an agent can know at its jobs.

    The pipeline itself runs on none, and there they would be `null`. What agents and stages set
    themselves hides a variable of the same name that is set further out.
    """
    moved: dict[str, EnvVar] = {}
    for one in pipeline.env:
        is_hidden = _OF_AGENTS.fullmatch(one.name) is not None
        if is_hidden or any(
            _is_of_agents(ref, moved, catalog) for ref in nodes(one) if isinstance(ref, Ref)
        ):
            moved[one.name] = one
    env = tuple(one for one in pipeline.env if one.name not in moved)
    jobs = tuple(
        _named_inside(replace(job, env=(*_not_in(job, moved), *job.env)))
        if isinstance(job, Job)
        else job
        for job in pipeline.jobs
    )
    return replace(pipeline, env=env, jobs=jobs)


def _named_inside(job: Job) -> Job:
    """The job with a STAGE_NAME of its own at its steps, where these stand in stages inside."""
    own = tuple(one for one in job.env if one.name == "STAGE_NAME")
    is_divided = job.matrix is not None or any(one.condition is not None for one in job.steps)
    if not (own and is_divided):
        return job
    env = tuple(one for one in job.env if one not in own)
    steps = tuple(replace(one, env=env_within(own, one.env)) for one in job.steps)
    return replace(job, env=env, steps=steps)


def _not_in(job: Job, variables: Mapping[str, EnvVar]) -> Iterator[EnvVar]:
    own = {one.name for one in job.env}
    return (one for name, one in variables.items() if name not in own)


def _is_of_agents(ref: Ref, moved: Container[str], catalog: Catalog) -> bool:
    if ref.path[0] == "env":
        return ref.path[-1] in moved
    return any(map(_OF_AGENTS.search, _names(ref, catalog)))


def knows_late(value: Expr, env: Iterable[EnvVar], catalog: Catalog) -> bool:
    """Return whether only an agent can know a value, so that it cannot say which agent it is."""
    moved: set[str] = set()
    for one in env:
        if any(_is_of_agents(ref, moved, catalog) for ref in nodes(one) if isinstance(ref, Ref)):
            moved.add(one.name)
    return any(_is_of_agents(ref, moved, catalog) for ref in nodes(value) if isinstance(ref, Ref))


def asks_commit(read: Iterable[Node], catalog: Catalog) -> bool:
    """Return whether what a job reads is there once the repository is checked out."""
    refs = (one for node in read for one in nodes(node) if isinstance(one, Ref))
    return any("GIT_COMMIT" in name for one in refs for name in _names(one, catalog))


def _names(ref: Ref, catalog: Catalog) -> Iterator[str]:
    """The variables that a name is, or nearly is, and the words that make it of others."""
    known = catalog.names().get(ref.path)
    near = None if known is None else known.near.get("jenkins")
    yield catalog.native_name("jenkins", ref.path) or ""
    yield "" if near is None else near.name
    yield "" if known is None else known.shell.get("jenkins", "")


def write_environment(
    env: Iterable[EnvVar], says: Says, fail: Fail, known: frozenset[str] = frozenset()
) -> tuple[t.Statement, ...]:
    """Return `environment { … }`, or nothing; what cannot be said is handed to `fail`.

    Secrets that values have in them are bound as well, but for those `known` already.
    """
    statements: list[t.Statement] = []
    left: list[Comment] = []
    for one in env:
        setting = _there_anyway(one)
        if setting is not None:
            says.ask_for_setting(setting)
            left += comments_of(one)
            continue
        try:
            value = _value(one, says)
        except CannotSay as error:
            fail(error, f"the variable {one.name}{_values(one)}")
            left += comments_of(one)
            continue
        if groovy.render_expression(value) == f'"${{env.{one.name}}}"':  # as an axis is set
            left += comments_of(one)
            continue
        statements.append(_entry(one.name, value, (*left, *comments_of(one))))
        left = []
    own = {one.name for one in env}
    bound = [_bound(name) for name in says.names.secrets() if name not in own | known]
    if not statements and not bound:
        return ()
    block = groovy.block("environment", (*bound, *statements), tuple(left))
    return (groovy.statement(block),)


def _values(variable: EnvVar) -> str:
    """What a variable may be, for people: rules may each have a value for it."""
    found = [one for part in variable.value.parts for one in outcomes(part)]
    return f" ({', '.join(found)})" if found else ""


def _there_anyway(variable: EnvVar) -> Ref | None:
    """The setting that it is under its own name, which every job sees; None for another value."""
    match variable.value.parts:
        case (Ref(path=("vars", name)) as ref,) if name == variable.name:
            return ref
    return None


def _value(variable: EnvVar, says: Says) -> t.Expr:
    ref = secret(variable.value)
    if ref is not None:
        return groovy.call("credentials", credential(ref))
    return write_value(_of_itself(variable), says)


def _of_itself(variable: EnvVar) -> Template:
    """Its value, in which a setting of its own name is what the variable was before."""

    def before(ref: Ref) -> Expr | None:
        same = ref.path == ("vars", variable.name)
        return Ref(path=("env", variable.name), span=ref.span) if same else None

    return replace_references(variable.value, before)


def _bound(name: str) -> t.Statement:
    ref = Ref(path=("secrets", name.removeprefix("SECRETS_")))
    return _entry(name, groovy.call("credentials", credential(ref)), ())


def _entry(name: str, value: t.Expr, comments: tuple[Comment, ...]) -> t.Statement:
    assignment = t.Assignment(target=t.Name(name=name), value=value)
    return groovy.statement(assignment, comments)
