"""GitHub's own parser and actionlint take what is written, wherever it was read from."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

import ciconv
from cases import CASES, Case, conversion, write
from ciconv.catalog.catalog import Catalog
from ciconv.context import Context, Options
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostics
from ciconv.ir.node import replace
from ciconv.passes import run_passes
from ciconv.source import MappingLoader, Workspace
from foreign_pipelines import EVERYTHING
from oracles import package, tool

pytestmark = pytest.mark.oracle
GITHUB = registry.get("github")
WORKFLOWS = ".github/workflows/"
VALID = [one for one in CASES if one.format == "github" and not one.settings.get("invalid")]

Files = Mapping[str, str]
Findings = frozenset[str]


def context(files: Files, pin: str = "major") -> Context:
    """A context for going from the format to itself."""
    return Context(
        workspace=Workspace(MappingLoader(files)),
        catalog=Catalog.builtin(),
        diagnostics=Diagnostics(),
        options=Options(pin=pin),
        expand=False,
    )


def kept(case: Case) -> Files:
    """A case, converted to its own format."""
    return case.inputs | conversion(case, "github").files


def anew(case: Case) -> Files:
    """A case, written as if nobody had written it before."""
    shared = context(case.inputs)
    assert GITHUB.read is not None and GITHUB.write is not None
    paths = tuple(path for path in case.inputs if path.startswith(WORKFLOWS))
    project = GITHUB.read(shared.workspace, paths, shared)
    pipelines = (replace(one, tree=None) for one in project.pipelines)
    written = GITHUB.write(replace(project, pipelines=tuple(pipelines)), shared)
    return {} if shared.diagnostics.has_errors else case.inputs | dict(written)


def shims(case: Case) -> Files:
    """The workflows that start the programs of a case, with pins of commits."""
    return ciconv.convert(
        case.inputs, to="nixactions", format="github", options=Options(pin="sha")
    ).files


def everything(pin: str) -> Files:
    """A pipeline of another system as a workflow."""
    shared = context({}, pin)
    assert GITHUB.write is not None
    return dict(GITHUB.write(run_passes(EVERYTHING, GITHUB.profile, shared), shared))


WAYS = {"kept": kept, "anew": anew, "shims": shims}
each_way = pytest.mark.parametrize("way", WAYS)


@each_way
def test_actionlint_finds_nothing_new(way: str, tmp_path: Path) -> None:
    """In outputs, that it did not find in the source."""
    before = actionlint({str(case): case.inputs for case in VALID}, tmp_path / "before")
    after = actionlint({str(case): WAYS[way](case) for case in VALID}, tmp_path / "after")
    assert sum(map(bool, before.values())) < len(VALID) / 5  # it can tell good from bad
    new = {name: found - before[name] for name, found in after.items() if found - before[name]}
    assert new == {}


@each_way
def test_the_official_parser_takes_it(way: str, tmp_path: Path) -> None:
    """What it took before; templates are converted as well, which finds cycles and wrong types."""
    before = parser({str(case): case.inputs for case in VALID}, tmp_path / "before")
    after = parser({str(case): WAYS[way](case) for case in VALID}, tmp_path / "after")
    new = {name: found - before[name] for name, found in after.items() if found - before[name]}
    assert new == {}


@pytest.mark.parametrize("pin", ["major", "sha"])
def test_both_take_what_other_systems_have(pin: str, tmp_path: Path) -> None:
    """Stages, approvals, choices, patterns and steps that GitHub says in its own words."""
    files = {"everything": everything(pin)}
    assert actionlint(files, tmp_path / "one") == {"everything": frozenset()}
    assert parser(files, tmp_path / "other") == {"everything": frozenset()}


def test_the_oracles_see_faults(tmp_path: Path) -> None:
    """A test that cannot fail proves nothing."""
    bad = {
        f"{WORKFLOWS}a.yml": "on: push\njobs:\n  a:\n    needs: b\n    runs-on: x\n    steps: 1\n"
    }
    assert actionlint({"bad": bad}, tmp_path / "one")["bad"]
    assert parser({"bad": bad}, tmp_path / "other")["bad"]


def actionlint(trees: Mapping[str, Files], folder: Path) -> dict[str, Findings]:
    """What actionlint says of each tree of files, without places."""
    paths = _written(trees, folder)
    options = ("-no-color", "-shellcheck=", "-pyflakes=", "-format", "{{json .}}")
    command = (tool("actionlint"), *options, *paths)
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    found: dict[str, set[str]] = {name: set() for name in trees}
    for one in json.loads(done.stdout):
        found[paths[one["filepath"]]].add(_plain(one["message"], folder))
    return {name: frozenset(said) for name, said in found.items()}


def parser(trees: Mapping[str, Files], folder: Path) -> dict[str, Findings]:
    """What GitHub's own parser says of each tree of files, without places."""
    node, modules = tool("node"), package("@actions/workflow-parser").parents[1]
    paths = _written(trees, folder)
    (folder / "node_modules").symlink_to(modules)
    (folder / "hook.mjs").write_text(_HOOK, "utf-8")
    (folder / "parse.mjs").write_text(_PARSE, "utf-8")
    done = subprocess.run(
        [node, "--import", "./hook.mjs", "parse.mjs"],
        cwd=folder,
        input=json.dumps(list(paths)),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, set[str]] = {name: set() for name in trees}
    for path, said in map(json.loads, done.stdout.splitlines()):
        found[paths[path]].update(_without_place(one, path) for one in said)
    return {name: frozenset(said) for name, said in found.items()}


def _written(trees: Mapping[str, Files], folder: Path) -> dict[str, str]:
    """Write each tree into a repository of its own; return the names by workflow."""
    paths = {}
    for number, (name, files) in enumerate(trees.items()):
        own = f"{number:05}"  # to actionlint, a folder 1 holds what is in a folder 12
        write(files, folder / own)
        (folder / own / ".git").mkdir(parents=True, exist_ok=True)
        for path in _workflows(files):
            paths[f"{own}/{path}"] = name
    return paths


def _workflows(files: Files) -> Iterable[str]:
    return (path for path in files if path.startswith(WORKFLOWS))


def _plain(message: str, folder: Path) -> str:
    return message.replace(str(folder), "").split("\n")[0]


def _without_place(message: str, path: str) -> str:
    """The words behind `path (Line: 1, Col: 2): `."""
    return message.replace(path, "").rpartition("): ")[2]


# node wants an attribute where JSON is imported, which the package does not give
_HOOK = """\
import {register} from 'node:module'
register('data:text/javascript,' + encodeURIComponent(`
import fs from 'node:fs'
export const load = async (url, context, next) => !url.endsWith('.json') ? next(url, context) : {
  format: 'module', shortCircuit: true,
  source: 'export default ' + fs.readFileSync(new URL(url), 'utf8')
}`))
"""
_PARSE = """\
import fs from 'node:fs'
import * as github from '@actions/workflow-parser'
for (const name of JSON.parse(fs.readFileSync(0, 'utf8'))) {
  const file = {name, content: fs.readFileSync(name, 'utf8')}
  const result = github.parseWorkflow(file, new github.NoOperationTraceWriter())
  const {context, value} = result
  const template = value && await github.convertWorkflowTemplate(context, value)
  const errors = context.errors.getErrors().map(one => one.rawMessage ?? one.message)
  const others = (template?.errors ?? []).map(one => one.Message ?? one.message)
  console.log(JSON.stringify([name, errors.concat(others)]))
}
"""
