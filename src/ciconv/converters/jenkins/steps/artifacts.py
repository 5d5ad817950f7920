"""Files for later jobs and for people ↔ `stash`, `unstash`, `archiveArtifacts`.

https://www.jenkins.io/doc/pipeline/steps/workflow-basic-steps/#stash-stash-some-files-to-be-used-later-in-the-build
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import partial
from os.path import commonprefix

from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.jenkins.jobs.matrix import value_in
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import (
    Expr,
    Literal,
    Ref,
    Template,
    constant,
    constant_text,
    text,
    walk,
    written,
)
from ciconv.ir.job import Job
from ciconv.ir.matrix import cells, dynamic_value
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import DownloadArtifact, Step, UploadArtifact
from ciconv.ir.walk import all_steps, replace_references
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

_FILE = re.compile(
    r"\.(xml|json|html?|txt|log|zip|tar|t?gz|bz2|xz|jar|war|whl|deb|rpm|exe|msi|pdf|md|csv|png|"
    r"jpe?g|svg|ya?ml|toml|sh|py|js|lcov|info|dmg|apk|aab|ipa|nupkg|sarif|env|out|patch|diff|"
    r"lock|conf|cfg|ini|tgz|zst|7z|bin|img|iso|qcow2|gem|crate|vsix|xpi|crx|jsonl|dat|db|sql|"
    r"ps|eps|gif|webp|css|map|ts|go|rs|c|h|cpp|so|a|dll|dylib|lib|hex|elf|uf2|wasm|asc|sig|"
    r"sha\d+|md5|pem|crt|key|profdata|prof|trace|dump|cov|gcov|gcda|gcno|rst|tex|tsv|parquet)$",
    re.IGNORECASE,
)
_WILD = re.compile(r"[*?\[{]")


class Artifacts:
    """Which artifacts of a pipeline are handed over between jobs, and under which names."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._made: dict[Template, tuple[Template, ...]] = {}
        self._asked: dict[Template, tuple[Template, ...]] = {}
        self._patterns: list[Template | None] = []
        self.uploads: list[UploadArtifact] = []
        for job, step in all_steps(pipeline):
            if isinstance(step, UploadArtifact):
                self.uploads.append(step)
                _add(self._made, step.artifact, _in_cells(step.artifact, step, job, pipeline))
            elif isinstance(step, DownloadArtifact) and step.artifact is not None:
                _add(self._asked, step.artifact, _in_cells(step.artifact, step, job, pipeline))
            elif isinstance(step, DownloadArtifact):
                self._patterns.append(step.pattern)
        self._names = tuple(dict.fromkeys(one for names in self._made.values() for one in names))
        self._wanted = frozenset(one for names in self._asked.values() for one in names)

    def is_handed_over(self, upload: UploadArtifact) -> bool:
        """Return whether a later job takes these files."""
        names = self._made.get(upload.artifact, (upload.artifact,))
        return any(
            name in self._wanted or any(_fits(pattern, name) for pattern in self._patterns)
            for name in names
        )

    def is_known(self, download: DownloadArtifact) -> bool:
        """Return whether a job of this pipeline has such files."""
        if download.artifact is None:
            return bool(self.taken(download))
        names = self._asked.get(download.artifact, (download.artifact,))
        return all(name in self._names for name in names)

    def taken(self, download: DownloadArtifact) -> tuple[Template, ...]:
        """Return the names of what a download brings; raise CannotSay for one of another job."""
        if download.artifact is not None:
            return (download.artifact,)
        names = tuple(name for name in self._names if _fits(download.pattern, name))
        for ref in (one for name in names for one in walk(name)):
            if isinstance(ref, Ref) and ref.path[0] in _OF_A_JOB:
                raise CannotSay(ref, "the name is only known in the job that keeps the files")
        return names


_OF_A_JOB = frozenset({"matrix", "env", "steps", "job"})


def _add(
    found: dict[Template, tuple[Template, ...]], name: Template, more: tuple[Template, ...]
) -> None:
    found[name] = tuple(dict.fromkeys((*found.get(name, ()), *more)))


