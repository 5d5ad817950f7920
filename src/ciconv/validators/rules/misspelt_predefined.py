"""The rule `misspelt-predefined`."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.source import Source
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_LEAST = 0.9  # of two names that has to be alike
_COMMENT = re.compile(r"^\s*(#|//)")


class Predefined(Struct, frozen=True):
    """The variables that a system sets in every job, and how all its names begin."""

    prefixes: tuple[str, ...]
    names: tuple[str, ...]


class MisspeltPredefined(Rule):
    """A variable is read that has nearly the name of one that the system sets.

    Nobody sets it in the file, so it is empty where it is not one of the settings of the project.
    Lists: https://docs.gitlab.com/ci/variables/predefined_variables/ and its like.
    """

    code = "misspelt-predefined"
    summary = "nearly the name of a variable that the system sets"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the uses of such names."""
        known = _predefined().get(subject.format)
        if known is None:
            return
        used = re.compile(rf"(?:\$\{{?|\benv\.)((?:{'|'.join(known.prefixes)})_[A-Z0-9_]+)\b")
        sources = {one.span.source for one in subject.pipelines() if one.span is not None}
        sources |= {root.span.source for _, root in subject.mappings()}
        for source in sorted(sources, key=lambda one: one.path):
            yield from self._file(source, used, known)

    def _file(
        self, source: Source, used: re.Pattern[str], known: Predefined
    ) -> Iterator[Diagnostic]:
        meant: dict[str, list[str]] = {name: [] for name in known.names}
        for match in used.finditer(source.text):
            name = match[1]
            if name not in meant:
                meant[name] = _meant(name, known, source.text)
            close = meant[name]
            line = source.text[source.text.rfind("\n", 0, match.start()) + 1 : match.start()]
            if close and not _COMMENT.match(line):
                at = source.span(match.start(1), match.end(1))
                said = f"no variable {name!r} is set"
                yield self.found(at, said, f"did you mean {close[0]!r}?")


def _meant(name: str, known: Predefined, text: str) -> list[str]:
    """What somebody who reads a name means, unless the file sets it."""
    if _is_set(name, text):
        return []
    from difflib import get_close_matches  # where a name is wrong, not before

    return get_close_matches(name, known.names, 1, _LEAST)


def _is_set(name: str, text: str) -> bool:
    """Whether the name stands anywhere without a sign that it is read."""
    return re.search(rf"(?<![$\w.{{]){name}\b", text) is not None


@cache
def _predefined() -> dict[str, Predefined]:
    data = (Path(__file__).parent.parent / "predefined.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Predefined])
