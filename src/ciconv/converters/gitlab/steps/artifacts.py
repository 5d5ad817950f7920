"""`artifacts`: files that a job keeps, and hands to later jobs; reports.

https://docs.gitlab.com/ci/yaml/#artifacts
"""

import re
from collections.abc import Iterator
from itertools import takewhile

from msgspec import Struct

from ciconv.converters.fields import Fields, is_null
from ciconv.converters.gitlab.expressions.variables import literal
from ciconv.converters.gitlab.scalars import FORMAT, Scope, extra, extras, seconds
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Call, Expr, Literal, Ref, Template, constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import Argument, Extra, PublishReport, Step, UploadArtifact
from ciconv.source import Span
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, resolve

DEFAULT_DAYS = 30.0
DOTENV = "dotenv"

_FORBIDDEN = re.compile(r'[":<>|*?\r\n\\/]+')
_WILDCARD = re.compile(r"[*?\[]")
_DAY = 86400
_FOLDERS = re.compile(
    r"artifacts|\.?bin|\.?builds?|[._]?build|cache|coverage|dist|docs?|html|lib|logs?|node_modules|\.next"
    r"|output|packages|pkg|public|releases?|reports?|results|_?site|target|tests|tmp|vendor"
)


class Artifacts(Struct, frozen=True, kw_only=True):
    """What a job keeps. `upload` has no name yet: that depends on all jobs."""

    upload: UploadArtifact | None = None
    name: Template | None = None  # as it is written
    title: Extra | None = None  # the same, where the files have another name
    reports: tuple[Step, ...] = ()
    dotenv: tuple[Scalar, ...] = ()  # files whose variables later jobs get
    extras: tuple[Extra, ...] = ()


def read_artifacts(fields: Fields, scope: Scope) -> Artifacts:
    """Take `artifacts`."""
    entry = fields.entry("artifacts")
    node = None if entry is None else resolve(entry.value)
    if entry is None or node is None or is_null(node):
        return Artifacts()
    inner = Fields(node, scope.context, "'artifacts'")
    paths = [scope.text(one) for one in inner.scalars("paths") or ()]
    without = [scope.text(one) for one in inner.scalars("exclude") or ()]
    named = inner.entry("name")
    name = None if named is None else _text_of(named, scope)
    condition = _condition(inner, scope)
    days = _days(inner)
    untracked = inner.peek("untracked")
    kept = extras(inner, "expose_as", prefix="artifacts:", matters=False)
    kept += _of_readers(inner)
    if untracked is not None and inner.boolean("untracked"):
        paths.append(text(UNTRACKED, of=None))
        without.append(text(_OF_GIT))
        kept += (extra(untracked, "artifacts:untracked"),)
    arguments = (Argument(name="retention", value=days, span=days.span),) if days else ()
    reports, dotenv = _reports(inner, scope, arguments)
    leftovers = inner.leftovers(FORMAT)
    if not paths:
        _report_without_paths(node, scope)
        fields.comments.extend((*entry.comments, *inner.comments))
        return Artifacts(reports=reports, dotenv=dotenv, extras=(*kept, *leftovers))
    upload = UploadArtifact(
        artifact=text(""),
        paths=_lines(paths, without, entry.span),
        arguments=arguments,
        condition=condition,
        span=entry.span,
        comments=(*entry.comments, *inner.comments),
        extras=leftovers,
    )
    title = None if named is None else extra(named, "artifacts:name", matters=False)
    return Artifacts(
        upload=upload, name=name, title=title, reports=reports, dotenv=dotenv, extras=kept
    )


def _text_of(entry: Entry, scope: Scope) -> Template | None:
    node = resolve(entry.value)
    return scope.text(node) if isinstance(node, Scalar) and not is_null(node) else None


def _report_without_paths(node: Node, scope: Scope) -> None:
    """Say of keys that are about files that there are none; reports are always kept."""
    for entry in getattr(node, "entries", ()):
        if entry.name in ("name", "when", "exclude"):
            message = f"{entry.name!r} has no effect: no paths are kept"
            note = Diagnostic(
                code="without-effect", severity=Severity.NOTE, message=message, span=entry.span
            )
            scope.context.diagnostics.add(note)


def _of_readers(fields: Fields) -> tuple[Extra, ...]:
    """Who may have the files, where it is not everybody who may have them anyway."""
    usual = {"public": "true", "access": "all"}
    found = (fields.entry(name) for name in usual)
    given = [one for one in found if one is not None]
    return tuple(
        extra(one, f"artifacts:{one.name}", matters=_value(one) != usual[one.name]) for one in given
    )


def _value(entry: Entry) -> str:
    node = resolve(entry.value)
    return node.text if isinstance(node, Scalar) else ""


_OF_GIT = ".git/**"
UNTRACKED = "**"  # every file: that git does not track it, no other system asks


def _condition(fields: Fields, scope: Scope) -> Expr | None:
    """When the files are kept: after success, after a failure, or always."""
    scalar = fields.scalar("when")
    words = {"on_success": None, "on_failure": "failure", "always": "always"}
    if scalar is not None and scalar.text not in words:
        message = f"'when' of 'artifacts' cannot be {scalar.text!r}"
        scope.context.diagnostics.error("unknown-when", message, scalar.span)
    function = words.get("on_success" if scalar is None else scalar.text)
    return None if function is None or scalar is None else Call(function=function, span=scalar.span)


