"""Pipelines of hypothesis: whole projects that are valid by construction, for tests of laws.

They say what any format may say in GitHub's semantics, in the form its reader gives: texts joined,
references canonical, names that exist. Extras and `Raw` are left out; no two laws want the same.
"""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ciconv.catalog.catalog import Catalog
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Op,
    Ref,
    Semantics,
    Template,
    Unary,
    text,
)
from ciconv.ir.job import (
    Axis,
    Choice,
    Concurrency,
    Container,
    Environment,
    Job,
    Matrix,
    Need,
    Permission,
    Row,
    Runner,
)
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import ActionRef, Argument, EnvVar, Run, Use
from ciconv.ir.trigger import EventKind, Filter, Input, Output, Pattern, Trigger, Word
from ciconv.ir.walk import replace_references
from ciconv.simulation.event import Event
from ciconv.syntax import build
from ciconv.syntax.node import Node as Tree
from ciconv.syntax.node import data

names = st.sampled_from(("a", "b2", "build", "test_all", "x"))
variables = st.sampled_from(("A", "B", "PATH_TO", "X1"))
words = st.sampled_from(
    (
        "make all",
        "echo 'a b'",
        'test "$A" = x',
        "x",
        "a: b # c",
        "first\n  second\nlast",
        "- 1",
        "7",
    )
)
branches = st.sampled_from(("main", "dev", "release/1", "feat/x-1"))
tags = st.sampled_from(("v1.2.3", "v2", "nightly"))
globs = st.sampled_from(("main", "release/*", "feat/**", "v[0-9]+*", "**", "d?v"))
paths = st.sampled_from(("src/**", "**.md", "docs/*", "*.py"))
files = st.sampled_from(("src/a.py", "README.md", "docs/x.md", "a.py"))
inputs = ("level", "target")

_AT_START = (
    ("github", "ref"),
    ("github", "ref_name"),
    ("github", "ref_type"),
    ("github", "event_name"),
    ("github", "sha"),
    ("github", "actor"),
    ("github", "head_ref"),
    ("github", "base_ref"),
    ("github", "event", "action"),
    ("github", "event", "label", "name"),
    ("github", "event", "pull_request", "draft"),
    *(("inputs", name) for name in inputs),
    ("vars", "V"),
)
_IN_STEPS = (("env", "A"), ("steps", "s1", "outputs", "o"), ("matrix", "os"), ("runner", "os"))
_CATALOG = Catalog.builtin()


def _canonical(path: tuple[str, ...]) -> Ref:
    return Ref(path=_CATALOG.canonical_name("github", path) or path)


_at_start: SearchStrategy[Expr] = st.sampled_from(_AT_START).map(_canonical)
_in_steps: SearchStrategy[Expr] = st.sampled_from((*_AT_START, *_IN_STEPS)).map(_canonical)

literals: SearchStrategy[Expr] = st.one_of(
    st.sampled_from(("main", "push", "v1", "refs/heads/main", "it's", "", "skipped")),
    st.sampled_from((0.0, 1.0, 2.5)),
    st.booleans(),
    st.none(),
).map(lambda value: Literal(value=value))


def _operations(inner: SearchStrategy[Expr]) -> SearchStrategy[Expr]:
    compare = st.sampled_from((Op.EQ, Op.NE, Op.LT, Op.AND, Op.OR))
    binary = st.builds(_binary, compare, inner, inner)
    negated = inner.map(lambda e: Unary(op=Op.NOT, operand=e, semantics=Semantics.GITHUB))
    functions = st.sampled_from(("contains", "startsWith", "endsWith"))
    call = st.builds(lambda f, a, b: Call(function=f, arguments=(a, b)), functions, inner, inner)
    return st.one_of(binary, negated, call)


def _binary(op: Op, left: Expr, right: Expr) -> Expr:
    return Binary(op=op, left=left, right=right, semantics=Semantics.GITHUB)


values = st.recursive(_at_start | literals, _operations, max_leaves=3)
step_values = st.recursive(_in_steps | literals, _operations, max_leaves=3)


def _conditions(inner: SearchStrategy[Expr]) -> SearchStrategy[Expr | None]:
    """Conditions of jobs and steps, with or without a word about earlier results."""
    status = st.sampled_from(("success", "failure", "always", "cancelled"))
    call = status.map(lambda name: Call(function=name))
    both = st.builds(lambda a, b: _binary(Op.AND, a, b), call, inner)
    return st.one_of(st.none(), inner.filter(_is_no_text), call, both)


def _is_no_text(expr: Expr) -> bool:
    return not isinstance(expr, Literal)


conditions = _conditions(values)
step_conditions = _conditions(step_values)


def _templates(
    names: SearchStrategy[Expr], inner: SearchStrategy[Expr]
) -> SearchStrategy[Template]:
    """Texts, many of them constant; constants and expressions take turns."""
    word = words.map(lambda one: Literal(value=one))
    parts = st.one_of(
        word.map(lambda one: (one,)),
        st.tuples(word, names),
        st.tuples(word, inner.filter(_is_no_text), word),
    )
    return parts.map(lambda found: Template(parts=found))


