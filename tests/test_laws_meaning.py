"""Laws of meaning: what comes out does what went in did, or a reported loss says what differs."""

import pytest
from hypothesis import Phase, given, settings

import ciconv
import strategies
from cases import CASES, Case, conversion
from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostics, Severity
from ciconv.ir.pipeline import Project
from ciconv.source import Source, Workspace
from ciconv.syntax import yaml
from ciconv.syntax.node import Document, comments_in
from mutations import MANY
from oracles import tool

each_case = pytest.mark.parametrize("case", CASES, ids=str)


@each_case
def test_rendering_keeps_values_and_comments(case: Case) -> None:
    """Law 1: what is rendered is read as the same tree, with the same comments."""
    for path, text in case.inputs.items():
        if path.endswith((".yml", ".yaml")):
            for before in _parsed(path, text):
                (after,) = _parsed(path, yaml.render(before))
                assert after.root == before.root
                assert _comments(after) == _comments(before)


def _parsed(path: str, text: str) -> tuple[Document, ...]:
    return yaml.parse(Source(path, text), Diagnostics())


def _comments(document: Document) -> list[str]:
    found = (*document.leading, *comments_in(document.root))
    return sorted(comment.text for comment in found)


@each_case
def test_no_comment_is_lost_on_the_way_to_nix(case: Case) -> None:
    """Where its construct is no more, it stands at the job or at the top of the file."""
    if case.format != "github":
        return
    files = conversion(case, "nixactions").files
    written = " ".join(" ".join(text.split()) for text in files.values())
    for path, text in case.inputs.items() if files else ():
        if path.startswith(".github/workflows/"):
            for document in _parsed(path, text):
                for one in _comments(document):
                    assert " ".join(one.strip("# ").split()) in written


@each_case
def test_the_same_format_does_the_same(case: Case) -> None:
    """Law 8, on the way to GitHub Actions itself."""
    _check_equal(case.inputs, "github")


@pytest.mark.oracle
@each_case
def test_the_nix_workflow_does_the_same(case: Case) -> None:
    """Law 8, on the way to NixActions: every difference is covered by a loss."""
    tool("nix-instantiate")
    _check_equal(case.inputs, "nixactions")


@pytest.mark.oracle
@settings(max_examples=25)
@given(strategies.projects())
def test_nix_workflows_of_any_pipelines_do_the_same(project: Project) -> None:
    """Law 8, on the way to NixActions, for pipelines nobody has written."""
    tool("nix-instantiate")
    github = registry.get("github")
    assert github.write is not None
    run = Context(workspace=Workspace.of({}), catalog=Catalog.builtin(), diagnostics=Diagnostics())
    _check_equal(dict(github.write(project, run)), "nixactions")


@pytest.mark.parametrize("target", ["gitlab", "circleci", "jenkins"])
@settings(
    max_examples=200 if MANY else 15,  # others each time, and some differences, in a long run
    derandomize=not MANY,
    phases=(Phase.explicit, Phase.generate),
)
@given(strategies.projects())
def test_other_systems_do_the_same_for_any_pipelines(target: str, project: Project) -> None:
    """Laws 2 and 8, on the way to the others: what is written can be read, and does the same."""
    github = registry.get("github")
    assert github.write is not None
    run = Context(workspace=Workspace.of({}), catalog=Catalog.builtin(), diagnostics=Diagnostics())
    _check_equal(dict(github.write(project, run)), target)


def _check_equal(files: dict[str, str], target: str) -> None:
    converted = ciconv.convert(files, to=target, format="github").files
    if not converted:
        return  # bad input: other tests say what becomes of it
    if target == "github":  # the workflows stand among what they call
        converted = files | converted
    result = ciconv.verify(files, converted, formats=("github", target))
    assert [one.message for one in result.diagnostics if one.severity is Severity.ERROR] == []
    assert [one.message for one in result.differences if not one.explained] == []