def _days(fields: Fields) -> Template | None:
    """How long the files are kept, in days; None for ever."""
    scalar = fields.scalar("expire_in")
    if scalar is None:
        return Template(parts=(Literal(value=DEFAULT_DAYS),))
    if scalar.text.strip().lower() == "never":
        return None
    found = seconds(scalar.text)
    if found is None:
        fields.wrong(scalar, "a time such as '1 week', or 'never'", "expire_in")
        return None
    days = max(1, -(-int(found) // _DAY))
    return Template(parts=(Literal(value=float(days), span=scalar.span),), span=scalar.span)


def _lines(paths: list[Template], without: list[Template], span: Span) -> Template:
    """Patterns as lines, those that leave files out behind a `!`."""
    parts: list[Expr] = []
    marked = [("", one) for one in paths] + [("!", one) for one in without]
    for number, (mark, one) in enumerate(marked):
        prefix = ("\n" if number else "") + mark
        parts += [Literal(value=prefix, span=one.span), *one.parts]
    return Template(parts=tuple(_joined(parts, span)), span=span)


def _joined(parts: list[Expr], span: Span | None) -> Iterator[Expr]:
    value, at = "", span
    for part in parts:
        if isinstance(part, Literal):
            value += str(part.value)
            at = part.span or at
            continue
        if value:
            yield literal(value, at)
            value = ""
        yield part
    if value:
        yield literal(value, span)


def join_lines(lines: list[Template], span: Span) -> Template:
    """Return texts as the lines of one."""
    return _lines(lines, [], span)


def _reports(
    fields: Fields, scope: Scope, arguments: tuple[Argument, ...]
) -> tuple[tuple[Step, ...], tuple[Scalar, ...]]:
    """Reports of tests and the like are kept whatever happens; dotenv files are variables."""
    inner = Fields(fields.node("reports"), scope.context, "'reports'")
    found: list[Step] = []
    dotenv: tuple[Scalar, ...] = ()
    for entry in inner.rest():
        scalars = tuple(_files(entry, inner, scope))
        if entry.name == DOTENV:
            dotenv = scalars
            fields.comments.extend(entry.comments)
        elif scalars:
            paths = join_lines([scope.text(one) for one in scalars], entry.span)
            found.append(
                PublishReport(
                    kind=entry.name,
                    paths=paths,
                    arguments=arguments,
                    condition=Call(function="always", span=entry.span),
                    span=entry.span,
                    comments=entry.comments,
                )
            )
    fields.comments.extend(inner.comments)
    return tuple(found), dotenv


def _files(entry: Entry, fields: Fields, scope: Scope) -> Iterator[Scalar]:
    """The paths of a report; `coverage_report` has its own below `path`, beside its format."""
    node = resolve(entry.value)
    if isinstance(node, Mapping):
        own = Fields(node, scope.context, f"{entry.name!r}")
        yield from own.scalars("path") or ()
        own.text("coverage_format")
        own.leftovers(FORMAT)
        return
    items = node.items if isinstance(node, Sequence) else (node,)
    yield from (one for one in fields.only_scalars(items, entry.name) if one.value is not None)


def keeps_name(artifacts: Artifacts, *, several: bool, taken: int) -> bool:
    """Whether files are called as it is written: if no other ones of the run are called so.

    `several`: the job has more than one instance; `taken`: how many jobs write this name.
    """
    written = constant(artifacts.name)
    return bool(written) and taken == 1 and not several and not _FORBIDDEN.search(written or "")


def artifact_name(artifacts: Artifacts, job: str, *, several: bool, kept: bool) -> Template:
    """Return what the files of a job are called: as it is written if `kept`, else as the job."""
    written = constant(artifacts.name)
    span = None if artifacts.upload is None else artifacts.upload.span
    if written and kept:
        return Template(parts=(literal(written, span),), span=span)
    name = _FORBIDDEN.sub("-", job).strip("-") or "artifacts"
    parts: tuple[Expr, ...] = (literal(name, span),)
    if several:
        index = Ref(path=("node", "index"), span=span)
        parts = (Literal(value=f"{name}-"), index)
    return Template(parts=parts, span=span)


def root_of(paths: Template) -> str:
    """Return the folder that the names inside of an artifact start from.

    What comes before the first wildcard of each path, as far as they have it in common.
    """
    lines = (constant(paths) or "").splitlines()
    found = [_before_wildcard(line) for line in lines if not line.startswith("!")]
    if not found:
        return ""
    if len(found) == 1 and not lines[0].endswith("/") and _has_extension(found[0], lines[0]):
        return "/".join(found[0][:-1])
    common: list[str] = []
    for level in zip(*found, strict=False):
        if len(set(level)) > 1:
            break
        common.append(level[0])
    return "/".join(common)


def _before_wildcard(line: str) -> list[str]:
    parts = [part for part in line.split("/") if part not in ("", ".")]
    return list(takewhile(lambda part: not _WILDCARD.search(part), parts))


def _has_extension(before: list[str], line: str) -> bool:
    """Whether a path is that of one file, as far as its name tells."""
    return bool(before) and line.rstrip("/").endswith(before[-1]) and "." in before[-1][1:]


def certain(paths: Template, mentions: str) -> Template:
    """Return paths of which everybody can tell whether they are of a folder or of a file.

    The folder that the names inside of an artifact start from depends on it. `mentions`: scripts,
    where a folder is one if something is done inside of it.
    """
    line = constant(paths)
    if line is None or "\n" in line or _WILDCARD.search(line) or line.endswith("/"):
        return paths
    last = line.rpartition("/")[2]
    if not last or "." in last[1:] or _FOLDERS.fullmatch(last) or f"{line}/" in mentions:
        return paths
    span = paths.parts[0].span
    # a pattern that only this name matches starts from the folder above, be it file or folder
    return replace(paths, parts=(literal(f"{line[:-1]}[{line[-1]}]", span),))