def _in_cells(name: Template, step: Step, job: Job, pipeline: Pipeline) -> tuple[Template, ...]:
    """What a name is in each combination of the job's matrix, with the values of variables."""
    env = {one.name: one.value for one in (*pipeline.env, *job.env, *step.env)}

    def known(ref: Ref) -> Expr | None:
        return env.get(ref.path[1]) if ref.path[0] == "env" and len(ref.path) == 2 else None

    name = replace_references(name, known)
    matrix = job.matrix
    if matrix is None or dynamic_value(matrix) is not None:
        return (name,)
    rows = ({key.lower(): value for key, value in cell} for cell in cells(matrix))
    found = (replace_references(name, partial(value_in, row)) for row in rows)
    return tuple(dict.fromkeys(found)) or (name,)


def _fits(pattern: Template | None, name: Template) -> bool:
    if pattern is None:
        return True
    wanted = constant(pattern)
    if wanted is None:
        return pattern == name
    shape = constant_text(name, "*")
    return fnmatchcase(shape, wanted) or fnmatchcase(wanted, shape)


def write_upload(step: UploadArtifact, stashed: bool, says: Says) -> Iterator[t.Expr]:
    """Yield the steps that keep the files, and hand them over when somebody takes them."""
    paths = list(_lines(step.paths))
    wanted = [one for one in paths if not _is_negated(one)]
    others = [Template(parts=_without_sign(one)) for one in paths if _is_negated(one)]
    may_miss = step.missing != "error"
    archive = groovy.bare(
        "archiveArtifacts",
        **_given("artifacts", wanted, others, says),
        **({"allowEmptyArchive": True} if may_miss else {}),
    )
    folder, inside = _below(wanted, step.root)
    inner = [one for one in (_inside(folder, other) for other in others) if one is not None]
    stash = groovy.bare(
        "stash",
        name=says.text(step.artifact),
        **_given("includes", inside, inner, says),
        **({"allowEmpty": True} if may_miss else {}),
    )
    if folder.startswith("/"):  # patterns are of files below the current folder
        archive = groovy.bare(
            "archiveArtifacts",
            **_given("artifacts", inside or [text("**")], inner, says),
            **({"allowEmptyArchive": True} if may_miss else {}),
        )
        steps = (archive, stash) if stashed else (archive,)
        yield groovy.block(groovy.call("dir", folder), tuple(map(groovy.statement, steps)))
        return
    yield archive
    if stashed and folder:
        yield groovy.block(groovy.call("dir", folder), (groovy.statement(stash),))
    elif stashed:
        yield stash


def is_of_one_folder(step: UploadArtifact) -> bool:
    """Return whether all files are below one folder, though it be outside of the workspace."""
    return _below(list(_lines(step.paths)), step.root)[0].startswith("/")


def _given(
    key: str, paths: list[Template], others: list[Template], says: Says
) -> dict[str, t.Expr | bool]:
    """The arguments that name files, and those that are left out."""
    found = ((key, paths), ("excludes", others))
    return {name: _joined(each, says) for name, each in found if each}


def _inside(folder: str, path: Template) -> Template | None:
    """A path seen from a folder; None for one that is elsewhere."""
    known = re.sub(r"^(\./)+", "", constant(path) or "")
    if not folder or not known or known.startswith("**/"):
        return path
    return text(known[len(folder) + 1 :]) if known.startswith(f"{folder}/") else None


def write_download(
    step: DownloadArtifact, names: tuple[Template, ...], says: Says
) -> Iterator[t.Expr]:
    """Yield the steps that bring the files; of several artifacts each into a folder of its own."""
    merged = any(one.name == "merge" and constant(one.value) == "true" for one in step.arguments)
    for name in names:
        taken: t.Expr = groovy.bare("unstash", says.text(name))
        if step.artifact is None and not merged:
            taken = groovy.block(groovy.call("dir", says.text(name)), (groovy.statement(taken),))
        if step.path is not None and constant(step.path) not in ("", ".", "./"):
            inner = (groovy.statement(taken),)
            taken = groovy.block(groovy.call("dir", _folder(step.path, says)), inner)
        yield taken


