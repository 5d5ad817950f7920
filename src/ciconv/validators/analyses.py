"""What the shared analyses of a format find, by the codes of the rules that tell of it."""

from collections.abc import Iterator

from ciconv.validators.shapes.files import files
from ciconv.validators.shapes.walk import Fault
from ciconv.validators.subject import Subject


def faults_of(code: str, subject: Subject) -> tuple[Fault, ...]:
    """Return what was found under a code; the analyses are done once in a run."""
    return subject.once("_faults", lambda: _all(subject)).get(code, ())


def _all(subject: Subject) -> dict[str, tuple[Fault, ...]]:
    found: dict[str, list[Fault]] = {}
    for one in _analyses(subject):
        found.setdefault(one.code, []).append(one)
    return {code: tuple(faults) for code, faults in found.items()}


def _analyses(subject: Subject) -> Iterator[Fault]:
    for file in files(subject):
        yield from file.faults
    if subject.format == "github":
        from ciconv.validators.github import analyse  # other formats do without

        yield from analyse(subject)
