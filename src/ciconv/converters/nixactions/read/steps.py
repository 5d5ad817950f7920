"""Steps of an evaluated job as steps of the IR."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from ciconv.catalog.catalog import Catalog
from ciconv.converters.nixactions.read import attributes, frame, texts
from ciconv.converters.nixactions.read.calls import Given, read_call
from ciconv.converters.nixactions.read.conditions import step_condition
from ciconv.converters.nixactions.read.found import Found
from ciconv.converters.nixactions.read.frame import Call
from ciconv.converters.nixactions.read.placeholders import placeholder
from ciconv.converters.nixactions.read.scripts import script
from ciconv.converters.nixactions.read.texts import as_expr, container, text_of
from ciconv.converters.nixactions.steps.files import read_checkout
from ciconv.converters.nixactions.steps.scripts import SHELLS
from ciconv.converters.shell_tests import bash
from ciconv.converters.shell_tests.bash import NotUnderstood
from ciconv.converters.shell_tests.read import truth_of_all
from ciconv.converters.shell_tests.read_names import Names
from ciconv.ir.expression import Expr, Literal, Raw, text
from ciconv.ir.job import Container
from ciconv.ir.step import ActionRef, Argument, Checkout, EnvVar, Retry, Run, Use
from ciconv.source import Span

STRICT = "bash -euo pipefail {0}"  # how NixActions runs the bash of a step
USUAL = "bash -e {0}"  # how the library does
_PATH = re.compile(r"/ciconv/(?:text|script)/\S+?(?=['\"\s]|$)")
_WORDS_OF_SHELLS = {command: word for word, command in SHELLS.items()}


class StepReader:
    """Reads the steps of one job."""

    def __init__(self, texts: Mapping[str, str], names: Names, span: Span | None) -> None:
        self._texts, self._names, self._span = texts, names, span

    def read(self, step: Mapping[str, Any]) -> Found:
        """Return what a step is; one that the library did not make is a script."""
        used = _used(step)
        if used is not None:
            return self._action(step, used)
        framed = frame.frame(str(step.get("bash", "")))
        if framed is None:
            return Found(step=self._plain(step))
        called = frame.call(framed.body)
        found = self._run(step, framed.body) if called is None else self._called(step, called)
        return replace(found, tolerated=framed.tolerated)

    def _action(self, step: Mapping[str, Any], used: Mapping[str, Any]) -> Found:
        """An action of NixActions itself; its checkout only prints a line."""
        name = str(used.get("name"))
        if name == "checkout":
            return Found()
        settings = used.get("settings")
        arguments = tuple(
            Argument(name=key, value=text(str(value)), span=self._span)
            for key, value in (settings.items() if isinstance(settings, dict) else ())
        )
        tool = name if Catalog.builtin().tool(name) is not None else None
        ref = ActionRef(format="nixactions", name=name, written=f"nixactions.actions.{name}")
        use = Use(ref=ref, tool=tool, arguments=arguments, **self._shared(step))
        return Found(step=use)

    def _plain(self, step: Mapping[str, Any]) -> Run:
        """A step of the user's own."""
        env = step.get("env")
        variables = env.items() if isinstance(env, dict) else ()
        return Run(
            script=text(str(step.get("bash", ""))),
            shell=text(STRICT),
            packages=_packages(step),
            env=tuple(EnvVar(name=key, value=text(str(one))) for key, one in variables),
            timeout=attributes.timeout(step),
            retry=attributes.retry(step),
            **self._shared(step),
        )

    def _shared(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """What all steps have."""
        condition = step.get("condition")
        return {
            "name": text(str(step.get("name", ""))),
            "condition": step_condition(condition, self._names) if condition else None,
            "span": self._span,
        }

    def _run(self, step: Mapping[str, Any], command: str) -> Found:
        run = Run(
            script=script(command, "bash", self._names),
            shell=text(USUAL),
            packages=_packages(step),
            **self._shared(step),
        )
        return Found(step=run)

    def _called(self, step: Mapping[str, Any], call: Call) -> Found:
        fields = self._shared(step) | self._options(call)
        given = Given(call=call, names=self._names, fields=fields, span=self._span)
        return read_call(given) or self._script(step, call, fields)

    def _script(self, step: Mapping[str, Any], call: Call, fields: dict[str, Any]) -> Found:
        """A script in a file of its own."""
        env, names = self._variables(call)
        outside, command = self._in_container(call)
        path = _PATH.search(command)
        shell = command if path is None else command.replace(path[0], "{0}")
        body = self._texts.get(path[0], "") if path else ""
        fields["env"] = env
        if call.directory is not None:
            fields["directory"] = text_of(call.directory, names)
        failing = placeholder(body, fields)
        if failing is not None:
            return Found(step=failing, container=outside)
        arguments = read_checkout(body, env)
        if arguments is not None:
            del fields["env"]
            return Found(step=Checkout(arguments=arguments, **fields), container=outside)
        run = Run(
            script=script(body, shell, names),
            shell=text(_WORDS_OF_SHELLS.get(shell, shell)),
            packages=_packages(step),
            **fields,
        )
        return Found(step=run, container=outside)

    def _variables(self, call: Call) -> tuple[tuple[EnvVar, ...], Names]:
        """The variables of a step; those that stand for an expression of its script are names."""
        env: dict[str, EnvVar] = {}
        names = self._names
        for together in call.variables:
            values = {name: text_of(word, names) for name, word in together}
            own = {name: one for name, one in values.items() if name.startswith("CICONV_")}
            names = names.knowing({name: as_expr(one) for name, one in own.items()})
            env |= {
                name: EnvVar(name=name, value=one, span=self._span)
                for name, one in values.items()
                if name not in own
            }
        return tuple(env.values()), names

    def _options(self, call: Call) -> dict[str, Any]:
        found: dict[str, Any] = {}
        options = call.options
        if "id" in options:
            found["id"] = options["id"].plain
        if "may-fail" in options:
            found["may_fail"] = self._test(options["may-fail"].plain or "")
        if "timeout" in options:
            found["timeout"] = self._minutes(options["timeout"])
        if "attempts" in options:
            found["retry"] = Retry(attempts=int(options["attempts"].plain or 1))
        return found

    def _test(self, source: str) -> Expr:
        try:
            return truth_of_all(bash.parse(source), self._names)
        except NotUnderstood:
            return Raw(format=texts.FORMAT, text=source)

    def _minutes(self, seconds: bash.Word) -> Expr:
        plain = seconds.plain
        if plain is not None and plain.isdigit():
            return Literal(value=int(plain) / 60)
        first = seconds.parts[0] if len(seconds.parts) == 1 else None
        if isinstance(first, bash.Arithmetic) and first.word.raw.endswith(" * 60"):
            minutes = first.word.raw.removesuffix(" * 60")
            return as_expr(texts.template(minutes, self._names))
        return Raw(format=texts.FORMAT, text=seconds.raw)

    def _in_container(self, call: Call) -> tuple[Container | None, str]:
        """The container a command runs in, and the command as it is written."""
        raw = [word.raw for word in call.words]
        if not raw or not raw[0].startswith('"${container['):
            return None, " ".join(raw)
        at = next((n for n, one in enumerate(raw) if one.endswith(":ro")), len(raw) - 2)
        options, image = list(call.words[1 : at - 1]), call.words[at + 1]
        found = container(options, image, "", self._names, self._span)
        return found, " ".join(raw[at + 2 :])


def _used(step: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Which action of NixActions a step is."""
    passed = step.get("passthru")
    found = passed.get("uses") if isinstance(passed, dict) else None
    return found if isinstance(found, dict) else None


def _packages(step: Mapping[str, Any]) -> tuple[str, ...]:
    deps = step.get("deps")
    found = (one.get("ciconv", {}) for one in deps or () if isinstance(one, dict))
    return tuple(one["name"] for one in found if one.get("kind") == "package")


def ids_with_texts(
    steps: list[Mapping[str, Any]], texts: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the ids of steps, each with the text that may name its outputs."""
    for step in steps:
        framed = frame.frame(str(step.get("bash", "")))
        if framed is None:
            continue
        match = re.search(r"^ciconv_step --id (\S+) ", framed.body, re.MULTILINE)
        cache = re.search(r"ciconv_cache_restore \S+ (\S+) ", framed.body)
        path = _PATH.search(framed.body)
        if match:
            yield match[1], texts.get(path[0], "") if path else ""
        elif cache and cache[1] != "''":
            yield cache[1], ""
