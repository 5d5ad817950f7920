"""Laws that hold for every case: nothing is lost silently, nothing depends on chance.

`test_laws_generated.py` asks the same of pipelines nobody has written.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from functools import cache
from hashlib import sha256
from io import StringIO

import pytest

import ciconv
from cases import CASES, Case, conversion, reading
from ciconv.api import Conversion, Reading
from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostic, Diagnostics
from ciconv.ir.dump import dump
from ciconv.ir.expression import Literal, Ref
from ciconv.ir.node import Node
from ciconv.ir.step import Run
from ciconv.ir.walk import nodes
from ciconv.passes import run_passes
from ciconv.source import Workspace
from edits import MARK, Edit, with_changed_scalars, with_unknown_keys
from mutations import MANY
from oracles import ROOT

TARGET = "nixactions"
each_case = pytest.mark.parametrize("case", CASES, ids=str)


@each_case
def test_passes_are_idempotent(case: Case) -> None:
    """What was rewritten needs no second time."""
    check_passes(reading(case), TARGET)


def check_passes(found: Reading, target: str) -> None:
    """Fail if passes towards a target change what they have made."""
    if found.project is None:
        return
    context = Context(
        workspace=Workspace.of({}), catalog=Catalog.builtin(), diagnostics=Diagnostics()
    )
    profile = registry.get(target).profile
    once = run_passes(found.project, profile, context)
    assert run_passes(once, profile, context) == once


@each_case
def test_unknown_keys_are_reported(case: Case) -> None:
    """At their line, wherever the keys are fixed."""
    missing = []
    for path, edit in _edits_of(with_unknown_keys).get(case, ()):
        found = _convert(case, path, edit)
        told = [one for one in found.diagnostics if f"'{MARK}'" in one.message]
        unused = (one.message for one in found.diagnostics if one.code.startswith("unused-"))
        if any(f"{part!r}" in said for said in unused for part in edit.path.split("/")):
            continue  # nobody looks into what is not used, which was said
        if not any(stands_at(one, path, edit.line) for one in told):
            missing.append(f"{path}:{edit.line}: {edit.path}")
    assert missing == []


@each_case
def test_nothing_is_lost_silently(case: Case) -> None:
    """Another key or value is another output, another message, or named by one at its line."""
    before = conversion(case, TARGET)
    messages = set(map(said, before.diagnostics))
    silent = []
    for path, edit in _edits_of(with_changed_scalars).get(case, ()):
        named = any(stands_at(one, path, edit.line) for one in before.diagnostics)
        if named or _DOCUMENTATION.fullmatch(f"{path}:{edit.path}"):
            continue
        found = _convert(case, path, edit)
        if found.files == before.files and set(map(said, found.diagnostics)) == messages:
            silent.append(f"{path}:{edit.line}: {edit.path}")
    assert silent == []


# what an action says of itself: nothing runs it, and nothing is left of the action
_DOCUMENTATION = re.compile(
    r"(.*/)?action\.ya?ml:(/(name|description|author)|/(inputs|outputs)/[^/]*/(description|required))"
)


@cache
def _edits_of(edits: Callable[[str, str], Iterator[Edit]]) -> dict[Case, list[tuple[str, Edit]]]:
    """The edits of each case: of those at one kind of place a few, and all in a long run."""
    found: dict[Case, list[tuple[str, Edit]]] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for case in CASES:
        for path, edit in _edits(case, edits):
            kind = case.format, _OWN_NAME.sub("/", edit.path)
            seen[kind] += 1
            if MANY or seen[kind] <= 3:
                found.setdefault(case, []).append((path, edit))
    return found


# numbers of items and names of jobs: what is different in each case
_OWN_NAME = re.compile(r"(?<=^/jobs)/[^/:]+|/\d+(?=/|$)")


def _edits(case: Case, edits: Callable[[str, str], Iterator[Edit]]) -> Iterator[tuple[str, Edit]]:
    for path, text in case.inputs.items():
        if path.endswith((".yml", ".yaml")) and not case.settings.get("invalid"):
            yield from ((path, edit) for edit in edits(path, text))


def _convert(case: Case, path: str, edit: Edit) -> Conversion:
    return ciconv.convert(case.inputs | {path: edit.text}, to=TARGET, format=case.format)


def said(one: Diagnostic) -> tuple[str, str]:
    """Return what a diagnostic says, wherever it stands."""
    return one.code, one.message


def stands_at(one: Diagnostic, path: str, line: int) -> bool:
    """Return whether a diagnostic covers a line of a file."""
    span = one.span
    return (
        span is not None
        and span.source.path == path
        and span.start.line <= line <= max(span.end.line, span.start.line)
    )


@each_case
def test_places_are_right(case: Case) -> None:
    """Every span lies in its file, and has the text that the node was read from."""
    check_places(reading(case), case.inputs, case.format)


def check_places(found: Reading, files: Mapping[str, str], format: str) -> None:
    """Fail for the first span that does not lie in its file, or has another text."""
    everything = () if found.project is None else tuple(nodes(found.project))
    spans = [one.span for one in everything] + [one.span for one in found.diagnostics]
    for span in filter(None, spans):
        assert span.source.text == files[span.source.path]
        assert 0 <= span.start_offset <= span.end_offset <= len(span.source.text)
    # in other systems much is said in other words, but commands stand as they are
    checked = everything if format == "github" else tuple(_commands(everything))
    for node in checked:
        if node.span is None or node.provenance:
            continue  # what was brought from elsewhere stands at the place that asked for it
        if not _is_covered(node, node.span.text):
            pytest.fail(f"{node.span}: {node.span.text!r} is not {dump(node)}", pytrace=False)


def _commands(everything: tuple[Node, ...]) -> Iterator[Node]:
    """The texts of scripts, but for those that values of parameters or of Groovy are put into."""
    for node in everything:
        if isinstance(node, Run) and not node.provenance and node.tool is None:
            for part in node.script.parts:
                if not isinstance(part, Literal) or part.span is None:
                    continue
                if "gitlab" in part.span.source.path or not _MADE.search(part.span.text):
                    yield part


_MADE = re.compile(r"<<|\$\{|[$'(]|=")


# of other contexts the IR has names of its own
_KEPT_NAMES = frozenset({"env", "inputs", "matrix", "needs", "secrets", "steps", "vars"})


def _is_covered(node: Node, text: str) -> bool:
    """Whether the words of a text, or the last name of a reference, stand in the span."""
    if isinstance(node, Ref) and node.path[0] in _KEPT_NAMES:
        return node.path[-1].lower() in text.lower()
    if not isinstance(node, Literal) or not isinstance(node.value, str):
        return True
    at = 0
    for word in re.findall(r"[A-Za-z]+", node.value):
        at = text.find(word, at) + len(word)
        if at < len(word):
            return False
    return True


def test_bytes_are_the_same_for_every_hash_seed() -> None:
    """Sets and dicts of texts have another order in each process."""
    there = printed_with_seed("from test_laws import print_digests; print_digests()")
    with redirect_stdout(StringIO()) as here:
        print_digests()
    assert here.getvalue().splitlines() == there.splitlines() != []


def printed_with_seed(code: str) -> str:
    """Return what code of tests prints in a process with another order of sets than this one."""
    env = os.environ | {
        "PYTHONHASHSEED": "4242",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests"))),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout


def print_digests() -> None:
    """Print what each case becomes, as a digest."""
    for case in CASES:
        found = conversion(case, TARGET)
        told = [(str(one.span), one.code, one.message, one.help) for one in found.diagnostics]
        print(case, sha256(repr((list(found.files.items()), told)).encode()).hexdigest())
