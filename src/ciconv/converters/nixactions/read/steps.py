"""Steps of an evaluated job as steps of the IR."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ciconv.converters.nixactions.read import bash, frame, words
from ciconv.converters.nixactions.read.bash import NotUnderstood
from ciconv.converters.nixactions.read.conditions import step_condition
from ciconv.converters.nixactions.read.frame import Call
from ciconv.converters.nixactions.read.names import Names
from ciconv.converters.nixactions.read.placeholders import placeholder
from ciconv.converters.nixactions.read.scripts import script
from ciconv.converters.nixactions.read.tests import truth_of_all
from ciconv.converters.nixactions.steps.scripts import SHELLS
from ciconv.ir.expression import Expr, Literal, Raw, Template, text
from ciconv.ir.job import Container
from ciconv.ir.step import (
    Argument,
    Checkout,
    DownloadArtifact,
    EnvVar,
    RestoreCache,
    Retry,
    Run,
    SaveCache,
    Step,
    UploadArtifact,
)
from ciconv.ir.trigger import Output
from ciconv.source import Span

STRICT = "bash -euo pipefail {0}"  # how NixActions runs the bash of a step
_PATH = re.compile(r"/ciconv/(?:text|script)/\S+?(?=['\"\s]|$)")
_WORDS_OF_SHELLS = {command: word for word, command in SHELLS.items()}


class Found(Struct, frozen=True, kw_only=True):
    """What one step of NixActions is: a step, or a part of the frame of its job."""

    step: Step | None = None
    env: tuple[EnvVar, ...] = ()  # of the job
    timeout: Expr | None = None  # of the job
    outputs: tuple[Output, ...] = ()
    service: Container | None = None
    container: Container | None = None
    tolerated: bool = False
    kept: str = ""  # the name of a cache that the end of the job saves


class StepReader:
    """Reads the steps of one job."""

    def __init__(self, texts: Mapping[str, str], names: Names, span: Span | None) -> None:
        self._texts, self._names, self._span = texts, names, span

    def read(self, step: Mapping[str, Any]) -> Found:
        """Return what a step is; one that the library did not make is a script."""
        framed = frame.frame(str(step.get("bash", "")))
        if framed is None:
            return Found(step=self._plain(step))
        called = frame.call(framed.body)
        if called is None:
            body = script(framed.body, "bash", self._names)
            command = self._run(step, body, "bash -e {0}")
            return Found(step=command, tolerated=framed.tolerated)
        name = called.words[0].plain or "" if called.words else ""
        read = _READERS.get(name, StepReader._script)
        found = read(self, step, called)
        return replace(found, tolerated=framed.tolerated)

    def _plain(self, step: Mapping[str, Any]) -> Run:
        env = step.get("env") if isinstance(step.get("env"), dict) else {}
        variables = tuple(EnvVar(name=key, value=text(str(one))) for key, one in env.items())
        run = self._run(step, text(str(step.get("bash", ""))), STRICT)
        return replace(run, env=variables)

    def _run(self, step: Mapping[str, Any], body: Template, shell: str) -> Run:
        return Run(script=body, shell=text(shell), packages=_packages(step), **self._shared(step))

    def _shared(self, step: Mapping[str, Any], names: Names | None = None) -> dict[str, Any]:
        """What all steps have."""
        return {
            "name": text(str(step.get("name", ""))),
            "condition": step_condition(step.get("condition"), names or self._names),
            "span": self._span,
        }

    def _script(self, step: Mapping[str, Any], call: Call) -> Found:
        """A script of a user, in a file of its own."""
        env, names = self._variables(call)
        container, command = self._in_container(call)
        path = _PATH.search(command)
        shell = command if path is None else command.replace(path[0], "{0}")
        body = self._texts.get(path[0], "") if path else ""
        fields = self._shared(step) | self._options(call)
        fields |= {"env": env}
        if call.directory is not None:
            fields["directory"] = self._template(call.directory, names)
        failing = placeholder(body, fields)
        if failing is not None:
            return Found(step=failing, container=container)
        run = Run(
            script=script(body, shell, names),
            shell=text(_WORDS_OF_SHELLS.get(shell, shell)),
            packages=_packages(step),
            **fields,
        )
        return Found(step=run, container=container)

    def _variables(self, call: Call) -> tuple[tuple[EnvVar, ...], Names]:
        """The variables of a step; those that stand for an expression of its script are names."""
        env: dict[str, EnvVar] = {}
        names = self._names
        for together in call.variables:
            values = {name: self._template(word, names) for name, word in together}
            own = {name: one for name, one in values.items() if name.startswith("CICONV_")}
            names = names.knowing({name: _as_expr(one) for name, one in own.items()})
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
            return Raw(format=words.FORMAT, text=source)

    def _minutes(self, seconds: bash.Word) -> Expr:
        plain = seconds.plain
        if plain is not None and plain.isdigit():
            return Literal(value=int(plain) / 60)
        first = seconds.parts[0] if len(seconds.parts) == 1 else None
        if isinstance(first, bash.Arithmetic) and first.word.raw.endswith(" * 60"):
            return _as_expr(words.template(first.word.raw.removesuffix(" * 60"), self._names))
        return Raw(format=words.FORMAT, text=seconds.raw)

    def _in_container(self, call: Call) -> tuple[Container | None, str]:
        """The container a command runs in, and the command as it is written."""
        raw = [word.raw for word in call.words]
        if not raw or not raw[0].startswith('"${container['):
            return None, " ".join(raw)
        at = next((n for n, one in enumerate(raw) if one.endswith(":ro")), len(raw) - 1)
        docker = self.docker(call.words[1 : at - 1], call.words[at + 1], "")
        return docker, " ".join(raw[at + 2 :])

    def docker(
        self, options: tuple[bash.Word, ...], image: bash.Word, name: str
    ) -> Container:
        """Return the container that arguments of docker mean."""
        groups: dict[str, list[Template]] = {"-e": [], "-p": [], "-v": []}
        rest = list(options)
        while len(rest) > 1 and rest[0].raw in groups and _is_quoted(rest[1]):
            groups[rest[0].raw].append(self._template(rest[1], self._names))
            rest = rest[2:]
        raw = " ".join(word.raw for word in rest)
        return Container(
            name=name,
            image=self._template(image, self._names),
            env=tuple(map(_variable, groups["-e"])),
            ports=tuple(groups["-p"]),
            volumes=tuple(groups["-v"]),
            options=words.template(raw, self._names) if raw else None,
            span=self._span,
        )

    def _template(self, word: bash.Word, names: Names) -> Template:
        try:
            return words.as_template(words.value(word, names))
        except NotUnderstood:
            return Template(parts=(Raw(format=words.FORMAT, text=word.raw),))

    def _lines(self, found: tuple[bash.Word, ...]) -> Template:
        parts: list[Expr] = []
        for number, word in enumerate(found):
            parts += [Literal(value="\n")] if number else []
            parts += self._template(word, self._names).parts
        return _joined(parts)

    def _checkout(self, step: Mapping[str, Any], call: Call) -> Found:
        return Found(step=Checkout(span=self._span))

    def _upload(self, step: Mapping[str, Any], call: Call) -> Found:
        name, missing, hidden, overwrite, *paths = call.words[1:]
        flags = (("hidden", hidden), ("overwrite", overwrite))
        arguments = tuple(_argument(key, "true") for key, one in flags if one.plain == "true")
        upload = UploadArtifact(
            artifact=self._template(name, self._names),
            paths=self._lines(tuple(paths)),
            missing=missing.plain or "warn",
            arguments=arguments,
            **self._shared(step) | self._options(call),
        )
        return Found(step=upload)

    def _download(self, step: Mapping[str, Any], call: Call) -> Found:
        values = [self._template(word, self._names) for word in call.words[1:4]]
        merge = call.words[4].plain == "true"
        download = DownloadArtifact(
            artifact=values[0] if values[0].parts else None,
            pattern=values[1] if values[1].parts else None,
            path=values[2],
            arguments=(_argument("merge", "true"),) if merge else (),
            **self._shared(step) | self._options(call),
        )
        return Found(step=download)

    def _restore(self, step: Mapping[str, Any], call: Call) -> Found:
        _, name, id, key, prefixes, *paths = call.words
        fallbacks = self._template(prefixes, self._names)
        restore = RestoreCache(
            key=self._template(key, self._names),
            fallbacks=fallbacks if fallbacks.parts else None,
            paths=self._lines(tuple(paths)),
            **self._shared(step) | {"id": id.plain or None},
        )
        return Found(step=restore, kept=name.plain or "")

    def _save(self, step: Mapping[str, Any], call: Call) -> Found:
        _, name, key, *paths = call.words
        if key.plain == "":
            return Found(kept=name.plain or "")
        save = SaveCache(
            key=self._template(key, self._names),
            paths=self._lines(tuple(paths)),
            **self._shared(step),
        )
        return Found(step=save)

    def _service(self, step: Mapping[str, Any], call: Call) -> Found:
        name, *options, image = call.words[1:]
        return Found(service=self.docker(tuple(options), image, name.plain or ""))

    def _nothing(self, step: Mapping[str, Any], call: Call) -> Found:
        return Found()

    def _set(self, step: Mapping[str, Any], call: Call) -> Found:
        """Variables of the job, or its deadline."""
        pairs = [command.words[1:] for command in call.before if command.name == "ciconv_set"]
        pairs.append(call.words[1:])
        env, timeout = [], None
        for name, word in pairs:
            if name.plain == "CICONV_DEADLINE":
                timeout = self._deadline(word)
            else:
                value = self._template(word, self._names)
                env.append(EnvVar(name=name.plain or "", value=value, span=self._span))
        return Found(env=tuple(env), timeout=timeout)

    def _deadline(self, word: bash.Word) -> Expr:
        match = re.fullmatch(r'"\$\(\( \$\(date \+%s\) \+ (.*) \* 60 \)\)"', word.raw, re.DOTALL)
        if match is None:
            return Raw(format=words.FORMAT, text=word.raw)
        if match[1].isdigit():
            return Literal(value=float(match[1]))
        return _as_expr(words.template(match[1], self._names))

    def _outputs(self, step: Mapping[str, Any], call: Call) -> Found:
        commands = [command.words for command in call.before] + [call.words]
        outputs = (
            Output(name=key.plain or "", value=self._template(word, self._names), span=self._span)
            for _, _, key, word in commands
        )
        return Found(outputs=tuple(outputs))


def _packages(step: Mapping[str, Any]) -> tuple[str, ...]:
    deps = step.get("deps")
    found = (one.get("ciconv", {}) for one in deps or () if isinstance(one, dict))
    return tuple(one["name"] for one in found if one.get("kind") == "package")


def _as_expr(template: Template) -> Expr:
    return template.parts[0] if len(template.parts) == 1 else template


def _joined(parts: list[Expr]) -> Template:
    found: list[Expr] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, Literal) and isinstance(last, Literal):
            found[-1] = Literal(value=f"{last.value}{part.value}")
        else:
            found.append(part)
    return Template(parts=tuple(found))


def _is_quoted(word: bash.Word) -> bool:
    return word.raw.startswith('"')


def _variable(value: Template) -> EnvVar:
    """`NAME=text` as a variable."""
    first, *rest = value.parts
    name, _, begin = str(first.value).partition("=") if isinstance(first, Literal) else ("", "", "")
    parts = [Literal(value=begin), *rest] if begin else rest
    return EnvVar(name=name, value=Template(parts=tuple(parts)))


def _argument(name: str, value: str) -> Argument:
    return Argument(name=name, value=text(value))


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


_READERS: dict[str, Callable[[StepReader, Mapping[str, Any], Call], Found]] = {
    "ciconv_checkout": StepReader._checkout,
    "ciconv_upload": StepReader._upload,
    "ciconv_download": StepReader._download,
    "ciconv_cache_restore": StepReader._restore,
    "ciconv_cache_save": StepReader._save,
    "ciconv_service": StepReader._service,
    "ciconv_stop_services": StepReader._nothing,
    "ciconv_set": StepReader._set,
    "ciconv_output": StepReader._outputs,
}
