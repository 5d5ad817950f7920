"""Mending files: the fixes of findings put into the text, and nothing else of it touched."""

import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

from ciconv.diagnostics import Diagnostic, Diagnostics, Fix
from ciconv.source import Source
from ciconv.syntax import yaml


def mend(found: Iterable[Diagnostic], *, unsafe: bool) -> tuple[str, ...]:
    """Put the fixes into the files; return the paths of those that changed.

    Only safe ones, unless `unsafe`. Where two fixes touch each other, the first one counts; a file
    that would be no YAML any more stays as it is.
    """
    fixes: dict[str, tuple[Source, list[Fix]]] = {}
    for one in found:
        fix = one.fix
        if fix is not None and (fix.safe or unsafe):
            source = fix.span.source
            fixes.setdefault(source.path, (source, []))[1].append(fix)
    return tuple(path for path, (source, some) in fixes.items() if _mend_file(path, source, some))


def _mend_file(path: str, source: Source, fixes: list[Fix]) -> bool:
    text = mended(source.text, fixes)
    if text == source.text or not _is_readable(path, text):
        return False
    file = Path(path)
    if file.read_bytes().decode("utf-8") != source.text:
        return False  # somebody else changed it in the meantime
    _replace(file, text)
    return True


def mended(text: str, fixes: Iterable[Fix]) -> str:
    """Return the text with the fixes in it."""
    parts, at = [], 0
    for fix in sorted(fixes, key=lambda one: one.span.start_offset):
        if fix.span.start_offset >= at:
            parts += [text[at : fix.span.start_offset], fix.replacement]
            at = fix.span.end_offset
    return "".join((*parts, text[at:]))


def _is_readable(path: str, text: str) -> bool:
    if not path.endswith((".yml", ".yaml")):
        return True
    diagnostics = Diagnostics()
    yaml.parse(Source(path, text), diagnostics)
    return not diagnostics.has_errors


def _replace(file: Path, text: str) -> None:
    """Write at once or not at all."""
    with NamedTemporaryFile("wb", dir=file.parent, prefix=".ciconv-", delete=False) as stream:
        stream.write(text.encode("utf-8"))
    os.chmod(stream.name, file.stat().st_mode)
    os.replace(stream.name, file)
