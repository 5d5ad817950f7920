"""The page of the rules is generated from them."""

import re
from pathlib import Path

import pytest

from ciconv.validators.codes import codes_of_readers
from ciconv.validators.reference import all_codes, page, reference
from conftest import Golden

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "src/ciconv"
PAGE = ROOT / "docs/reference/rules.md"


def test_the_reference_is_that_of_the_rules(golden: Golden) -> None:
    """`docs/reference/rules.md` says what `ciconv explain` says."""
    golden.file(PAGE, reference())


def test_every_code_has_a_page() -> None:
    """Those of rules, and those of readers."""
    for code, summary in all_codes().items():
        assert summary and page(code).startswith(f"# {code}\n")
    for one in codes_of_readers().values():
        assert one.docs.endswith((".", "`."))


REPORTED = re.compile(r"""diagnostics\.(?:error|warning|note)\(\s*"([a-z-]+)\"""")


@pytest.mark.parametrize("format", ["github", "gitlab", "circleci", "jenkins"])
def test_what_readers_say_is_explained(format: str) -> None:
    """Each code that reading a format reports has a page."""
    files = (PACKAGE / "converters" / format).rglob("*.py")
    found = {code for file in files for code in REPORTED.findall(file.read_text("utf-8"))}
    assert found - set(all_codes()) == set()
