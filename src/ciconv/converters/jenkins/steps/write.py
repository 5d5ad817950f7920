"""The steps of a job as those of a stage.

https://www.jenkins.io/doc/pipeline/steps/workflow-durable-task-step/
"""

from collections.abc import Iterator
from textwrap import dedent

from ciconv.context import Context, Place
from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.jenkins.steps.around import Statements, around
from ciconv.converters.jenkins.steps.artifacts import (
    Artifacts,
    ant,
    is_of_one_folder,
    write_download,
    write_upload,
)
from ciconv.converters.jenkins.steps.checkout import differing, write_checkout
from ciconv.converters.jenkins.steps.foreign import (
    PROGRAMS,
    Failing,
    Foreign,
    foreign_script,
    word_of,
)
from ciconv.converters.jenkins.steps.interpreter import with_interpreter
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Expr, Template, constant
from ciconv.ir.node import Node
from ciconv.ir.step import (
    Argument,
    Checkout,
    DownloadArtifact,
    Placeholder,
    PublishReport,
    RestoreCache,
    Run,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
)
from ciconv.ir.walk import comments_of
from ciconv.profile import Feature, Outcome
from ciconv.source import Comment, Span
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

_REPORTS = {"junit": "junit", "test": "junit"}


class StepWriter:
    """Writes the steps of one job, which scripts have been made of already where that is needed."""

    def __init__(self, says: Says, artifacts: Artifacts, context: Context, place: Place) -> None:
        self._says, self._artifacts = says, artifacts
        self._context, self._place = context, place
        self.left: list[Comment] = []

    def with_left(self, statements: Statements) -> Statements:
        """Return the statements with the comments of steps before them that became none."""
        if not statements or not self.left:
            return statements
        found, self.left = _with_comments(statements, tuple(self.left)), []
        return found

    def step(self, step: Step) -> Statements:
        """Return the statements of one step, without its condition.

        The comments of one that needs none are `left`.
        """
        try:
            outside = around(step, self._says)
            values = tuple(self._body(step))
        except CannotSay as error:
            return self.failing(step, error)
        if not values:
            self.left += _comments(step)
            return ()
        statements = outside.put(tuple(groovy.statement(one) for one in values))
        return _with_comments(statements, _comments(step))

    def failing(self, step: Step, error: CannotSay) -> Statements:
        """Return a step that fails in place of one that cannot be said; it is a loss."""
        self.lose(error, step)
        what = shown(error.expr, "an expression")
        failing = groovy.statement(failure(what, str(error)))
        return _with_comments((failing,), (*_source(step), *_comments(step)))

    def lose(self, error: CannotSay, at: Node) -> None:
        """Record an expression that cannot be said, in a step or in the job itself."""
        expr = error.expr
        where = self._place.at(at) if isinstance(at, Step) else self._place
        loss = where.loss(Feature.EXPRESSION, Outcome.MANUAL)
        said = "" if expr.span is None else f" {expr.span.text!r}"
        message = f"the expression{said} cannot be computed here, so a step fails: {error}"
        self._context.lose(loss, message, expr if expr.span is not None else at)

    def _body(self, step: Step) -> Iterator[t.Expr]:
        match step:
            case Run():
                yield self._run(step)
            case Foreign():
                yield self._foreign(step)
            case Checkout():
                yield from self._checkout(step)
            case UploadArtifact():
                yield from self._upload(step)
            case DownloadArtifact():
                yield from self._download(step)
            case RestoreCache() | SaveCache():
                self._approximate(Feature.CACHE, step, _CACHE)
            case PublishReport():
                yield self._report(step)
            case Use():
                yield self._use(step)
            case Failing():
                yield failure(step.placeholder.what, step.placeholder.reason)

    def _approximate(self, feature: Feature, step: Step, message: str) -> None:
        loss = self._place.at(step).loss(feature, Outcome.APPROXIMATED)
        self._context.lose(loss, message, step)

    def _run(self, step: Run) -> t.Expr:
        known = constant(step.script)
        if known is None:
            raise CannotSay(step.script, "the script has an expression in it")
        script = known.rstrip("\r\n") or ":"
        shell = constant(step.shell) if step.shell is not None else None
        text = groovy.script(with_interpreter(script, shell))
        return self._named("sh", step, script, text)

    def _foreign(self, step: Foreign) -> t.Expr:
        script = foreign_script(step, self._says).rstrip("\r\n") or "exit 0"
        return self._named(PROGRAMS[word_of(step.run)], step, script, groovy.literal(script))

    def _named(self, program: str, step: Step, script: str, text: t.Expr) -> t.Expr:
        name = None if step.name is None else self._says.text(step.name)
        if name is None or name.constant in (script, ""):
            return groovy.bare(program, text)
        return groovy.bare(program, label=name, script=text)

    def _checkout(self, step: Checkout) -> Iterator[t.Expr]:
        for name in differing(step):
            argument = next(one for one in step.arguments if one.name == name)
            loss = self._place.at(step).loss(Feature.CHECKOUT, Outcome.APPROXIMATED)
            said = f"the input {name!r} of the checkout is left out: it is set in the job"
            self._context.lose(loss, said, argument)
        yield from write_checkout(step, self._says)

    def _upload(self, step: UploadArtifact) -> Iterator[t.Expr]:
        for one in step.arguments:
            if one.name in _LEFT_OUT:
                self._leave_out(one, step, _LEFT_OUT[one.name])
        if not is_of_one_folder(step):
            self._say_outside(Feature.ARTIFACT, step, step.paths)
        yield from write_upload(step, self._artifacts.is_handed_over(step), self._says)

    def _say_outside(self, feature: Feature, step: Step, paths: Template) -> None:
        """Say which files Jenkins does not find, as it looks for them in the workspace alone."""
        for path in (constant(paths) or "").splitlines():
            if path.strip().startswith(_OUTSIDE):
                said = f"{path.strip()!r} is outside of the workspace, so nothing of it is found"
                loss = self._place.at(step).loss(feature, Outcome.MANUAL)
                self._context.lose(loss, said, step, "copy the files there by the script")

    def _download(self, step: DownloadArtifact) -> Iterator[t.Expr]:
        foreign = [one for one in step.arguments if one.name in ("run-id", "repository")]
        names = self._artifacts.taken(step)
        if foreign or not self._artifacts.is_known(step):
            said = "no job of this pipeline keeps such files"
            if foreign:
                said = "the files are those of another run, which this build does not have"
            loss = self._place.at(step).loss(Feature.ARTIFACT, Outcome.MANUAL)
            self._context.lose(loss, f"became a step that fails: {said}", step)
            name = "artifacts" if step.artifact is None else constant(step.artifact) or "artifacts"
            yield failure(name, said)
            return
        yield from write_download(step, names, self._says)

    def _leave_out(self, argument: Argument, step: Step, reason: str) -> None:
        loss = self._place.at(step).loss(Feature.ARTIFACT, Outcome.APPROXIMATED)
        self._context.lose(loss, f"{argument.name!r} is left out: {reason}", argument)

    def _report(self, step: PublishReport) -> t.Expr:
        self._say_outside(Feature.REPORT, step, step.paths)
        paths = constant(step.paths) or ""
        patterns = ", ".join(line.strip() for line in paths.splitlines() if line.strip())
        if step.kind in _REPORTS:
            results = ", ".join(map(_of_results, patterns.split(", ")))
            if results != patterns:
                loss = self._place.at(step).loss(Feature.REPORT, Outcome.LOWERED)
                self._context.lose(loss, f"the results are the files {results}", step)
            return groovy.bare("junit", testResults=results, allowEmptyResults=True)
        self._approximate(Feature.REPORT, step, "the report is kept, where nothing shows it")
        return groovy.bare("archiveArtifacts", artifacts=patterns, allowEmptyArchive=True)

    def _use(self, step: Use) -> t.Expr:
        if step.ref.format != "jenkins":
            raise CannotSay(Expr(span=step.ref.span), "nobody said what this step does")
        arguments = tuple(
            t.Argument(value=self._says.text(one.value), name=one.name or None)
            for one in step.arguments
        )
        name = t.Name(name=step.ref.name)
        return t.Call(function=name, arguments=arguments, parentheses=not arguments)


