"""Asking the catalog: names in any case, tables of the user, tables that are broken."""

from pathlib import Path

import pytest

from ciconv.catalog.catalog import Catalog, Kind
from ciconv.catalog.tool import load
from ciconv.source import Workspace

OWN = """
title = "Ours"
[github]
uses = "Our/Action"
major = "v1"
[nixactions]
packages = ["ours"]
note = "ours"
"""


@pytest.mark.parametrize("name", ["actions/setup-node", "Actions/Setup-Node"])
def test_an_action_is_found_in_any_case(name: str) -> None:
    """GitHub ignores the case of owners and repositories."""
    tool = Catalog.builtin().tool_for("github", name)
    assert tool is not None and tool.name == "setup-node"


@pytest.mark.parametrize("name", ["actions/nothing", "", "setup-node", "../catalog", "a\0b"])
def test_what_nobody_knows_is_none(name: str) -> None:
    """No name is an error."""
    catalog = Catalog.builtin()
    assert catalog.tool_for("github", name) is None
    assert catalog.tool_for("nowhere", "actions/setup-node") is None
    assert catalog.tool(f"{name}/x") is None


def test_a_path_is_part_of_the_name() -> None:
    """An action in a folder of a repository is one of its own."""
    catalog = Catalog.builtin()
    restore = catalog.tool_for("github", "actions/cache/restore")
    assert restore is not None and restore.kind is Kind.RESTORE_CACHE
    whole = catalog.tool_for("github", "actions/cache")
    assert whole is not None and whole.kind is Kind.CACHE


def test_inputs_translate_both_ways() -> None:
    """GitHub ignores the case of inputs as well."""
    tool = Catalog.builtin().tool("setup-node")
    assert tool is not None and tool.github is not None
    assert tool.github.canonical_input("Node-Version") == "version"
    assert tool.github.canonical_input("check-latest") == "check-latest"
    assert tool.github.canonical_input("nonsense") is None
    assert tool.github.native_input("version") == "node-version"
    assert tool.github.native_input("check-latest") == "check-latest"
    assert tool.github.native_input("nonsense") is None


@pytest.mark.parametrize(
    ("action", "version", "said"),
    [
        ("dtolnay/rust-toolchain", "stable", "stable"),
        ("dtolnay/rust-toolchain", "1.80.0", "1.80.0"),
        ("dtolnay/rust-toolchain", "master", None),
        ("dtolnay/rust-toolchain", "b" * 40, None),
        ("taiki-e/install-action", "nextest", "nextest"),
        ("taiki-e/install-action", "v2", None),
        ("taiki-e/install-action", None, None),
        ("actions/setup-node", "v4", None),
    ],
)
def test_a_reference_may_be_an_input(action: str, version: str | None, said: str | None) -> None:
    """`rust-toolchain@stable` asks for a toolchain, not for a version of the action."""
    tool = Catalog.builtin().tool_for("github", action)
    assert tool is not None and tool.github is not None
    assert tool.github.ref_value(version) == said


@pytest.mark.parametrize(
    ("native", "canonical", "variable"),
    [
        (("github", "sha"), ("commit", "sha"), "GITHUB_SHA"),
        (("GitHub", "REF_Name"), ("ref", "name"), "GITHUB_REF_NAME"),
        (("github", "repositoryUrl"), ("repo", "git"), "REPOSITORY_URL"),
        (
            ("github", "event", "pull_request", "number"),
            ("pr", "number"),
            "EVENT_PULL_REQUEST_NUMBER",
        ),
        (("runner", "os"), ("os",), "RUNNER_OS"),
    ],
)
def test_names_translate_both_ways(
    native: tuple[str, ...], canonical: tuple[str, ...], variable: str
) -> None:
    """From GitHub to canonical and back, and to a variable."""
    catalog = Catalog.builtin()
    assert catalog.canonical_name("github", native) == canonical
    assert catalog.native_name("github", canonical) == ".".join(native).lower()
    assert catalog.native_name("nixactions", canonical) == variable


def test_names_that_differ_are_not_shared() -> None:
    """The commit of a merge request is not the one GitHub means."""
    catalog = Catalog.builtin()
    assert catalog.native_name("gitlab", ("commit", "sha")) is None
    assert catalog.canonical_name("gitlab", ("CI_COMMIT_SHA",)) is None
    assert catalog.names()[("commit", "sha")].near["gitlab"].name == "CI_COMMIT_SHA"
    assert catalog.canonical_name("github", ("github", "nothing")) is None
    assert catalog.native_name("nowhere", ("commit", "sha")) is None


@pytest.mark.parametrize(
    ("label", "os", "arch"),
    [
        ("ubuntu-latest", "linux", "x64"),
        ("Ubuntu-24.04-ARM", "linux", "arm64"),
        ("macos-14", "macos", "arm64"),
        ("macos-15-intel", "macos", "x64"),
        ("windows-2022", "windows", "x64"),
    ],
)
def test_labels_name_machines(label: str, os: str, arch: str) -> None:
    """GitHub ignores the case of labels."""
    machine = Catalog.builtin().runner(label)
    assert machine is not None and (machine.os, machine.arch) == (os, arch)


