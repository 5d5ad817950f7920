"""Which packages stand in for a tool, and what is said when they are not what was asked for."""

import pytest

from ciconv.catalog.catalog import Catalog
from ciconv.catalog.packages import choose, reader
from ciconv.catalog.versions import version_in
from ciconv.source import Workspace

CATALOG = Catalog.builtin()


def chosen(name: str, **values: str) -> tuple[tuple[str, ...], str]:
    """What a tool becomes, and how that differs."""
    found = CATALOG.tool(name)
    assert found is not None
    given = {key.replace("_", "-"): value for key, value in values.items()}
    choice = choose(found.targets["nixactions"], given, CATALOG)
    return choice.packages, choice.differs


@pytest.mark.parametrize(
    ("tool", "version", "package"),
    [
        ("setup-node", "22", "nodejs_22"),
        ("setup-node", "22.x", "nodejs_22"),
        ("setup-node", "v22", "nodejs_22"),
        ("setup-node", "'22'", "nodejs_22"),
        ("setup-node", "^22.1", "nodejs_22"),
        ("setup-node", ">=18", "nodejs_24"),
        ("setup-node", "LTS/jod", "nodejs_22"),
        ("setup-node", "", "nodejs"),
        ("setup-node", "*", "nodejs"),
        ("setup-python", "3.12", "python312"),
        ("setup-python", "3", "python3"),
        ("setup-python", "3.x", "python3"),
        ("setup-python", ">=3.9", "python314"),
        ("setup-python", "pypy3.10", "pypy310"),
        ("setup-go", "1.25.x", "go_1_25"),
        ("setup-go", "1", "go_1_25"),
        ("setup-go", "stable", "go"),
        ("setup-dotnet", "8.0.x", "dotnet-sdk_8"),
        ("setup-pnpm", "9", "pnpm_9"),
        ("setup-helm", "latest", "kubernetes-helm"),
    ],
)
def test_a_version_that_is_there(tool: str, version: str, package: str) -> None:
    """Nothing differs."""
    assert chosen(tool, version=version) == ((package,), "")


@pytest.mark.parametrize(
    ("tool", "version", "package", "said"),
    [
        ("setup-node", "16", "nodejs", "no version '16'"),
        ("setup-node", "22.4.1", "nodejs_22", "release of version '22', not '22.4.1'"),
        ("setup-node", "20\n22", "nodejs_22", "only version '22' of several"),
        ("setup-node", ">=99", "nodejs", "no version '>=99'"),
        ("setup-node", "canary", "nodejs", "no version 'canary'"),
        ("setup-python", "2.7", "python3", "no version '2.7'"),
        ("setup-python", "3.13t", "python313", "'313', not '3.13t'"),
        ("setup-go", "1.15", "go", "no version '1.15'"),
        ("setup-helm", "3.12.0", "kubernetes-helm", "stands in for version '3.12.0'"),
    ],
)
def test_a_version_that_is_not_there(tool: str, version: str, package: str, said: str) -> None:
    """Something near stands in, and the message names what was asked for."""
    packages, differs = chosen(tool, version=version)
    assert packages == (package,) and said in differs


def test_a_variant_picks_other_packages() -> None:
    """Java comes from several builders; a combination that nobody has is said."""
    assert chosen("setup-java", version="17", distribution="Temurin") == (("temurin-bin-17",), "")
    assert chosen("setup-java", version="1.8", distribution="zulu") == (("zulu8",), "")
    packages, differs = chosen("setup-java", version="21", distribution="oracle")
    assert packages == ("jdk21",) and "'oracle'" in differs
    packages, differs = chosen("setup-java", version="8", distribution="corretto")
    assert packages == ("jdk8",) and "'corretto8'" in differs


def test_all_packages_of_a_tool_have_the_version() -> None:
    """Composer is that of the PHP that runs."""
    assert chosen("setup-php", version="8.3")[0] == ("php83", "php83Packages.composer")
    packages, differs = chosen("setup-php", version="5.6")
    assert packages == ("php84", "php84Packages.composer") and "'5.6'" in differs


def test_a_list_of_programs() -> None:
    """Known ones become packages; unknown ones and versions are said."""
    packages, differs = chosen("install-action", tool="nextest, cargo-hack@0.6\nfoo")
    assert packages == ("cargo-nextest", "cargo-hack")
    assert "'foo'" in differs and "not '0.6'" in differs
    assert chosen("install-action", tool="just@latest") == (("just",), "")


@pytest.mark.parametrize(
    ("path", "text", "tool", "version"),
    [
        (".nvmrc", "v20.1.0\n", "nodejs", "v20.1.0"),
        ("web/.node-version", "\n# why\n22 # current\n", "nodejs", "22"),
        (".ruby-version", "ruby-3.3.1\n", "ruby", "3.3.1"),
        ("go.mod", "module x\n\ngo 1.24.1\n", "golang", "1.24.1"),
        ("go.mod", "go 1.22\ntoolchain go1.24.3\n", "golang", "1.24.3"),
        (".tool-versions", "ruby 3.3\nnodejs 20.1.0 system\n", "nodejs", "20.1.0"),
        (".tool-versions", "golang 1.24\n", "nodejs", ""),
        ("mise.toml", '[tools]\nnode = "22"\n', "nodejs", "22"),
        ("package.json", '{"engines": {"npm": "9", "node": ">=20"}}', "nodejs", ">=20"),
        ("package.json", '{"node": "1"}', "nodejs", ""),
        ("pyproject.toml", '[project]\nrequires-python = ">=3.11"\n', "python", ">=3.11"),
        ("global.json", '{"sdk": {"version": "8.0.100"}}', "dotnet", "8.0.100"),
        (".sdkmanrc", "java=21.0.2-tem\n", "java", "21.0.2"),
        ("notes.txt", "20\n", "nodejs", ""),
        (".nvmrc", "", "nodejs", ""),
    ],
)
def test_files_say_versions(path: str, text: str, tool: str, version: str) -> None:
    """Each kind of file in its own way."""
    assert version_in(path, text, tool) == version


def test_a_version_from_a_file_of_the_repository() -> None:
    """The file counts when no version is given; one that cannot be read is said."""
    tool = CATALOG.tool("setup-go")
    assert tool is not None
    column = tool.targets["nixactions"]
    read = reader(Workspace.of({"go.mod": "go 1.25.1\n"}))
    choice = choose(column, {"version-file": "go.mod"}, CATALOG, read)
    assert choice.packages == ("go_1_25",) and "'1.25.1'" in choice.differs
    choice = choose(column, {"version": "1.24", "version-file": "go.mod"}, CATALOG, read)
    assert choice.packages == ("go_1_24",) and not choice.differs
    for path in ("none.mod", "../go.mod"):
        choice = choose(column, {"version-file": path}, CATALOG, read)
        assert choice.packages == ("go",) and f"{path!r} is not known" in choice.differs
