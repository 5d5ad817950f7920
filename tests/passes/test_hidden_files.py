"""Files with a leading dot, which only GitHub leaves out."""

import pytest

import ciconv

SOURCE = """\
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: make
      - id: kept
        uses: actions/upload-artifact@v4
        with: {name: x, path: out, include-hidden-files: true}
"""


@pytest.mark.parametrize("to", ["gitlab", "circleci", "jenkins"])
def test_the_wish_for_them_is_told_at_its_step(to: str) -> None:
    """It is the step's, and explains no difference of another one."""
    made = ciconv.convert({".github/workflows/a.yml": SOURCE}, to=to)
    (one,) = [one for one in made.diagnostics if "leading dot" in one.message]
    assert one.span is not None and one.span.text == "include-hidden-files: true"
    assert one.loss is not None
    assert (one.loss.pipeline, one.loss.job, one.loss.step) == ("a", "a", "kept")
