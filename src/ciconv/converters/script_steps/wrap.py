"""Puts what a shell system has no keys for around the scripts of steps."""

from msgspec import Struct
from msgspec.structs import replace as changed

from ciconv.context import Context, Place
from ciconv.converters.left_comments import left_comments
from ciconv.converters.script_steps.conditions import guard_of, with_own_env
from ciconv.converters.script_steps.frame import render
from ciconv.converters.script_steps.handed_on import exporting, sourcing, without_outputs
from ciconv.converters.script_steps.host import Host
from ciconv.converters.script_steps.layout import Layout
from ciconv.converters.script_steps.names import Names
from ciconv.converters.script_steps.needs import needs_of
from ciconv.converters.script_steps.placeholder import script_of
from ciconv.converters.script_steps.prelude import DONE, IN_FOLDER, IN_PLAIN_FOLDER
from ciconv.converters.script_steps.shells import Shell, shell_of
from ciconv.converters.script_steps.skipping import ending, shared_by
from ciconv.converters.script_steps.texts import (
    Text,
    condition_test,
    export_lines,
    script_text,
    value_word,
)
from ciconv.converters.shell_tests.dialects import BASH, SH
from ciconv.converters.shell_tests.kinds import CASED
from ciconv.converters.shell_tests.scope import CannotSay, shell_name
from ciconv.ir.comments import with_comments
from ciconv.ir.expression import Binary, Expr, Ref, Template, constant, text, together
from ciconv.ir.job import Job
from ciconv.ir.node import Node, replace
from ciconv.ir.step import Argument, Placeholder, Run, Step
from ciconv.ir.walk import comments_of, nodes
from ciconv.passes.usual_shells import WITHOUT_BASH, has_no_bash
from ciconv.profile import Feature, Outcome

_KEPT = ("may_fail", "timeout", "retry")
_OF_GITHUB = ".github/"  # where pipelines of GitHub stand, whose scripts have such names anyway


class Wrapped(Struct, frozen=True, kw_only=True):
    """The steps of a job as the host can have them.

    A Run holds a script of constant text and only those fields the host has keys for (a condition
    only where `status` is one: failure(), always(), !cancelled() or cancelled()). Where scripts
    are joined, one Run is one item of the script list, and a first Run without a name may prepare
    the others. Placeholders have become scripts that fail. All other steps are as they were.
    """

    steps: tuple[Step, ...]


def wrap(
    steps: tuple[Step, ...], names: Names, host: Host, context: Context, place: Place
) -> Wrapped:
    """Return the steps of a job; `names.definitions()` then says which variables they need.

    What cannot be said in a shell becomes a script that fails, and a loss (`manual`) at its place.
    """
    return Wrapped(steps=_Wrapper(steps, names, host, context, place).wrapped())


def _without_bash(host: Host, job: Job) -> Host:
    """The host with the shell that an image has in which there surely is no bash."""
    image = None if job.container is None else job.container.image
    if host.interpreter != "bash" or not has_no_bash(image):
        return host
    return changed(host, shell=WITHOUT_BASH, sourced=False)  # BASH_ENV is for bash alone


def _reads_a_file_first(names: Names) -> bool:
    """Whether every bash of the job begins with a file that scripts write to."""
    return any(one.name == "BASH_ENV" for one in (*names.pipeline.env, *names.job.env))


def _handing_on(steps: tuple[Step, ...], job: Job, host: Host) -> tuple[Step, ...]:
    """The steps, those of tools with what they hand on in the words of the host.

    What a job needs is asked once more without the outputs that nobody reads.
    """
    needs = needs_of(steps, job, host)
    steps = tuple(one if needs.has_readers(one) else without_outputs(one) for one in steps)
    if not host.joined:
        return tuple(map(sourcing, steps)) if host.sourced else steps
    needs = needs_of(steps, job, host)
    if needs.tracked:
        return steps
    shell = shell_of(host.shell)
    around = changed(shell, pipefail=shell.pipefail and not needs.prelude.pipes)
    return tuple(exporting(one, around) for one in steps)


