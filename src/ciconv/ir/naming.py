"""Names that no other one has."""

from collections.abc import Callable, Container


def unused(
    name: str, taken: Container[str | None], by: Callable[[str], str] = str, first: int = 2
) -> str:
    """Return a name, with the first number behind it that sets it apart from those taken.

    `by`: what names are told apart by, which is what `taken` holds; `first`: the number to try.
    """
    found, number = name, first
    while by(found) in taken:
        found, number = f"{name}-{number}", number + 1
    return found


def claimed(name: str, taken: set[str]) -> str:
    """Return the name, or with a number behind it when it is taken; and note it as taken."""
    found = unused(name, taken)
    taken.add(found)
    return found
