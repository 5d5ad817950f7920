"""Every table of the catalog: that it is well-formed, complete and means what it says."""

import re
import subprocess
from pathlib import Path

import pytest

import ciconv.catalog.catalog
import oracles
from ciconv.catalog.catalog import Catalog, Name, Tool, compiled, index
from ciconv.catalog.tool import Column, Kind, load
from ciconv.ir.evaluate.functions import FUNCTIONS, MAX_ARGUMENTS, takes

FOLDER = Path(ciconv.catalog.catalog.__file__).parent
FILES = sorted((FOLDER / "tools").glob("*.toml"))
TOOLS = [load(file.stem, file.read_text(encoding="utf-8")) for file in FILES]
NAMED_BY_CONVERTERS = ("id-token", "secret-file", "machine-programs")
COLUMNS = [(tool, column) for tool in TOOLS for column in tool.targets.values()]
SCRIPTS = [(tool, column.script) for tool, column in COLUMNS if column.script is not None]
ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*")
CONTEXTS = {
    *("github", "env", "vars", "job", "jobs", "steps", "runner", "secrets"),
    *("strategy", "matrix", "needs", "inputs"),
}


def name_of(value: object) -> str:
    """A tool by its name, for the ids of tests."""
    return value.name if isinstance(value, Tool) else ""


def test_there_are_the_actions_people_use() -> None:
    """The issue asks for the most used 120."""
    assert len([tool for tool in TOOLS if tool.github]) >= 120


@pytest.mark.parametrize("format", ["github", "circleci", "jenkins"])
def test_an_action_stands_in_one_table(format: str) -> None:
    """Two tables for one action, orb or plug-in: which one counts?"""
    sources = [source for tool in TOOLS if (source := tool.source(format)) is not None]
    names = [name for source in sources for name in source.names]
    assert sorted(names) == sorted(set(names))


def test_index_is_current(request: pytest.FixtureRequest) -> None:
    """index.json says which table to read for an action."""
    file = FOLDER / "index.json"
    if request.config.getoption("--update-golden"):
        file.write_text(index(TOOLS), encoding="utf-8")
    assert file.read_text(encoding="utf-8") == index(TOOLS)


def test_compiled_tables_are_current(request: pytest.FixtureRequest) -> None:
    """tables.json says what the tables say that it was made of."""
    file = FOLDER / "tables.json"
    if request.config.getoption("--update-golden"):
        file.write_text(compiled(), encoding="utf-8")
    assert file.read_text(encoding="utf-8") == compiled()


@pytest.mark.parametrize("tool", TOOLS, ids=name_of)
def test_inputs_are_those_of_a_format(tool: Tool) -> None:
    """A canonical input that no format has, and no column fills in, is a slip of the pen."""
    sources = [one for one in (tool.github, tool.orb, tool.plugin) if one is not None]
    assert sources or tool.name in NAMED_BY_CONVERTERS
    if not sources:
        return
    native = {name for one in sources for name in (*one.others, *one.inputs.values(), *one.given)}
    filled = {name for column in tool.targets.values() for name in column.defaults}
    before = None if tool.github is None else tool.github.before
    handed = {name for other in TOOLS if other.name == before for name in other.inputs}
    assert set(tool.inputs) <= native | filled | handed


@pytest.mark.parametrize("tool", TOOLS, ids=name_of)
def test_kinds_have_the_fields_of_their_steps(tool: Tool) -> None:
    """What becomes a step of the IR has canonical inputs named after its fields."""
    wanted = {
        Kind.CACHE: {"key", "paths", "fallbacks"},
        Kind.RESTORE_CACHE: {"key", "paths", "fallbacks"},
        Kind.SAVE_CACHE: {"key", "paths"},
        Kind.UPLOAD_ARTIFACT: {"artifact", "paths"},
        Kind.DOWNLOAD_ARTIFACT: {"artifact", "pattern", "path"},
    }
    assert wanted.get(tool.kind, set()) <= set(tool.inputs)
    assert (tool.kind is Kind.USE) == (not tool.targets.keys().isdisjoint(("nixactions", "shell")))


