"""Keys of caches that change with files outside of the workspace."""

import re

import ciconv

SOURCE = """\
version: 2.1
jobs:
  a:
    docker: [{image: cimg/base:stable}]
    steps:
      - restore_cache: {keys: ['a-{{ checksum "/tmp/key" }}-{{ checksum "~/my key" }}']}
      - run: make
      - save_cache: {key: 'a-{{ checksum "/tmp/key" }}', paths: [x]}
      - save_cache: {key: 'b-{{ checksum "/tmp/key" }}', paths: [y], when: always}
workflows: {w: {jobs: [a]}}
"""


def test_a_key_has_the_checksum_of_a_step_that_runs_when_it_does() -> None:
    """The one before a step that always runs may be left out."""
    (text,) = ciconv.convert({".circleci/config.yml": SOURCE}, to="github").files.values()
    assert re.findall(r"cksum (.*) \|", text) == ["/tmp/key", "~/'my key'", "/tmp/key"]
    sums = r"steps\.(checksum[-\d]*)\.outputs"
    assert re.findall(sums, text) == ["checksum", "checksum-2", "checksum", "checksum-3"]
    _, _, last = text.partition("id: checksum-3\n")
    assert last.lstrip().startswith("if: ${{ !cancelled() }}")