def _of_results(path: str) -> str:
    """The pattern for results of tests: of a folder all files of XML in it."""
    pattern = ant(path)
    return f"{pattern}/*.xml" if pattern.endswith("**") and path != pattern else pattern


def failure(what: str, reason: str) -> t.Expr:
    """Return the step that fails loudly in place of what could not be converted."""
    return groovy.bare("error", " ".join(f"ciconv: {what} was not converted: {reason}".split()))


def shown(expr: Expr, what: str) -> str:
    """Return an expression as the source has it, as far as it fits into a message; else `what`."""
    text = what if expr.span is None else " ".join(expr.span.text.split())
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


MAX_SHOWN = 100  # signs of an expression in a message
_OUTSIDE = ("/", "~")  # what paths begin with that are of the whole machine
_LEFT_OUT = {
    "retention": "how long builds are kept is set with buildDiscarder",
    "hidden": "files with a leading dot are kept in any case",
    "overwrite": "a stash replaces one of the same name in any case",
}
MAX_SOURCE = 60  # lines of a step that are shown
_CACHE = "the cache is left out: the workspace of an agent stays as it is between builds"


def _source(step: Step) -> tuple[Comment, ...]:
    """What the source says, for whoever mends a step that fails."""
    span = step.span
    if span is None:
        return ()
    first, _, rest = span.text.partition("\n")
    return (Comment(f"{first}\n{dedent(rest)}".rstrip(), span),)


