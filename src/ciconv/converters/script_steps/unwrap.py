"""Takes off again what `wrap` put around scripts."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import TypeGuard

from msgspec import Struct
from msgspec.structs import replace as changed

from ciconv.catalog.catalog import Catalog
from ciconv.converters.script_steps.conditions import as_read
from ciconv.converters.script_steps.frame import Frame, parse
from ciconv.converters.script_steps.handed_on import from_exports, from_sources
from ciconv.converters.script_steps.host import Host
from ciconv.converters.script_steps.placeholder import placeholder_of
from ciconv.converters.script_steps.prelude import DONE, Prelude, is_kept, read_prelude
from ciconv.converters.script_steps.shells import Shell, bare_script, shell_of, shell_of_command
from ciconv.converters.script_steps.skipping import test_of
from ciconv.converters.shell_tests import bash
from ciconv.converters.shell_tests.bash import NotUnderstood
from ciconv.converters.shell_tests.read import as_template, truth_of_all, value
from ciconv.converters.shell_tests.read_names import Names
from ciconv.ir.expression import Expr, Literal, Ref, Template, conjuncts, constant, text, together
from ciconv.ir.node import Node, replace, shared
from ciconv.ir.step import EnvVar, Retry, Run, Step
from ciconv.passes.bind_variables import STEP_NAME
from ciconv.syntax.shell.traits import traits

_VALUE = re.compile(r"\$(?:(VALUE_\d+)\b|\{(VALUE_\d+)\})")
_NEW_FILES = re.compile(r'export GITHUB_\w+="\$\(mktemp\)"')
_IN_FOLDER = re.compile(r'cd "([^\n]*)" # for all that follows')
_EXPORT = re.compile(r'([A-Za-z_]\w*)="')
_CLOSED = re.compile(r'(?<!\\)(?P<slashes>(?:\\\\)*)"(?: |$)')
_MAX_QUOTES = 200  # that are looked at for the end of a value
_RUNNER = re.compile(
    r"(?:(?P<env>(?:[A-Za-z_]\w*=\"(?:\$\([^\n]*?\)|[^\"\\]|\\.)*\" )+))?"
    r"(?:(?P<how>step|failed|run|try) )?"
    r"(?:retry (?P<times>\d+) )?"
    r"(?:timeout (?P<seconds>\d+|\"\$\(\([^\"\n]* \* 60\)\)\") )?"
    r"(?:sh -c 'cd \"\$0\" && exec \"\$@\"' \"(?P<folder>[^\n\"]*)\" )?(?P<shell>.+)"
)


def unwrap(steps: tuple[Step, ...], host: Host) -> tuple[Step, ...] | None:
    """Return the steps that scripts were wrapped from; None when `wrap` did not write them.

    `steps`: those of a job, where scripts are joined with one Run for each item of the list (span
    and all). Of None a reader makes what it makes of any script. A script that fails in place of
    something that was not converted becomes a Placeholder, what prepares the others nothing.
    """
    try:
        return _Unwrapper(host).steps(steps)
    except NotUnderstood:
        return None


def _with_variables(steps: tuple[Step, ...]) -> tuple[Step, ...] | None:
    """The steps with the one that sets variables as it was made; None without it."""
    made = tuple(_as_made(one) if _sets_variables(one) else one for one in steps)
    return None if made == steps else made


def _sets_variables(step: Step) -> TypeGuard[Run]:
    named = step.name is not None and constant(step.name) == STEP_NAME
    return named and isinstance(step, Run)


def _as_made(run: Run) -> Run:
    said = constant(run.script)
    return run if said is None else replace(run, script=text(from_sources(said), of=run.script))


class _Unwrapper:
    """Takes the scripts of one job apart."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._catalog = Catalog.builtin()
        self._prelude = Prelude()
        self._composed: dict[str, Expr] = {}
        self._made = _made_lines(self._catalog, host.format)
        self._ids: dict[str, str] = {}
        self._folders: dict[int, str] = {}  # that all scripts behind some run in
        self._skips: dict[int, str] = {}  # what all scripts behind some ask

    def steps(self, steps: tuple[Step, ...]) -> tuple[Step, ...] | None:
        """Return the steps; None where nothing was put around any script."""
        known = {n: constant(one.script) for n, one in enumerate(steps) if isinstance(one, Run)}
        texts = {n: one.rstrip("\n") for n, one in known.items() if one is not None}
        if not texts or len(texts) < len(known) and self._host.joined:
            return None
        numbers = list(texts)
        own = self._take_prelude(texts[numbers[0]])
        left_out = {numbers[0]} if own else set()
        changes = {n: _IN_FOLDER.fullmatch(one) for n, one in texts.items() if self._host.joined}
        self._folders = {n: found[1] for n, found in changes.items() if found is not None}
        self._skips = {n: test for n, one in texts.items() if (test := test_of(one))}
        self._skips = self._skips if self._host.joined else {}
        left_out |= self._folders.keys() | self._skips.keys()
        if self._prelude.status:
            if texts[numbers[-1]] != DONE:
                return None
            left_out.add(numbers[-1])
        parsed = {
            n: parse(text, joined=self._host.joined)
            for n, text in texts.items()
            if n not in left_out
        }
        plain = {n: one.script for n, one in parsed.items() if one == Frame(script=one.script)}
        scripts = {n: one for n, one in plain.items() if placeholder_of(one) is None}
        if len(scripts) == len(parsed) and not left_out:
            return _with_variables(steps)
        followed = [one for n, one in scripts.items() if n < max(parsed)]
        if self._host.joined and any(not traits(one).shares for one in followed):
            return None
        self._ids = dict(self._named(steps, parsed))
        kept = (n for n in range(len(steps)) if n not in left_out)
        return tuple(self._step(steps[n], parsed.get(n), n) for n in kept)

    def _take_prelude(self, script: str) -> bool:
        """Whether a script is a prelude, whose parts are noted."""
        if not self._host.joined:
            return is_kept(script, self._host.values)
        read = read_prelude(script)
        if read is None:
            return False
        self._prelude, rest = read
        lines = rest.splitlines()
        if any(one not in self._made for one in lines):
            self._prelude = Prelude()
            return False
        self._composed = dict(self._made[one] for one in lines)
        return True

    def _without_made(self, frame: Frame) -> Frame:
        """The frame without the lines that make predefined names of the system's variables."""
        lines = (*frame.before, *frame.heads)
        self._composed |= dict(self._made[one] for one in lines if one in self._made)
        before, heads = (
            tuple(one for one in part if one not in self._made)
            for part in (frame.before, frame.heads)
        )
        return changed(frame, before=before, heads=heads)

    def _named(
        self, steps: tuple[Step, ...], parsed: dict[int, Frame]
    ) -> Iterator[tuple[str, str]]:
        """The ids of steps, each with the text that may say its outputs."""
        for number, frame in parsed.items():
            found = _id_of(frame) or steps[number].id
            if found:
                yield found, frame.script

    def _step(self, run: Step, frame: Frame | None, number: int) -> Step:
        if frame is None or not isinstance(run, Run):
            return run
        frame = self._without_made(frame)
        names = Names(
            catalog=self._catalog,
            format=self._host.format,
            steps=self._ids,
            local=self._composed,
        )
        tracked = self._prelude.status
        reader = _Reader(frame, names, self._host, bool(self._prelude.pipes))
        test = reader.test()
        condition = as_read(test, reader.how) if self._host.joined else test
        if not self._host.joined and run.condition is not None:
            parts = [run.condition, *(() if test is None else conjuncts(test))]
            condition = together(*parts)
        asked = [self._asked(test, names) for n, test in self._skips.items() if n < number]
        condition = together(*asked, condition)
        found = reader.step(run, tracked=tracked)
        made = replace(found, condition=condition)
        folders = [folder for n, folder in self._folders.items() if n < number]
        if folders and made.directory is None:
            made = replace(made, directory=reader.text(folders[-1]))
        failing = placeholder_of(constant(made.script) or "")
        if failing is None:
            return made
        return type(failing)(
            what=failing.what,
            reason=failing.reason,
            arguments=failing.arguments,
            **shared(made, Step),
        )

    def _asked(self, test: str, names: Names) -> Expr | None:
        return truth_of_all(bash.parse(test), names)


