"""Comments come along: at their construct, or at what that is part of where it is no more.

`test_cases.py` asks this of every case.
"""

import pytest

import ciconv
from comment_counts import TARGETS, Fate, fates

WORKFLOW = """\
# the licence
on:
  # who starts it
  push:
    branches: [main] # the one
# never two
concurrency: only # at once
jobs:
  build: # what it does
    # a machine
    runs-on: ubuntu-latest
    steps:
      # the files
      - uses: actions/checkout@v4 # of this repository
      - uses: actions/setup-node@1a4442cacd436585916779262731d5b162bc6ec7 # v3.8.2
        with:
          # the oldest
          node-version: 18
      # twice
      - run: |
          # of the script
          make
      # twice
      - run: make test
"""


@pytest.mark.parametrize("target", [one for one in TARGETS if one != "github"])
def test_fates_are_told_apart(target: str) -> None:
    """Of one that stands twice both are looked for; a version is no loss, others are."""
    files = {".github/workflows/ci.yml": WORKFLOW}
    made = ciconv.convert(files, to=target)
    found = [one.fate for one in fates(files, made)]
    assert (found.count(Fate.KEPT), found.count(Fate.PIN), found.count(Fate.LOST)) == (12, 1, 0)
    less = {path: text.replace("twice", "gone", 1) for path, text in made.files.items()}
    made = ciconv.Conversion(files=less, project=None, diagnostics=())
    assert [one.text for one in fates(files, made) if one.fate is Fate.LOST] == ["twice"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("sign", ["#", "//"])
def test_code_in_a_comment_keeps_its_blanks(sign: str, target: str) -> None:
    """What somebody commented out can be taken back."""
    said = "\n".join((f"{sign} if x:", f"{sign}     make()", f"{sign}", f"{sign}make"))
    files = {".github/workflows/ci.yml": f"{said}\n{WORKFLOW}"}
    if sign == "//":
        stage = "stage('a') { steps { sh 'x' } }"
        files = {"Jenkinsfile": f"{said}\npipeline {{ agent any; stages {{ {stage} }} }}\n"}
    made = ciconv.convert(files, to=target).files.values()
    lines = [line.strip() for text in made for line in text.splitlines()]
    own = "//" if target == "jenkins" else "#"
    first = lines.index(f"{own} if x:")
    assert lines[first + 1] == f"{own}     make()"
    assert lines[first + 3] in (f"{own} make", f"{own}make")


@pytest.mark.parametrize("target", [one for one in TARGETS if one != "github"])
def test_no_version_stands_at_what_has_none(target: str) -> None:
    """A checkout is no version 4 of anything elsewhere."""
    pinned = WORKFLOW.replace("checkout@v4 # of this repository", f"checkout@{'1a' * 20} # v4.2.2")
    made = ciconv.convert({".github/workflows/ci.yml": pinned}, to=target).files.values()
    assert not any("v4.2.2" in text or "v3.8.2" in text for text in made)
