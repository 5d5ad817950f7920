"""Calls of functions of the helper library as steps, or as parts of a job."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from ciconv.converters.nixactions.read import texts
from ciconv.converters.nixactions.read.found import Found
from ciconv.converters.nixactions.read.frame import Call
from ciconv.converters.nixactions.read.texts import as_expr, container, lines_of, text_of
from ciconv.converters.shell_tests import bash
from ciconv.converters.shell_tests.read_names import Names
from ciconv.ir.expression import Expr, Literal, Raw, constant, text
from ciconv.ir.step import (
    Argument,
    Checkout,
    DownloadArtifact,
    EnvVar,
    RestoreCache,
    SaveCache,
    UploadArtifact,
)
from ciconv.ir.trigger import Output
from ciconv.source import Span


class Given(Struct, frozen=True, kw_only=True):
    """What the reading of a call starts from; `fields` are those that all steps have."""

    call: Call
    names: Names
    fields: Mapping[str, Any]
    span: Span | None

    @property
    def arguments(self) -> list[bash.Word]:
        """The words behind the function's name."""
        return list(self.call.words[1:])


def read_call(given: Given) -> Found | None:
    """Return what a call is; None for a command that is no function of the library."""
    name = given.call.words[0].plain if given.call.words else None
    least, read = _READERS.get(name or "", (0, None))
    return None if read is None or len(given.arguments) < least else read(given)


def _checkout(given: Given) -> Found:
    return Found(step=Checkout(span=given.span))


def _upload(given: Given) -> Found:
    name, missing, hidden, overwrite, *paths = given.arguments
    upload = UploadArtifact(
        artifact=text_of(name, given.names),
        paths=lines_of(paths, given.names),
        missing=missing.plain or "warn",
        arguments=(*_switched_on("hidden", hidden), *_switched_on("overwrite", overwrite)),
        **given.fields,
    )
    return Found(step=upload)


def _download(given: Given) -> Found:
    name, pattern, path = (text_of(word, given.names) for word in given.arguments[:3])
    is_usual = constant(path) == "."
    download = DownloadArtifact(
        artifact=name if name.parts else None,
        pattern=pattern if pattern.parts else None,
        path=None if is_usual else path,
        arguments=_switched_on("merge", given.arguments[3]),
        **given.fields,
    )
    return Found(step=download)


def _switched_on(name: str, word: bash.Word) -> tuple[Argument, ...]:
    return (Argument(name=name, value=text("true")),) if word.plain == "true" else ()


def _restore(given: Given) -> Found:
    name, id, key, prefixes, *paths = given.arguments
    fallbacks = text_of(prefixes, given.names)
    restore = RestoreCache(
        key=text_of(key, given.names),
        fallbacks=fallbacks if fallbacks.parts else None,
        paths=lines_of(paths, given.names),
        **{**given.fields, "id": id.plain or None, "may_fail": None},
    )
    return Found(step=restore, kept=name.plain or "")


def _save(given: Given) -> Found:
    """A cache saved where it stands; without a key, the end of what a step restored."""
    name, key, *paths = given.arguments
    if key.plain == "":
        return Found(kept=name.plain or "")
    save = SaveCache(
        key=text_of(key, given.names),
        paths=lines_of(paths, given.names),
        **{**given.fields, "may_fail": None},
    )
    return Found(step=save)


def _service(given: Given) -> Found:
    name, *options, image = given.arguments
    found = container(options, image, name.plain or "", given.names, given.span)
    return Found(service=found)


def _nothing(given: Given) -> Found:
    return Found()


def _set(given: Given) -> Found:
    """Variables of the job, or its deadline."""
    commands = [one.words for one in given.call.before if one.name == "ciconv_set"]
    env, timeout = [], None
    for _, name, word in [*commands, given.call.words]:
        if name.plain == "CICONV_DEADLINE":
            timeout = _deadline(word, given.names)
        else:
            value = text_of(word, given.names)
            env.append(EnvVar(name=name.plain or "", value=value, span=given.span))
    return Found(env=tuple(env), timeout=timeout)


_DEADLINE = re.compile(r'"\$\(\( \$\(date \+%s\) \+ (.*) \* 60 \)\)"', re.DOTALL)


def _deadline(word: bash.Word, names: Names) -> Expr:
    match = _DEADLINE.fullmatch(word.raw)
    if match is None:
        return Raw(format=texts.FORMAT, text=word.raw)
    if match[1].isdigit():
        return Literal(value=float(match[1]))
    return as_expr(texts.template(match[1], names))


def _outputs(given: Given) -> Found:
    commands = [*(one.words for one in given.call.before), given.call.words]
    outputs = (
        Output(name=key.plain or "", value=text_of(word, given.names), span=given.span)
        for _, _, key, word in commands
    )
    return Found(outputs=tuple(outputs), job=given.arguments[0].plain or "")


# by the name of a function: how many words it needs behind it, and who reads them
_READERS: dict[str, tuple[int, Callable[[Given], Found]]] = {
    "ciconv_checkout": (0, _checkout),
    "ciconv_upload": (4, _upload),
    "ciconv_download": (4, _download),
    "ciconv_cache_restore": (4, _restore),
    "ciconv_cache_save": (2, _save),
    "ciconv_service": (2, _service),
    "ciconv_stop_services": (0, _nothing),
    "ciconv_set": (2, _set),
    "ciconv_output": (3, _outputs),
}
