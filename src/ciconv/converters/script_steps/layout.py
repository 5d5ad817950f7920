"""Which form the text around a script has: the simplest one that behaves as the step does."""

import re

from msgspec import Struct
from msgspec.structs import replace

from ciconv.converters.script_steps.conditions import Guard
from ciconv.converters.script_steps.frame import Frame, is_plain, parse, render
from ciconv.converters.script_steps.handed_on import without_exports
from ciconv.converters.script_steps.host import Host
from ciconv.converters.script_steps.meaning import is_call
from ciconv.converters.script_steps.names import Names
from ciconv.converters.script_steps.needs import JobNeeds
from ciconv.converters.script_steps.placeholder import placeholder_of
from ciconv.converters.script_steps.prelude import PATH_ON, SOURCE
from ciconv.converters.script_steps.shells import Shell, framed_script
from ciconv.converters.script_steps.texts import (
    Text,
    condition_test,
    export_lines,
    exports,
    value_word,
)
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.converters.shell_tests.write import word
from ciconv.ir.expression import Expr, Literal, Template, constant, text
from ciconv.ir.step import EnvVar, Run
from ciconv.syntax.shell.traits import traits

_TRAP = re.compile(r"\btrap\b")


class Layout(Struct, frozen=True, kw_only=True):
    """One step on its way into a host: what is native, and what is written around its script."""

    step: Run
    guard: Guard
    content: Text
    shell: Shell  # of the step
    around: Shell  # that reads the text
    host: Host
    names: Names
    needs: JobNeeds

    @property
    def asked(self) -> Expr | None:
        """What the test in front of the script has to say."""
        return self.guard.whole if self._asks_itself else self.guard.test

    @property
    def _asks_itself(self) -> bool:
        """Whether no function of the prelude asks for the status: something else follows it."""
        return self._may_fail or self._is_read("outcome") or self._is_read("conclusion")

    @property
    def _function(self) -> str:
        """The function of the prelude that runs the script."""
        if self._may_fail:
            return "try"
        if self._asks_itself or self.guard.status is None:
            return "run"
        return "step" if is_call(self.guard.status, "success") else "failed"

    @property
    def native_env(self) -> tuple[EnvVar, ...]:
        """The variables that the host's own key can set: what is handed on is read behind it."""
        if "env" not in self.host.keys:
            return ()
        known = (one for one in self.step.env if constant(one.value) is not None)
        handed_on = self.needs.may_be_set_before
        return tuple(one for one in known if not handed_on(one.name, self.step))

    @property
    def native_directory(self) -> Template | None:
        """The folder, where the host's own key can say it."""
        folder = self.step.directory
        known = "directory" in self.host.keys and folder is not None and constant(folder)
        return folder if known else None

    @property
    def native_shell(self) -> Template | None:
        """The shell, where the host's own will not do and its key can name another one."""
        return text(self.shell.command, of=self.step.shell) if self._names_shell else None

    @property
    def is_shell_left_out(self) -> bool:
        """Whether another shell than the step's own runs the script, which is the same in both."""
        same = (self.shell.interpreter, self.shell.pipefail)
        other = same != (self.around.interpreter, self.around.pipefail)
        return other and not self._names_shell and not self._is_apart

    def keeps(self, field: str) -> bool:
        """Whether the host's own key says a field of the step: only constants can be said."""
        value = getattr(self.step, field)
        if field not in self.host.keys or value is None:
            return False
        return not isinstance(value, Expr) or isinstance(value, Literal)

    def frame(self, test: str) -> Frame:
        """Return the frame of the script; raise CannotSay."""
        made = self._titled(self._joined(test) if self.host.joined else self._alone(test))
        if parse(render(made, joined=self.host.joined), joined=self.host.joined) == made:
            return made
        if self.host.joined:
            return self._titled(self._joined(test, apart=True))
        return self._titled(self._alone(test, apart=True))

    def _titled(self, frame: Frame) -> Frame:
        """The frame with the name of the reusable step whose place the script takes."""
        tool = None if self.step.tool is None else self.names.catalog.tool(self.step.tool)
        if tool is None:
            return frame
        source = tool.github or tool.orb or tool.plugin
        return replace(frame, title=tool.name if source is None else source.uses)

    @property
    def _names_shell(self) -> bool:
        if "shell" not in self.host.keys or not (self.shell.is_posix or self.shell.is_login):
            return False
        return not self._reads_alike or self._pipes_differ

    @property
    def _reads_alike(self) -> bool:
        known = self.shell.is_posix and self.around.is_posix
        is_ours = known and placeholder_of(self.content.text) is not None
        return is_ours or self.shell.reads_alike(self.around, self.content.text)

    @property
    def _pipes_differ(self) -> bool:
        differs = self.shell.pipefail != self.around.pipefail
        return differs and traits(self.content.text).has_pipe

    @property
    def _is_tolerated(self) -> bool:
        value = self.step.may_fail
        return value is not None and not (isinstance(value, Literal) and not value.value)

    @property
    def _may_fail(self) -> bool:
        return self._is_tolerated and not self.keeps("may_fail")

    @property
    def _is_apart(self) -> bool:
        """Whether the script has to be a process of its own."""
        timed = self.step.timeout is not None and not self.keeps("timeout")
        retried = self.step.retry is not None and not self.keeps("retry")
        other = not self._reads_alike and not self._names_shell
        return self._may_fail or timed or retried or other

    def _heads(self) -> tuple[tuple[str, str], ...]:
        native = {one.name for one in self.native_env}
        env = tuple(one for one in self.step.env if one.name not in native)
        return (*exports(env, self.names), *self.content.exports)

    def _folder(self) -> str:
        folder = self.step.directory
        if folder is None or self.native_directory is not None:
            return ""
        return value_word(folder, self.names)

    @property
    def _script(self) -> str:
        return self.content.text.rstrip("\n")

    @property
    def _without_exports(self) -> str:
        """The script; what that of a tool exports is meant to be there for the next one."""
        return without_exports(self.content.text) if self.step.tool else self.content.text

    def _joined(self, test: str, *, apart: bool = False) -> Frame:
        known = traits(self._without_exports)
        pairs, folder = self._heads(), self._folder()
        heads = (*export_lines(pairs), *((f'cd "{folder}"',) if folder else ()))
        tails = (*self._results(), *self._taken(), *self._sourced())
        ends = placeholder_of(self.content.text) is not None  # the job, which is what it is for
        ends |= self.step is self.needs.last and not tails  # nobody sees what it leaves behind
        plain = (known.shares or ends) and is_plain(self.content.text, joined=True)
        apart = apart or self.needs.tracked or self._is_apart or not (known.is_whole or plain)
        if apart:
            return self._process(test, heads, pairs, folder, tails)
        if self._pipes_differ:
            heads = (*heads, f"set {'-' if self.shell.pipefail else '+'}o pipefail")
        brackets = bool(heads) or not plain
        return Frame(script=self._script, test=test, heads=heads, brackets=brackets, tails=tails)

    def _process(
        self,
        test: str,
        heads: tuple[str, ...],
        pairs: tuple[tuple[str, str], ...],
        folder: str,
        tails: tuple[str, ...],
    ) -> Frame:
        inside = self.shell.is_posix and self.host.joined
        command = self._command("" if self.shell.is_posix else folder)
        if heads and not self.shell.is_posix and self.host.joined:
            command = " ".join((*(f'{name}="{value}"' for name, value in pairs), command))
        return Frame(
            script=framed_script(self._script, self.shell),
            test=test,
            heads=heads if inside else (),
            command=command,
            otherwise=self._forgiveness(),
            tails=tails,
        )

    def _command(self, folder: str) -> str:
        words = []
        if self.needs.tracked:
            words.append(self._function)
        if self.step.retry is not None and not self.keeps("retry"):
            words.append(f"retry {self.step.retry.attempts}")
        if self.step.timeout is not None and not self.keeps("timeout"):
            words.append(f"timeout {self._seconds(self.step.timeout)}")
        if folder and self.host.joined:
            words.append(f'sh -c \'cd "$0" && exec "$@"\' "{folder}"')
        return " ".join((*words, self.shell.from_file_3()))

    def _seconds(self, minutes: Expr) -> str:
        if isinstance(minutes, Literal) and isinstance(minutes.value, float):
            return str(int(minutes.value * 60))
        return f'"$(({word(minutes, self.names)} * 60))"'

    def _forgiveness(self) -> str:
        value = self.step.may_fail
        if value is None or not self._may_fail or self.needs.tracked:
            return ""
        if isinstance(value, Literal):
            return "outcome=failure" if self._is_read("outcome") else "true"
        return condition_test(value, self.names)

    def _is_read(self, what: str) -> bool:
        return f"{(self.step.id or '').lower()}.{what}" in self.needs.read_results

    @property
    def _has_news(self) -> bool:
        """Whether later steps ask something of this one."""
        asked = self._is_read("outcome") or self._is_read("conclusion")
        return self.needs.hands_on(self.step) or asked

    def _results(self) -> list[str]:
        """What says later steps how this one went."""
        lines = []
        value = self.step.may_fail
        is_dynamic = self._may_fail and not isinstance(value, Literal)
        if self._is_read("outcome") or self._is_read("conclusion"):
            if is_dynamic and value is not None and self._is_read("conclusion"):
                raise CannotSay(value, "what the step concludes depends on it")
            lines.append(f"result {self.step.id}{' success' if self._may_fail else ''}")
        if is_dynamic and value is not None and self.needs.tracked:
            test = condition_test(value, self.names)
            lines.append(f'[ "$outcome" = success ] || {test} || job_status=failure')
        return lines

    def _taken(self) -> tuple[str, ...]:
        if not self.needs.hands_on(self.step):
            return ()
        return (f"take {self.step.id or ''}".rstrip(),)

    def _sourced(self) -> tuple[str, ...]:
        """What each bash of its own would begin with."""
        is_bash = self.around.interpreter == "bash"
        return (SOURCE,) if is_bash and self.needs.writes_bash_env(self.step) else ()

    def _alone(self, test: str, *, apart: bool = False) -> Frame:
        pairs, folder = self._heads(), self._folder()
        before = self._before(test)
        heads = [*export_lines(pairs), *((f'cd "{folder}"',) if folder else ())]
        if self.needs.writes_files(self.step):
            heads.append(self.needs.kept.files_line)
        has_news = self._has_news
        if has_news:
            heads.append(f"trap '{self._ending} >> \"{self.host.values}\"' EXIT")
        script = self._script
        plain = is_plain(script, joined=False) and not (has_news and _TRAP.search(script))
        apart = apart or self._is_apart or not plain
        if not apart and self._pipes_differ and not self._names_shell:
            heads.append(f"set {'-' if self.shell.pipefail else '+'}o pipefail")
        own = (*before, *heads) if not test else tuple(heads)
        made = Frame(script=script, before=before if test else (), test=test, heads=own)
        if not apart:
            return made
        process = self._process(test, (), (), "", ())
        return Frame(
            script=process.script,
            before=made.before,
            test=test,
            heads=own,
            command=process.command,
            otherwise=process.otherwise,
        )

    @property
    def _ending(self) -> str:
        """The command that hands on what there is when the script ends."""
        if self.needs.kept.is_short:
            return PATH_ON
        words = ["hand_on"]
        if self.step.id is not None or self.needs.kept.results:
            words.append(self.step.id or "-")
        if self.needs.kept.results:
            words.append(self._ended)
        return " ".join(words)

    @property
    def _ended(self) -> str:
        """How the script ended: by its exit state, or failed though it may."""
        if self._may_fail:
            return '"${outcome:-$?}"'
        if self._is_tolerated and self._is_read("conclusion"):  # the system itself lets it fail
            return "$([ $? = 0 ] && echo 0 || echo failure)"
        return "$?"

    @property
    def _is_sourced(self) -> bool:
        """Whether the shell reads by itself what others handed on, as bash alone does."""
        is_other = self._names_shell and self.shell.interpreter != "bash"
        return self.host.sourced and not is_other

    def _before(self, test: str) -> tuple[str, ...]:
        """What a script reads that others handed on, and what is made of the system's variables."""
        lines = []
        said = " ".join((test, self.content.text, *(value for _, value in self._heads())))
        reads = self.needs.shares_env or "STEPS_" in said or self._has_news
        if self.needs.kept.is_used and not self._is_sourced and reads:
            lines.append(f'. "{self.host.values}"')
        handed = {one.name for one in self.step.env}  # to a program, under the very name
        for name, value in self.names.composed.items():
            if name in handed or re.search(rf"\$\{{?{name}\b", said):
                lines.append(f'export {name}="{value}"')
        return tuple(lines)
