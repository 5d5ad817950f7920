"""Caches as `cache`: restored before the script of a job, and saved after it.

https://docs.gitlab.com/ci/caching/
"""

import re
from collections.abc import Sequence as Sequenced

from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.converters.gitlab.steps.cache_folders import folder_of
from ciconv.converters.gitlab.steps.lines import lines_of
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Call, Literal, Ref, Template, constant
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.step import RestoreCache, SaveCache
from ciconv.ir.walk import comments_of
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Sequence

MAX_CACHES = 4
MAX_KEY_FILES = 2

_Cache = RestoreCache | SaveCache


def write_caches(job: Job, writer: Writer) -> Entry | None:
    """Return the entry `cache` for the steps that restore and save caches."""
    steps = [one for one in job.steps if isinstance(one, _Cache)]
    steps = [_overwritten(one, steps) for one in steps]
    saved = {(one.key, one.paths) for one in steps if isinstance(one, SaveCache)}
    found: dict[tuple[object, object], Mapping] = {}
    for step in steps:
        _report(step, writer)
        both = (step.key, step.paths)
        if both not in found:
            cache = _cache(step, both in saved, writer)
            if cache is not None:
                found[both] = cache
    for step in steps[MAX_CACHES:]:
        said = f"a job has at most {MAX_CACHES} caches, so this one is left out"
        writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, step)
    items = tuple(found.values())[:MAX_CACHES]
    if not items:
        return None
    comments = tuple(one for step in steps for one in comments_of(replace(step, ref=None)))
    value = items[0] if len(items) == 1 else build.sequence(*items)
    return build.entry("cache", value, comments)


def _overwritten(step: _Cache, steps: Sequenced[_Cache]) -> _Cache:
    """A cache with the number of the run in its key, which every run saves anew: as it is here.

    Where caches are never changed, this is how the newest one is found: by the rest of its key.
    """
    prefix = _without_run(step.key)
    if prefix is None:
        return step
    for one in steps:
        fallbacks = (
            lines_of(one.fallbacks) if isinstance(one, RestoreCache) and one.fallbacks else ()
        )
        if one.key == step.key and prefix in fallbacks:
            if isinstance(step, RestoreCache):
                return replace(step, key=prefix, fallbacks=None)
            return replace(step, key=prefix)
    return step


def _without_run(key: Template) -> Template | None:
    """The beginning of a key that ends with the number of the run."""
    last = key.parts[-1] if key.parts else None
    is_run = isinstance(last, Ref) and last.path in (("run", "id"), ("run", "number"))
    return replace(key, parts=key.parts[:-1]) if is_run else None


def _report(step: _Cache, writer: Writer) -> None:
    for one in step.arguments:
        said = f"the input {one.name!r} of the cache is left out: the runner does not do so"
        writer.lose(Feature.TOOL_INPUT, Outcome.APPROXIMATED, said, one)
    if step.condition is not None:
        said = "the cache is used whatever the condition says"
        writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, step.condition)
    if step.may_fail is not None:
        said = "a cache that is not there never makes a job fail"
        writer.lose(Feature.CACHE, Outcome.LOWERED, said, step.may_fail)
    if step.id is not None and isinstance(step, RestoreCache):
        said = "nothing says whether there was a cache: 'cache-hit' is empty"
        writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, step)


def _cache(step: _Cache, saved: bool, writer: Writer) -> Mapping | None:
    """One cache; None when none of its folders can be cached."""
    paths = _paths(step, writer)
    if not paths:
        return None
    entries = [_key(step.key, writer), build.entry("paths", _texts(paths))]
    if isinstance(step, SaveCache):
        entries.append(build.entry("policy", build.text("push")))
    elif not step.save and not saved:
        entries.append(build.entry("policy", build.text("pull")))
    if isinstance(step, RestoreCache) and step.fallbacks is not None:
        said = "a key is used as a whole: the beginning of one finds no cache"
        writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, step.fallbacks)
    return build.mapping(*entries)


def _texts(texts: list[str]) -> Sequence:
    return build.sequence(*map(build.text, dict.fromkeys(texts)))


def _paths(step: _Cache, writer: Writer) -> list[str]:
    found = []
    for line in [] if step.paths is None else lines_of(step.paths):
        try:
            path = writer.text(line).strip()
        except CannotSay as error:
            said = f"a path of the cache is left out: {error}"
            writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, error.expr)
            continue
        if path:
            found += _inside(path, line, writer)
    return found


def _inside(path: str, at: Template, writer: Writer) -> list[str]:
    """A path in the project's folder; a tool's own folder is moved there by its variable."""
    if not re.match(r"~|/|\$HOME|\$\{HOME", path):
        return [path.removeprefix("./")]
    moved = folder_of(path)
    if moved is None:
        said = f"{path!r} is outside of the project's folder, so it is not cached"
        writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, at)
        return []
    writer.variables[moved.variable] = moved.value
    said = f"{path!r} moves into the folder of the project: {moved.variable} points the tool there"
    writer.lose(Feature.VARIABLE, Outcome.APPROXIMATED, said, at)
    return [moved.folder]


def _key(key: Template, writer: Writer) -> Entry:
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
        text = _sayable("".join(constant(one) or "" for one in rest if isinstance(one, Literal)))
        said = f"the key of the cache is {text or 'default'!r} only: {error}"
        writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, error.expr)
    if not files:
        return build.entry("key", build.text(text or "default"))
    entries = [build.entry("files", _texts(files[:MAX_KEY_FILES]))]
    if text:
        entries.append(build.entry("prefix", build.text(text)))
    return build.entry("key", build.mapping(*entries))


def _files(call: Call, writer: Writer) -> list[str]:
    found = [constant(one) for one in call.arguments]
    known = [re.sub(r"^(\./|\*\*/)+", "", one) for one in found if one is not None]
    known = [one for one in known if not one.startswith("!")]
    if known != found or len(known) > MAX_KEY_FILES or any("*" in one for one in known):
        said = f"the key of the cache is made of at most {MAX_KEY_FILES} files with known names"
        writer.lose(Feature.CACHE, Outcome.APPROXIMATED, said, call)
    return [one for one in known if "*" not in one][:MAX_KEY_FILES]


def _sayable(key: str) -> str:
    """A key without what keys may not hold, or what nothing stands beside."""
    return re.sub(r"-{2,}", "-", re.sub(r"[/%\s]+", "-", key)).strip("-._")