@pytest.mark.parametrize(("tool", "column"), COLUMNS, ids=name_of)
def test_columns_say_what_they_do(tool: Tool, column: Column) -> None:
    """A report has something to say about each; outputs are those of the action."""
    assert column.note or column.nothing or column.unsupported or column.keyword
    for text in (column.note, column.differs, column.nothing or "", column.unsupported or ""):
        assert not text.endswith(".") and "\n" not in text
    known = () if tool.github is None else tool.github.outputs
    assert set(column.outputs) <= set(known)
    assert all(ATTRIBUTE.fullmatch(one) for one in column.deps)
    assert all(ATTRIBUTE.fullmatch(one.replace("{version}", "1")) for one in column.packages)


@pytest.mark.parametrize(("tool", "column"), COLUMNS, ids=name_of)
def test_handled_inputs_are_used(tool: Tool, column: Column) -> None:
    """An input that is said to be honoured stands in the script or picks packages."""
    if column.keyword is not None:  # the writer of the format does
        return
    script = column.script or ""
    used = {name.rstrip("_") for name in re.findall(r"INPUT_([A-Z0-9_]+)", script)}
    said = " ".join(word for command in column.commands for word in command)
    used |= {
        name.upper().replace("-", "_")
        for found in re.findall(r"\{([\w-]+)(?:\*\??|[!\"])?[|}]|\?!?([\w-]+)", said)
        for name in found
        if name
    } - {column.directory.upper().replace("-", "_")}
    used |= set() if column.token is None else {column.token.input.upper().replace("-", "_")} - {""}
    handled = {name.upper().replace("-", "_") for name in column.handles}
    families = {name for name in used if f"INPUT_{name}_@" in script}
    picks = {name.upper().replace("-", "_") for name in column.picks}
    unused = handled - used - picks
    assert {name for name in unused if not name.startswith(tuple(families) or ("?",))} == set()
    ignored = {name.upper().replace("-", "_") for name in column.ignored} if column.like else set()
    assert used - families - ignored <= handled  # the script of another column may use it
    assert all(output in script for output in column.outputs)


@pytest.mark.parametrize(("tool", "column"), COLUMNS, ids=name_of)
def test_known_versions_are_sane(tool: Tool, column: Column) -> None:
    """Versions ascend, are written as `part` writes them, and attributes look like attributes."""
    rule = column.version
    if rule is None:
        return
    if column.image or column.programs:
        words = (rule.default, *rule.attributes.values())
        assert all(re.fullmatch(r"[\w.-]+", one) for one in words)
        return
    shapes = {"major": r"\d+", "minor": r"\d{2,3}", "minor_": r"\d+_\d+"}
    assert bool(rule.known) == (rule.part in shapes)
    assert all(re.fullmatch(shapes[rule.part], one) for one in rule.known)
    numbers = [tuple(map(int, re.findall(r"\d+", one))) for one in rule.known]
    assert numbers == sorted(set(numbers))
    for one in (rule.default, *rule.attributes.values()):
        assert one in rule.known or ATTRIBUTE.fullmatch(one)
    assert all(spelling == spelling.lower() for spelling in rule.attributes)
    assert any("{version}" in one for one in column.packages) == bool(rule.known)


@pytest.mark.parametrize(("tool", "script"), SCRIPTS, ids=name_of)
def test_scripts_keep_secrets_to_themselves(tool: Tool, script: str) -> None:
    """No script echoes what may be a secret; one traced with -x would show all of them."""
    secret = r"INPUT_\w*(PASSWORD|TOKEN|SECRET|PRIVATE_KEY|PASSPHRASE)"
    assert not re.search(rf"^\s*echo .*\$\{{?{secret}", script, re.MULTILINE)
    assert "set -x" not in script
    # what GitHub's runner alone reads would be shown elsewhere
    assert "add-mask" not in script or tool.targets.keys() >= {"circleci", "jenkins", "nixactions"}