def _of_failing(step: Failing) -> tuple[Comment, ...]:
    """The whole step as the source has it, or what it was handed; and comments around it."""
    comments = comments_of(step.placeholder)
    span = step.span
    if span is None or span.text.count("\n") > MAX_SOURCE:
        return (*comments, *_arguments(step.placeholder))
    outside = (one for one in comments if one.text not in span.text)
    given = step.placeholder.arguments
    if any(one.span is not None and not _is_inside(one.span, span) for one in given):
        return (*outside, *_arguments(step.placeholder))
    return (*outside, *_source(step))


def _is_inside(one: Span, other: Span) -> bool:
    same = one.source.path == other.source.path
    return same and other.start_offset <= one.start_offset <= other.end_offset


def _arguments(step: Placeholder) -> Iterator[Comment]:
    """What the step was handed."""
    for one in step.arguments:
        span = one.span or step.span
        if span is not None:
            value = constant(one.value)
            written = one.value.span.text if value is None and one.value.span else value or ""
            yield Comment(f"{one.name}: {dedent(written)}", span)


def _comments(step: Step) -> tuple[Comment, ...]:
    """The comments of a step, and its name where nothing else shows it."""
    found = comments_of(step)
    if isinstance(step, Failing):
        return _of_failing(step)
    if isinstance(step, Foreign):
        found = comments_of(step.run)
    if step.name is None or isinstance(step, Run | Foreign):
        return found
    name = constant(step.name)
    if not name or step.name.span is None or any(one.text == name for one in found):
        return found
    return (*found, Comment(name, step.name.span))


def _with_comments(statements: Statements, comments: tuple[Comment, ...]) -> Statements:
    if not comments or not statements:
        return statements
    first = statements[0]
    assert isinstance(first, t.Expression)
    return (groovy.statement(first.value, (*comments, *first.comments)), *statements[1:])