def _with_values(
    script: str, env: tuple[EnvVar, ...], of: Template
) -> tuple[Template, tuple[EnvVar, ...]]:
    """The script with the expressions in it that variables were made for, and the other ones."""
    values = {one.name: one.value for one in env if _VALUE.fullmatch(f"${one.name}")}
    parts: list[Expr] = []
    at = 0
    for match in _VALUE.finditer(script):
        value = values.get(match[1] or match[2])
        if value is not None:
            parts += [Literal(value=script[at : match.start()]), *value.parts]
            at = match.end()
    rest = tuple(one for one in env if one.name not in values)
    if not parts:
        return text(script, of=of), env
    parts.append(Literal(value=script[at:]))
    kept = (one for one in parts if not isinstance(one, Literal) or one.value)
    return Template(parts=tuple(kept), span=of.span), rest


def _made_lines(catalog: Catalog, format: str) -> dict[str, tuple[str, Expr]]:
    """The lines that make predefined names of a system's variables, and what they make."""
    return {
        f'export {variable}="{name.shell[format]}"': (variable, Ref(path=path))
        for path, name in catalog.names().items()
        if format in name.shell
        if (variable := name.github_env or name.nixactions) is not None
    }


def _id_of(frame: Frame) -> str:
    for line in (*frame.tails, *frame.heads):
        match = re.match(r"(?:take|result) ([\w-]+)|trap 'hand_on ([\w-]+) ", line)
        found = match and (match[1] or match[2])
        if found and found != "-":
            return str(found)
    return ""