def test_scripts_are_bash(tmp_path: Path) -> None:
    """bash reads all of them."""
    for tool, script in SCRIPTS:
        (tmp_path / f"{tool.name}.sh").write_text(script, encoding="utf-8")
    command = 'for file in "$1"/*.sh; do bash -n "$file" || echo "$file"; done'
    done = subprocess.run(
        ["bash", "-c", command, "bash", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.oracle
def test_scripts_are_clean(tmp_path: Path) -> None:
    """shellcheck finds nothing in any of them."""
    program = oracles.tool("shellcheck")
    files = [tmp_path / f"{tool.name}.sh" for tool, _ in SCRIPTS]
    for file, (_, script) in zip(files, SCRIPTS, strict=True):
        file.write_text(script, encoding="utf-8")
    done = subprocess.run(
        [program, "--shell=bash", *files], capture_output=True, text=True, check=False
    )
    assert done.stdout == ""


NAMES = list(Catalog.builtin().names().items())


@pytest.mark.parametrize("format", ["github", "github_env", "gitlab", "nixactions"])
def test_a_native_name_has_one_canonical_name(format: str) -> None:
    """Reading and writing again gives the same name."""
    native = [found for _, name in NAMES if (found := getattr(name, format))]
    assert sorted(native) == sorted(set(native))
    assert format != "github" or all(one == one.lower() for one in native)


@pytest.mark.parametrize(("path", "name"), NAMES, ids=[".".join(path) for path, _ in NAMES])
def test_names_do_not_hide_others(path: tuple[str, ...], name: Name) -> None:
    """A canonical name that looks like a context of GitHub could be taken for one."""
    assert path[0] not in CONTEXTS or name.github == ".".join(path)
    for format in name.near:
        assert getattr(name, format) is None


def test_variables_of_a_run_are_those_of_the_runner() -> None:
    """NixActions sees GitHub's variables; events have names of their own."""
    for path, name in NAMES:
        if name.nixactions and name.github_env:
            assert name.nixactions == name.github_env, path
        elif name.nixactions and name.github and name.github.startswith("github.event."):
            event = name.github.removeprefix("github.event.").replace(".", "_").upper()
            assert name.nixactions == f"EVENT_{event}", path


def test_machines_are_of_the_known_kinds() -> None:
    """Readers and writers know three systems and two processors."""
    catalog = Catalog.builtin()
    labels = re.findall(
        r'^\[runners\."(.*)"\]', (FOLDER / "runners.toml").read_text(), re.MULTILINE
    )
    assert len(labels) > 40
    for label in labels:
        machine = catalog.runner(label)
        assert machine is not None and machine.os in ("linux", "macos", "windows")
        assert machine.arch in ("x64", "arm64", None)


def test_programs_have_attributes() -> None:
    """Names as they stand in Nix, looked up in any case."""
    text = (FOLDER / "packages.toml").read_text().partition("[programs]\n")[2]
    pairs = re.findall(r'^"?([^"\s]+)"? = "(.*)"$', text, re.MULTILINE)
    assert len(pairs) > 300
    for program, attribute in pairs:
        assert ATTRIBUTE.fullmatch(attribute)
        assert Catalog.builtin().package(program.upper()) == attribute


def test_functions_take_what_the_table_says() -> None:
    """The table is for people who write; how many arguments are computed with, the code says."""
    for name, function in FUNCTIONS.items():
        known = Catalog.builtin().function(name)
        assert known is not None
        most = MAX_ARGUMENTS if known.maximum is None else known.maximum
        counts = [number for number in range(MAX_ARGUMENTS + 2) if takes(function, number)]
        assert (counts[0], counts[-1]) == (known.minimum, most), name