def test_a_label_of_somebody_else_is_none() -> None:
    """Labels of machines of one's own say nothing; a retired one is still known."""
    assert Catalog.builtin().runner("gpu-box") is None
    old = Catalog.builtin().runner("ubuntu-20.04")
    assert old is not None and old.retired


@pytest.mark.parametrize(
    ("name", "minimum", "maximum"),
    [("contains", 2, 2), ("FORMAT", 1, None), ("hashfiles", 1, 255), ("always", 0, 0)],
)
def test_functions_have_arities(name: str, minimum: int, maximum: int | None) -> None:
    """GitHub ignores the case of functions."""
    function = Catalog.builtin().function(name)
    assert function is not None
    assert (function.minimum, function.maximum) == (minimum, maximum)
    assert Catalog.builtin().function("nothing") is None


def test_status_functions_say_where_they_may_stand() -> None:
    """Only conditions ask how things went."""
    function = Catalog.builtin().function("failure")
    assert function is not None and function.status
    assert function.keys == ("jobs.*.if", "jobs.*.steps.if")


def test_a_table_of_the_user_is_found_and_wins() -> None:
    """A new action, and another table for one of ours."""
    other = OWN.replace("Our/Action", "actions/setup-node")
    workspace = Workspace.of(
        {
            ".ciconv/catalog/ours.toml": OWN,
            ".ciconv/catalog/node.toml": other,
            ".ciconv/catalog/deep/er.toml": "nonsense = 1",
            ".ciconv/catalog/readme.md": "no table",
        }
    )
    catalog = Catalog.of(workspace)
    assert catalog.problems == ()
    for action, name in (("our/action", "ours"), ("actions/setup-node", "node")):
        tool = catalog.tool_for("github", action)
        assert tool is not None and tool.name == name
        assert catalog.tool(name) is tool


def test_tables_are_read_from_a_folder(tmp_path: Path) -> None:
    """The same, from the disk; nothing is read when there is no such folder."""
    assert Catalog.of(Workspace.of(tmp_path)).user == ()
    folder = tmp_path / ".ciconv" / "catalog"
    folder.mkdir(parents=True)
    (folder / "ours.toml").write_text(OWN, encoding="utf-8")
    (folder / "latin.toml").write_bytes(b"title = '\xff'")
    (folder / "away.toml").symlink_to("/etc/hostname")
    catalog = Catalog.of(Workspace.of(tmp_path))
    assert catalog.tool_for("github", "our/action") is not None
    away, latin = catalog.problems
    assert (away.path, latin.path) == (".ciconv/catalog/away.toml", ".ciconv/catalog/latin.toml")
    assert "leads out of the repository" in away.message and "not UTF-8" in latin.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title =", "at end of document"),
        ("major = 1", "unknown field `major`"),
        ('kind = "use"', "missing required field `title`"),
        ("title = 1", "Expected `str`"),
        (OWN.replace("packages", "package"), "unknown field `package`"),
        (OWN.replace("[nixactions]", "[nixaction]"), "unknown field `nixaction`"),
        (OWN.replace('"Our/Action"', '"ours"'), "not the name of an action"),
        (OWN + 'nothing = "too much"', "needs one of"),
        (OWN + 'handles = ["x"]', "input 'x', which the tool does not have"),
        (OWN + 'variant = "x"', "does not handle"),
        (OWN.replace('"ours"]', '"ours{version}"]'), "no version rule"),
        (OWN.replace('major = "v1"', 'major = "v1"\nref = "x"'), "ref means 'x'"),
        (OWN.replace('major = "v1"', 'major = "v1"\nsha = "abc"'), "'abc' is no commit"),
        (OWN.replace('"v1"', f'"v1"\nsha = "{40 * "a"}"\nversion = "v12.0"'), "no release of 'v1'"),
        (OWN + '[github.inputs]\na = "b"', "which is not in inputs"),
        ("x = " + "[" * 5000, ""),
    ],
)
def test_a_broken_table_is_a_problem_and_no_crash(text: str, said: str) -> None:
    """It counts as absent; the others still serve."""
    catalog = Catalog.of(Workspace.of({".ciconv/catalog/a.toml": text}))
    (problem,) = catalog.problems
    assert problem.path == ".ciconv/catalog/a.toml" and said in problem.message
    assert catalog.tool_for("github", "our/action") is None
    assert catalog.tool_for("github", "actions/setup-go") is not None


def test_ours_raise() -> None:
    """A fault in a table of ours is a bug, which has to show."""
    with pytest.raises(ValueError, match="unknown field"):
        load("x", OWN + "nonsense = 1")