def _folder(path: Template, says: Says) -> t.String:
    known = constant(path)
    return says.text(path) if known is None else groovy.literal(known.rstrip("/") or "/")


def _lines(template: Template) -> Iterator[Template]:
    """The lines of a template, without blanks around them and without empty ones."""
    parts: list[Expr] = []
    for part in template.parts:
        if not isinstance(part, Literal):
            parts.append(part)
            continue
        for number, line in enumerate(written(part.value).split("\n")):
            if number:
                yield from _stripped(parts)
                parts = []
            parts.append(Literal(value=line, span=part.span))
    yield from _stripped(parts)


def _stripped(parts: list[Expr]) -> Iterator[Template]:
    texts = [one for one in parts if not (isinstance(one, Literal) and one.value == "")]
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        if texts and isinstance(one := texts[end], Literal):
            texts[end] = Literal(value=strip(written(one.value)), span=one.span)
    texts = [one for one in texts if not (isinstance(one, Literal) and one.value == "")]
    if texts:
        yield Template(parts=tuple(texts))


def _is_negated(path: Template) -> bool:
    first = path.parts[0]
    return isinstance(first, Literal) and written(first.value).startswith("!")


def _without_sign(path: Template) -> tuple[Expr, ...]:
    first = path.parts[0]
    rest = written(first.value)[1:] if isinstance(first, Literal) else ""
    return (Literal(value=rest, span=first.span), *path.parts[1:])


def _joined(paths: list[Template], says: Says) -> t.String:
    """Patterns of Ant for paths, divided by commas."""
    parts: list[t.Text | t.Interpolation] = []
    for number, path in enumerate(paths):
        known = constant(path)
        own = says.text(path).parts if known is None else (t.Text(value=ant(known)),)
        parts += [t.Text(value=", "), *own] if number else own
    if all(isinstance(one, t.Text) for one in parts):
        return groovy.literal("".join(one.value for one in parts if isinstance(one, t.Text)))
    return t.String(parts=tuple(parts), quote=t.Quote.DOUBLE)


def ant(path: str) -> str:
    """Return the pattern for a path: of a folder everything in it."""
    found = re.sub(r"^(\./)+", "", path)
    found = _CLASS_OF_ONE.sub(r"\1", found.removeprefix("$WORKSPACE/"))
    if found in ("", ".", "/"):
        return "**"
    if found.endswith("/"):
        return f"{found}**"
    if found == "*" or found.endswith("/*"):  # which finds folders, too, elsewhere
        return f"{found}*"
    return found if _WILD.search(found) or _FILE.search(found) else f"{found}/**"


# `[a]`, which Ant does not know
_CLASS_OF_ONE = re.compile(r"\[([^]!^])\]")


def _below(paths: list[Template], root: Template | None) -> tuple[str, list[Template]]:
    """The folder that is not part of the names in an artifact, and the paths in it."""
    known = [re.sub(r"^(\./)+", "", constant(one) or "") for one in paths]
    if not all(known) or len({one.startswith("/") for one in known}) > 1:
        return "", paths
    if any(one.startswith("~") for one in known):
        return "", paths
    start = "/" if known[0].startswith("/") else ""
    folder = start + "/".join(commonprefix([_fixed(one) for one in known]))
    said = None if root is None else (constant(root) or "").strip("/").removeprefix("./")
    if said is not None and all(one.startswith(f"{said}/") or said == "." for one in known):
        folder = "" if said == "." else said
    if not folder:
        return "", paths
    inside = [one[len(folder) :].lstrip("/") for one in known]
    if any(one in ("", "**", "**/*", "*") for one in inside):
        return folder, [] if len(inside) == 1 and inside[0] != "*" else [text("**")]
    return folder, [text(one) for one in inside]


def _fixed(path: str) -> list[str]:
    """The folders of a path that hold no wildcard; a path that is no file is a folder itself."""
    parts = [one for one in path.split("/") if one]
    for number, part in enumerate(parts):
        if _WILD.search(part):
            return parts[:number]
    return parts[:-1] if _FILE.search(path) and not path.endswith("/") else parts
