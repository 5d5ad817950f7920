"""Filters inside of conditions: of a text, of the changed files, of those of the repository."""

from ciconv.ir.evaluate.environment import Environment
from ciconv.ir.evaluate.value import Array, Known, Missing, as_text
from ciconv.ir.filter import Filter

CHANGED = ("changed_files",)  # a list; true where every file counts as changed
PRESENT = ("files",)  # of the repository, a list


def matches(value: Known, filter: Filter) -> bool | None:
    """Return whether a text passes a filter, None where nobody can tell."""
    from ciconv.ir.pattern import filter_matches  # most conditions have none: not loaded for them

    return False if value is None else filter_matches(filter, as_text(value))


def changes(filter: Filter, environment: Environment) -> bool | None:
    """Return whether a changed file passes a filter, None where nobody knows the files."""
    return _any(filter, environment, CHANGED)


def exists(filter: Filter, environment: Environment) -> bool | None:
    """Return whether a file of the repository passes a filter, None where nobody knows them."""
    return _any(filter, environment, PRESENT)


def _any(filter: Filter, environment: Environment, path: tuple[str, ...]) -> bool | None:
    known = environment.find(path)
    if known is True:
        return True
    if isinstance(known, Missing) or not isinstance(known, Array):
        return None
    from ciconv.ir.pattern import any_matches

    return any_matches(filter, (one for one in known.items if isinstance(one, str)))
