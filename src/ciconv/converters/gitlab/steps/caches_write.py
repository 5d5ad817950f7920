"""Caches as `cache`: restored before the script of a job, and saved after it.

https://docs.gitlab.com/ci/caching/
"""

import re

from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.converters.script_steps import CannotSay
from ciconv.ir.expression import Call, Literal, Template, constant
from ciconv.ir.job import Job
from ciconv.ir.step import RestoreCache, SaveCache, Step
from ciconv.ir.walk import comments_of
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Node

MAX_CACHES = 4
MAX_KEY_FILES = 2


def write_caches(job: Job, writer: Writer) -> Entry | None:
    """Return the entry `cache` for the steps that restore and save caches."""
    found: dict[tuple[object, object], Mapping] = {}
    steps = [one for one in job.steps if isinstance(one, RestoreCache | SaveCache)]
    pairs = {(one.key, one.paths) for one in steps if isinstance(one, SaveCache)}
    for step in steps:
        both = (step.key, step.paths)
        if isinstance(step, SaveCache) and _is_restored(step, steps):
            _report(step, writer)
            continue
        saves = isinstance(step, SaveCache) or step.save or both in pairs
        found[both] = _cache(step, saves, writer)
        _report(step, writer)
    for step in steps[MAX_CACHES:]:
        said = f"a job has at most {MAX_CACHES} caches, so this one is left out"
        writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, step)
    items = tuple(found.values())[:MAX_CACHES]
    if not items:
        return None
    value: Node = build.sequence(*items)
    comments = tuple(one for step in steps for one in comments_of(_bare(step)))
    if len(items) == 1:
        value = items[0]
    return build.entry("cache", value, comments)


def _bare(step: RestoreCache | SaveCache) -> Step:
    from ciconv.ir.node import replace

    return replace(step, ref=None)


def _is_restored(step: SaveCache, steps: list[RestoreCache | SaveCache]) -> bool:
    return any(
        isinstance(one, RestoreCache) and (one.key, one.paths) == (step.key, step.paths)
        for one in steps
    )


def _report(step: RestoreCache | SaveCache, writer: Writer) -> None:
    for one in step.arguments:
        said = f"the input {one.name!r} of the cache is left out: the runner does not do so"
        writer.lose(Feature.TOOL_INPUT, Outcome.APPROXIMATED, said, one)
    if step.condition is not None:
        said = "the cache is used whatever the condition says"
        writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, step.condition)
    if step.may_fail is not None:
        said = "a cache that is not there never makes a job fail"
        writer.lose(Feature.CACHE, Outcome.LOWERED, said, step.may_fail)


def _cache(step: RestoreCache | SaveCache, saves: bool, writer: Writer) -> Mapping:
    fallbacks = step.fallbacks if isinstance(step, RestoreCache) else None
    entries = [_key(step.key, fallbacks, writer)]
    if fallbacks is not None:
        entries += _fallbacks(step.key, fallbacks, writer)
    if step.paths is not None:
        paths = [_inside(one, step, writer) for one in _lines(step.paths, writer, step)]
        entries.append(build.entry("paths", build.sequence(*map(build.text, paths))))
    if isinstance(step, SaveCache):
        entries.append(build.entry("policy", build.text("push")))
    elif not saves:
        entries.append(build.entry("policy", build.text("pull")))
    return build.mapping(*entries)


def _key(key: Template, fallbacks: Template | None, writer: Writer) -> Entry:
    """The key: files and a prefix where it is a hash, else text."""
    files: list[str] = []
    rest = []
    for part in key.parts:
        if isinstance(part, Call) and part.function == "hashFiles":
            files += _files(part, writer)
        else:
            rest.append(part)
    try:
        text = _sayable(writer.key(Template(parts=tuple(rest), span=key.span)))
    except CannotSay as error:
        kept = "".join(constant(one) or "" for one in rest if isinstance(one, Literal))
        text = _sayable(kept) or "default"
        said = f"the key of the cache is {text!r} only: {error}"
        writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, error.expr)
    if not files:
        return build.entry("key", build.text(text or "default"))
    entries = [build.entry("files", build.sequence(*map(build.text, files)))]
    if text:
        entries.append(build.entry("prefix", build.text(text)))
    return build.entry("key", build.mapping(*entries))


def _files(call: Call, writer: Writer) -> list[str]:
    found = [constant(one) for one in call.arguments]
    known = [re.sub(r"^(\./)", "", one) for one in found if one is not None]
    if len(known) < len(found) or len(known) > MAX_KEY_FILES:
        said = f"the key of the cache is made of at most {MAX_KEY_FILES} files with known names"
        writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, call)
    return known[:MAX_KEY_FILES]


def _sayable(key: str) -> str:
    """A key without what keys may not hold, or what nothing stands beside."""
    return re.sub(r"-{2,}", "-", key.replace("/", "-").replace("%2F", "-")).strip("-.")


def _fallbacks(key: Template, fallbacks: Template, writer: Writer) -> list[Entry]:
    """`fallback_keys`, which have to be whole keys: where they begin like another one is said."""
    said = "a key is used as a whole: the beginning of one finds no cache"
    writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, fallbacks)
    found = [_sayable(one) for one in _lines(fallbacks, writer, fallbacks)]
    known = [one for one in dict.fromkeys(found) if one]
    if not known:
        return []
    return [build.entry("fallback_keys", build.sequence(*map(build.text, known[:5])))]


def _lines(template: Template, writer: Writer, at: object) -> list[str]:
    """The lines of a text; one that cannot be said is left out."""
    found = []
    for line in lines_of(template):
        try:
            found.append(writer.key(line).strip())
        except CannotSay as error:
            said = f"a line of the cache is left out: {error}"
            writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, error.expr)
    return [one for one in found if one]


def lines_of(template: Template) -> list[Template]:
    """Return the lines of a text as texts of their own."""
    lines: list[list[object]] = [[]]
    for part in template.parts:
        if not isinstance(part, Literal):
            lines[-1].append(part)
            continue
        first, *others = (constant(part) or "").split("\n")
        pieces = [first, *others]
        for number, piece in enumerate(pieces):
            if number:
                lines.append([])
            if piece:
                lines[-1].append(Literal(value=piece, span=part.span))
    return [Template(parts=tuple(one), span=template.span) for one in lines]  # type: ignore[arg-type]


def _inside(path: str, step: Step, writer: Writer) -> str:
    """A path of the cache, which has to be in the project's folder."""
    if path.startswith(("~", "/", "$HOME", "${HOME")):
        said = f"{path!r} is outside of the project's folder, so nothing of it is cached"
        writer.lose(
            Feature.CACHE, Outcome.APPROXIMATED, said, step, "let the tool keep its cache inside"
        )
    return path.removeprefix("./")