class _Reader(Struct, frozen=True):
    """Reads one frame."""

    frame: Frame
    names: Names
    host: Host
    relaxed: bool  # nothing is made of failures inside of pipes

    @property
    def how(self) -> str | None:
        """The function of the prelude that runs the script, if one does."""
        match = _RUNNER.fullmatch(self.frame.command)
        return None if match is None else match["how"]

    def test(self) -> Expr | None:
        """Return the condition that the script asks; raise NotUnderstood."""
        if not self.frame.test:
            return None
        return truth_of_all(bash.parse(self.frame.test), self.names)

    def step(self, run: Run, *, tracked: bool) -> Run:
        """Return the step, but for its condition; raise NotUnderstood."""
        env, folder, pipefail = self._heads()
        shell, fields = self._shell(run, pipefail), {}
        named_by: Node = run.shell or run.script
        command = self.frame.command
        if command:
            match = _RUNNER.fullmatch(command)
            if match is None or (match["how"] is None) is tracked:
                raise NotUnderstood("the command of a step")
            shell, named_by = shell_of_command(match["shell"]), run.script
            env = (*self._exported((match["env"] or "").rstrip()), *env)
            folder = match["folder"] or folder
            fields = self._limits(match)
        may_fail = self._may_fail(command)
        script, env = _with_values(bare_script(self._script(run), shell), env, run.script)
        return replace(
            run,
            id=_id_of(self.frame) or run.id,
            script=script,
            shell=text(shell.command, of=named_by),
            env=(*run.env, *env),
            directory=run.directory if folder is None else self.text(folder),
            may_fail=run.may_fail if may_fail is None else may_fail,
            tool=self.frame.title or run.tool,
            **fields,
        )

    def _script(self, run: Run) -> str:
        script = self.frame.script
        if (self.frame.title or _sets_variables(run)) and not self.host.joined:
            return from_sources(script)
        is_shared = self.frame.title and not (self.frame.brackets or self.frame.command)
        return from_exports(script) if is_shared else script

    def _shell(self, run: Run, pipefail: bool | None) -> Shell:
        """The shell that reads the text, with what was set in it."""
        own = shell_of(constant(run.shell) or self.host.shell)
        wanted = own.pipefail and not self.relaxed if pipefail is None else pipefail
        if not own.is_posix or wanted is own.pipefail:
            return own
        return shell_of(f"{own.interpreter} -e{'o pipefail' if wanted else ''} {{0}}")

    def _limits(self, match: "re.Match[str]") -> dict[str, object]:
        fields: dict[str, object] = {}
        if match["times"]:
            fields["retry"] = Retry(attempts=int(match["times"]))
        seconds = match["seconds"]
        if seconds and seconds.isdigit():
            fields["timeout"] = Literal(value=int(seconds) / 60)
        elif seconds:
            template = self.text(seconds[len('"$((') : -len(' * 60))"')])
            fields["timeout"] = template.parts[0] if len(template.parts) == 1 else template
        return fields

    def _may_fail(self, command: str) -> Expr | None:
        tests = [
            line.removeprefix('[ "$outcome" = success ] || ').removesuffix(" || job_status=failure")
            for line in self.frame.tails
            if line.startswith("[")
        ]
        if tests:
            return truth_of_all(bash.parse(tests[0]), self.names)
        match = _RUNNER.fullmatch(command)
        if match is not None and match["how"] == "try":
            return Literal(value=True)
        otherwise = self.frame.otherwise
        if not otherwise:
            return None
        if otherwise in ("true", "outcome=failure"):
            return Literal(value=True)
        return truth_of_all(bash.parse(otherwise), self.names)

    def _heads(self) -> tuple[tuple[EnvVar, ...], str | None, bool | None]:
        env: list[EnvVar] = []
        folder: str | None = None
        pipefail: bool | None = None
        for line in (*self.frame.before, *self.frame.heads):
            if line.startswith("cd "):
                folder = line[len('cd "') : -1]
            elif line.startswith("set "):
                pipefail = line.startswith("set -")
            elif line.startswith("export ") and not _NEW_FILES.match(line):
                env.extend(self._exported(line.removeprefix("export ")))
        return tuple(env), folder, pipefail

    def _exported(self, line: str) -> Iterator[EnvVar]:
        at = 0
        while at < len(line):
            match = _EXPORT.match(line, at)
            if match is None:
                raise NotUnderstood("a variable")
            found, at = self._value(line, match.end())
            yield EnvVar(name=match[1], value=found)

    def _value(self, line: str, start: int) -> tuple[Template, int]:
        """A value up to its closing quotes, and where the next variable begins.

        Commands inside of it may have quotes: the first that leave a whole word behind close it.
        """
        failed = NotUnderstood("a variable")
        for closed in islice(_CLOSED.finditer(line, start), _MAX_QUOTES):
            try:
                return self.text(line[start : closed.end("slashes")]), closed.end()
            except NotUnderstood as error:
                failed = error
        raise failed

    def text(self, word: str) -> Template:
        """Return what stands between double quotes; raise NotUnderstood."""
        return as_template(value(bash.parse_word(word), self.names))
