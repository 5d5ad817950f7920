"""The page of the rules is generated from them."""

from pathlib import Path

from ciconv.validators.codes import codes_of_readers
from ciconv.validators.reference import all_codes, page, reference
from conftest import Golden

PAGE = Path(__file__).parent.parent.parent / "docs/reference/rules.md"


def test_the_reference_is_that_of_the_rules(golden: Golden) -> None:
    """`docs/reference/rules.md` says what `ciconv explain` says."""
    golden.file(PAGE, reference())


def test_every_code_has_a_page() -> None:
    """Those of rules, and those of readers."""
    for code, summary in all_codes().items():
        assert summary and page(code).startswith(f"# {code}\n")
    for one in codes_of_readers().values():
        assert one.docs.endswith((".", "`."))