class _Wrapper:
    """Wraps the steps of one job."""

    def __init__(
        self,
        steps: tuple[Step, ...],
        names: Names,
        host: Host,
        context: Context,
        place: Place,
    ) -> None:
        host = _without_bash(host, names.job)
        dialect = SH if host.interpreter == "sh" else BASH
        self._host = host
        self._names = names if names.dialect is dialect else changed(names, dialect=dialect)
        self._context, self._place = context, place
        self._in_container = names.job.container is not None
        self._steps = _handing_on(steps, names.job, host)
        self._needs = needs_of(self._steps, names.job, host)
        self._skip = None if self._needs.tracked else self._ending()
        shell = shell_of(host.shell)
        if shell.interpreter != "bash" and _reads_a_file_first(names):
            shell = changed(shell, options="+bash")  # it cannot stand in for bash
        self._shell = changed(shell, pipefail=False) if self._needs.prelude.pipes else shell

    def _ending(self) -> Run | None:
        """The script that ends the others where what all of them ask does not hold."""
        shared = shared_by(self._steps) if self._host.joined else None
        if shared is None:
            return None
        asked = together(*shared.parts)
        assert asked is not None
        try:
            test = condition_test(asked, self._names)
        except CannotSay:
            return None
        script = ending(test, reads_bash=self._host.reads_bash)
        is_of_bash = any(one in test for one in self._names.composed)  # and nothing else knows it
        if not script or is_of_bash and not self._host.reads_bash:
            return None
        first = self._steps[shared.start]
        self._report_letters(asked, first)
        made = Run(
            script=text(script),
            condition=asked,
            directory=first.directory if isinstance(first, Run) else None,
            span=asked.span,
        )
        steps = tuple(shared.without(self._steps))
        self._steps = (*steps[: shared.start], made, *steps[shared.start :])
        self._needs = needs_of(self._steps, self._names.job, self._host)
        return made

    def wrapped(self) -> tuple[Step, ...]:
        """Return all steps, those that prepare and conclude among them."""
        span = self._names.job.span
        start, folder = self._folder()
        steps = [self._step(one) for one in self._steps[:start]]
        rest = self._steps[start:]
        steps += [self._step(one if one is self._skip else _anywhere(one)) for one in rest]
        if folder:
            steps.insert(start, Run(script=text(IN_FOLDER.format(folder)), span=span))
        self._report_near()
        self._report_settings()
        self._report_handed_over()
        before = self._needs.prelude.text
        if self._host.joined:
            made = export_lines(tuple(self._names.composed.items()))
            before += "".join(f"{one}\n" for one in made)
        else:
            before = self._needs.kept.text(self._host.values)
        if before:
            steps.insert(0, Run(script=text(before.rstrip("\n")), span=span))
        if self._needs.tracked:
            steps.append(Run(script=text(DONE), span=span))
        return tuple(steps)

    def _folder(self) -> tuple[int, str]:
        """The folder that all scripts from a place on run in, as it stands in double quotes."""
        last = self._steps[-1] if self._steps else None
        start = end = len(self._steps)
        if last is None or last.directory is None or not self._host.joined:
            return end, ""
        while start and _is_in(last.directory, self._steps[start - 1]):
            start -= 1
        if any(one.directory is not None for one in self._steps[:start]) or end - start < 2:
            return end, ""
        try:
            folder = value_word(last.directory, self._names)
        except CannotSay:
            return end, ""
        is_read = self._host.reads_bash or IN_PLAIN_FOLDER.fullmatch(IN_FOLDER.format(folder))
        return (start, folder) if is_read else (end, "")

    def _step(self, step: Step) -> Step:
        made = self._in_shell(step)
        return with_comments(made, left_comments(step, comments_of(made)))

    def _in_shell(self, step: Step) -> Step:
        if isinstance(step, Placeholder):
            step = self._failing(step)
        if step is self._skip:
            return replace(_anywhere(step), condition=None)
        if not isinstance(step, Run):
            return step
        try:
            return self._run(step)
        except CannotSay as error:
            self._lose_manual(error, step)
            return self._failed(step, str(error))

    def _failed(self, step: Run, reason: str) -> Run:
        """A script that fails in place of a step: when that would run, if a script can tell."""
        handed = (
            *(() if step.shell is None else (Argument(name="shell", value=step.shell),)),
            Argument(name="run", value=step.script),
        )
        failing = Placeholder(
            what=constant(step.name) or step.id or "a step",
            reason=reason,
            arguments=handed,
            env=step.env,
            directory=step.directory,
            span=step.span,
        )
        bare = replace(script_of(failing), id=step.id, name=step.name, comments=step.comments)
        try:
            return self._run(replace(bare, condition=with_own_env(step)))
        except CannotSay:
            return self._run(bare)

    def _run(self, step: Run) -> Run:
        if step.shell is not None and constant(step.shell) is None:
            raise CannotSay(step.shell, "the shell has to be known beforehand")
        shell = shell_of(constant(step.shell), container=self._in_container)
        layout, names = self._layout(step, shell, self._names), self._names
        if layout.native_shell is not None and shell.interpreter == "sh":
            names = changed(names, dialect=SH)  # of this one script
            layout = self._layout(step, shell, names)
        asked = layout.asked
        test = "" if asked is None else condition_test(asked, names)
        made = layout.frame("" if test == "true" else test)
        self._report_pasted(layout.content, step)
        self._report_letters(asked, step)
        if layout.is_shell_left_out:
            self._report_shell(step.shell)
        rendered = render(made, joined=self._host.joined)
        return replace(
            step,
            script=replace(text(rendered), span=step.script.span),
            id=None if self._host.joined else step.id,
            condition=layout.guard.native,
            shell=layout.native_shell,
            env=layout.native_env,
            directory=layout.native_directory,
            **{key: getattr(step, key) if layout.keeps(key) else None for key in _KEPT},
        )

    def _layout(self, step: Run, shell: Shell, names: Names) -> Layout:
        return Layout(
            step=step,
            guard=guard_of(step, self._host, tracked=self._needs.tracked),
            content=script_text(step, shell.command, names),
            shell=shell,
            around=self._shell,
            host=self._host,
            names=names,
            needs=self._needs,
        )

    def _report_pasted(self, content: Text, step: Step) -> None:
        for one in content.pasted:
            at = one.span.text if one.span is not None else "an expression"
            said = (
                f"{at!r} is pasted into the script as code; here its quotes and `;` are plain text"
            )
            self._lose(Feature.EXPRESSION, Outcome.APPROXIMATED, said, one, step)

    def _report_shell(self, shell: Template | None) -> None:
        """Say that a shell is not named; no loss, as the script does the same."""
        word = None if shell is None else constant(shell)
        if word and shell is not None and shell.span is not None and word in shell.span.text:
            said = f"{word!r} is not named: the usual shell does the same with the script"
            self._context.diagnostics.note("without-effect", said, shell.span)

    def _report_letters(self, asked: Expr | None, step: Step) -> None:
        """Say that a name is compared letter by letter, where nothing else is said of it."""
        for one in () if asked is None else nodes(asked):
            left = one.left if isinstance(one, Binary) else None
            if not isinstance(left, Ref) or left.path not in CASED or left in self._names.near:
                continue
            if left.path[0] in ("actor", "repo"):  # of refs, systems differ by more than that
                said = f"the letters of {'.'.join(left.path)} are compared with regard to case"
                self._lose(Feature.EXPRESSION, Outcome.LOWERED, said, one, step)

    def _failing(self, step: Placeholder) -> Run:
        """The script of a placeholder, which has no outputs to hand on."""
        results = self._needs.read_results
        asked = any(one.partition(".")[0] == (step.id or "").lower() for one in results)
        return script_of(step if asked else replace(step, id=None))

    def _report_near(self) -> None:
        for ref, near in self._names.near.items():
            said = f"{'.'.join(ref.path)} became {near.name!r}: {near.differs}"
            self._lose(Feature.VARIABLE, Outcome.APPROXIMATED, said, ref, None)

    def _report_settings(self) -> None:
        for ref, name in self._names.settings.items():
            said = (
                f"create the variable {name!r}: the system does not provide {'.'.join(ref.path)!r}"
            )
            self._lose(Feature.VARIABLE, Outcome.MANUAL, said, ref, None)

    def _report_handed_over(self) -> None:
        """Say which variables the job has that it did not have before."""
        for one in self._names.definitions():
            at = one.span.text if one.span is not None else one.name
            said = f"{at!r} is passed to scripts as the variable {one.name!r}"
            if one.name.isupper() and one.name in at:
                said = f"the job sets {one.name}, which a script reads"
            self._lose(Feature.VARIABLE, Outcome.LOWERED, said, one, None)
        for name, ref in self._names.used.items():
            is_own = self._names.pipeline.path.startswith(_OF_GITHUB)
            if name in self._names.composed and ref.span is not None and not is_own:
                said = f"scripts compute {'.'.join(ref.path)} as the variable {name!r}"
                self._lose(Feature.VARIABLE, Outcome.LOWERED, said, ref, None)
            if ref.path[0] == "secrets" and name != shell_name(ref.path[1]):
                said = f"the secret {ref.path[1]!r} is passed to scripts as {name!r}"
                self._lose(Feature.VARIABLE, Outcome.LOWERED, said, ref, None)

    def _lose_manual(self, error: CannotSay, step: Step) -> None:
        at = error.expr if _stands_in(error.expr, step) else step
        wording = "" if error.expr.span is None else f" {error.expr.span.text!r}"
        said = f"the expression{wording} cannot be computed here, so the step fails: {error}"
        self._lose(Feature.EXPRESSION, Outcome.MANUAL, said, at, step)

    def _lose(
        self, feature: Feature, outcome: Outcome, message: str, at: Node, step: Step | None
    ) -> None:
        place = self._place if step is None else self._place.at(step)
        self._context.lose(place.loss(feature, outcome), message, at)


def _anywhere(step: Step) -> Step:
    return replace(step, directory=None)


def _is_in(folder: Template, step: Step) -> bool:
    """Whether a script runs in a folder, whatever variables of its own it has."""
    if not isinstance(step, Run | Placeholder) or step.directory != folder:
        return False
    own = {one.name for one in step.env}
    names = (one.path for one in nodes(folder) if isinstance(one, Ref))
    return not any(path[0] == "steps" or path[-1] in own for path in names)


def _stands_in(expr: Node, step: Step) -> bool:
    """Whether an expression was written in a step, and not around it."""
    inner, outer = expr.span, step.span
    if inner is None or outer is None or inner.source is not outer.source:
        return inner is not None and outer is None
    return outer.start_offset <= inner.start_offset < outer.end_offset
