"""Laws 1 to 7 for pipelines nobody has written, in the words of every system."""

import hashlib
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import ciconv
import strategies
from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostics
from ciconv.ir.pipeline import Project
from ciconv.source import Source, Workspace
from ciconv.syntax import groovy, yaml
from ciconv.syntax.groovy.parser import parse
from edits import MARK, Edit, with_changed_scalars, with_unknown_keys
from mutations import MANY
from oracles import tool
from test_laws import check_passes, check_places, printed_with_seed, said, stands_at
from test_laws_meaning import comments_and_values

# each system, what it is converted to, and how many pipelines are made of it: Nix takes its time
_WAYS = {
    "github": ("jenkins", 6),
    "gitlab": ("github", 6),
    "circleci": ("gitlab", 6),
    "jenkins": ("circleci", 6),
    "nixactions": ("github", 2),
}
_OWN = (".github/workflows/", ".gitlab-ci.yml", ".circleci/", "Jenkinsfile", "nix/ci.nix")


@pytest.mark.parametrize("system", _WAYS)
@pytest.mark.oracle
def test_laws_hold_for_any_pipelines(system: str) -> None:
    """Rendering, passes, places; edits that change nothing that is said, and unknown keys."""
    tool("nix-instantiate")
    target, examples = _WAYS[system]

    @settings(
        max_examples=200 if MANY else examples,
        derandomize=not MANY,
        phases=(Phase.explicit, Phase.generate),
    )
    @given(strategies.projects(), st.integers(0, 1_000_000))
    def check(project: Project, chosen: int) -> None:
        files = written(project, system)
        for path, text in files.items():
            _check_rendering(path, text)
        found = ciconv.read(files, format=system)
        assert [one.message for one in found.diagnostics if one.severity == "error"] == []
        check_places(found, files, system)
        check_passes(found, target)
        _check_edits(files, system, target, chosen)

    check()


def written(project: Project, system: str) -> dict[str, str]:
    """Return what a system has for a pipeline that GitHub can say."""
    github = registry.get("github")
    assert github.write is not None
    run = Context(workspace=Workspace.of({}), catalog=Catalog.builtin(), diagnostics=Diagnostics())
    files = dict(github.write(project, run))
    return files if system == "github" else ciconv.convert(files, to=system).files


def _check_rendering(path: str, text: str) -> None:
    """Law 1: what is rendered is read as the same tree, with the same comments."""
    if path.endswith((".yml", ".yaml")):
        (document,) = yaml.parse(Source(path, text), Diagnostics())
        again = yaml.render(document)
        assert comments_and_values(path, again) == comments_and_values(path, text)
    elif "Jenkinsfile" in path:
        again = groovy.render(parse(Source(path, text), Diagnostics()))
        words = ("".join(one.replace('"""', '"').split()) for one in (again, text))
        assert (
            len(set(words)) == 1
        )  # a value of a text may take a line more, and its quotes with it


def _check_edits(files: Mapping[str, str], system: str, target: str, chosen: int) -> None:
    """Laws 3 and 5: another value is another output or message; an unknown key is reported."""
    own = next(path for path in files if any(part in path for part in _OWN))
    changed, unknown = (
        tuple(edits(own, files[own])) for edits in (with_changed_scalars, with_unknown_keys)
    )
    before = ciconv.convert(files, to=target, format=system)
    for edit in {changed[chosen // step % len(changed)] for step in (1, 3)}:
        after = _edited(files, own, edit, system, target)
        told = {said(one) for one in before.diagnostics}
        shows = after.files != before.files or {said(one) for one in after.diagnostics} != told
        if not (shows or any(stands_at(one, own, edit.line) for one in before.diagnostics)):
            other = {**files, own: edit.text}  # what never runs, or nobody reads, has no effect
            assert not ciconv.verify(files, other, formats=(system, system)).differences, edit
    edit = unknown[chosen % len(unknown)]
    after = _edited(files, own, edit, system, target)
    named = [one for one in after.diagnostics if MARK in one.message]
    assert any(stands_at(one, own, edit.line) for one in named), edit


def _edited(
    files: Mapping[str, str], path: str, edit: Edit, system: str, target: str
) -> ciconv.Conversion:
    return ciconv.convert({**files, path: edit.text}, to=target, format=system)


def test_bytes_of_any_pipelines_are_the_same_for_every_hash_seed() -> None:
    """Law 7: sets and dicts of texts have another order in each process."""
    there = printed_with_seed("from test_laws_generated import print_digests; print_digests()")
    with redirect_stdout(StringIO()) as here:
        print_digests()
    assert here.getvalue().splitlines() == there.splitlines() != []


def print_digests() -> None:
    """Print a digest of some pipelines in each system."""

    @settings(
        max_examples=4, derandomize=True, database=None, deadline=None, phases=(Phase.generate,)
    )
    @given(strategies.projects())
    def show(project: Project) -> None:
        for system in _WAYS:
            texts = repr(list(written(project, system).items()))
            print(system, hashlib.sha256(texts.encode()).hexdigest())

    show()
