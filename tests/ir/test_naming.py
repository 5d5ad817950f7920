"""Names that no other one has."""

from ciconv.ir.naming import unused


def test_a_free_name_is_kept() -> None:
    """Numbers are for names that are taken."""
    assert unused("a", {"b"}) == "a"


def test_the_first_free_number_is_taken() -> None:
    """It begins with 2: the one without a number is the first."""
    assert unused("a", {"a"}) == "a-2"
    assert unused("a", {"a", "a-2", "a-4"}) == "a-3"


def test_names_are_told_apart_by_what_counts() -> None:
    """`taken` holds that, not the names."""
    assert unused("Build", {"build"}, by=str.lower) == "Build-2"
    assert unused("Build", {"Build"}, by=str.lower) == "Build"