templates = _templates(_at_start, values)
step_templates = _templates(_in_steps, step_values)


def plain(strategy: SearchStrategy[str]) -> SearchStrategy[Template]:
    """Constant texts."""
    return strategy.map(lambda text: Template(parts=(Literal(value=text),)))


def _env(texts: SearchStrategy[Template]) -> SearchStrategy[tuple[EnvVar, ...]]:
    """A few variables with different names."""
    one = st.builds(lambda n, v: EnvVar(name=n, value=v), variables, texts)
    return st.lists(one, max_size=2, unique_by=lambda var: var.name).map(tuple)


env = _env(templates)
step_env = _env(step_templates)

trees: SearchStrategy[Tree] = st.one_of(
    st.sampled_from(("ubuntu-latest", "windows-latest", "3.10", "x y")).map(build.text),
    st.integers(0, 20).map(build.number),
    st.booleans().map(build.boolean),
)
axes = st.builds(
    lambda name, found: Axis(name=name, values=tuple(found)),
    st.sampled_from(("os", "v", "mode")),
    st.lists(trees, min_size=1, max_size=2, unique_by=lambda one: str(data(one))),
)
rows = st.builds(
    lambda name, value: Row(values=((name, value),)), st.sampled_from(("os", "extra")), trees
)
matrices = st.builds(
    lambda found, include, fail_fast: Matrix(
        axes=tuple(found), include=tuple(include), fail_fast=fail_fast
    ),
    st.lists(axes, min_size=1, max_size=2, unique_by=lambda axis: axis.name),
    st.lists(rows, max_size=1),
    st.sampled_from((None, Literal(value=False), Literal(value=True))),
)


_arguments = st.lists(
    st.builds(lambda n, v: Argument(name=n, value=v), names, step_templates),
    max_size=2,
    unique_by=lambda argument: argument.name,
).map(tuple)
_refs = st.builds(
    lambda name, version: ActionRef(
        format="github", name=name, version=version, written=f"{name}@{version}"
    ),
    st.sampled_from(("actions/checkout", "actions/setup-node", "some/action")),
    st.sampled_from(("v4", "main")),
)
_true = st.none() | st.just(Literal(value=True))
_shared = {
    "name": st.none() | plain(names),
    "condition": step_conditions,
    "env": step_env,
    "may_fail": _true,
}
_shells = st.none() | plain(st.sampled_from(("bash", "sh", "python")))
_steps = st.one_of(
    st.builds(Run, script=step_templates, shell=_shells, **_shared),
    st.builds(Run, script=step_templates, **_shared),
    st.builds(Use, ref=_refs, arguments=_arguments, **_shared),
)


def _first_named(found: list[Run | Use]) -> tuple[Run | Use, ...]:
    """The steps, the first one with the id that conditions and texts of the others speak of."""
    first = replace_references(replace(found[0], id="s1"), _of_no_step)
    return (first, *found[1:])


def _of_no_step(ref: Ref) -> Expr | None:
    """What the first step speaks of where others speak of it."""
    return Ref(path=("env", "A")) if ref.path[0] == "steps" else None


steps = st.lists(_steps, min_size=1, max_size=3).map(_first_named)


_UBUNTU = "ubuntu-latest"
runners = st.sampled_from((_UBUNTU, "windows-latest", "macos-14"))
containers = plain(st.sampled_from(("alpine:3", "node:20"))).map(lambda i: Container(image=i))
concurrencies = st.none() | templates.map(lambda group: Concurrency(group=group))
permissions = st.none() | st.lists(
    st.builds(
        lambda scope, access: Permission(scope=scope, access=access),
        st.sampled_from(("contents", "packages", "issues")),
        st.sampled_from(("read", "write", "none")),
    ),
    max_size=2,
    unique_by=lambda one: one.scope,
).map(tuple)


_jobs = st.builds(
    Job,
    id=st.just("job"),
    name=st.none() | plain(names),
    choices=st.builds(lambda c, f: (Choice(condition=c, may_fail=f),), conditions, _true),
    matrix=st.one_of(st.none(), st.none(), matrices),
    env=env,
    timeout=st.none() | st.just(Literal(value=5.0)),
    permissions=permissions,
    concurrency=concurrencies,
    runner=plain(runners).map(lambda label: Runner(labels=(label,))),
    container=st.one_of(st.none(), st.none(), containers),
    environment=st.none() | plain(names).map(lambda text: Environment(name=text)),
    steps=steps,
    outputs=st.lists(
        st.builds(lambda n, v: Output(name=n, value=v), names, step_templates), max_size=1
    ).map(tuple),
)


