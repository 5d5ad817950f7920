"""Caches in CircleCI's words: keys with templates, checksums of single files.

https://circleci.com/docs/guides/optimize/caching/
"""

import re
from collections.abc import Iterator

from ciconv.converters.circleci.jobs.writer import Writer
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Call, Expr, Literal, Ref, Template, constant, text, written
from ciconv.ir.step import Extra, RestoreCache, Run, SaveCache, Step
from ciconv.passes.known_versions import known_variables
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping

_NAMES = {
    ("ref", "name"): "{{ .Branch }}",
    ("ref", "branch"): "{{ .Branch }}",
    ("ref", "full"): "{{ .Branch }}",
    ("commit", "sha"): "{{ .Revision }}",
    ("os",): "{{ arch }}",
    ("runner", "os"): "{{ arch }}",
    ("arch",): "",
    ("runner", "arch"): "",
    ("run", "id"): "{{ epoch }}",
    ("run", "number"): "{{ .BuildNum }}",
    ("run", "attempt"): "",
}


_UNTOLD = ("enableCrossOsArchive", "upload-chunk-size")  # they change no file


def restore_cache(step: RestoreCache, writer: Writer) -> Iterator[Step]:
    """Yield the steps that bring a cache back; what is saved at the end is saved elsewhere."""
    writer.report_inputs(step, "cache", _UNTOLD)
    keys = _Keys(writer)
    texts = [keys.key(step.key)]
    if step.fallbacks is not None:
        texts += [keys.key(one) for one in _lines(step.fallbacks)]
    yield from keys.steps(step)
    items = [build.text(one) for one in dict.fromkeys(filter(None, texts))]
    if step.id is not None:
        said = "whether it was found is not known to later steps: they run as if it was not"
        writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, step)
    said = "the newest cache whose key begins so is taken"
    writer.lose(Feature.CACHE, Outcome.LOWERED, said, step)
    if not items:
        return
    yield _own("restore_cache", step, build.entry("keys", build.sequence(*items)))


def save_cache(step: SaveCache | RestoreCache, writer: Writer) -> Iterator[Step]:
    """Yield the steps that save a cache."""
    keys = _Keys(writer)
    key = keys.key(step.key)
    paths = [] if step.paths is None else [constant(one) for one in _lines(step.paths)]
    items = [build.text(_folder(one)) for one in dict.fromkeys(filter(None, paths))]
    if isinstance(step, SaveCache):
        writer.report_inputs(step, "cache", _UNTOLD)
        yield from keys.steps(step)
    if not key or not items:
        said = "nothing is saved: what, or under which key, is only known to the run"
        writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, step)
        return
    said = "the files are saved under a key of CircleCI's"
    writer.lose(Feature.CACHE, Outcome.LOWERED, said, step)
    paths_entry = build.entry("paths", build.sequence(*items))
    yield _own("save_cache", step, build.entry("key", build.text(key)), paths_entry)


def _own(name: str, step: Step, *entries: Entry) -> Step:
    """A step of CircleCI's own, as it is written."""
    value: Mapping = build.mapping(*entries)
    extra = Extra(format="circleci", key=name, value=value)
    return Step(extras=(extra,), condition=step.condition, span=step.span, comments=step.comments)


def _folder(path: str) -> str:
    """A path without wildcards, which caches do not take."""
    return path.split("*")[0].rstrip("/") or "." if "*" in path else path


def _lines(template: Template) -> Iterator[Template]:
    """The lines of a text with values in it."""
    line: list[Expr] = []
    for part in template.parts:
        if not isinstance(part, Literal):
            line.append(part)
            continue
        first, *others = written(part.value).split("\n")
        line.append(Literal(value=first, span=part.span))
        for other in others:
            yield Template(parts=tuple(line), span=template.span)
            line = [Literal(value=other, span=part.span)]
    whole = Template(parts=tuple(line), span=template.span)
    if constant(whole) != "":
        yield whole


class _Keys:
    """Writes keys, and knows the files that have to be put together before."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._sums: dict[str, str] = {}

    def key(self, template: Template) -> str:
        """Return a key; parts that cannot be said are left out, which is reported."""
        parts = [self._part(part) for part in template.parts]
        return re.sub(r"(?<=\w)-{2,}(?=\S)", "-", "".join(parts)).strip()

    def _part(self, part: Expr) -> str:
        if isinstance(part, Literal):
            return written(part.value)
        if isinstance(part, Call) and part.function == "hashFiles":
            return self._checksum(part)
        if isinstance(part, Ref):
            if part.path in _NAMES:
                return _NAMES[part.path]
            if part.path[0] == "env" and len(part.path) == 2:
                return self._variable(part.path[1])
        return self._text(part)

    def _variable(self, name: str) -> str:
        """A variable: those of the file are no `.Environment` of keys, which has the project's.

        https://circleci.com/docs/guides/optimize/caching/#using-keys-and-templates
        """
        known = known_variables(self._writer.job, self._writer.pipeline).get(name)
        return f"{{{{ .Environment.{name} }}}}" if known is None else self._text(known)

    def _text(self, part: Expr) -> str:
        try:
            return self._writer.text(part)
        except CannotSay as error:
            said = f"a part of the key is left out: {error}"
            self._writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, part)
            return ""

    def _checksum(self, call: Call) -> str:
        found = [constant(one) for one in call.arguments]
        names = [one for one in found if one is not None]
        if names != found:
            said = "the key does not change with files whose names only the run knows"
            self._writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, call)
        if not names:
            return ""
        if len(names) == 1 and not re.search(r"[*?!\[]", names[0]):
            return f'{{{{ checksum "{names[0]}" }}}}'
        number = len(self._sums) + 1
        patterns = " ".join(f"'{_git(one)}'" for one in names)
        digest = re.sub(r"[^A-Za-z0-9]+", "-", "-".join(names)).strip("-")[:40] or str(number)
        file = self._sums.setdefault(patterns, f"/tmp/checksum-{digest}")
        return f'{{{{ checksum "{file}" }}}}'

    def steps(self, step: Step) -> Iterator[Step]:
        """Yield the steps that put several files together."""
        for patterns, file in self._sums.items():
            script = f"git ls-files -s -- {patterns} > {file}"
            yield Run(
                name=text("Checksum of files"),
                script=text(script),
                condition=step.condition,
                span=step.span,
            )


def _git(pattern: str) -> str:
    """A glob as git takes it."""
    negated = pattern.startswith("!")
    return f":({'exclude,' if negated else ''}glob){pattern.removeprefix('!')}"
