"""A job that runs in the `post` of the pipeline, behind all others.

https://www.jenkins.io/doc/book/pipeline/syntax/#post
"""

from ciconv.converters.jenkins.jobs.agent import docker_options
from ciconv.converters.jenkins.jobs.outputs import kept_variables
from ciconv.converters.jenkins.jobs.sidecars import beside
from ciconv.converters.jenkins.jobs.write import JobWriter, Statements
from ciconv.converters.jenkins.steps.around import minutes, tolerating, with_variables
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Ref, Template
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar
from ciconv.ir.trigger import Output
from ciconv.profile import Feature, Outcome
from ciconv.source import NOWHERE, Comment
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t


class LastJobWriter(JobWriter):
    """Writes one such job: `node { … }`, under `if` where it has a condition."""

    def statements(self) -> Statements:
        """Return the statements of a job that runs in the `post` of the pipeline."""
        self._beside = False
        self._report_inexact("at the end of the build")
        condition = self._groovy(self._ready.condition)
        self.says.kept = kept_variables(self.job.steps)
        inner = self._filled().in_a_row(self._part(flat=True))
        self.says.kept = frozenset()
        inner = self._with_env(inner)
        if self._checks_out:  # first: values of variables may ask git
            inner = (groovy.statement(groovy.bare("checkout", groovy.path("scm"))), *inner)
        node = self._node(inner)
        self.report()
        if condition is not None:
            inside = t.If(condition=condition, then=t.Block(statements=(node,)))
            return (groovy.statement(groovy.block("script", (inside,)), self._titled(node)),)
        return (groovy.statement(node.value, self._titled(node)),)

    def _given(self) -> tuple[Output, ...]:
        """None: there is no job behind this one."""
        for one in self.job.outputs:
            loss = self._place.loss(Feature.OUTPUT, Outcome.LOWERED)
            said = f"nobody asks for the output {one.name!r}: the job is the last one"
            self._frame.context.lose(loss, said, one)
        return ()

    def _titled(self, node: t.Statement) -> tuple[Comment, ...]:
        """The comments of a job that has no stage to be named after, first what it is called."""
        title = Comment(self._frame.names.of(self.job), NOWHERE)
        return (title, *(one for one in self._left((node,)) if one.text != title.text))

    def _with_env(self, inner: Statements) -> Statements:
        own = {one.name for one in self.job.env}
        defined = (one for one in self.says.names.definitions() if one.name not in own)
        known = own | {one.name for one in self._frame.pipeline.env}
        bound = (_bound(name) for name in self.says.names.secrets() if name not in known)
        try:
            calls = with_variables((*bound, *defined, *self.job.env), self.says)
        except CannotSay as error:
            return (*self._errors(error, "a variable"), *inner)
        for call in reversed(calls):
            inner = (groovy.statement(groovy.block(call, inner)),)
        return inner

    def _node(self, inner: Statements) -> t.Expression:
        label = _label(self.agent())
        inner = self._contained(inner)
        if self._may_fail():
            inner = (groovy.statement(groovy.block(tolerating("FAILURE"), inner)),)
        try:
            if self.job.timeout is not None:
                limit = minutes(self.job.timeout, self.says)
                inner = (groovy.statement(groovy.block(limit, inner)),)
        except CannotSay as error:
            inner = (*self._errors(error, "the time limit"), *inner)
        head = groovy.call("node", *(() if label is None else (label,)))
        return groovy.statement(groovy.block(head, inner))

    def _contained(self, inner: Statements) -> Statements:
        """The statements in the container of the job; its services are started by a first step."""
        job = replace(self.job, services=())
        try:
            if job.container is None:
                return inner
            return beside(
                job, job.container, inner, docker_options(job.container, self.says), self.says
            )
        except CannotSay as error:
            return (*self._errors(error, "the container"), *inner)

    def _errors(self, error: CannotSay, what: str) -> Statements:
        """What fails, and says why, in place of something that cannot be said."""
        told = len(self._failing)
        self.fail(error, what)
        return tuple(groovy.statement(groovy.bare("error", one)) for one in self._failing[told:])


def _bound(name: str) -> EnvVar:
    """The variable of a secret that scripts have in their text."""
    ref = Ref(path=("secrets", name.removeprefix("SECRETS_")))
    return EnvVar(name=name, value=Template(parts=(ref,)))


def _label(agent: t.Statement) -> t.Expr | None:
    """The label of an agent, wherever in it that stands."""
    for one in t.walk(agent):
        if isinstance(one, t.Call) and one.name == "label":
            return one.positional[0]
    return None
