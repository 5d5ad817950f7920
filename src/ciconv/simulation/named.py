"""Whether a loss and a difference speak of the same value.

A variable that is lost changes the texts that use it, and nothing else of its job. Which these are
is told by names: those that the loss says, or that stand at its place, have to be in the values
that differ.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ciconv.catalog.catalog import Catalog
from ciconv.diagnostics import Diagnostic
from ciconv.simulation.compare.difference import Difference, Field
from ciconv.source import Span

MAX_TEXT = 2_000  # characters at the place of a loss; more is no name, but a whole job

MAX_PLACES = 10  # of a variable's name that are looked at
MAX_VALUE = 200  # characters behind it

_DECIDED = (Field.STATE, Field.STARTS)  # whose place is what decides
_QUOTED = re.compile(r"'([^']+)'")
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_DOTTED = re.compile(  # from where the first letter of a word stands, which is tried once
    r"(?<![\w-])(?:[^\WA-Za-z_]|-)*([A-Za-z_][\w-]*+(?:\.[A-Za-z_][\w-]*+)+)"
)
_IS_NAME = re.compile(r"[A-Z_].*|.*[_.].*|.*\d.*")
_CONTEXTS = frozenset(  # words of every expression
    """env event false github inputs matrix name needs outputs parameters params pipeline run runner
    secrets steps strategy string true vars with""".split()  # noqa: SIM905 -- words to read
)


def speaks_of(diagnostic: Diagnostic, difference: Difference) -> bool:
    """Return whether a name of the loss is in what differs."""
    return not _names(diagnostic).isdisjoint(_words(difference))


def _names(diagnostic: Diagnostic) -> frozenset[str]:
    """The names a loss is about, in lower case."""
    return _names_in(diagnostic.message, "" if diagnostic.span is None else _text(diagnostic.span))


@lru_cache(maxsize=10_000)  # each loss is asked for many differences
def _names_in(message: str, place: str) -> frozenset[str]:
    found = set(_parts(place))
    for quoted in _QUOTED.findall(message):
        found |= {quoted.lower(), *_parts(quoted)}  # a single letter is a name here
    for word in re.findall(r"[\w.-]+", _QUOTED.sub(" ", message)):
        if _IS_NAME.fullmatch(word.strip(".-")):
            found |= set(_parts(word))
    return (frozenset(found) | frozenset(_canonical(found))) - _CONTEXTS


def _canonical(names: Iterable[str]) -> Iterator[str]:
    """What values that systems set are called in plans: `registry.image` for CI_REGISTRY_IMAGE."""
    catalog = Catalog.builtin()
    for name in names:
        for format in ("gitlab", "circleci", "jenkins"):
            path = catalog.canonical_name(format, (name,))
            if path is not None and len(path) > 1:
                yield ".".join(path)


def _words(difference: Difference) -> frozenset[str]:
    """The names in what differs, in lower case: in its values, or where a condition stands."""
    said = difference.subject, difference.here or "", difference.there or ""
    places = list(difference.asked)
    if difference.field in _DECIDED and difference.span is not None:
        places.append(difference.span)
    texts = *said, difference.message.partition(": ")[2], *map(_text, places)
    return _words_of(texts, difference.subject, difference.span, difference.step_span)


@lru_cache(maxsize=1_000)  # many losses are asked whether they are of one difference
def _words_of(
    said: tuple[str, ...], subject: str, span: Span | None, step: Span | None
) -> frozenset[str]:
    texts = (*said, *_written(subject, span, step))
    whole = (name.lower() for text in texts for name in _DOTTED.findall(text))
    return frozenset((subject.lower(), *(part for text in texts for part in _parts(text)), *whole))


def _written(subject: str, span: Span | None, step: Span | None) -> Iterator[str]:
    """What stands in the source for the value: the step, or what follows the name of a variable.

    The value itself says no longer which names it was worked out from.
    """
    within = "" if step is None else _text(step)
    yield within
    if subject and span is not None and (step is None or subject not in within):
        spelled = re.sub(r"\\?[-_]", "[-_]", re.escape(subject))  # as names of outputs are in plans
        pieces = re.split(spelled, span.source.text, maxsplit=MAX_PLACES)[1:MAX_PLACES]
        yield from (piece[:MAX_VALUE] for piece in pieces)


def _parts(text: str) -> Iterator[str]:
    for word in _NAME.findall(text):
        if len(word) > 1 or word.isupper():
            yield word.lower().replace("-", "_")


def _text(span: Span) -> str:
    if span.end_offset - span.start_offset > MAX_TEXT:
        return ""
    return span.text