@st.composite
def jobs(draw: st.DrawFn) -> tuple[Job, ...]:
    """Jobs that may need those before them, and speak of their results."""
    found: list[Job] = []
    for number, job in enumerate(draw(st.lists(_jobs, min_size=1, max_size=3))):
        chosen = draw(st.lists(st.booleans(), min_size=number, max_size=number))
        earlier = [one.id for one, wanted in zip(found, chosen, strict=True) if wanted]
        choice = job.choices[0]
        speaks = draw(st.booleans())
        if earlier and speaks:
            result = Ref(path=("needs", earlier[0], "result"))
            asked = _binary(Op.NE, result, Literal(value="failure"))
            both = asked if choice.condition is None else _binary(Op.OR, choice.condition, asked)
            choice = replace(choice, condition=both)
        needs = tuple(Need(job=name) for name in earlier)
        if job.container is not None:  # which other machines do not have
            job = replace(job, runner=Runner(labels=(text(_UBUNTU),)))
        found.append(replace(job, id=f"job{number}", needs=needs, choices=(choice,)))
    return tuple(found)


def filters(texts: SearchStrategy[str]) -> SearchStrategy[Filter]:
    """Lists of patterns; an exception comes after what it is an exception from."""
    patterns = st.lists(texts, min_size=1, max_size=2, unique=True)
    plain_ones = st.builds(
        lambda found, ignore: Filter(patterns=_patterns(found), ignore=ignore),
        patterns,
        st.booleans(),
    )
    negated = st.builds(
        lambda found, last: Filter(patterns=(*_patterns(found), Pattern(text=last, negated=True))),
        patterns,
        texts,
    )
    return plain_ones | negated


def _patterns(texts: list[str]) -> tuple[Pattern, ...]:
    return tuple(Pattern(text=text) for text in texts)


def _activities(*known: str) -> SearchStrategy[tuple[Word, ...] | None]:
    listed = st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True)
    return st.none() | listed.map(lambda found: tuple(Word(text=one) for one in found))


triggers: SearchStrategy[Trigger] = st.one_of(
    st.builds(
        lambda b, t, p: Trigger(kind=EventKind.PUSH, native="push", branches=b, tags=t, paths=p),
        st.none() | filters(globs),
        st.none() | filters(globs),
        st.none() | filters(paths),
    ),
    st.builds(
        lambda a, b, p: Trigger(
            kind=EventKind.PULL_REQUEST, native="pull_request", activities=a, branches=b, paths=p
        ),
        _activities("opened", "labeled", "closed"),
        st.none() | filters(globs),
        st.none() | filters(paths),
    ),
    st.sampled_from(("0 3 * * *", "*/10 1 * * 1")).map(
        lambda cron: Trigger(kind=EventKind.SCHEDULE, native="schedule", cron=cron)
    ),
    st.just(Trigger(kind=EventKind.MANUAL, native="workflow_dispatch")),
    _activities("labeled", "opened").map(
        lambda found: Trigger(kind=EventKind.OTHER, native="issues", activities=found)
    ),
)


@st.composite
def pipelines(draw: st.DrawFn, name: str = "ci") -> Pipeline:
    """A pipeline of up to three jobs."""
    found = draw(
        st.lists(triggers, min_size=1, max_size=3, unique_by=lambda one: (one.native, one.cron))
    )
    return Pipeline(
        id=name,
        path=f".github/workflows/{name}.yml",
        name=draw(st.none() | plain(names)),
        triggers=tuple(sorted(found, key=lambda one: one.kind is EventKind.SCHEDULE)),
        inputs=_inputs(found),
        env=draw(env),
        permissions=draw(permissions),
        concurrency=draw(concurrencies),
        jobs=draw(jobs()),
    )


def _inputs(found: list[Trigger]) -> tuple[Input, ...]:
    if not any(one.kind is EventKind.MANUAL for one in found):
        return ()
    default = Template(parts=(Literal(value="all"),))
    return (
        Input(name="level", type="choice", options=(Word(text="low"),), of=EventKind.MANUAL),
        Input(name="target", default=default, of=EventKind.MANUAL),
    )


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """One or two pipelines."""
    ids = ("ci",) if draw(st.booleans()) else ("ci", "more")
    return Project(origin="github", pipelines=tuple(draw(pipelines(one)) for one in ids))


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Anything that may happen to such a pipeline, and some that it does not know."""
    kind = draw(st.sampled_from(tuple(EventKind)))
    on_tag = kind in (EventKind.PUSH, EventKind.RELEASE) and draw(st.booleans())
    return Event(
        kind=kind,
        native="issues" if kind is EventKind.OTHER else "",
        activity=draw(st.sampled_from((None, "opened", "labeled", "published"))),
        branch=None if on_tag else draw(st.none() | branches),
        tag=draw(tags) if on_tag else None,
        base_branch=draw(st.none() | branches),
        changed_files=draw(st.none() | st.lists(files, max_size=2).map(tuple)),
        inputs=draw(st.sampled_from(((), (("level", "low"),), (("target", "x"),)))),
        actor=draw(st.none() | names),
        cron=draw(st.sampled_from((None, "0 3 * * *"))),
    )
