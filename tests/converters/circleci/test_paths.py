"""Regular expressions of paths as globs: each says exactly what the other does."""

import re

import pytest

import ciconv
from ciconv.converters.circleci.triggers.paths import changed_paths, globs_of
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.pattern import filter_matches
from ciconv.ir.trigger import EventKind
from ciconv.simulation.event import Event
from ciconv.simulation.plan import State
from ciconv.source import Source

FILES = (
    *("a.md", "docs/a.md", "docs/b/c.md", "docs/a.rst", "docs", "docs.txt", "docsite/x"),
    *("setup.cfg", "setup-cfg", "src/setup.cfg", ".ci/x", "web/server/x", "web/x", "x"),
)


@pytest.mark.parametrize(
    ("regex", "globs"),
    [
        ("docs/.*", ("docs/**/*",)),
        (r".*\.md", ("**/*.md",)),
        (r"^docs/.*\.md$", ("docs/**/*.md",)),
        ("docs.*", ("docs*", "docs*/**/*")),
        (".*", ("**/*",)),
        ("setup.cfg|x", ("setup?cfg", "x")),
        (r"(docs|web/(?:server|client))/.*", ("docs/**/*", "web/server/**/*", "web/client/**/*")),
        (r"\.ci/.+", (".ci/**/*",)),
        ("^((?!docs/).)*$", None),
        ("a+", None),
        ("docs/.*/x", None),
        ("[ab]/.*", None),
    ],
)
def test_a_glob_matches_what_its_regular_expression_does(
    regex: str, globs: tuple[str, ...] | None
) -> None:
    assert globs_of(regex) == globs
    if globs is None:
        return
    patterns = tuple(Pattern(text=one, syntax=PatternSyntax.GITLAB_GLOB) for one in globs)
    for file in FILES:
        wanted = re.fullmatch(regex, file) is not None
        assert filter_matches(Filter(patterns=patterns), file) is wanted, file


def test_what_no_glob_says_stays_as_it_is() -> None:
    found = changed_paths(("docs/.*", "a+"), Source("", "").span(0, 0)).patterns
    assert [one.syntax for one in found] == [PatternSyntax.GITLAB_GLOB, PatternSyntax.JAVA]


SETUP = """\
version: 2.1
setup: true
orbs: {path-filtering: circleci/path-filtering@1.1.0}
workflows:
  look:
    jobs:
      - path-filtering/filter: {config-path: .circleci/next.yml, mapping: MAPPING}
"""
NEXT = """\
version: 2.1
parameters: {app: {type: boolean, default: false}}
jobs:
  test: {docker: [{image: cimg/base:2024.05}], steps: [{run: make}]}
workflows:
  app:
    when: {and: [<< pipeline.parameters.app >>, {equal: [main, << pipeline.git.branch >>]}]}
    jobs: [test]
"""


@pytest.mark.parametrize(
    ("mapping", "branch", "files", "runs"),
    [
        ("app/.* app true", "main", ("app/x",), True),
        ("app/.* app true", "main", ("lib/x",), False),
        ("app/.* app true", "dev", ("app/x",), False),
        ('"a.* app true\\nb.* app true"', "main", ("b",), True),
    ],
)
def test_the_next_configuration_asks_for_files(
    mapping: str, branch: str, files: tuple[str, ...], runs: bool
) -> None:
    """As the setup workflow would have done for it."""
    source = {
        ".circleci/config.yml": SETUP.replace("MAPPING", mapping),
        ".circleci/next.yml": NEXT,
    }
    event = Event(kind=EventKind.PUSH, branch=branch, changed_files=files)
    made = ciconv.convert(source, to="gitlab", format="circleci").files
    for texts, format in ((source, "circleci"), (made, "gitlab")):
        plan = ciconv.simulate(texts, event, format=format)
        states = [job.state for one in plan.pipelines if one.starts for job in one.jobs]
        assert (State.RUN in states) is runs, format


@pytest.mark.parametrize("mapping", ['"app/.* app [3]"', "app/.* .circleci/other.yml", '""'])
def test_what_cannot_be_known_before_stays_a_step_that_fails(mapping: str) -> None:
    """Values of no parameter, and other files."""
    source = {".circleci/config.yml": SETUP.replace("MAPPING", mapping), ".circleci/next.yml": NEXT}
    said = ciconv.convert(source, to="gitlab", format="circleci").diagnostics
    assert any(
        "became a step that fails: it decides on the pipeline" in one.message for one in said
    )


CONTINUED = """\
version: 2.1
setup: true
orbs: {go-on: circleci/continuation@1.0.0}
jobs:
  look:
    docker: [{image: cimg/base:2024.05}]
    steps: [{go-on/continue: {configuration_path: .circleci/next.yml, parameters: 'GIVEN'}}]
workflows: {look: {jobs: [look]}}
"""


@pytest.mark.parametrize(
    ("given", "is_known"),
    [
        ('{"app": true}', True),
        ('{"app": 1e999}', False),
        (f'{{"app": {"9" * 400}}}', False),
        ('{"app": [1]}', False),
        ("[" * 10_000, False),
        ('{"app": ', False),
    ],
)
def test_constants_of_a_text(given: str, is_known: bool) -> None:
    """The next configuration has them; what no parameter takes stays a step that fails."""
    source = {
        ".circleci/config.yml": CONTINUED.replace("GIVEN", given),
        ".circleci/next.yml": NEXT,
    }
    made = ciconv.convert(source, to="gitlab", format="circleci").files[".gitlab-ci.yml"]
    assert ("was not converted" not in made) is is_known


@pytest.mark.parametrize("value", ["9" * 400, "NaN", '"x"'])
def test_any_value_of_a_mapping_is_taken(value: str) -> None:
    """However long a number is."""
    mapping = f"'app/.* app {value}'"
    source = {".circleci/config.yml": SETUP.replace("MAPPING", mapping), ".circleci/next.yml": NEXT}
    assert ciconv.convert(source, to="gitlab", format="circleci").files
